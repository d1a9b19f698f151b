"""What the five findings read from a prepared snapshot, as arrays; and what they share in telling it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.basics.absence import Absence, NotScored
from accord.evidence.claims import claim
from accord.statistics.estimate import Estimate
from accord.studies.result import CELL, Line, Published, too_few, without_few
from accord.studies.snapshot.opened import Snapshot
from accord.studies.verdict import Enough

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]
INTAKE_SHARE = 0.5  # of courses; with fewer intakes nothing is adjusted for them, and that is said [design]


@dataclass(frozen=True, eq=False)
class Rows:
    """Columns of numbers (NaN: nothing there) and the therapist of each row."""

    therapist: Words
    columns: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.therapist)

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def only(self, keep: npt.NDArray[np.bool_]) -> "Rows":
        """The rows in `keep`."""
        return Rows(self.therapist[keep], {name: one[keep] for name, one in self.columns.items()})


def ask(snapshot: Snapshot, sql: str) -> Rows:
    """The answer to `sql`, which has a column `therapist`; whoever has none counts alone."""
    table = snapshot.query(sql)
    columns = {
        name: np.asarray(table[name].cast(pa.float64()).to_numpy(), np.float64)
        for name in table.column_names
        if name != "therapist"
    }
    return Rows(np.array(table["therapist"].to_pylist(), dtype=object), columns)


def better(snapshot: Snapshot) -> int:
    """1 where a higher outcome is better, else -1."""
    return int(snapshot.query("SELECT better FROM reliable_change").to_pylist()[0]["better"])


PEOPLE = "coalesce(therapist, course) AS therapist"


def courses(snapshot: Snapshot, columns: Iterable[str]) -> Rows:
    """Every course: `intake`, `final` where it has ended, both turned so that higher is better, and the `columns`."""
    turn = better(snapshot)
    wanted = ", ".join(columns)
    return ask(
        snapshot,
        f"SELECT {PEOPLE}, {turn} * intake AS intake, CASE WHEN ended THEN {turn} * final END AS final, {wanted} "
        "FROM people ORDER BY course",
    )


def adjusting(rows: Rows) -> tuple[str, ...]:
    """What outcome is adjusted for: the intake, where most courses with an outcome have one."""
    there = np.isfinite(rows["final"])
    known = np.isfinite(rows["intake"][there])
    return () if there.any() and known.mean() < INTAKE_SHARE else ("intake",)


def told(
    name: str,
    found: Estimate | Absence | None,
    *,
    unit: str,
    n: dict[str, int],
    method: str = "",
    by: str = "",
) -> Line:
    """A line from an estimate; None: nothing varies. What rests on fewer than `CELL` people is not shown."""
    people = n.get("courses", n.get("clients", CELL))
    if people < CELL:
        return Line(name, too_few(people, CELL), unit=unit, n=without_few(n), method=method, by=by)
    if found is None:
        return Line(name, NotScored("these do not vary"), unit=unit, n=n, method=method, by=by)
    if not isinstance(found, Estimate):
        return Line(name, found, unit=unit, n=n, method=method, by=by)
    return Line(name, found.value, found.low, found.high, unit, n, method or found.method, by)


def squared(line: Line, name: str) -> Line:
    """The share of variance that a correlation is, with an interval from its ends."""
    if not isinstance(line.value, float | int):
        return Line(name, line.value, unit="share", n=line.n, by=line.by)
    low = high = None
    if line.low is not None and line.high is not None:
        ends = (line.low**2, line.high**2)
        low, high = (0.0 if line.low <= 0 <= line.high else min(ends)), max(ends)
    return Line(name, line.value**2, low, high, "share", line.n, "square of r and of its ends", line.by)


def published(line: str, id: str, place: int = 0, *, per: float = 1.0) -> Published:
    """A figure of a claim as a value beside `line`; `per` is 100 where the claim speaks in percent."""
    one = claim(id)
    effect = one.effects[place]
    read = effect.read or one.read
    ends = [None if end is None else end / per for end in (effect.low, effect.high)]
    source = effect.source or one.sources[0]
    return Published(line, effect.value / per, ends[0], ends[1], source, id, read.value if read else "seen")


def facts(
    lines: Iterable[Line], main: Line, enough: Enough, **more: float | int | str
) -> dict[str, float | int | str]:
    """What the sentences may say: how many, how many are needed, each value by its line, the ends of the main one."""
    known: dict[str, float | int | str] = {
        "n": enough.n,
        "needed": enough.needed,
        "therapists": enough.therapists,
        "therapists_needed": enough.therapists_needed,
        **more,
    }
    known |= {line.name: line.value for line in lines if isinstance(line.value, float) and not line.by}
    if main.low is not None and main.high is not None:
        known |= {"low": main.low, "high": main.high}
    return known
