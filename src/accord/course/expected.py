"""Where an outcome usually goes in a service from where it began, session by session: the expected course.

Fitted in the background (`accord.studies.expected`), stored as JSON, and asked here in plain Python, since a page and
a rule wait for it. The model, for the ratings after the first (science.md 5, log-linear growth, FIN01)::

    y_t = b0 + b1 s + b4 d + (b2 + b3 s + b5 d) ln t + u0 + u1 ln t + v + e      with s = intake - centre, d = ln N

where N is how many sessions the course had in the end (so that the rate may go with the dose: good-enough level,
BALD09). Nobody knows N while a course goes on, so whoever is still there at session t gets the mean of
ln N among people with N >= t, and how much N still varies goes into the band. Everything that is not known of a person
(effects, u, d, v) is one normal distribution, and every rating narrows it: the effects' own uncertainty is in it, that
of the variances is not.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any, Self

# Courses that ended: of 40 simulated services with so many, no band of 80 % held fewer than 73 or more than 84 of 100
# new people; with 50 they held 72 to 89 (docs/method/expected-course.md) [design].
NEEDED = 80
THERAPISTS = 5  # fewer cannot be left out in five parts, so nobody could say whether a band holds [design]
WIDE, NARROW = 0.80, 0.68  # the bands of science.md 5: worst tenth outside the wide one

Matrix = tuple[tuple[float, ...], ...]


class Lack(StrEnum):
    """What a service lacks that has no expected course."""

    COURSES = "courses"  # too few have ended
    THERAPISTS = (
        "therapists"  # too few, or one with most of the courses: the bands cannot be judged on others
    )
    RATINGS = "ratings"  # too few at the sessions at which the bands are judged
    FIT = "fit"  # no model can be fitted
    BANDS = "bands"  # those it has hold clearly more or fewer people than they say


@dataclass(frozen=True)
class NoCourse:
    """No expected course, and why: an absence with words of its own wherever one would be drawn or spoken of.

    `n` are there where `needed` would do. `inside`: the share that bands of 80 % held where those are wrong. `reason`:
    what the model said where none could be fitted.
    """

    lack: Lack
    n: int = 0
    needed: int = 0
    inside: float | None = None
    reason: str = ""


NOT_LEARNT = NoCourse(Lack.COURSES, 0, NEEDED)


@dataclass(frozen=True)
class Band:
    """Where a share of people would lie at one session: the middle, the edges, and the SD behind them.

    The edges end at the scale's; `middle` and `sd` are of the normal distribution.
    """

    middle: float
    low: float
    high: float
    sd: float


@dataclass(frozen=True)
class ExpectedCourse:
    """The parameters. `courses`, `therapists`, `ratings` stand behind them; `until` is the last session it speaks of.

    `effects` and `covariance` are of (1, s, ln t, s ln t, d, d ln t); `client` the covariance of (u0, u1) in courses of
    one known length; `therapist` and `residual` are variances. `lengths[t - 1]` has mean and variance of ln N among
    people still there at session t, at the mean intake; `length_intake` is how ln N moves per point of intake.
    """

    instrument: str
    low: float
    high: float
    higher_is_better: bool
    centre: float
    effects: tuple[float, ...]
    covariance: Matrix
    client: Matrix
    therapist: float
    residual: float
    lengths: tuple[tuple[float, float], ...]
    length_intake: float
    until: int
    courses: int
    therapists: int
    ratings: int

    def band(
        self,
        intake: float,
        ratings: Mapping[int, float],
        session: int,
        share: float = WIDE,
        *,
        earlier: bool = True,
    ) -> Band | None:
        """Where `share` of people who began like this would lie at `session`, if they are still there then.

        `ratings` by session number, those after the first one; only those before `session` are used, and none of them
        when `earlier` is False. None past `until`, where too few stand behind it.
        """
        if not 1 < session <= self.until:
            return None
        used = {number: value for number, value in ratings.items() if number < session} if earlier else {}
        return self._at(intake, used, log(session), session, share)

    def at_the_end(self, intake: float, ratings: Mapping[int, float], session: int) -> Band:
        """Where the outcome will lie at the end, seen from `session`: with all ratings up to it, and N not known."""
        used = {number: value for number, value in ratings.items() if number <= session}
        length = exp(self._length(intake, session)[0])
        return self._at(intake, used, log(max(length, session + 1)), session + 1, WIDE)

    def worse(self, value: float, band: Band) -> bool:
        """Whether `value` lies outside the band on the worse side."""
        return value < band.low if self.higher_is_better else value > band.high

    def _length(self, intake: float, session: int) -> tuple[float, float]:
        mean, variance = self.lengths[min(session, len(self.lengths)) - 1]
        return max(log(session), mean + self.length_intake * (intake - self.centre)), variance

    def _at(
        self, intake: float, ratings: Mapping[int, float], log_session: float, there_at: int, share: float
    ) -> Band:
        start = intake - self.centre
        length, varies = self._length(intake, there_at)

        def row(log_number: float) -> list[float]:
            effects = [1.0, start, log_number, start * log_number, length, length * log_number]
            return [*effects, 1.0, log_number]

        mean, spread = self._prior(varies)
        for number, value in sorted(ratings.items()):
            _narrow(mean, spread, row(log(number)), value, self.residual)
        there = row(log_session)
        middle = _dot(there, mean)
        sd = sqrt(_dot(there, [_dot(one, there) for one in spread]) + self.residual)
        half = NormalDist().inv_cdf(0.5 + share / 2) * sd
        return Band(
            middle,
            _within(middle - half, self.low, self.high),
            _within(middle + half, self.low, self.high),
            sd,
        )

    def _prior(self, varies: float) -> tuple[list[float], list[list[float]]]:
        """Effects and a person's own part before any rating: mean (8) and covariance (8 x 8)."""
        fixed = len(self.effects)
        dose = self.effects[4:6]
        spread = [[*one, 0.0, 0.0] for one in self.covariance]
        for i in range(2):
            own = [self.client[i][j] + varies * dose[i] * dose[j] for j in range(2)]
            own[0] += self.therapist if i == 0 else 0.0
            spread.append([0.0] * fixed + own)
        return [*self.effects, 0.0, 0.0], spread

    def as_json(self) -> dict[str, Any]:
        """Plain values to store."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Back from `as_json`."""
        made = cls(**kept)
        return replace(
            made,
            effects=tuple(made.effects),
            covariance=tuple(map(tuple, made.covariance)),
            client=tuple(map(tuple, made.client)),
            lengths=tuple((mean, variance) for mean, variance in made.lengths),
        )


def expected_from_json(kept: dict[str, Any]) -> ExpectedCourse | NoCourse:
    """What was stored of a service's expected course: its parameters, or why there is none."""
    if "lack" in kept:
        return NoCourse(**{**kept, "lack": Lack(kept["lack"])})
    return ExpectedCourse.from_json(kept)


def _narrow(
    mean: list[float], spread: list[list[float]], row: list[float], value: float, noise: float
) -> None:
    """Take one rating in: the usual update of a normal distribution by one noisy sum of its parts, in place."""
    along = [_dot(one, row) for one in spread]
    total = _dot(row, along) + noise
    missed = value - _dot(row, mean)
    for i, one in enumerate(along):
        mean[i] += one * missed / total
        for j, other in enumerate(along):
            spread[i][j] -= one * other / total


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
