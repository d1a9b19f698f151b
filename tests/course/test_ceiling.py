"""Ratings at the top, one after the other: from the third on they are told to say little."""

import pytest

from accord.basics.absence import AtCeiling
from accord.course.ceiling import at_ceiling


@pytest.mark.parametrize(
    "values, found",
    [
        ([], None),
        ([100, 100], None),
        ([100, 100, 100], AtCeiling(3)),
        ([80, 98, 99, 97.5, 100], AtCeiling(4)),
        ([100, 100, 100, 97.4], None),  # the latest is not at the top
        ([100, 90, 100, 100], None),  # broken in between
    ],
)
def test_the_latest_ratings_in_a_row_count(values, found):
    assert at_ceiling(values) == found


def test_the_top_belongs_to_the_scale():
    assert at_ceiling([40, 39.9, 40], low=0, high=40) == AtCeiling(3)
    assert at_ceiling([38, 38, 38], low=0, high=40) is None
