"""What a supervision agenda is made of, as values: who may come up, what was tried, who is there, what is left."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accord.signals.signal import Signal
from accord.web.attention.supervision_repairs import Repairing


@dataclass(frozen=True)
class Safety:
    """A safety answer: when it came, who acted how long after it (both None while it is open), and what was done."""

    key: str
    at: datetime
    by: str | None = None
    after: timedelta | None = None
    done: str = ""


@dataclass(frozen=True)
class Found:
    """A current signal with the key it is stored under, and the day since which it holds."""

    key: str
    signal: Signal
    since: date


@dataclass(frozen=True)
class Unread:
    """Answers that nobody has opened for longer than the service wants: how many, and the day of the oldest."""

    forms: int
    since: date


@dataclass(frozen=True)
class Tried:
    """One thing that is on record: what (`concern`, `safety`, `agreed`, `talked`), the day, who, and their words."""

    what: str
    day: date
    who: str = ""
    words: str = ""
    done: bool = False


@dataclass(frozen=True)
class Kept:
    """What was kept in the meeting that is open now."""

    at: datetime
    note: str = ""
    agreed: str = ""
    agreed_by: str = ""  # key of the staff
    agreed_name: str = ""


@dataclass(frozen=True)
class Case:
    """One client of the team with everything that may bring them up; `rested`: keys that were talked about lately."""

    course: str
    client: str
    name: str
    pronoun: str
    therapist: str
    safety: Safety | None = None
    found: tuple[Found, ...] = ()
    unread: Unread | None = None
    tried: tuple[Tried, ...] = ()
    resting_until: date | None = None
    rested: frozenset[str] = frozenset()
    kept: Kept | None = None
    repair: Repairing | None = None


@dataclass(frozen=True)
class Present:
    """One member of the teams: whether they are in the room."""

    key: str
    name: str
    here: bool


@dataclass(frozen=True)
class Agreed:
    """Something agreed in an earlier meeting."""

    talk: str
    who: str
    words: str
    about: str
    day: date
    done: bool = False


@dataclass(frozen=True)
class Past:
    """A meeting that was closed."""

    meeting: str
    day: date
    people: int


@dataclass(frozen=True)
class Agenda:
    """Everything the page shows, before it is put in order. `teams` 0: this supervisor is in none."""

    led_by: str
    cases: tuple[Case, ...] = ()
    teams: int = 1
    few: int = 0
    not_agreed: int = 0
    meeting: str = ""
    begun_on: date | None = None
    room: tuple[Present, ...] = ()
    left: tuple[Agreed, ...] = ()
    past: tuple[Past, ...] = ()
