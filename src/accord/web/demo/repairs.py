"""Repairs of the demo: Ana's of yesterday, one in supervision, and those that past falls and concerns of others led to.

How one ended follows from the simulated ratings after it, as far as it rests on the line. What staff did goes by
turns and not by chance, so that every page has something to show; rows are checked by replaying their events.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accord.basics.clock import clinic_day
from accord.course.course import Course as Value
from accord.course.dependability import Spread
from accord.course.session import Session as Held
from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain
from accord.repair.levels import levels
from accord.repair.line import Reading, read_line
from accord.repair.state import replay
from accord.repair.texts import signs, ways
from accord.signals.known import FELT_OFF, MAIN, TOTAL
from accord.signals.reading import answer
from accord.web.attention.models import Signal
from accord.web.audit import actions as audit
from accord.web.audit.actions import Line
from accord.web.people.models import Consent, Purpose, Service, Staff
from accord.web.repair.models import Repair, RepairEvent
from accord.web.repair.rows import kept
from accord.web.repair.writing import VERBS
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_courses, read_spreads

MOST_CLOSED, MOST_OPEN, MOST_EACH = 44, 7, 1  # open ones: in all, and for one therapist
ANA = "Ana M."
EARLIER = 4  # ratings before a fall, so that there is a level to fall from
HOUR = timedelta(hours=1)
NOTICED = (
    "Short answers after I explained the exercise.",
    "The voice went flat, and the smile came back too fast.",
)
AGREED = (
    "We begin with what was hard in the week.",
    "One thing at a time; a raised hand means slower.",
    "Less homework.",
)
ASKED = "I do not know whether I am helping or pushing."
REASON = "A week of exams; we talked about it, and it was not about us."


@dataclass
class _Told:
    """One invented repair: whose, its events with what was written in each, and where it began."""

    course: Course
    by: Staff
    about: Held
    begun_at: datetime
    events: list[tuple[Event, str]] = field(default_factory=list)

    def add(self, kind: Kind, at: datetime, note: str = "", **more) -> None:
        self.events.append((Event(kind, self.by.key, at, session=self.about.key, **more), note))


def tell(service: Service, present: datetime) -> None:
    """Ana's two repairs and those of the others; call it once the demo has been judged."""
    rows = Course.objects.filter(service=service).select_related("client", "therapist", "service")
    courses = {one.pk: one for one in rows}
    spread = read_spreads(service, MAIN)[TOTAL]
    ana = next(one for one in courses.values() if one.client.name == ANA)
    _write(service, [*_ana(ana, spread, present), *_others(service, courses, spread, present)])


def _ana(course: Course, spread: Spread, present: datetime) -> Iterator[_Told]:
    """The one from her concern in session 3, and the one from her dip: begun yesterday, the rest is for today."""
    value = read_courses([course])[course.pk]
    third = value.sessions[2]
    closed = _Told(course, course.therapist, third, third.starts_at + 26 * HOUR)
    closed.add(Kind.BEGAN, closed.begun_at, origin=Origin.CONCERN, strain=Strain.CONFRONTATION)
    signs = {"step": Step.NOTICE, "signs": ("rushed",)}
    closed.add(
        Kind.TOOK, closed.begun_at, "She wrote that something felt off. I had been in a hurry.", **signs
    )
    talked = value.sessions[3].starts_at + HOUR
    closed.add(Kind.TOOK, talked, step=Step.NAME, ways=(ways(Step.NAME, Strain.CONFRONTATION)[0].id,))
    closed.add(Kind.TOOK, talked, step=Step.OWN, ways=(ways(Step.OWN, Strain.CONFRONTATION)[0].id,))
    closed.add(
        Kind.TOOK,
        talked,
        "Slower at the start. She holds up a hand when I rush.",
        step=Step.AGREE,
        signs=("client",),
    )
    closed.add(Kind.LOOKED, value.sessions[5].starts_at + 2 * HOUR)
    last = value.sessions[7]
    closed.add(Kind.CLOSED, last.starts_at + 3 * HOUR, ending=_ending(value, third, last, spread, 1))
    yield closed
    dip = Signal.objects.filter(course=course, rule="dip").select_related("about").first()
    if dip is None:
        return
    yesterday = clinic_day(present, course.service.timezone) - timedelta(days=1)
    at = datetime.combine(yesterday, time(18, 40), ZoneInfo(course.service.timezone))
    made = _Told(
        course, course.therapist, next(one for one in value.sessions if one.key == dip.about.key), at
    )
    made.add(Kind.BEGAN, at, origin=Origin.SIGNAL, strain=Strain.WITHDRAWAL)
    ticked = ("short_answers", "agreed_quiet")
    words = "After I moved us to the exercise she said “sure” and looked at the clock."
    made.add(Kind.TOOK, at + 0.1 * HOUR, words, step=Step.NOTICE, signs=ticked, strain=Strain.WITHDRAWAL)
    yield made


def _others(
    service: Service, courses: dict[int, Course], spread: Spread, present: datetime
) -> Iterator[_Told]:
    read = read_courses(
        [one for one in courses.values() if one.client.name != ANA and one.therapist],
        instruments=(MAIN,),
    )
    agreed = set(
        Consent.objects.filter(service=service, purpose=Purpose.SUPERVISION, granted=True).values_list(
            "client", flat=True
        )
    )
    supervised = set(
        Staff.objects.filter(
            service=service, teams__in=service.team_set.filter(members__roles__role="supervisor")
        ).values_list("pk", flat=True)
    )
    going, closed, asked = Counter(), 0, False
    for turn, (pk, value) in enumerate(read.items()):
        course, strain = courses[pk], _strain(value, spread)
        if strain is None:
            continue
        made = _story(course, value, strain, spread, turn, present)
        if made is None:
            continue
        if any(event.kind is Kind.CLOSED for event, _note in made.events):
            if closed < MOST_CLOSED:
                closed += 1
                yield made
            continue
        if course.ended_on or sum(going.values()) >= MOST_OPEN or going[course.therapist_id] >= MOST_EACH:
            continue
        going[course.therapist_id] += 1
        if not asked and course.client_id in agreed and course.therapist_id in supervised:
            made.add(Kind.ASKED, max(made.events[-1][0].at, present - timedelta(days=2)), ASKED)
            asked = True
        yield made


def _strain(course: Value, spread: Spread) -> Held | None:
    """The last session in which the line fell or the client said that something felt off; None without."""
    rated = [one for one in course.sessions if one.rating(MAIN)]
    for one in reversed(rated[EARLIER:]):
        off = answer(one, MAIN, FELT_OFF) == 1
        if one.starts_at and (off or levels(course, one.key, spread, instrument=MAIN).dip):
            return one
    return None


def _story(
    course: Course, value: Value, about: Held, spread: Spread, turn: int, present: datetime
) -> _Told | None:
    """What was done about it: begun a day later, every sixth time late; steps in the sessions after; then looked at."""
    after = [one for one in value.sessions if one.starts_at and one.starts_at > about.starts_at]
    held = [one for one in after if one.attendance.held]
    late = turn % 6 == 5 and len(held) > 4
    began = held[2].starts_at + 2 * HOUR if late else about.starts_at + 26 * HOUR
    since = [one for one in held if one.starts_at > began]
    if began >= present:
        return None
    origin = Origin.CONCERN if answer(about, MAIN, FELT_OFF) == 1 else Origin.SENSE
    made = _Told(course, course.therapist, about, began)
    strain = (Strain.WITHDRAWAL, Strain.UNSURE, Strain.CONFRONTATION)[turn % 3]
    made.add(Kind.BEGAN, began, origin=origin, strain=strain)
    noticed = signs()[turn % len(signs())].id
    made.add(
        Kind.TOOK, began + 0.1 * HOUR, NOTICED[turn % 2], step=Step.NOTICE, signs=(noticed,), strain=strain
    )
    if since:
        _talk(made, since[0].starts_at + HOUR, strain, turn)
    rated = [one for one in since if one.rating(MAIN)]
    if course.ended_on and len(rated) < 2 and "stopped" in course.ended_how:
        end = datetime.combine(course.ended_on, time(19), ZoneInfo(course.service.timezone))
        made.add(Kind.CLOSED, max(end, made.events[-1][0].at), ending=Ending.LEFT)
    elif len(rated) >= 3 or (course.ended_on and rated):
        last = rated[min(len(rated), 3) - 1]
        if len(rated) > 3:
            made.add(Kind.LOOKED, rated[1].starts_at + 2 * HOUR)
        ending = _ending(value, about, last, spread, turn)
        note = REASON if ending is Ending.NOT_A_RUPTURE else ""
        made.add(Kind.CLOSED, max(last.starts_at + 3 * HOUR, made.events[-1][0].at), note, ending=ending)
    return made if made.events[-1][0].at < present else None


def _talk(made: _Told, at: datetime, strain: Strain, turn: int) -> None:
    for step, said in ((Step.NAME, turn % 9 != 4), (Step.OWN, turn % 4 != 1), (Step.AGREE, turn % 3 != 2)):
        if said:
            note = AGREED[turn % len(AGREED)] if step is Step.AGREE else ""
            way = ways(step, strain)[turn % 2].id
            made.add(
                Kind.TOOK,
                at,
                note,
                step=step,
                ways=(way,),
                signs=("therapist",) if step is Step.AGREE else (),
            )


def _ending(course: Value, about: Held, last: Held, spread: Spread, turn: int) -> Ending:
    """What the ratings up to the last look say; where they say nothing certain it was talked about, or no rupture."""
    seen = tuple(one for one in course.sessions if one.starts_at and one.starts_at <= last.starts_at)
    cut = replace(course, sessions=seen)
    reading = read_line(*levels(cut, about.key, spread, instrument=MAIN))
    known = {Reading.CAME_BACK: Ending.CAME_BACK, Reading.ROSE_ABOVE: Ending.ROSE_ABOVE}
    return known.get(reading) or (
        Ending.NOT_A_RUPTURE if turn % 4 == 0 or turn % 9 == 4 else Ending.UNCHANGED
    )


def _write(service: Service, told: list[_Told]) -> None:
    sessions = {
        one.key: one
        for one in Session.objects.filter(key__in=[each.about.key for each in told], service=service)
    }
    repairs, events, lines = [], [], []
    for one in told:
        state = replay(event for event, _note in one.events)
        about = sessions[one.about.key]
        row = Repair(
            service=service,
            course=one.course,
            about=about,
            signal=Signal.objects.filter(about=about, rule="dip").first()
            if state.origin is Origin.SIGNAL
            else None,
            response=_raised(about) if state.origin is Origin.CONCERN else None,
            origin=state.origin.value,
            stage=state.stage.value,
            begun_by=one.by,
            begun_at=state.begun_at,
            ending=state.ending.value if state.ending else "",
            closed_at=state.closed_at,
            events_count=state.events,
        )
        repairs.append(row)
        for number, (event, note) in enumerate(one.events, start=1):
            step = event.step.value if event.step else ""
            events.append(
                RepairEvent(
                    service=service,
                    repair=row,
                    number=number,
                    kind=event.kind.value,
                    step=step,
                    session=about,
                    by=one.by,
                    at=event.at,
                    value=kept(event),
                    note=note,
                )
            )
            lines.append(Line(one.by.key, VERBS[event.kind], "repair", row.key, {"event": number}))
    Repair.objects.bulk_create(repairs)
    RepairEvent.objects.bulk_create(events, batch_size=500)
    audit.record_many(service_id=service.pk, lines=lines)


def _raised(session: Session):
    return session.responses.filter(instrument=MAIN, superseded_by=None).first()
