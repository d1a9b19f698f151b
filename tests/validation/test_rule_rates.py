"""The rates in ``rates.yaml`` come out again from clients that were not used to make them."""

from math import sqrt

import pytest
from tests.validation import rule_rates

from accord.instruments.definition import Missing
from accord.instruments.registry import instrument
from accord.instruments.scoring import score
from accord.signals.examples import build, rule_file
from accord.signals.rates import rates
from accord.signals.rules import rule
from accord.signals.signal import Basis

pytestmark = pytest.mark.validation
CLIENTS = 1500
CLUSTERED = 4.0  # a signal stays for some sessions of the same client, so sessions tell less than they count
Z = 3.3  # 1 in 1,000 for each of ten comparisons


@pytest.fixture(scope="module")
def again():
    return rule_rates.measure(CLIENTS, seed=77)


@pytest.mark.parametrize("which", ["published", "own"])
@pytest.mark.parametrize("name", list(rule_rates.RULES))
def test_a_rate_is_found_again_on_new_clients(again, name, which):
    found, kept = again[which][name], rates()[name]
    stated = getattr(kept, which)
    variance = stated * (1 - stated) * (1 / found.clean + 1 / kept.clean)
    assert abs(found.rate - stated) <= Z * sqrt(CLUSTERED * variance), (
        f"{found.rate:.4f}, stated {stated:.4f}"
    )


@pytest.mark.parametrize("name", list(rule_rates.RULES))
def test_the_share_of_real_signals_is_found_again(again, name):
    kept = rates()[name]
    which = "own" if kept.own > kept.published else "published"
    found = again[which][name]
    error = sqrt(CLUSTERED * kept.real * (1 - kept.real) * (1 / found.signals + 1 / kept.signals))
    assert abs(found.share_real - kept.real) < Z * error


@pytest.mark.parametrize("name", list(rule_rates.RULES))
def test_few_signals_come_for_no_reason(name):
    """About 2 % of clean sessions at most; a low start comes once per client, for 5 % of all by its definition."""
    kept = rates()[name]
    assert kept.rate == max(kept.published, kept.own)
    assert kept.rate <= (0.05 if kept.per == "client" else 0.02)


@pytest.mark.parametrize("name", list(rule_rates.RULES))
def test_a_signal_carries_the_measured_rate(name):
    fires = next(case for case in rule_file(name).cases if case.since)
    (signal,) = rule(name).detect(*build(fires))
    assert signal.often.basis is Basis.SIMULATED
    assert (signal.often.rate, signal.often.real) == (rates()[name].rate, rates()[name].real)


def test_the_courses_are_scored_as_the_instruments_are():
    seen = 0
    for course, _true in rule_rates.clients(60, seed=5):
        for rating in (one for session in course.sessions for one in session.ratings):
            found = score(instrument(rating.instrument), rating.answers)
            assert rating.scores == {
                scale: one.value for scale, one in found.items() if one.value is not None
            }
            seen += Missing.DECLINED in rating.answers.values()
    assert seen > 0  # some had a line left out
