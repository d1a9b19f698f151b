"""What several rules ask of a line of ratings: who was there, since when something holds, and how much it is."""

from collections.abc import Callable, Sequence

from accord.course.session import Session

Rated = Sequence[tuple[Session, float]]


def with_therapist(points: Rated) -> Rated:
    """The latest ratings in a row with the therapist of the last one: another person is another relationship."""
    if not points:
        return points
    whom, start = points[-1][0].therapist, len(points)
    while start and points[start - 1][0].therapist == whom:
        start -= 1
    return points[start:]


def first_held(count: int, judge: Callable[[int], bool]) -> int:
    """How many ratings there were when it began to hold: the least n such that `judge` holds for all of n to `count`.

    `judge(n)` looks at the first n ratings only. So a signal keeps its beginning from one session to the next.
    """
    n = count
    while n > 1 and judge(n - 1):
        n -= 1
    return n


def strength(size: float, needed: float) -> float:
    """From one half, just enough, to 1, twice as much as needed or more [design]."""
    return max(0.0, min(1.0, size / (2 * needed))) if needed > 0 else 1.0
