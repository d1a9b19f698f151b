"""The services that are drawn: one line per setting, as data. `PLAN` says which are drawn with how many sessions.

A setting changes one thing of the default. The values lie inside the sweeps of science.md 3.5 where it has one.
"""

from dataclasses import dataclass, replace

from benchmarks.signals import other, third
from benchmarks.signals.drawn import Generator
from benchmarks.signals.generator import Own, Shape

RATES = (0.02, 0.04, 0.08)  # stated false alarms per clean session
CHOSEN = 0.04
NEW_CLIENTS = 3_000  # 200 give about 40 alarms, whose counting noise alone is 16 %
PAST = (50, 200, 2_000)
OWN, ASKED, OTHER = "own", "asked", "other"  # whose shape: see `Setting.kind`


@dataclass(frozen=True)
class Setting:
    """One kind of service. `kind`: our generator (`own`), with more asked (`asked`), or another hand's (`other`)."""

    id: str
    words: str
    generator: Generator
    kind: str = OWN


def _own(name: str, words: str, kind: str = OWN, **changed: float | bool | None) -> Setting:
    return Setting(name, words, Own(replace(Shape(), **changed)), kind)  # type: ignore[arg-type]  # fields by name


SETTINGS = (
    _own("default", "Default"),
    _own("missing-30", "30 % missing", missing=0.30),
    _own("missing-40", "40 % missing", missing=0.40),
    _own("informative", "Missing more often when low or in a dip", informative=True),
    _own("phi-60", "Slow states (phi .6)", phi=0.6),
    _own("small-dips", "Dips of 0.6", size=0.6, size_sd=0.27),
    _own("no-ceiling", "No ceiling", level=50.0),
    _own("ceiling-40", "40 % at the top", level=96.0),
    _own("icc-45", "One-session ICC .45", state_sd=0.60, error_sd=0.45),
    _own("heavy-tails", "Heavy-tailed error (t, 4 df)", error_df=4.0),
    _own("sag", "Falls between sessions", sag=0.4),
    _own("straight-10", "10 % give one answer for ever", straight=0.10),
    _own("uneven", "Uneven caseloads, therapists apart", therapists=20, therapist_sd=0.40, uneven=1.2),
    _own("question", "Default, with 'did something feel off?'", ASKED, question=True),
    _own("arrival", "Default, with an item before the session", ASKED, arrival=True),
    _own("twin", "Default, with the therapist's rating", ASKED, twin=True),
    Setting("other", "The second generator", other, OTHER),
    Setting("third", "The third generator", third, OTHER),
)
BY_ID = {one.id: one for one in SETTINGS}


@dataclass(frozen=True, order=True)
class Cell:
    """One service to draw, learn from and judge."""

    setting: str
    sessions: int
    past: int
    service: int  # its number within the cell, and its seed beside the run's


def plan(*, quick: bool = False) -> tuple[Cell, ...]:
    """All services of a run; the first of every cell come first, so that an unfinished run shows something of each."""
    sizes = QUICK if quick else FULL
    cells = [
        (service, Cell(one.id, sessions, past, service))
        for sessions, past, count, chosen in sizes
        for one in SETTINGS
        if chosen is None or one.id in chosen
        for service in range(count)
    ]
    return tuple(cell for _, cell in sorted(cells, key=lambda one: one[0]))


Size = tuple[int, int, int, tuple[str, ...] | None]  # sessions, past clients, services, settings (None: all)
FULL: tuple[Size, ...] = (
    (8, 50, 20, None),
    (8, 200, 20, None),
    (8, 2_000, 20, None),
    (20, 200, 4, None),
)
QUICK: tuple[Size, ...] = ((8, 200, 3, ("default", "ceiling-40", "missing-40", "other")),)
