"""At the top for three ratings in a row: they say little."""

import pytest

from accord.basics.absence import AtCeiling
from accord.course.ceiling import at_ceiling


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([80, 100, 100, 100], AtCeiling(3)),
        ([100] * 6, AtCeiling(6)),
        ([97.5, 98, 100], AtCeiling(3)),
        ([97.4, 100, 100], None),  # just short of the top
        ([100, 100, 100, 80], None),  # the latest decides
        ([100, 100], None),
        ([], None),
    ],
)
def test_the_latest_ratings_at_the_top(values, found):
    assert at_ceiling(values) == found


def test_the_top_is_the_scale_s():
    assert at_ceiling([40, 39, 39], high=40) == AtCeiling(3)
    assert at_ceiling([38.9, 39, 39], high=40) is None
