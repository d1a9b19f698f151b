"""When a wish has changed and when two people stand apart: the margins at their edges."""

import pytest

from accord.web.therapy.together_axes import apart, changed_from, ends, place_words, side


@pytest.mark.parametrize(
    "values, found",
    [
        ([], ()),
        ([50.0], (None,)),
        ([50.0, 70.0], (None, 0)),  # at the margin
        ([50.0, 69.0], (None, None)),  # just short
        ([50.0, 65.0, 80.0], (None, None, 0)),  # a slow drift is seen
        ([50.0, 70.0, 69.0], (None, 0, None)),  # what was marked is the new mark
        ([50.0, 70.0, 50.0], (None, 0, 1)),  # and back
        ([50.0, None, 70.0], (None, None, 0)),  # a line left out changes nothing
        ([None, 50.0, 70.0], (None, None, 1)),
        ([None, None], (None, None)),
    ],
)
def test_changed(values, found):
    assert changed_from(values) == found


@pytest.mark.parametrize(
    "wished, given, found",
    [
        ({1: 20.0}, {1: 60.0}, [1]),  # at the margin
        ({1: 20.0}, {1: 59.0}, []),  # just short
        ({1: 20.0}, {}, []),
        ({}, {1: 100.0}, []),
        ({1: 0.0, 2: 100.0, 3: 50.0}, {1: 50.0, 2: 0.0, 3: 50.0}, [2, 1]),  # the widest first
    ],
)
def test_apart(wished, given, found):
    assert [one.item for one in apart(wished, given)] == found


@pytest.mark.parametrize(
    "value, words",
    [
        (100.0, "much more direction"), (80.0, "more direction"), (55.0, "more direction"), (54.0, "in the middle"),
        (46.0, "in the middle"), (45.0, "more space"), (19.0, "much more space"), (None, "no answer"),
    ],
)  # fmt: skip
def test_places_in_words(value, words):
    assert place_words(ends()[0], value) == words


def test_left_is_the_high_end_of_the_instrument():
    assert (side(90.0), side(10.0), side(50.0)) == (0, 1, 2)
