"""A day as values: everything that Today shows, before it is put in order and into words."""

from dataclasses import dataclass, field
from datetime import date, datetime

from accord.course.course import Course
from accord.signals.learnt import PUBLISHED, Learnt
from accord.web.attention.models import Alert
from accord.web.attention.noticed import Noticed, Snoozing
from accord.web.attention.repairing import Repairing, due
from accord.web.repair.standing import Standing
from accord.web.voice.concerns import Letter


@dataclass(frozen=True)
class Said:
    """What a client wrote or ticked about one session, and when it was sent."""

    response: str
    text: str
    at: datetime
    session_ended: datetime | None = None
    wants_to_talk: bool = False


@dataclass(frozen=True)
class Open:
    """A form that was asked for and is not answered: its link, and when that went out (None: never by message)."""

    link: str
    session: str
    instrument: str
    made_at: datetime
    sent_at: datetime | None
    opened: bool
    expired: bool = False


@dataclass(frozen=True)
class Person:
    """One client as Today sees them. `course` holds nothing that is covered for the viewer.

    `session` is today's one, None where there is none today; `covered` is the session whose answers wait under the
    cover; `raised` a concern not yet talked about; `mine` whether the viewer is the therapist.
    """

    client: str
    course_key: str
    name: str
    pronoun: str
    course: Course
    mine: bool = True
    therapist: str = ""
    session: str | None = None
    at: datetime | None = None
    covered: str | None = None
    covered_at: datetime | None = None
    raised: Said | None = None
    words: Said | None = None
    open: Open | None = None
    reviewed: bool = False
    declined: bool = False
    withheld: bool = False
    next_day: date | None = None
    signals: tuple[Noticed, ...] = ()
    snooze: Snoozing | None = None
    repair: Standing | None = None

    @property
    def repair_due(self) -> bool:
        """Whether an open repair of the viewer's own client waits for them now."""
        return self.mine and self.repair is not None and due(self.repair)


@dataclass(frozen=True)
class Resting:
    """A person whose signals rest: until when, and why, where the viewer wrote it."""

    client: str
    course_key: str
    name: str
    until: date
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Waiting:
    """One session that the viewer has not rated yet."""

    session: str
    name: str
    day: date


@dataclass(frozen=True)
class Stuck:
    """Whether messages leave: how many wait too long, and when the sender was last alive (None: never)."""

    messages: int
    beat: datetime | None
    silent: bool

    @property
    def troubled(self) -> bool:
        """Whether somebody should look."""
        return self.messages > 0


@dataclass(frozen=True)
class Day:
    """Everything that Today shows, before it is put in order."""

    people: tuple[Person, ...]
    others: tuple[Person, ...] = ()
    others_left_out: int = 0
    alerts: tuple[Alert, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    to_talk_about: tuple[Person, ...] = ()
    forms_out: int = 0
    stuck: Stuck = field(default_factory=lambda: Stuck(0, None, False))
    declined: tuple[str, ...] = ()
    next_day: date | None = None
    caseload: bool = True
    between: tuple[Person, ...] = ()
    resting: tuple[Resting, ...] = ()
    alarms: int | None = None
    learnt: Learnt = PUBLISHED
    letters: tuple[Letter, ...] = ()
    repairs: tuple[Repairing, ...] = ()
