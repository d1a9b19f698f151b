"""The person looking: every record that a page shows or changes is reached through a `Viewer`.

What each role sees is one table, `SEES`; the queries below it are the only place where access is decided.
"""

from dataclasses import dataclass
from functools import cache, cached_property

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accord.instruments.registry import all_instruments
from accord.web.attention.models import Alert, Digest, Learnt, Meeting, Signal, Snooze, Talk
from accord.web.audit import actions as audit
from accord.web.audit.models import Entry
from accord.web.checkin.models import Link, Message, Response
from accord.web.learning.models import LookedAt, NamesPolicy, StudyRun, TalkedAbout, WorthAWord
from accord.web.people.models import Client, Consent, Purpose, Role, Service, Staff, Team, Training
from accord.web.repair.models import Repair, RepairEvent, ServiceTool
from accord.web.therapy.models import Course, PlanLine, Session
from accord.web.voice.models import Changed, Concern, Door, Erasure

# What a role may do, in the words of the pages. "own" are the courses a therapist has now. "findings" are what all
# staff who see clients may know of the service as a whole, and a therapist of themself; "studies" is everything learnt,
# with downloads and the report. A researcher has neither: these are of all clients, also of those who agreed to no
# research.
SEES: dict[str, frozenset[str]] = {
    Role.THERAPIST: frozenset({"today", "clients", "own", "findings"}),
    Role.SUPERVISOR: frozenset({"today", "clients", "team", "findings"}),
    Role.LEAD: frozenset({"today", "clients", "all", "due", "settings", "findings", "studies"}),
    Role.ADMINISTRATOR: frozenset({"settings", "people", "trail"}),
    Role.RESEARCHER: frozenset({"export"}),
}


@cache
def therapist_only() -> frozenset[str]:
    """Forms that only the therapist of the course may read."""
    return frozenset(one.id for one in all_instruments() if one.therapist_only)


@dataclass(frozen=True)
class Viewer:
    """A signed-in member of staff of one service."""

    staff: Staff

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of this person."""
        return frozenset(role.role for role in self.staff.roles.all())

    @cached_property
    def may(self) -> frozenset[str]:
        """What this person's roles allow, as words of `SEES`."""
        return frozenset().union(*(SEES[role] for role in self.roles))

    @property
    def service(self) -> Service:
        """The service this person works in."""
        return self.staff.service

    @property
    def key(self) -> str:
        """The key that names this person in the trail."""
        return self.staff.key

    @property
    def courses(self) -> QuerySet[Course]:
        """Courses this person may open: own as therapist, the consenting ones of the team as supervisor, all as lead.

        Someone named in an open safety alert may open that course until the alert is acknowledged.
        """
        ours = Course.objects.filter(service=self.service)
        if "all" in self.may:
            return ours
        allowed = Q(alerts__acknowledged_at=None) & (
            Q(alerts__clinician=self.staff) | Q(alerts__deputy=self.staff)
        )
        if "own" in self.may:
            allowed |= Q(therapist=self.staff)
        if "team" in self.may:
            allowed |= Q(pk__in=self.supervised.order_by().values("pk"))
        return ours.filter(allowed).distinct()

    @property
    def supervised(self) -> QuerySet[Course]:
        """Courses of the therapists in this supervisor's teams whose clients agreed to supervision; none for others."""
        ours = Course.objects.filter(service=self.service)
        if "team" not in self.may:
            return ours.none()
        # A client may agree to supervision at large or to one supervisor; the newest that concerns this one stands.
        newest = (
            Consent.objects.filter(client=OuterRef("client"), purpose=Purpose.SUPERVISION)
            .filter(Q(viewer=None) | Q(viewer=self.staff))
            .order_by("-at", "-pk")
        )
        agreed = ours.annotate(supervision=Subquery(newest.values("granted")[:1])).filter(supervision=True)
        return agreed.filter(therapist__teams__in=self.staff.teams.all()).distinct()

    @property
    def clients(self) -> QuerySet[Client]:
        """Clients of the courses this person may open."""
        return Client.objects.filter(service=self.service, courses__in=self.courses).distinct()

    @property
    def own_courses(self) -> QuerySet[Course]:
        """Courses in which this person is the therapist now."""
        return Course.objects.filter(service=self.service, therapist=self.staff)

    @property
    def sessions(self) -> QuerySet[Session]:
        """Sessions of the courses this person may open."""
        return Session.objects.filter(service=self.service, course__in=self.courses)

    @property
    def links(self) -> QuerySet[Link]:
        """Links to forms of those sessions; to what is for the therapist alone there is none for anybody else."""
        ours = Link.objects.filter(service=self.service, session__course__in=self.courses)
        return ours.filter(~Q(instrument__in=therapist_only()) | Q(session__course__therapist=self.staff))

    @property
    def responses(self) -> QuerySet[Response]:
        """Raw answers of those sessions; what a client wrote for their therapist alone is there for nobody else."""
        ours = Response.objects.filter(service=self.service, session__course__in=self.courses)
        return ours.filter(~Q(instrument__in=therapist_only()) | Q(session__course__therapist=self.staff))

    @property
    def alerts(self) -> QuerySet[Alert]:
        """Safety answers this person is to look at: named in them, or lead of the service."""
        ours = Alert.objects.filter(service=self.service)
        if "all" in self.may:
            return ours
        named = Q(clinician=self.staff) | Q(deputy=self.staff)
        if "team" in self.may:
            named |= Q(course__therapist__teams__in=self.staff.teams.all())
        return ours.filter(named).distinct()

    @property
    def signals(self) -> QuerySet[Signal]:
        """Signals of the courses this person may open, as rows; pages read them by `attention.noticed`."""
        return Signal.objects.filter(service=self.service, course__in=self.courses)

    @property
    def snoozes(self) -> QuerySet[Snooze]:
        """Snoozes of those courses."""
        return Snooze.objects.filter(service=self.service, course__in=self.courses)

    @property
    def repairs(self) -> QuerySet[Repair]:
        """Repairs of the courses this person may open, as rows and without what was written in them."""
        return Repair.objects.filter(service=self.service, course__in=self.courses)

    @property
    def repair_notes(self) -> QuerySet[RepairEvent]:
        """Events of repairs whose notes this person may read: the therapist's own courses, and what they wrote.

        A supervisor reads them while a repair is in supervision, a lead never.
        """
        ours = RepairEvent.objects.filter(service=self.service, repair__course__in=self.courses)
        allowed = Q(repair__course__therapist=self.staff) | Q(by=self.staff)
        asked = Q(repair__stage="supervision", repair__course__in=self.supervised.order_by().values("pk"))
        return ours.filter(allowed | asked).distinct()

    @property
    def tools(self) -> QuerySet[ServiceTool]:
        """Every version of the service's own support tools."""
        return ServiceTool.objects.filter(service=self.service)

    @property
    def treated(self) -> QuerySet[Client]:
        """Clients whom this person treats or treated: what they write past their therapist goes past this person."""
        therapist = Q(courses__therapist=self.staff) | Q(courses__periods__therapist=self.staff)
        return Client.objects.filter(therapist, service=self.service).distinct()

    @property
    def concerns(self) -> QuerySet[Concern]:
        """What clients wrote to this person; leads read what was written to someone who has left since.

        Not what a client wrote to their therapist before they closed their answers to that therapist.
        """
        newest = (
            Consent.objects.filter(client=OuterRef("client"), purpose=Purpose.THERAPIST)
            .filter(Q(viewer=None) | Q(viewer=OuterRef("recipient")))
            .order_by("-at", "-pk")
        )
        ours = Concern.objects.filter(service=self.service).annotate(
            told=Subquery(newest.values("granted")[:1])
        )
        allowed = Q(recipient=self.staff)
        if "all" in self.may:
            allowed |= Q(recipient__active=False) & ~Q(client__in=self.treated.values("pk"))
        return ours.filter(allowed).exclude(to=Concern.To.THERAPIST, told=False)

    @property
    def promises(self) -> QuerySet[Concern]:
        """Letters to others, for those who are told that an answer is missing; pages show who owes it, nothing else."""
        ours = Concern.objects.filter(service=self.service, answered_at=None, recipient__active=True)
        if not self.may & {"all", "people"}:
            return ours.none()
        return ours.exclude(recipient=self.staff).exclude(client__in=self.treated.values("pk"))

    @property
    def changes(self) -> QuerySet[Changed]:
        """What was changed after clients spoke, in the courses this person may open."""
        return Changed.objects.filter(service=self.service, course__in=self.courses)

    @property
    def doors(self) -> QuerySet[Door]:
        """Doors to the own pages of this person's clients."""
        return Door.objects.filter(service=self.service, client__in=self.clients)

    @property
    def erasures(self) -> QuerySet[Erasure]:
        """Requests to erase, for leads, who decide them."""
        ours = Erasure.objects.filter(service=self.service)
        return ours if "all" in self.may else ours.none()

    @property
    def meetings(self) -> QuerySet[Meeting]:
        """Supervision meetings that this person led: their notes are the supervisor's own, also towards a lead."""
        return Meeting.objects.filter(service=self.service, led_by=self.staff)

    @property
    def agreements(self) -> QuerySet[Talk]:
        """What was agreed in those meetings once they were closed."""
        closed = self.meetings.exclude(closed_at=None)
        return Talk.objects.filter(service=self.service, meeting__in=closed).exclude(agreed="")

    @property
    def learnt(self) -> QuerySet[Learnt]:
        """Every version of what the service has learnt for its alarms."""
        return Learnt.objects.filter(service=self.service)

    @property
    def study_runs(self) -> QuerySet[StudyRun]:
        """Runs of the studies on the service's own sessions; what of them is shown to whom is `learning.seen`'s."""
        ours = StudyRun.objects.filter(service=self.service)
        return ours if "findings" in self.may else ours.none()

    @property
    def names_policies(self) -> QuerySet[NamesPolicy]:
        """Choices whether leads see therapists by name, for everybody whom it concerns."""
        ours = NamesPolicy.objects.filter(service=self.service)
        return ours if "findings" in self.may else ours.none()

    @property
    def words(self) -> QuerySet[WorthAWord]:
        """Where a word before the next session may help, in the courses this person may open; never read as a list."""
        return WorthAWord.objects.filter(service=self.service, course__in=self.courses)

    @property
    def talks_had(self) -> QuerySet[TalkedAbout]:
        """That such a word was had, in those courses."""
        return TalkedAbout.objects.filter(service=self.service, session__course__in=self.courses)

    @property
    def looks(self) -> QuerySet[LookedAt]:
        """What leads found who looked at the suspects of a model, for leads."""
        ours = LookedAt.objects.filter(service=self.service)
        return ours if "studies" in self.may else ours.none()

    @property
    def digest(self) -> str:
        """How often this person wants to be told by mail that people are worth a look; empty for never."""
        chosen = Digest.objects.filter(staff=self.staff).values_list("every", flat=True).first()
        return chosen or ""

    @property
    def plan(self) -> QuerySet[PlanLine]:
        """Which forms this service asks when."""
        return PlanLine.objects.filter(service=self.service)

    @property
    def colleagues(self) -> QuerySet[Staff]:
        """Active staff of the same service."""
        return Staff.objects.filter(service=self.service, active=True)

    @property
    def everyone(self) -> QuerySet[Staff]:
        """Staff of the same service, also those who left, for administrators only."""
        staff = Staff.objects.filter(service=self.service)
        return staff if "people" in self.may else staff.none()

    @property
    def therapists(self) -> QuerySet[Staff]:
        """Active therapists whom this person may give a client to: all for a lead, else themself."""
        giving = self.colleagues.filter(roles__role=Role.THERAPIST)
        return giving if "all" in self.may else giving.filter(pk=self.staff.pk)

    @cached_property
    def elsewhere(self) -> list[Service]:
        """Other services in which this person works."""
        return list(
            Service.objects.filter(staff_set__user=self.staff.user_id, staff_set__active=True)
            .exclude(pk=self.staff.service_id)
            .order_by("name")
        )

    def pseudonym_taken(self, code: str, but: Client | None = None) -> bool:
        """Whether another client of the service has this pseudonym, whoever may open them."""
        others = Client.objects.filter(service=self.service, code=code)
        return others.exclude(pk=but.pk if but else None).exists()

    @property
    def teams(self) -> QuerySet[Team]:
        """Teams of the same service."""
        return Team.objects.filter(service=self.service)

    @property
    def trainings(self) -> QuerySet[Training]:
        """Trainings of the staff of the same service, for those who set it up."""
        ours = Training.objects.filter(service=self.service)
        return ours if "settings" in self.may else ours.none()

    @property
    def messages(self) -> QuerySet[Message]:
        """Messages to the clients of the courses this person may open."""
        return Message.objects.filter(service=self.service, client__in=self.clients)

    @property
    def trail(self) -> QuerySet[Entry]:
        """The audit trail, for administrators only: without letters that went past themselves as a therapist."""
        entries = Entry.objects.filter(service=self.service)
        if "trail" not in self.may:
            return entries.none()
        past = Concern.objects.filter(client__in=self.treated.values("pk")).exclude(recipient=self.staff)
        return entries.exclude(
            kind="concern", subject__in=past.exclude(to=Concern.To.THERAPIST).values("key")
        )

    def saw(self, kind: str, subject: str, **detail) -> None:
        """Note in the trail that this person looked."""
        audit.record(
            service_id=self.staff.service_id, actor=self.key, verb="saw", kind=kind, subject=subject, **detail
        )

    def did(self, verb: str, kind: str, subject: str, **detail) -> None:
        """Note in the trail that this person changed something; call it inside the change's transaction."""
        audit.record(
            service_id=self.staff.service_id, actor=self.key, verb=verb, kind=kind, subject=subject, **detail
        )


def viewer_of(user, wanted: str = "") -> Viewer | None:
    """The viewer behind a signed-in user: the service they chose, else the first one they are active in."""
    if not user.is_authenticated:
        return None
    staff = list(
        Staff.objects.filter(user=user, active=True)
        .select_related("service")
        .prefetch_related("roles")
        .order_by("pk")
    )
    chosen = next((one for one in staff if one.service.slug == wanted), staff[0] if staff else None)
    return Viewer(chosen) if chosen else None
