"""What staff do about a repair as a whole: begin it, look again, take it to supervision and back, close, reopen.

Its steps are noted in `noting`. Every action appends one event and changes none. Whoever saves says how many events
they had `seen`: what came in between is told first (`Meanwhile`). `at` is now, but for an invented past.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults, refuse
from accord.repair import texts
from accord.repair.event import Ending, Event, Kind, Origin, Strain
from accord.repair.offer import offers
from accord.repair.state import Stage, replay
from accord.web.attention.models import Signal
from accord.web.checkin.models import Response
from accord.web.people.viewer import Viewer
from accord.web.repair.access import supervisors
from accord.web.repair.facts import facts_of
from accord.web.repair.models import Repair
from accord.web.repair.rows import events_of
from accord.web.repair.writing import CLOSED, Meanwhile, append, held, latest_session, line_of, moment
from accord.web.therapy.models import Course, Session


@dataclass(frozen=True)
class Begun:
    """A repair that was begun; `new` False: one was open already, and it is that one."""

    repair: Repair
    new: bool


@transaction.atomic
def begin(
    *,
    viewer: Viewer,
    course: Course,
    origin: Origin,
    about: Session | None = None,
    strain: Strain = Strain.UNSURE,
    signal: Signal | None = None,
    response: Response | None = None,
    at: datetime | None = None,
) -> Begun:
    """Begin a repair, or give the one that is open already. `about` is the session that it is about.

    Raises `Faults`: the course has ended, or something named is not of this course.
    """
    course = Course.objects.select_for_update(no_key=True, of=("self",)).get(pk=course.pk)
    faults = []
    if course.ended_on is not None:
        faults.append(
            Fault(
                "course",
                "this course has ended.",
                "A repair needs a session to come: begin a new course first.",
            )
        )
    if about is not None and about.course_id != course.pk:
        faults.append(Fault("session", "this session is not of this course.", "Choose one of this client."))
    if signal is not None and signal.course_id != course.pk:
        faults.append(Fault("signal", "this signal is not of this course.", "Begin from one of this client."))
    if response is not None and response.session.course_id != course.pk:
        faults.append(
            Fault("response", "this check-in is not of this course.", "Begin from one of this client.")
        )
    if faults:
        raise Faults(faults)
    open_one = Repair.objects.filter(course=course).exclude(stage=Stage.CLOSED.value).first()
    if open_one is not None:
        return Begun(open_one, new=False)
    at = at or now()
    made = Repair.objects.create(
        service_id=course.service_id,
        course=course,
        about=about,
        signal=signal,
        response=response,
        origin=origin.value,
        begun_by=viewer.staff,
        begun_at=at,
    )
    event = Event(
        Kind.BEGAN, viewer.key, at, session=about.key if about else "", origin=origin, strain=strain
    )
    append(viewer, made, None, event, session=about)
    return Begun(made, new=True)


@transaction.atomic
def look(*, viewer: Viewer, repair: Repair, seen: int | None = None, at: datetime | None = None) -> Repair:
    """The line was looked at, and the repair goes on."""
    return _do(viewer, repair, Kind.LOOKED, seen=seen, at=at)


@transaction.atomic
def ask(
    *, viewer: Viewer, repair: Repair, words: str = "", seen: int | None = None, at: datetime | None = None
) -> Repair:
    """Take it to supervision; `words` say what the question is.

    Raises `Faults` when nobody would see it there, so that no one waits for an answer that cannot come.
    """
    if not supervisors(repair.course):
        raise refuse(
            "supervision",
            "nobody would see it there.",
            "The client has not agreed to supervision, or the therapist's team has no supervisor.",
        )
    return _do(viewer, repair, Kind.ASKED, note=line_of(words, "words"), seen=seen, at=at)


@transaction.atomic
def give_back(
    *, viewer: Viewer, repair: Repair, words: str = "", seen: int | None = None, at: datetime | None = None
) -> Repair:
    """It was talked about in supervision, and the therapist goes on."""
    return _do(viewer, repair, Kind.RETURNED, note=line_of(words, "words"), seen=seen, at=at)


@transaction.atomic
def close(
    *,
    viewer: Viewer,
    repair: Repair,
    ending: Ending,
    reason: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Repair:
    """Close it with an ending that is open now; *not a rupture* says what it was instead.

    Raises `Faults` with the reason why an ending is not open yet.
    """
    repair, at = held(repair), at or now()
    state = replay(events_of([repair.pk])[repair.pk])
    if not state.open:
        raise refuse("repair", *CLOSED)
    offer = next(one for one in offers(state, facts_of(viewer, repair, state, at)) if one.ending is ending)
    faults = []
    if not offer.open:
        faults.append(Fault("ending", "this ending is not open yet.", texts.not_yet(offer.not_yet)))
    if ending is Ending.NOT_A_RUPTURE and not reason.strip():
        faults.append(Fault("reason", "this line is empty.", "Say in a few words what it was instead."))
    if faults:
        raise Faults(faults)
    return _do(viewer, repair, Kind.CLOSED, ending=ending, note=line_of(reason, "reason"), seen=seen, at=at)


@transaction.atomic
def reopen(*, viewer: Viewer, repair: Repair, seen: int | None = None, at: datetime | None = None) -> Repair:
    """Open a closed repair again. Raises `Faults` when the course has ended, or another repair is open by now."""
    faults = []
    if repair.course.ended_on is not None:
        faults.append(Fault("course", "this course has ended.", "A repair needs a session to come."))
    others = Repair.objects.filter(course=repair.course_id).exclude(pk=repair.pk)
    if others.exclude(stage=Stage.CLOSED.value).exists():
        faults.append(Fault("repair", "another repair of this course is open.", "Go on with that one."))
    if faults:
        raise Faults(faults)
    return _do(viewer, repair, Kind.REOPENED, seen=seen, at=at)


def _do(
    viewer: Viewer,
    repair: Repair,
    kind: Kind,
    *,
    seen: int | None,
    at: datetime | None,
    ending: Ending | None = None,
    note: str = "",
) -> Repair:
    repair = held(repair)
    if seen is not None and repair.events_count > seen:
        raise Meanwhile(range(seen + 1, repair.events_count + 1))
    state = replay(events_of([repair.pk])[repair.pk])
    at = moment(state, at)
    session = latest_session(repair.course, at)
    event = Event(kind, viewer.key, at, session=session.key if session else "", ending=ending)
    append(viewer, repair, state, event, session=session, note=note)
    return repair
