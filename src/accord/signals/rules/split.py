"""Goals or tasks well under the bond: liked, and yet not on the same page.

Mean differences between the bond and each of the two over the last 4 to 8 ratings, at least `WELL_UNDER` points and
more than the items' own error allows. Both are looked at and the larger one is shown, so the interval is the review's
(`course/review.py`): Tukey's, for having chosen among three parts. Data seldom tell goals and tasks apart (science.md
1.2, claim 11), so this is something to talk about, and the total decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from accord.basics.absence import Absence
from accord.course.course import Course
from accord.course.dependability import spearman_brown
from accord.course.review import TUKEY_95
from accord.course.session import Session
from accord.signals.known import MAIN, PARTS, TOTAL, Known
from accord.signals.rates import often
from accord.signals.reading import seen
from accord.signals.run import first_held, strength
from accord.signals.signal import Signal, Step

VERSION = 1
MOST, LEAST = 8, 4  # ratings pooled [design]
WELL_UNDER = 8.0  # points below the bond [design]
BOND, *UNDER = PARTS
ITEMS = 4
# The error of one item has an SD of 6 points (science.md 3.5: twice the total's .30 of 10 points, design), so the
# difference between two items of one form has twice its variance.
DIFFERENCE = 2 * 6.0**2
CHOSEN = TUKEY_95[len(PARTS)]


class Parts(NamedTuple):
    """A session with its bond and what was rated beside it, by scale; a tuple, as one is made for every session."""

    session: Session
    bond: float
    scores: Mapping[str, float | Absence]

    def under(self, scale: str) -> float | None:
        """How far the part lies under the bond, None where it has no answer."""
        value = self.scores.get(scale)
        return self.bond - value if isinstance(value, float) else None


@dataclass(frozen=True)
class Under:
    """How far a part lies below the bond over `ratings`, on average, and how far it would have to."""

    scale: str
    points: float
    needed: float
    ratings: int


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when goals or tasks lie well under the bond in the latest ratings."""
    forms = _forms(course)
    single = _difference(known)
    found = under(forms, single)
    if found is None:
        return []
    first = first_held(len(forms), lambda n: _same(under(forms[:n], single), found))
    run = [(one, far) for one in forms if (far := one.under(found.scale)) is not None][-found.ratings :]
    spread = known.spreads[found.scale]
    return [
        Signal(
            rule="split",
            version=VERSION,
            since=forms[first - 1].session.key,
            about=run[-1][0].session.key,
            strength=strength(found.points, found.needed),
            evidence=tuple(
                one
                for form, far in run
                for one in (
                    seen(form.session, "bond", form.bond),
                    seen(form.session, found.scale.lower(), form.bond - far),
                )
            ),
            often=often("split"),
            step=Step.PARTS,
            reliable=(spearman_brown(spread.one_session, found.ratings), spread.evidence),
            shape=found.scale.lower(),
            facts={"points": found.points, "ratings": float(found.ratings), "needed": found.needed},
        )
    ]


def under(forms: Sequence[Parts], single: float) -> Under | None:
    """The part that lies furthest under the bond, if clearly; `single` is the variance of one difference."""
    found = [one for scale in UNDER if (one := _mean(forms, scale, single)) and one.points > one.needed]
    return max(found, key=lambda one: one.points, default=None)


def _mean(forms: Sequence[Parts], scale: str, single: float) -> Under | None:
    """The mean difference; its error is not below that of this client's own differences."""
    last: list[float] = []
    for one in reversed(forms):
        far = one.under(scale)
        if far is not None:
            last.append(far)
            if len(last) == MOST:
                break
    n = len(last)
    if n < LEAST:
        return None
    mean = sum(last) / n
    own = sum((one - mean) ** 2 for one in last) / (n - 1)
    return Under(scale, mean, max(WELL_UNDER, CHOSEN * sqrt(max(single, own) / n)), n)


def _same(found: Under | None, now: Under) -> bool:
    return found is not None and found.scale == now.scale


def _difference(known: Known) -> float:
    """Variance of the difference between two items of one form, from how items and total vary within a client.

    What an item varies by is what all items share plus its own error, the total has a quarter of that error left. So
    ``shared = (4 total - item) / 3``, and two items differ by their own errors alone.
    """
    item = sum(known.spreads[part].within for part in PARTS) / len(PARTS)
    shared = (ITEMS * known.spreads[TOTAL].within - item) / (ITEMS - 1)
    return max(DIFFERENCE, 2 * (item - max(0.0, shared)))


def _forms(course: Course) -> list[Parts]:
    """Sessions with a rated bond, in order."""
    found = []
    for session in course.sessions:
        rating = session.rating(MAIN)
        bond = rating.scores.get(BOND) if rating else None
        if rating and isinstance(bond, float):
            found.append(Parts(session, bond, rating.scores))
    return found
