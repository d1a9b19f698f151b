"""Three axes of working together: when a wish has changed, when two people stand apart, and the words for both.

On every axis 100 is the word on the left and 0 the word on the right, as the instruments define them. Neither end is
better. No reliability of these lines is known, so both margins are our own choice [design]: wide enough that a shaky
finger does not count, and said as something to talk about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

CHANGED_FROM = 20  # points from the last marked place
APART_FROM = 40  # points between what is wished for and what is given
MIDDLE = 5  # points on either side of the middle that count as neither end
MUCH = 30  # points from the middle that count as much
ITEMS = (1, 2, 3)


@dataclass(frozen=True)
class Ends:
    """One axis: its words, and how wishing for and giving each side is said. Left, right, in between."""

    item: int
    left: str
    right: str
    wishes: tuple[str, str, str]
    gives: tuple[str, str, str]


def ends() -> tuple[Ends, ...]:
    """The three axes in the order of the form."""
    return (
        Ends(
            1,
            _("direction"),
            _("space"),
            (_("would rather have direction"), _("would rather have space"), _("would like some of both")),
            (
                _("mostly give direction"),
                _("mostly give space"),
                _("give some of both, direction and space"),
            ),
        ),
        Ends(
            2,
            _("feelings"),
            _("solving"),
            (
                _("would rather give time to feelings"),
                _("would rather work on solving things"),
                _("would like some of both"),
            ),
            (
                _("mostly give time to feelings"),
                _("mostly work on solving things"),
                _("do some of both, feelings and solving"),
            ),
        ),
        Ends(
            3,
            _("advice"),
            _("discovery"),
            (
                _("would rather have advice"),
                _("would rather find out together"),
                _("would like some of both"),
            ),
            (
                _("mostly give advice"),
                _("mostly find out together"),
                _("do some of both, advice and discovery"),
            ),
        ),
    )


def side(value: float) -> int:
    """0 for the word on the left, 1 for the one on the right, 2 in the middle."""
    if abs(value - 50) < MIDDLE:
        return 2
    return 0 if value > 50 else 1


def place_words(one: Ends, value: float | None) -> str:
    """Where a value stands between the two words."""
    if value is None:
        return _("no answer")
    where = side(value)
    if where == 2:
        return _("in the middle")
    much = _("much more %(end)s") if abs(value - 50) > MUCH else _("more %(end)s")
    return much % {"end": (one.left, one.right)[where]}


def changed_from(values: Sequence[float | None]) -> tuple[int | None, ...]:
    """For each time the index of the earlier time that it differs from, or None where it is much the same.

    Each is held against the last place that was marked, not against the time before: so a slow drift is seen too.
    A time without an answer changes nothing.
    """
    found: list[int | None] = []
    mark: int | None = None
    for at, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        before = None if mark is None else values[mark]
        moved = before is not None and abs(value - before) >= CHANGED_FROM
        found.append(mark if moved else None)
        if mark is None or moved:
            mark = at
    return tuple(found)


def apart(wished: Mapping[int, float], given: Mapping[int, float]) -> tuple[Ends, ...]:
    """The axes on which what is given is far from what is wished for, the widest first."""
    both = [one for one in ends() if one.item in wished and one.item in given]
    wide = [one for one in both if abs(wished[one.item] - given[one.item]) >= APART_FROM]
    return tuple(sorted(wide, key=lambda one: -abs(wished[one.item] - given[one.item])))
