"""Late, cancelled, missed: a change against the client's own habit, never a number by itself.

A kind of absence is a change when it came so often in the last three appointments, the latest included, that chance
under the habit before would bring it at most once in twenty. The first time without a word after steady coming is
one at once. Arriving late and staying away can be ways of moving away, and can be a bus (claim 20 in science.md 1.2:
ambiguous). Windows and limits are ours [design].
"""

from collections.abc import Callable, Sequence
from math import comb

from accord.course.course import Course
from accord.course.session import Attendance, Session
from accord.signals.known import Known
from accord.signals.reading import seen
from accord.signals.signal import Basis, Often, Signal, Step

VERSION = 1
LATELY = 3  # appointments
HABIT = 4  # appointments before them, for a habit to be known
BY_CHANCE = 0.05
UNMEASURED = Often(
    Basis.UNKNOWN, source="At most 1 in 20 by arithmetic if the habit went on; nobody has measured it."
)
STRENGTH = {"missed": 1.0, "missed_first": 0.8, "cancelled": 0.5, "late": 0.4}  # [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the latest appointment makes a change; missed comes before cancelled, cancelled before late."""
    kept = [one for one in course.sessions if one.attendance is not Attendance.PLANNED]
    met = [one for one in kept if one.attendance.held]
    return (
        _change("missed", kept, lambda one: one.attendance.missed)
        or _first_without_a_word(kept)
        or _change("cancelled", kept, lambda one: one.attendance is Attendance.CANCELLED)
        or (
            _change("late", met, lambda one: one.attendance is Attendance.LATE)
            if kept[-1:] == met[-1:]
            else []
        )
    )


def _change(shape: str, sessions: Sequence[Session], counts: Callable[[Session], bool]) -> list[Signal]:
    before, lately = sessions[:-LATELY], sessions[-LATELY:]
    found = [one for one in lately if counts(one)]
    if len(before) < HABIT or not counts(lately[-1]):
        return []
    earlier = sum(counts(one) for one in before)
    if _by_chance(len(found), earlier, len(before)) > BY_CHANCE:
        return []
    facts: dict[str, float | str] = {
        "count": float(len(found)),
        "of": float(LATELY),
        "earlier": float(earlier),
        "before": float(len(before)),
    }
    return [_signal(shape, found, facts)]


def _by_chance(found: int, earlier: int, before: int) -> float:
    """Chance of `found` or more of the last three, if the habit (a half added on each side, Jeffreys) went on."""
    habit = (earlier + 0.5) / (before + 1)
    return sum(comb(LATELY, k) * habit**k * (1 - habit) ** (LATELY - k) for k in range(found, LATELY + 1))


def _first_without_a_word(sessions: Sequence[Session]) -> list[Signal]:
    unexcused = [one for one in sessions if one.attendance is Attendance.MISSED_WITHOUT_NOTICE]
    if unexcused != list(sessions[-1:]) or len(sessions) <= HABIT:
        return []
    return [_signal("missed_first", unexcused, {"before": float(len(sessions) - 1)})]


def _signal(shape: str, found: Sequence[Session], facts: dict[str, float | str]) -> Signal:
    return Signal(
        rule="absences",
        version=VERSION,
        since=found[0].key,
        about=found[-1].key,
        strength=STRENGTH[shape],
        evidence=tuple(seen(one, one.attendance.value, None) for one in found),
        often=UNMEASURED,
        step=Step.REACH,
        shape=shape,
        facts=facts,
    )
