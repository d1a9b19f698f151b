"""When a service's own data agree with the literature, differ, show nothing, or are too few: the one place for it.

All rules read the 95 % interval, never the value alone.

- `against`: a value of the literature that is not 0. **Too few**: below the documented number, or the interval holds
  both 0 and the value of the literature, so it tells neither from the other. **Agrees**: it does not hold 0 and meets
  what studies found (the range of single samples; where none was seen, half to one and a half times the value). **No
  association**: it holds 0 and ends before half of what studies found. **Differs**: the rest.
- `no_clear_gap`: studies saw no difference. **Too few**: the interval reaches further than a gap that would matter.
  **Agrees**: it holds 0. **Differs**: it does not.
- `reaches`: a level that counts as enough. **Agrees** above it, **differs** below it, else **too few**; or **cannot
  tell** where a narrow interval lies on the level itself.

Where nothing goes with anything, `against` says "agrees" or "differs" with an interval beside 0 in 5 services of 100
at most: that is what 95 % means (docs/findings.md has the rates as measured).
"""

from dataclasses import dataclass

from accord.studies.result import Line, Verdict

THERAPISTS = (
    6  # fewer clusters than this give an interval too coarse to judge by (t with 4 df or fewer) [design]
)
NEAR = (
    0.5,
    1.5,
)  # times a value whose range over samples was not seen: what still counts as meeting it [design]
EDGE = 0.05  # half an interval this narrow cannot be called "too few" [design]


@dataclass(frozen=True)
class Enough:
    """How many there are, and how many a verdict needs."""

    n: int
    needed: int
    therapists: int
    therapists_needed: int = THERAPISTS

    @property
    def there(self) -> bool:
        """Whether both are enough."""
        return self.n >= self.needed and self.therapists >= self.therapists_needed


def courses_for(value: float) -> int:
    """Courses with which the 95 % interval of a correlation no longer holds both 0 and `value`: SE about 1/sqrt(n)."""
    return round((2 * 1.96 / value) ** 2)


def interval(line: Line) -> tuple[float, float] | None:
    """The ends of a line's interval; None where it has no value or no interval."""
    if not isinstance(line.value, float | int) or line.low is None or line.high is None:
        return None
    return line.low, line.high


def against(
    line: Line,
    enough: Enough,
    value: float,
    low: float | None = None,
    high: float | None = None,
    narrow: float = 0.5,
) -> Verdict:
    """`line` held against `value` of the literature, or the range from `low` to `high` where single services lie.

    Nothing is seen where the interval holds 0 and ends before `narrow` times the value.
    """
    ends = interval(line)
    if ends is None or not enough.there:
        return Verdict.TOO_FEW
    holds_none = ends[0] <= 0 <= ends[1]
    holds_value = ends[0] <= value <= ends[1]
    if holds_none and holds_value:
        return Verdict.TOO_FEW
    if holds_none:
        far = ends[1] if value > 0 else -ends[0]
        return Verdict.NO_ASSOCIATION if far < narrow * abs(value) else Verdict.DIFFERS
    near, far = sorted((value * NEAR[0] if low is None else low, value * NEAR[1] if high is None else high))
    meets = ends[0] <= far and ends[1] >= near
    return Verdict.AGREES if meets else Verdict.DIFFERS


def no_clear_gap(line: Line, enough: Enough, matters: float) -> Verdict:
    """`line` is a difference of which studies saw none; one of `matters` would have to show."""
    ends = interval(line)
    if ends is None or not enough.there or (ends[1] - ends[0]) / 2 > matters:
        return Verdict.TOO_FEW
    return Verdict.AGREES if ends[0] <= 0 <= ends[1] else Verdict.DIFFERS


def reaches(line: Line, enough: Enough, level: float) -> Verdict:
    """Whether `line` lies at `level` or above."""
    ends = interval(line)
    if ends is None or not enough.there:
        return Verdict.TOO_FEW
    if ends[0] >= level:
        return Verdict.AGREES
    if ends[1] < level:
        return Verdict.DIFFERS
    return Verdict.TOO_FEW if (ends[1] - ends[0]) / 2 > EDGE else Verdict.CANNOT_TELL
