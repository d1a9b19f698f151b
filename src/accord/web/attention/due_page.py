"""What is due, as values: forms that are out or missed, clients unseen, messages that do not leave, who declined."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Max, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.course.plan import Standing
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.instruments.registry import instrument
from accord.web.attention import words
from accord.web.attention.day_reading import scope, stuck
from accord.web.attention.sentences import stuck_sentence
from accord.web.attention.today_row import Button
from accord.web.attention.words import address
from accord.web.checkin.models import Decline, Message, Response
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_dues

UNSEEN_WEEKS = 4
MISSED_WITHIN = timedelta(days=28)
MOST = 25  # rows per list; the rest are counted
MOST_READ = 300  # clients whose forms are looked at, those seen last


@dataclass(frozen=True)
class Row:
    """One client with what is due, and what can be done."""

    name: str
    page: str
    sentence: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Part:
    """One list of the page: what it is, its rows, and how many more there are."""

    name: str
    heading: str
    lead: str
    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True)
class Page:
    """The page of what is due."""

    heading: str
    parts: tuple[Part, ...]
    stuck: str


def due_page(viewer: Viewer, at: datetime) -> Page:
    """The page at the instant `at`."""
    today = clinic_day(at, viewer.service.timezone)
    out, missed = _asked(viewer, at, today)
    parts = [
        _out(out, today),
        _missed(missed, today),
        _unseen(viewer, today),
        _failing(viewer, at, today),
        _declined(viewer, today),
    ]
    kept = tuple(part for part in parts if part.rows)
    count = sum(len(part.rows) + part.more for part in kept)
    return Page(
        heading=words.capital(
            ngettext("%(count)s thing is due.", "%(count)s things are due.", count)
            % {"count": words.number(count)}
        )
        if count
        else _("Nothing is due."),
        parts=kept,
        stuck=stuck_sentence(stuck(viewer, at), at, viewer.service.timezone),
    )


def _form(name: str) -> str:
    return instrument(name).title


@dataclass(frozen=True)
class _Asked:
    """Forms of one session that stand in the same way."""

    course: Course
    session: str
    day: date
    forms: tuple[str, ...]


def _asked(viewer: Viewer, at: datetime, today: date) -> tuple[list[_Asked], list[_Asked]]:
    """What the plan asks and nobody answered, by session: still possible (oldest first), and missed (newest first).

    Read are the clients who were seen last, at most `MOST_READ`; a form of a client who declined is neither.
    """
    recent = Q(sessions__day__gte=today - MISSED_WITHIN, sessions__day__lte=today + timedelta(days=1))
    courses = list(
        Course.objects.filter(
            pk__in=scope(viewer).filter(ended_on=None).values("pk"), client__declined_all_at=None
        )
        .annotate(seen=Max("sessions__day", filter=recent))
        .filter(seen__isnull=False)
        .select_related("client")
        .order_by("-seen", "pk")[:MOST_READ]
    )
    standing: dict[tuple[int, str], dict[str, bool]] = defaultdict(dict)
    for pk, dues in read_dues(courses, at).items():
        for one in dues:
            if one.standing in (Standing.DUE, Standing.OVERDUE, Standing.MISSED):
                standing[pk, one.session][one.instrument] = one.standing is Standing.MISSED
    days = dict(
        Session.objects.filter(course__in=courses, day__gte=today - MISSED_WITHIN).values_list("key", "day")
    )
    by_key = {one.pk: one for one in courses}
    out, missed = [], []
    for (pk, session), forms in standing.items():
        if session in days:
            for wanted, found in ((False, out), (True, missed)):
                names = tuple(name for name, gone in forms.items() if gone is wanted)
                if names:
                    found.append(_Asked(by_key[pk], session, days[session], names))
    return sorted(out, key=lambda one: one.day), sorted(missed, key=lambda one: one.day, reverse=True)


def _out(asked: Sequence[_Asked], today: date) -> Part:
    rows = [
        _row(one, today, _buttons(Button(_("Show or send"), address("ask:session", one.session))))
        for one in asked
    ]
    return Part(
        "out",
        _("Due, and not answered yet"),
        _("On the screen, on paper or by mail."),
        tuple(rows[:MOST]),
        max(0, len(rows) - MOST),
    )


def _missed(asked: Sequence[_Asked], today: date) -> Part:
    rows = [
        _row(
            one,
            today,
            _buttons(
                Button(_("Enter from paper"), address("ask:paper", one.session, one.forms[0]))
                if len(one.forms) == 1
                else Button(_("Enter late"), address("ask:session", one.session))
            ),
        )
        for one in asked
    ]
    return Part(
        "missed",
        _("Forms missed"),
        _("The next session came without them, in the last four weeks. Absence is no low rating."),
        tuple(rows[:MOST]),
        max(0, len(rows) - MOST),
    )


def _row(one: _Asked, today: date, buttons: tuple[Button, ...]) -> Row:
    client = one.course.client
    names = [instrument(name).title for name in one.forms]
    said = (
        names[0]
        if len(names) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(names[:-1]),
            "last": names[-1],
        }
    )
    sentence = _("%(forms)s, for the session of %(day)s.") % {"forms": said, "day": words.day(one.day, today)}
    return Row(str(client), address("therapy:client", client.key), sentence, buttons)


def _unseen(viewer: Viewer, today: date) -> Part:
    since = today - timedelta(weeks=UNSEEN_WEEKS)
    met = Session.objects.filter(
        course=OuterRef("pk"),
        day__lte=today,
        attendance__in=[Attendance.ATTENDED.value, Attendance.LATE.value],
    ).values("course")
    planned = Session.objects.filter(
        course=OuterRef("pk"), day__gte=today, attendance=Attendance.PLANNED.value
    )
    answered = (
        Response.objects.filter(session__course=OuterRef("pk"), respondent=Respondent.CLIENT.value)
        .order_by()
        .values("session__course")
    )
    courses = (
        scope(viewer)
        .filter(ended_on=None)
        .annotate(
            met=Subquery(met.annotate(last=Max("day")).values("last")),
            coming=Subquery(planned.order_by().values("course").annotate(next=Min("day")).values("next")),
            heard=Subquery(answered.annotate(last=Max("received_at")).values("last")),
        )
        .filter(
            Q(coming=None) & (Q(met__lt=since) | Q(met=None, started_on__lt=since))
            | Q(heard__lt=since_instant(since))
            | Q(heard=None, met__lt=since)
        )
        .order_by("met", "pk")
    )
    count = courses.count()
    rows = [
        Row(
            str(course.client),
            address("therapy:client", course.client.key),
            _unseen_sentence(course, today, viewer.service.timezone),
            _buttons(Button(_("Book a session"), address("therapy:book", course.client.key)))
            if course.coming is None
            else (),
        )
        for course in courses.select_related("client")[:MOST]
    ]
    return Part(
        "unseen",
        _("Unseen"),
        _("No session booked and none for four weeks, or no answer for four weeks."),
        tuple(rows),
        max(0, count - MOST),
    )


def since_instant(day: date) -> datetime:
    """The start of a day in UTC; within a day it does not matter where the clinic is."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _unseen_sentence(course, today: date, zone: str) -> str:
    met = course.met
    first = _("Last met %(day)s.") % {"day": words.day(met, today)} if met else _("Not met yet.")
    if course.coming is None:
        first += " " + _("Nothing is booked.")
    if course.heard is None:
        return f"{first} {_('No answer so far.')}"
    heard = words.day(clinic_day(course.heard, zone), today)
    return f"{first} {_('Last answer %(day)s.') % {'day': heard}}"


def _failing(viewer: Viewer, at: datetime, today: date) -> Part:
    late = Q(not_before__lt=at - timedelta(minutes=15)) | Q(attempts__gte=2)
    messages = Message.objects.filter(
        late | Q(dropped_at__gte=at - timedelta(days=7), outcome__startswith="failed"),
        service=viewer.service,
        sent_at=None,
        client__isnull=False,
        client__courses__in=scope(viewer),
    ).exclude(Q(dropped_at__isnull=False) & ~Q(outcome__startswith="failed"))
    rows = messages.select_related("client").distinct().order_by("-not_before", "pk")
    count = rows.count()
    made = [
        Row(
            str(one.client),
            address("therapy:client", one.client.key),
            (
                _("Given up after %(count)s attempts.")
                if one.dropped_at
                else _("Tried %(count)s times; goes on.")
            )
            % {"count": one.attempts},
        )
        for one in rows[:MOST]
    ]
    return Part(
        "failing",
        _("Messages that did not arrive"),
        _("Check the address, or ask on screen."),
        tuple(made),
        max(0, count - MOST),
    )


def _declined(viewer: Viewer, today: date) -> Part:
    zone = viewer.service.timezone
    going_on = scope(viewer).filter(ended_on=None)
    all_of_it = Client.objects.filter(
        service=viewer.service, declined_all_at__isnull=False, courses__in=going_on
    ).distinct()
    single = Decline.objects.filter(
        service=viewer.service, client__courses__in=going_on, client__declined_all_at=None
    ).distinct()
    rows = [
        (
            one,
            _("No form at all, since %(day)s.")
            % {"day": words.long_day(clinic_day(one.declined_all_at, zone), today)},
        )
        for one in all_of_it.order_by("-declined_all_at")[:MOST]
    ] + [
        (
            one.client,
            _("Not the form “%(form)s”, since %(day)s.")
            % {"form": _form(one.instrument), "day": words.long_day(clinic_day(one.at, zone), today)},
        )
        for one in single.select_related("client").order_by("-at")[:MOST]
    ]
    return Part(
        "declined",
        _("Does not want to be asked"),
        _("Nothing is sent to them. Ask again only when they say so."),
        tuple(
            Row(
                str(client),
                address("therapy:client", client.key),
                sentence,
                _buttons(
                    Button(
                        _("They want to be asked again"), address("ask:again", client.key), "quiet", post=True
                    )
                ),
            )
            for client, sentence in rows
        ),
        0,
    )


def _buttons(*buttons: Button) -> tuple[Button, ...]:
    return tuple(one for one in buttons if one.url)
