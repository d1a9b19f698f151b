"""Whether everybody is served alike: check-ins given, alliance, dips, leaving, and what is done about alarms, by group.

Per trait a mean or a share of each group, and each group against the largest, with intervals over therapists. Groups
of fewer than five are kept back, and as many besides as it takes that nothing can be had by subtraction. Means of the
alliance are compared only where the form is shown to mean the same in the groups (`invariance`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accord.basics.absence import Absence, NotScored, TooFew
from accord.statistics.clustered import Regression, false_discoveries, regress
from accord.studies.frontiers.answers import Answers, Floats, Words, answers
from accord.studies.frontiers.groups import NOT_TOLD, Cell, Trait, rounded, shown, traits
from accord.studies.frontiers.invariance import CLIENTS, Ladder, form_of, ladder
from accord.studies.result import Line, Options, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

ID = "equity"
MAIN = "gaps"
LEVEL = "level"


@dataclass(frozen=True)
class Measure:
    """One thing that is compared: rows of `sql` have client, therapist and value."""

    name: str
    sql: str
    unit: str
    yes_or_no: bool = True


_SIGNALS = "FROM signals JOIN people USING (course)"
_OF_SIGNAL = "client, coalesce(people.therapist, course) AS therapist"
MEASURES: tuple[Measure, ...] = (
    Measure(
        "completion",
        "SELECT client, coalesce(therapist, course) AS therapist, (alliance IS NOT NULL)::INT AS value FROM rated",
        "share",
    ),
    Measure(
        LEVEL,
        "SELECT client, coalesce(therapist, course) AS therapist, alliance_mean AS value FROM people",
        "points",
        yes_or_no=False,
    ),
    Measure(
        "felt_off",
        "SELECT client, coalesce(therapist, course) AS therapist, felt_off AS value FROM rated",
        "share",
    ),
    Measure(
        "dips",
        "SELECT client, coalesce(therapist, course) AS therapist, "
        "(session IN (SELECT session FROM signals WHERE rule = 'dip' AND session IS NOT NULL))::INT AS value "
        "FROM rated WHERE alliance IS NOT NULL AND EXISTS (FROM signals WHERE rule = 'dip')",
        "share",
    ),
    Measure(
        "left",
        "SELECT client, coalesce(therapist, course) AS therapist, left_judged::INT AS value FROM people",
        "share",
    ),
    Measure(
        "answered", f"SELECT {_OF_SIGNAL}, (said IS NOT NULL OR repaired)::INT AS value {_SIGNALS}", "share"
    ),
    Measure(
        "repaired", f"SELECT {_OF_SIGNAL}, repaired::INT AS value {_SIGNALS} WHERE rule = 'dip'", "share"
    ),
    Measure(
        "false_alarms",
        f"SELECT {_OF_SIGNAL}, (said = 'not_a_dip')::INT AS value {_SIGNALS} "
        "WHERE rule = 'dip' AND (said IS NOT NULL OR repaired)",
        "share",
    ),
    Measure(
        "days",
        f"SELECT {_OF_SIGNAL}, (signals.ended_on - raised_on) AS value {_SIGNALS} WHERE signals.ended_on IS NOT NULL",
        "days",
        yes_or_no=False,
    ),
)


@dataclass(frozen=True, eq=False)
class Asked:
    """The rows of a measure."""

    client: Words
    therapist: Words
    value: Floats


@dataclass(frozen=True)
class Gap:
    """One group against the largest one, with its chance before anything is allowed for."""

    measure: str
    trait: str
    group: str
    line: Line
    p: float


def run(snapshot: Snapshot, options: Options, only: tuple[str, ...] = ()) -> Study:
    """The study of one snapshot; of the traits in `only`, when any is named."""
    prepare(snapshot, options)
    told = traits(snapshot, only)
    form = form_of(options)
    given = answers(snapshot, form) if form else None
    lines: list[Line] = []
    gaps: list[Gap] = []
    kept: dict[str, int] = {}
    asked = [(measure, _ask(snapshot, measure)) for measure in MEASURES] if told else []
    for trait in told:
        alike = _alike(given, trait)
        for measure, rows in asked:
            found = _measured(measure, rows, trait, alike)
            lines += found.lines
            gaps += found.gaps
            if found.kept_back:
                kept[f"groups of {trait.name} ({measure.name.replace('_', ' ')})"] = found.kept_back
    chances = false_discoveries([one.p for one in gaps]) if gaps else np.empty(0)
    seen = [gap for gap, p in zip(gaps, chances, strict=True) if p < 0.05]
    clients = len(told[0].group) if told else 0
    n = {"clients": rounded(clients), "comparisons": len(gaps)}
    first = (
        Line(MAIN, float(len(seen)), unit="count", n=n)
        if gaps
        else Line(MAIN, NotScored("no two groups of five or more"), unit="count", n=n)
    )
    return Study(
        id=ID,
        verdict=Verdict.DESCRIBES if gaps else Verdict.TOO_FEW,
        main=MAIN,
        lines=(first, *lines),
        n=n,
        facts=_facts(told, gaps, seen),
        tables=(Table("gaps", GAP_COLUMNS, tuple(_rows(gaps, chances))),),
        kept_back=kept,
        notes=tuple(_notes(told, lines)),
        look_at=tuple(dict.fromkeys(f"{one.measure}_gap" for one in seen)),
    )


def _ask(snapshot: Snapshot, measure: Measure) -> Asked:
    table = snapshot.query(
        f"SELECT client, therapist, CAST(value AS DOUBLE) AS value FROM ({measure.sql}) WHERE value IS NOT NULL "
        "ORDER BY client, therapist, value"
    )
    return Asked(
        np.asarray(table["client"].to_pylist(), dtype=str),
        np.asarray(table["therapist"].to_pylist(), dtype=str),
        np.asarray(table["value"].to_numpy(), np.float64),
    )


def _alike(given: Answers | None, trait: Trait) -> Ladder:
    if given is None:
        return Ladder(
            (), why=NotScored("this form's items are not in the snapshot, so nobody can see if it is alike")
        )
    return ladder(given, trait)


@dataclass(frozen=True)
class _Found:
    lines: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    kept_back: int = 0


def _measured(measure: Measure, rows: Asked, trait: Trait, alike: Ladder) -> _Found:
    """One measure by one trait."""
    if not len(rows.value):
        return _Found()
    group = np.array([trait.group.get(client, NOT_TOLD) for client in rows.client])
    cells = _cells(measure, rows, group)
    names = shown(cells)
    kept = len(cells) - len(names)
    lines, comparable = [], names
    if measure.name == LEVEL:
        comparable = tuple(name for name in names if alike.alike and name in alike.groups)
        lines = [
            Line(LEVEL, _why_not(alike, name), unit=measure.unit, by=f"{trait.name}: {name}")
            for name in names
            if name not in comparable and name != NOT_TOLD
        ]
    if len(comparable) < 2:
        return _Found(tuple(lines), kept_back=kept)
    chosen = np.isin(group, comparable)
    design = (group[chosen, None] == np.array(comparable)[None, :]).astype(np.float64)
    fitted = regress(design, rows.value[chosen], rows.therapist[chosen])
    if not isinstance(fitted, Regression):
        few = TooFew(len(np.unique(rows.therapist[chosen])), 3)
        lines += [
            Line(measure.name, few, unit=measure.unit, by=f"{trait.name}: {name}") for name in comparable
        ]
        return _Found(tuple(lines), kept_back=kept)
    gaps = []
    for place, name in enumerate(comparable):
        own = np.eye(len(comparable))[place]
        n = {"clients": rounded(cells[name].people)}
        lines.append(_line(measure.name, fitted, own, measure, n, f"{trait.name}: {name}"))
        if place:
            against = own - np.eye(len(comparable))[0]
            by = f"{trait.name}: {name} against {comparable[0]}"
            line = _line(f"{measure.name}_gap", fitted, against, measure, n, by)
            gaps.append(Gap(measure.name, trait.name, name, line, fitted.p(against)))
    return _Found((*lines, *(gap.line for gap in gaps)), tuple(gaps), kept)


def _cells(measure: Measure, rows: Asked, group: Words) -> dict[str, Cell]:
    found = {}
    for name in np.unique(group):
        here = group == name
        people = len(np.unique(rows.client[here]))
        if measure.yes_or_no:
            yes, no = (len(np.unique(rows.client[here & (rows.value == one)])) for one in (1, 0))
            found[str(name)] = Cell(people, yes, no)
        else:
            found[str(name)] = Cell(people)
    return found


def _why_not(alike: Ladder, name: str) -> Absence:
    if alike.failed:
        return NotScored("not compared: the form does not measure alike in these groups")
    if isinstance(alike.why, NotScored):
        return NotScored(f"not compared: {alike.why.reason}")
    few = alike.few.get(name)
    if few is not None:
        return TooFew(rounded(few), CLIENTS)
    return NotScored("not compared: no other group is large enough to see whether the form measures alike")


def _line(
    name: str, fitted: Regression, weights: Floats, measure: Measure, n: dict[str, int], by: str
) -> Line:
    found = fitted.contrast(weights)
    low, high = found.low, found.high
    if measure.unit == "share" and not name.endswith("_gap") and low is not None and high is not None:
        low, high = max(low, 0.0), min(high, 1.0)
    if low is None or high is None or not np.isfinite(low) or not np.isfinite(high):
        low = high = None
    return Line(name, found.value, low, high, measure.unit, n, found.method, by)


def _facts(told: tuple[Trait, ...], gaps: list[Gap], seen: list[Gap]) -> dict[str, float | int | str]:
    facts: dict[str, float | int | str] = {
        "traits": len(told),
        "comparisons": len(gaps),
        "seen": len(seen),
        "which": ", ".join(dict.fromkeys(one.trait for one in gaps)),
    }
    for measure in MEASURES:
        where = [f"{one.trait}: {one.group}" for one in seen if one.measure == measure.name]
        facts[f"{measure.name}_where"] = ", ".join(where)
    return facts


def _notes(told: tuple[Trait, ...], lines: list[Line]) -> Iterator[str]:
    if not told:
        yield "no_traits"
    if any(one.several for one in told):
        yield "two_told"
    if any(one.name == LEVEL and isinstance(one.value, NotScored | TooFew) for one in lines):
        yield "level_not_compared"
    if told and not any(one.name == "answered" for one in lines):
        yield "no_alarms"


GAP_COLUMNS = ("measure", "trait", "group", "gap", "low", "high", "p_adjusted")


def _rows(gaps: list[Gap], chances: Floats) -> Iterator[tuple[float | int | str | bool | None, ...]]:
    for gap, p in zip(gaps, chances, strict=True):
        value = gap.line.value
        number = float(value) if isinstance(value, float | int) else None
        yield gap.measure, gap.trait, gap.group, number, gap.line.low, gap.line.high, float(p)
