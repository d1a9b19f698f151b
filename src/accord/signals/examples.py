"""Cases of a rule as its ``<id>.yaml`` tells them: lists with one entry per appointment, and what the rule should say.

A list is filled up with nothing on the right; `none` is no answer. Appointments are a week apart unless `days` says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from accord.basics.absence import Absence, NotScored
from accord.course.course import Course
from accord.course.expected import ExpectedCourse
from accord.course.plan import Due, Standing
from accord.course.session import Attendance, Rating, Session, SessionKind
from accord.instruments.definition import Answer, Missing
from accord.instruments.registry import instrument
from accord.instruments.scoring import score
from accord.repair.tools import Behind
from accord.signals import known
from accord.signals.known import Known
from accord.signals.learnt import PUBLISHED

FIRST = datetime(2026, 1, 5, 10, tzinfo=UTC)
Value = float | None
EXPECTED = ExpectedCourse(  # made up, with round numbers: who begins at 50 is at 50 + 6 ln(session)
    instrument=known.WELLBEING,
    low=0,
    high=100,
    higher_is_better=True,
    centre=50,
    effects=(50, 0.8, 6, 0, 0, 0),
    covariance=((0.0,) * 6,) * 6,
    client=((49, 0), (0, 25)),
    therapist=0,
    residual=45,
    lengths=((2.3, 0.0),) * 12,
    length_intake=0,
    until=12,
    courses=212,
    therapists=20,
    ratings=1500,
)


class CaseKind(StrEnum):
    """What a case shows; a rule has one of each, or says in `without` why it cannot."""

    FIRES = "fires"
    JUST_SHORT = "just short"
    MISSING = "missing"
    TOO_SHORT = "too short"
    AT_THE_CEILING = "at the ceiling"


class Pill(BaseModel):
    """The status beside a name: its words and its icon."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: str
    icon: str


class Case(BaseModel):
    """One course, and what the rule finds in it: a signal since the appointment `since`, or nothing.

    `client`, `therapist`: totals of the check-in and its twin, or ``{bond: , goals: , tasks: , overall: }``; `arrival`,
    `wellbeing`: their totals; `felt_off`, `talk`, `tension`, `tension_therapist`: yes or no; `signs`: numbers of the
    ticked signs of the therapist's tension form; `items`: raw items of the check-in; `who`: the therapist's key.
    `expected`: the service knows where wellbeing usually goes (`EXPECTED`).
    `today`: days after the first appointment at which one looks. `talked`, `risk`: appointments by place, from 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    kind: CaseKind
    client: list[float | dict[str, float | None] | None] = []
    therapist: list[float | dict[str, float | None] | None] = []
    arrival: list[Value] = []
    wellbeing: list[Value] = []
    felt_off: list[bool | None] = []
    talk: list[bool | None] = []
    tension: list[bool | None] = []
    tension_therapist: list[bool | None] = []
    signs: list[list[int] | None] = []
    items: list[dict[int, float | str] | None] = []
    attendance: list[Attendance | None] = []
    modes: list[SessionKind | None] = []
    days: list[int] = []
    who: list[str] = []
    appointments: int | None = None
    today: int | None = None
    reviewed: bool = False
    expected: bool = False
    talked: list[int] = []
    risk: list[int] = []
    overdue: dict[str, int] = {}  # instrument: appointment at which it is overdue
    since: int | None = None
    shape: str | None = None
    facts: dict[str, float | str] = {}


class RuleFile(BaseModel):
    """A rule in words: its title, what it means, its pill, the sentence for each shape, and its cases.

    `behind`: what may stand behind such a signal, the likeliest first [design]; leads to the tools for it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    means: str
    pill: Pill
    behind: tuple[Behind, ...] = (Behind.ALLIANCE,)
    sentences: dict[str, str]
    without: dict[CaseKind, str] = {}
    cases: list[Case]


@cache
def rule_file(id: str) -> RuleFile:
    """The words and cases of the rule with this id."""
    text = (files("accord.signals") / "rules" / f"{id}.yaml").read_text(encoding="utf-8")
    return RuleFile.model_validate(absences(yaml.safe_load(text)))


def absences(value: Any) -> Any:
    """A file's values with nothing where it says `none`: no answer."""
    if isinstance(value, dict):
        return {key: absences(one) for key, one in value.items()}
    if isinstance(value, list):
        return [absences(one) for one in value]
    return None if value == "none" else value


@dataclass
class _Forms:
    """What was answered at one appointment."""

    ratings: list[Rating] = field(default_factory=list)

    def add(self, key: str, name: str, answers: Mapping[int, Answer], at: datetime) -> None:
        definition = instrument(name)
        whole: dict[int, Answer] = {one.number: Missing.NOT_REACHED for one in definition.items}
        whole |= answers
        scores: dict[str, float | Absence] = {
            scale: one.value if one.value is not None else NotScored(one.reason or "")
            for scale, one in score(definition, whole).items()
        }
        self.ratings.append(
            Rating(
                f"{key}:{name}", name, definition.version, definition.respondent, scores, at, answers=whole
            )
        )


def build(case: Case) -> tuple[Course, Known]:
    """The course of a case and what is known beside it; sessions have the keys ``s1``, ``s2`` and so on."""
    count = case.appointments or max(
        len(getattr(case, name)) for name in Case.model_fields if isinstance(getattr(case, name), list)
    )
    sessions, number = [], 0
    for place in range(count):
        day = case.days[place] if place < len(case.days) else 7 * place
        at = FIRST + timedelta(days=day)
        attendance = _at(case.attendance, place) or Attendance.ATTENDED
        number += attendance.counts
        sessions.append(
            Session(
                key=f"s{place + 1}",
                day=at.date(),
                number=number if attendance.counts else None,
                kind=_at(case.modes, place) or SessionKind.IN_PERSON,
                attendance=attendance,
                therapist=_at(case.who, place) or "t1",
                starts_at=at,
                ratings=tuple(_ratings(case, place, at)),
            )
        )
    return Course(case.name, tuple(sessions)), _known(case, sessions)


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _ratings(case: Case, place: int, at: datetime) -> list[Rating]:
    forms, key, after = _Forms(), f"s{place + 1}", at + timedelta(hours=1)
    check_in = _four(_at(case.client, place))
    for item, values in ((known.FELT_OFF, case.felt_off), (known.TALK, case.talk)):
        if _at(values, place) is not None:
            check_in[item] = float(values[place] or False)
    check_in |= {n: _answer(value) for n, value in (_at(case.items, place) or {}).items()}
    tension: dict[int, Answer] = dict.fromkeys(_at(case.signs, place) or [], 1.0)
    if _at(case.tension_therapist, place) is not None:
        tension[1] = float(case.tension_therapist[place] or False)
    given = (
        (known.MAIN, check_in),
        (known.TWIN, _four(_at(case.therapist, place))),
        (known.ARRIVAL, _one(_at(case.arrival, place))),
        (known.WELLBEING, _four(_at(case.wellbeing, place))),
        (known.TENSION, _one(_at(case.tension, place))),
        (known.TENSION_TWIN, tension),
    )
    for name, answers in given:
        if answers:
            forms.add(key, name, answers, after)
    return forms.ratings


def _answer(value: float | str) -> Answer:
    return Missing(value) if isinstance(value, str) else float(value)


def _one(value: float | bool | None) -> dict[int, Answer]:
    return {} if value is None else {1: float(value)}


def _four(value: float | dict[str, float | None] | None) -> dict[int, Answer]:
    if value is None:
        return {}
    if isinstance(value, dict):
        names = ("bond", "goals", "tasks", "overall")
        items = {n: value.get(name) for n, name in enumerate(names, start=1)}
        return {n: Missing.DECLINED if one is None else float(one) for n, one in items.items()}
    return {n: float(value) for n in (1, 2, 3, 4)}


def _known(case: Case, sessions: Sequence[Session]) -> Known:
    at = FIRST + timedelta(days=case.today) if case.today is not None else None
    return Known(
        at=at,
        learnt=replace(PUBLISHED, expected=EXPECTED) if case.expected else PUBLISHED,
        dues=tuple(
            Due(f"s{place}", sessions[place - 1].number or 0, name, False, Standing.OVERDUE)
            for name, place in case.overdue.items()
        ),
        talked=frozenset(f"s{place}:{known.MAIN}" for place in case.talked),
        risk=frozenset(f"s{place}" for place in case.risk),
        reviewed=case.reviewed,
    )


def found_as_expected(case: Case, found: Sequence[Any]) -> str:
    """Empty when the signals are what the case says, else what differs; at most one signal per rule and course."""
    if case.since is None:
        return f"expected nothing, found {len(found)}" if found else ""
    if not found:
        return f"expected a signal since s{case.since}, found nothing"
    signal = found[0]
    if signal.since != f"s{case.since}":
        return f"expected it since s{case.since}, found it since {signal.since}"
    if case.shape is not None and signal.shape != case.shape:
        return f"expected the shape {case.shape}, found {signal.shape}"
    wrong = {
        name: signal.facts.get(name)
        for name, value in case.facts.items()
        if not _same(signal.facts.get(name), value)
    }
    return f"expected {case.facts}, found {wrong}" if wrong else ""


def _same(found: float | str | None, wanted: float | str) -> bool:
    if isinstance(found, float) and isinstance(wanted, float | int):
        return abs(found - wanted) < 0.05
    return found == wanted
