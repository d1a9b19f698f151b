"""What repairs teach: of what each share is, open ones apart, and nothing from too few."""

from datetime import timedelta

import pytest
from scipy.stats import binomtest
from tests.repair.walks import BEGAN, event

from accord.basics.absence import TooFew
from accord.repair.event import Ending, Kind, Step
from accord.repair.history import History
from accord.repair.teaching import Share, share, teach, wilson

DAY = timedelta(days=1)


def history(*kinds, about=4, noticed=4, dip=True):
    """A repair of these kinds, steps and endings, a day apart."""
    events = [event(Kind.BEGAN)]
    for n, one in enumerate(kinds, start=1):
        more = {}
        if isinstance(one, Step):
            more, one = {"step": one}, Kind.TOOK
        if isinstance(one, Ending):
            more, one = {"ending": one}, Kind.CLOSED
        events.append(event(one, BEGAN + n * DAY, **more))
    return History(tuple(events), about, noticed, dip)


@pytest.mark.parametrize(("n_of", "n"), [(0, 10), (10, 10), (3, 11), (7, 40), (1, 300)])
def test_the_interval_is_that_of_scipy(n_of, n):
    other = binomtest(n_of, n).proportion_ci(method="wilson")
    assert wilson(n_of, n) == pytest.approx((other.low, other.high), abs=1e-4)


@pytest.mark.parametrize(
    ("n", "found"),
    [(0, TooFew(0, 5)), (4, TooFew(4, 5)), (5, Share(2, 5, None, None)), (9, Share(2, 9, None, None))],
)
def test_too_few_are_not_shown_and_few_have_no_interval(n, found):
    assert share(min(2, n), n) == found


def test_ten_have_an_interval():
    found = share(2, 10)
    assert found.low < found.value == 0.2 < found.high


def test_a_service_with_a_past():
    """20 repairs: each share is of those of whom it can be said."""
    found = teach(
        [
            *[history(Step.NAME, Step.OWN, Step.AGREE, Ending.CAME_BACK)] * 6,
            *[history(Step.NAME, Kind.ASKED, Ending.ROSE_ABOVE)] * 2,
            *[history(Step.NAME, Step.OWN, Ending.UNCHANGED, noticed=7)] * 3,
            *[history(Ending.LEFT, dip=False, noticed=6)] * 1,
            *[history(Ending.NOT_A_RUPTURE, about=None)] * 3,
            *[history(Step.NAME, dip=False, noticed=None)] * 3,
            *[history(Kind.ASKED)] * 2,
        ]
    )
    assert (found.repairs, found.open, found.in_supervision, found.no_rupture) == (20, 5, 2, 3)
    of = {name: (one.n_of, one.n) for name in SHARES if isinstance(one := getattr(found, name), Share)}
    assert of == {
        "soon": (11, 14),  # both sessions known; 6 - 4 is within two, 7 - 4 is not
        "closed": (15, 20),
        "supervision": (4, 20),
        "not_a_rupture": (3, 15),
        "named": (11, 12),
        "owned": (9, 12),
        "agreed": (6, 12),
        "came_back": (6, 11),  # the one without a fall cannot come back
        "rose_above": (2, 12),
        "unchanged": (3, 12),
        "left": (1, 12),
    }


SHARES = (
    "soon", "closed", "supervision", "not_a_rupture", "named", "owned", "agreed",
    "came_back", "rose_above", "unchanged", "left",
)  # fmt: skip


def test_open_repairs_are_no_unrepaired_ones():
    """Twenty more open ones change nothing of how repairs end."""
    closed = [history(Step.NAME, Ending.CAME_BACK)] * 8
    alone, beside = teach(closed), teach([*closed, *[history(Step.NAME)] * 20])
    for name in ("named", "owned", "came_back", "unchanged", "not_a_rupture"):
        assert getattr(alone, name) == getattr(beside, name)
    assert (beside.open, beside.repairs) == (20, 28)


def test_a_repair_that_was_opened_again_is_open():
    found = teach([history(Ending.CAME_BACK, Kind.REOPENED)] * 6)
    assert found.open == 6
    assert found.came_back == TooFew(0, 5)


def test_no_repairs_teach_nothing():
    found = teach([])
    assert found.repairs == 0
    assert all(getattr(found, name) == TooFew(0, 5) for name in SHARES)
