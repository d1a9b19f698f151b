"""What repairs teach: of so many, how many were noticed early, named, closed, and how they ended. Counts, no causes.

An open repair is not an unrepaired one: what it will come to is not known yet, so shares of steps and endings are of
closed ones, and the open ones are told beside. Those that turned out to be no rupture have nothing to repair and are
left out of these shares as well, and counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt

from accord.basics.absence import TooFew
from accord.repair.event import Ending, Kind, Step
from accord.repair.history import History
from accord.repair.state import Repair, Stage, replay

SHOWN = 5  # repairs that a share is of, at least; fewer could be traced to a client (science.md 9.6)
INTERVAL = 10  # from so many on an interval is told; below, it would be nearly the whole range [design]
SOON = 2  # sessions
Z_95 = 1.96


@dataclass(frozen=True)
class Share:
    """`n_of` of `n`, with a 95 % Wilson interval (0 to 1); `low` and `high` are None where n is too small for one."""

    n_of: int
    n: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.n_of / self.n


@dataclass(frozen=True)
class Teaching:
    """Counts of repairs, and shares. What each share is of:

    `soon`: of those where both sessions are known, begun within two sessions of the one it is about. `closed`,
    `supervision` (was taken there, at any time): of all. `not_a_rupture`: of the closed. `named`, `owned`, `agreed`,
    `rose_above`, `unchanged`, `left`: of the closed without those that were no rupture. `came_back`: of the same, those
    that began from a fall, since only they can come back.
    """

    repairs: int
    open: int
    in_supervision: int  # of the open ones, now
    no_rupture: int
    soon: Share | TooFew
    closed: Share | TooFew
    supervision: Share | TooFew
    not_a_rupture: Share | TooFew
    named: Share | TooFew
    owned: Share | TooFew
    agreed: Share | TooFew
    came_back: Share | TooFew
    rose_above: Share | TooFew
    unchanged: Share | TooFew
    left: Share | TooFew


def teach(histories: Iterable[History]) -> Teaching:
    """What these repairs teach together; `state.Refused` for events that cannot be."""
    told = [(one, replay(one.events)) for one in histories]
    timed = [one for one, _ in told if one.about is not None and one.noticed is not None]
    closed = [(one, repair) for one, repair in told if repair.stage is Stage.CLOSED]
    kept = [(one, repair) for one, repair in closed if repair.ending is not Ending.NOT_A_RUPTURE]
    dips = [repair for one, repair in kept if one.dip]
    ruptures = [repair for _, repair in kept]
    still_open = [repair for _, repair in told if repair.open]
    return Teaching(
        repairs=len(told),
        open=len(still_open),
        in_supervision=sum(repair.stage is Stage.SUPERVISION for repair in still_open),
        no_rupture=len(closed) - len(kept),
        soon=share(sum(_soon(one) for one in timed), len(timed)),
        closed=share(len(closed), len(told)),
        supervision=share(sum(_asked(one) for one, _ in told), len(told)),
        not_a_rupture=share(len(closed) - len(kept), len(closed)),
        named=_of(ruptures, lambda repair: Step.NAME in repair.steps),
        owned=_of(ruptures, lambda repair: Step.OWN in repair.steps),
        agreed=_of(ruptures, lambda repair: Step.AGREE in repair.steps),
        came_back=_of(dips, lambda repair: repair.ending is Ending.CAME_BACK),
        rose_above=_of(ruptures, lambda repair: repair.ending is Ending.ROSE_ABOVE),
        unchanged=_of(ruptures, lambda repair: repair.ending is Ending.UNCHANGED),
        left=_of(ruptures, lambda repair: repair.ending is Ending.LEFT),
    )


def share(n_of: int, n: int) -> Share | TooFew:
    """The share with its interval, or `TooFew` below five."""
    if n < SHOWN:
        return TooFew(n, SHOWN)
    if n < INTERVAL:
        return Share(n_of, n, None, None)
    return Share(n_of, n, *wilson(n_of, n))


def wilson(n_of: int, n: int) -> tuple[float, float]:
    """Wilson’s 95 % score interval of a share: never outside 0 to 1, never of no width; a test holds it to SciPy’s."""
    p, z2 = n_of / n, Z_95**2 / n
    middle = (p + z2 / 2) / (1 + z2)
    half = sqrt(p * (1 - p) * z2 + z2 * z2 / 4) / (1 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _of(repairs: list[Repair], holds: Callable[[Repair], bool]) -> Share | TooFew:
    return share(sum(holds(repair) for repair in repairs), len(repairs))


def _soon(one: History) -> bool:
    assert one.about is not None and one.noticed is not None  # `teach` has left out the others
    return one.noticed - one.about <= SOON


def _asked(one: History) -> bool:
    return any(event.kind is Kind.ASKED for event in one.events)
