"""What a rule may use besides the course itself: the instant, what the service has learnt, what was done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accord.course.dependability import Spread, published_spread
from accord.course.expected import ExpectedCourse, NoCourse
from accord.course.plan import Due
from accord.signals.learnt import PUBLISHED, Learnt

MAIN = "accord-check-in"  # the line that rules speak of, and its items:
FELT_OFF, TALK, CHANGE = 5, 6, 7  # did something feel off, I would like to talk about it, one thing to change
TWIN = "accord-check-in-therapist"
ARRIVAL = "accord-arrival"
TENSION, TENSION_TWIN = "accord-tension", "accord-tension-therapist"
WELLBEING = "accord-wellbeing"
TOTAL = "TOTAL"
PARTS = ("BOND", "GOALS", "TASKS")


def _spreads() -> Mapping[str, Spread]:
    return {scale: published_spread() for scale in (TOTAL, *PARTS)}


@dataclass(frozen=True)
class Known:
    """What is known beside the course. Everything has a default, so that one client and one session can be judged.

    `at`: the instant of looking; None means just after the last session that was held or missed. `spreads` by scale of
    the check-in. `talked`: keys of responses whose concern has been talked about. `risk`: keys of sessions with an open
    safety answer. `reviewed`: the session-3 review was looked at.

    For patterns (`signals.patterns`): `spoke`, keys of sessions after which the client raised something or wrote a line
    (also where the ratings are not in the course); `tended`, keys of sessions after which something was done
    for the relationship (a repair, a concern talked about, a change told); `matters_unanswered`: what matters to the
    client was asked and not answered, as far as whoever looks may know.
    """

    at: datetime | None = None
    learnt: Learnt = PUBLISHED
    spreads: Mapping[str, Spread] = field(default_factory=_spreads)
    dues: tuple[Due, ...] = ()
    talked: frozenset[str] = frozenset()
    risk: frozenset[str] = frozenset()
    reviewed: bool = False
    spoke: frozenset[str] = frozenset()
    tended: frozenset[str] = frozenset()
    matters_unanswered: bool = False

    @property
    def expected(self) -> ExpectedCourse | NoCourse:
        """Where wellbeing usually goes in this service, or why that is not known."""
        return self.learnt.expected
