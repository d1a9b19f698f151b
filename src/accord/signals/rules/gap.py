"""Client and therapist apart, by more than is usual, and which way; from five pairs on, whether the two move together.

Bias is the mean of therapist minus client, tracking the slope of the therapist's rating on the client's within this
pair, shrunken (science.md 4). Therapists usually rate lower, d = -.63 between the two (science.md 3.5, TRY07, seen;
ATZ15), so the gap is judged against that and not against zero. Descriptive only: whether agreement helps is open
(science.md 4: RUB18a for, SINC against).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from accord.course.course import Course
from accord.course.dependability import Spread, spearman_brown
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, TOTAL, TWIN, Known
from accord.signals.rates import often
from accord.signals.reading import seen
from accord.signals.run import first_held, strength
from accord.signals.signal import Signal, Step

VERSION = 1
USUAL = -0.63  # SDs of a rating [seen: TRY07]
AMONG = (
    1.0  # SDs by which pairs differ in it for good [design; 8 points come out of simulate/parameters.yaml]
)
APART = 2.3  # how far from the usual, in SDs of what pairs differ by and the ratings' error [design]
LEAST, MOST = 3, 8  # pairs [design]
TRACKING = 5  # pairs needed for tracking (science.md 4) [design]
SLOPE, SLOPE_SD = 0.36, 0.30  # of the therapist on the client [after TRY07's r; design]
KNOWN = 0.2  # share of the pair's own data in the shrunken slope, below which it is not told [design]


class Pair(NamedTuple):
    """One session that both rated; a tuple, as one is made for every session."""

    session: Session
    client: float
    therapist: float


@dataclass(frozen=True)
class Gap:
    """Therapist minus client on average, what is usual, and how far from that it would have to be."""

    bias: float
    usual: float
    needed: float
    pairs: int

    @property
    def away(self) -> float:
        """How far from the usual gap; below 0 is therapist lower."""
        return self.bias - self.usual


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the two views lie unusually far apart over the latest pairs with the same therapist."""
    pairs = _pairs(course)
    spread = known.spreads[TOTAL]
    gap = apart(pairs, spread)
    if gap is None:
        return []
    first = first_held(len(pairs), lambda n: _same(apart(pairs[:n], spread), gap))
    run = pairs[-gap.pairs :]
    slope = tracking(pairs, spread)
    facts = {"gap": abs(gap.bias), "usual": abs(gap.usual), "pairs": float(gap.pairs)}
    shape = "therapist_lower" if gap.away < 0 else "therapist_higher"
    return [
        Signal(
            rule="gap",
            version=VERSION,
            since=pairs[first - 1].session.key,
            about=run[-1].session.key,
            strength=strength(abs(gap.away), gap.needed),
            evidence=tuple(
                one
                for pair in run
                for one in (
                    seen(pair.session, "rating", pair.client),
                    seen(pair.session, "therapist", pair.therapist),
                )
            ),
            often=often("gap"),
            step=Step.COMPARE,
            reliable=(spearman_brown(spread.one_session, gap.pairs), spread.evidence),
            shape=shape if slope is None else f"{shape}_tracked",
            facts=facts if slope is None else {**facts, "tracking": slope, "of_ten": 10 * slope},
        )
    ]


def apart(pairs: Sequence[Pair], spread: Spread) -> Gap | None:
    """The gap over the latest pairs if it is unusual and not nought; None otherwise, or with too few pairs."""
    last = pairs[-MOST:]
    n = len(last)
    if n < LEAST:
        return None
    bias = sum(one.therapist - one.client for one in last) / n
    variance = spread.between + spread.within
    usual = USUAL * sqrt(variance)
    gap = Gap(bias, usual, APART * sqrt(AMONG**2 * variance + 2 * spread.within / n), n)
    return gap if abs(gap.away) > gap.needed else None


def tracking(pairs: Sequence[Pair], spread: Spread) -> float | None:
    """How many points the therapist's rating moves with one of the client's, drawn towards what is usual.

    None below five pairs, or when the client's ratings moved too little for these pairs to tell.
    """
    n = len(pairs)
    if n < TRACKING:
        return None
    own, theirs = sum(one.client for one in pairs) / n, sum(one.therapist for one in pairs) / n
    squares = sum((one.client - own) ** 2 for one in pairs)
    products = sum((one.client - own) * (one.therapist - theirs) for one in pairs)
    told, usual = squares / spread.within if spread.within else 0.0, 1 / SLOPE_SD**2
    if told < KNOWN * (told + usual):
        return None
    return (told * products / squares + usual * SLOPE) / (told + usual)


def _same(found: Gap | None, now: Gap) -> bool:
    return found is not None and (found.away < 0) == (now.away < 0)


def _pairs(course: Course) -> list[Pair]:
    """Sessions that both rated with the therapist of the last of them, in order."""
    found: list[Pair] = []
    for session in course.sessions:
        own = _total(session, MAIN, Respondent.CLIENT)
        theirs = _total(session, TWIN, Respondent.THERAPIST) if own is not None else None
        if own is not None and theirs is not None:
            if found and found[-1].session.therapist != session.therapist:
                found = []
            found.append(Pair(session, own, theirs))
    return found


def _total(session: Session, form: str, who: Respondent) -> float | None:
    rating = session.rating(form, who)
    value = rating.scores.get(TOTAL) if rating else None
    return value if isinstance(value, float) else None
