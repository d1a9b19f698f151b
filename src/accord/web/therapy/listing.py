"""The client list as values: one page of it, read in a fixed number of queries however many clients there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, When
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.course.course import Course as Followed
from accord.course.course import Point
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.signals import attention
from accord.signals.known import MAIN
from accord.signals.learnt import Learnt
from accord.signals.signal import Place, Signal
from accord.web.attention import words
from accord.web.attention.learnt import learnt_of
from accord.web.attention.noticed import Noticed, Snoozing, noticed, snoozed
from accord.web.attention.raising import raising
from accord.web.attention.signal_words import Pill
from accord.web.attention.signal_words import pill as signal_pill
from accord.web.attention.words import address
from accord.web.checkin.models import Link, Opening, Response
from accord.web.people.viewer import Viewer, therapist_only
from accord.web.therapy.cover import covered_sessions, withheld_courses, without
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_courses
from accord.web.therapy.usual import USUAL_FROM, UsualRange, usual_of

PAGE = 25
SHOWS = ("", "unread", "due", "ended")


@dataclass(frozen=True)
class Row:
    """One client of the list."""

    name: str
    page: str
    course: str
    pill: Pill | None
    last: str
    last_when: str
    next: str


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list down."""

    words: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Listing:
    """One page of the list. `empty` says why there is nothing, `before` and `after` lead to the other pages."""

    heading: str
    query: str
    show: str
    filters: tuple[Filter, ...]
    rows: tuple[Row, ...]
    empty: str
    place: str
    before: str
    after: str
    nobody: bool


@dataclass(frozen=True)
class Rated:
    """One client's course with the ratings that the viewer may see; `points` are those of its total that there are.

    `covered`: newer answers wait under the cover, so that older ones are no news.
    """

    course: Followed
    points: tuple[Point, ...]
    learnt: Learnt
    covered: bool = False

    @property
    def last(self) -> float | None:
        """The last rating."""
        return self.points[-1].value if self.points else None

    def usual(self) -> UsualRange | None:
        """Where it would usually lie. Asked only where a row says so: it follows the whole course."""
        if not self.points:
            return None
        usual = usual_of(self.course, self.learnt).get(self.points[-1].session.key)
        return usual if isinstance(usual, UsualRange) else None


def client_list(
    viewer: Viewer,
    at: datetime,
    *,
    query: str = "",
    show: str = "",
    number: str = "1",
) -> Listing:
    """The page `number` of the clients that match `query`, narrowed down to `show`; unknown values mean everything."""
    show = show if show in SHOWS else ""
    query = " ".join(query.split())[:80]
    courses = matching(viewer, at, query=query, show=show)
    pages = Paginator(courses.values_list("pk", flat=True), PAGE)
    page = pages.get_page(number)
    rows = _rows(viewer, list(page.object_list), at)
    count = pages.count
    return Listing(
        heading=_heading(count, show, query),
        query=query,
        show=show,
        filters=_filters(query, show),
        rows=rows,
        empty="" if rows else _empty(show, query),
        place=_("%(first)s to %(last)s of %(count)s")
        % {"first": page.start_index(), "last": page.end_index(), "count": count}
        if pages.num_pages > 1
        else "",
        before=_address(query, show, page.previous_page_number()) if page.has_previous() else "",
        after=_address(query, show, page.next_page_number()) if page.has_next() else "",
        nobody=not rows and not query and not show,
    )


def matching(viewer: Viewer, at: datetime, *, query: str, show: str) -> QuerySet[Course]:
    """The courses of the list in the order of their clients' names."""
    courses = viewer.courses.filter(ended_on__isnull=show != "ended")
    if query:
        courses = courses.filter(Q(client__name__icontains=query) | Q(client__code__icontains=query))
    if show == "unread":
        courses = courses.filter(Exists(unread(viewer)))
    if show == "due":
        courses = courses.filter(Exists(_out(at)))
    called = Lower(Case(When(client__name="", then=F("client__code")), default=F("client__name")))
    return courses.annotate(called=called).order_by("called", "client__code", "pk")


def unread(viewer: Viewer) -> QuerySet[Response]:
    """Clients' answers of a course (`OuterRef("pk")`) that this viewer has not opened; for others than the therapist,
    that nobody has."""
    opened = Opening.objects.filter(response=OuterRef("pk"))
    if not viewer.may & {"all", "team"}:
        opened = opened.filter(by=viewer.staff)
    answers = Response.objects.filter(session__course=OuterRef("pk"), respondent=Respondent.CLIENT.value)
    # What is for the therapist alone nobody else opens, so it would stay unread for ever.
    answers = answers.filter(~Q(instrument__in=therapist_only()) | Q(session__course__therapist=viewer.staff))
    return answers.exclude(channel="import").exclude(Exists(opened))


def _out(at: datetime) -> QuerySet[Link]:
    return Link.objects.filter(
        session__course=OuterRef("pk"), sent_at=None, withdrawn_at=None, declined_at=None, expires_at__gt=at
    )


def _rows(viewer: Viewer, wanted: Sequence[int], at: datetime) -> tuple[Row, ...]:
    """The rows of these courses in the same order; a fixed number of queries."""
    raised = Response.objects.counting().filter(
        raising(), session__course=OuterRef("pk"), instrument=MAIN, raised=None
    )
    courses = (
        Course.objects.filter(pk__in=wanted)
        .select_related("client", "therapist", "service")
        .annotate(
            unread=Exists(unread(viewer)),
            out=Exists(_out(at)),
            raised=Exists(raised.exclude(channel="import")),
        )
    )
    found = {one.pk: one for one in courses}
    kept = withheld_courses(viewer, wanted)
    for pk in kept:
        found[pk].raised = found[pk].unread = False
    met = _sessions(viewer, wanted, at)
    ratings = _ratings(viewer, [one for pk, one in found.items() if pk not in kept])
    signals, rests = noticed(viewer, list(found)), snoozed(viewer, list(found))
    today = clinic_day(at, viewer.service.timezone)
    leading = {pk: _leading(signals[pk], rests.get(pk), today) for pk in found}
    return tuple(
        _row(viewer, found[pk], met.get(pk, {}), ratings.get(pk), leading[pk], at)
        for pk in wanted
        if pk in found
    )


def _leading(signals: Sequence[Noticed], rest: Snoozing | None, today: date) -> Signal | None:
    """The signal that would lead this person's entry on Today."""
    person = attention.Person(
        key="",
        signals=tuple(one.signal for one in signals),
        snoozed_until=rest.until if rest else None,
        snoozed_at=rest.at if rest else None,
        raised={one.signal.rule: one.raised_at for one in signals},
    )
    return attention.entry(person, today).leading


def _sessions(viewer: Viewer, wanted: Sequence[int], at: datetime) -> dict[int, dict]:
    held = Q(attendance__in=[Attendance.ATTENDED.value, Attendance.LATE.value])
    coming = Q(attendance=Attendance.PLANNED.value, day__gte=clinic_day(at, viewer.service.timezone))
    rows = (
        Session.objects.filter(course__in=wanted)
        .order_by()
        .values("course")
        .annotate(
            held=Count("pk", filter=held),
            starts=Min("starts_at", filter=coming),
            day=Min("day", filter=coming),
        )
    )
    return {row["course"]: row for row in rows}


def _ratings(viewer: Viewer, wanted: Sequence[Course]) -> dict[int, Rated]:
    """Total ratings by course, without those under the cover for this viewer; six queries."""
    covered = covered_sessions(viewer, wanted)
    learnt = learnt_of(viewer.service)
    found = {}
    for pk, whole in read_courses(wanted, instruments=USUAL_FROM).items():
        course = without(whole, covered.get(pk, frozenset()))
        points = tuple(one for one in course.line(MAIN, "TOTAL") if isinstance(one.value, float))
        last = max((one.day for one in course.sessions if one.key in covered.get(pk, ())), default=None)
        news = last is not None and (not points or points[-1].session.day <= last)
        found[pk] = Rated(course, points, learnt, news)
    return found


def _row(
    viewer: Viewer, course: Course, met: Mapping, rated: Rated | None, leading: Signal | None, at: datetime
) -> Row:
    """One row; `rated` is None for a therapist from whom the client keeps the answers."""
    zone = viewer.service.timezone
    today = clinic_day(at, zone)
    held = met.get("held", 0)
    parts = [ngettext("%(count)s session", "%(count)s sessions", held) % {"count": held}]
    if course.therapist_id != viewer.staff.pk:
        parts.append(
            _("with %(therapist)s") % {"therapist": course.therapist.name}
            if course.therapist
            else _("without a therapist now")
        )
    return Row(
        name=str(course.client),
        page=address("therapy:client", course.client.key),
        course=" · ".join(parts),
        pill=pill(course, rated, leading) if rated else Pill("covered", _("Not shared with you")),
        last=str(round(rated.points[-1].value)) if rated and rated.points else "",
        last_when=words.day(rated.points[-1].session.day, today) if rated and rated.points else "",
        next=_next(met, today, zone) if not course.ended_on else _ended(course, today),
    )


def pill(course, rated: Rated, leading: Signal | None) -> Pill | None:
    """The one status worth a word: what the client said, then what stands out, then what waits."""
    pronoun = course.client.pronoun
    told = signal_pill(leading, pronoun) if leading else None
    if course.raised:
        return Pill("raised", words.raised_it(pronoun))
    if leading and attention.place(leading) <= (Place.CONCERN if rated.covered else Place.GAP):
        return told
    if course.unread:
        return Pill("unread", _("Not read yet"), "unopened")
    if course.out:
        return Pill("due", _("Form out"))
    if course.client.declined_all_at:
        return Pill("declined", _("Does not want forms"), "snoozed")
    if told and not rated.covered:
        return told
    last, usual = rated.last, rated.usual()
    if usual is None or last is None:
        return Pill("too-few", _("Too few to say"))
    if last > usual.high:
        return Pill("steady", _("Above the usual wobble"), "rose-above")
    if last < usual.low:
        return Pill("steady", _("A little below the usual"))
    return Pill("steady", words.inside_wobble(pronoun))


def _next(met: Mapping, today: date, zone: str) -> str:
    if not met.get("day"):
        return ""
    day = words.day(met["day"], today)
    starts = met.get("starts")
    return f"{day}, {words.clock(words.local(starts, zone))}" if starts else day


def _ended(course: Course, today: date) -> str:
    return _("ended %(day)s") % {"day": date_format(course.ended_on, "j F Y")}


def _heading(count: int, show: str, query: str) -> str:
    facts = {"count": words.capital(words.number(count)), "query": query}
    if query:
        return ngettext("%(count)s person found.", "%(count)s people found.", count) % facts
    if show == "unread":
        return (
            ngettext(
                "%(count)s person with answers to read.", "%(count)s people with answers to read.", count
            )
            % facts
        )
    if show == "due":
        return (
            ngettext("%(count)s person with a form out.", "%(count)s people with a form out.", count) % facts
        )
    if show == "ended":
        return ngettext("%(count)s course has ended.", "%(count)s courses have ended.", count) % facts
    return ngettext("%(count)s person in therapy.", "%(count)s people in therapy.", count) % facts


def _empty(show: str, query: str) -> str:
    if query:
        return _(
            "Nobody you may open is called like “%(query)s”. A part of the name or the pseudonym is enough."
        ) % {"query": query}
    return {
        "unread": _("Everything that came in has been opened."),
        "due": _("No form is out."),
        "ended": _("No course has ended yet."),
    }.get(show, _("Nobody is in your care here yet."))


def _filters(query: str, show: str) -> tuple[Filter, ...]:
    names = {"": _("In therapy"), "unread": _("Not read yet"), "due": _("Form out"), "ended": _("Ended")}
    return tuple(Filter(names[one], _address(query, one, 1), one == show) for one in SHOWS)


def _address(query: str, show: str, number: int) -> str:
    chosen = {"q": query, "show": show, "page": number if number > 1 else ""}
    kept = urlencode({key: value for key, value in chosen.items() if value})
    return f"{address('therapy:clients')}{'?' if kept else ''}{kept}"
