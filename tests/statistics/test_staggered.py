"""Staggered starts: the effect where there is one, none where there is none, and who may be a control."""

import numpy as np
import pytest

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.staggered import NEVER, Panel, changes, effect, placebos

WINDOW, FEWEST = 100.0, 3


def panel(
    *,
    units: int = 30,
    started: int = 15,
    gain: float = 0.0,
    grows: float = 0.0,
    drift: float = 0.0,
    seed: int = 1,
    ahead: float = 0.0,
) -> Panel:
    """Weekly values over three years; `gain` after the start, `grows` and (for those who start) `ahead` per day."""
    draw = np.random.default_rng(seed)
    start = np.where(np.arange(units) < started, 400 + draw.integers(0, 300, units), NEVER).astype(float)
    unit = np.repeat(np.arange(units), 156)
    time = np.tile(np.arange(156) * 7.0, units)
    since = np.clip(time - start[unit], 0, None)
    after = np.isfinite(start[unit]) & (time >= start[unit])
    value = (
        draw.normal(0, 1, units)[unit]
        + drift * time
        + ahead * time * (unit < started)
        + draw.normal(0, 1, len(unit))
    )
    return Panel(unit, time, value + gain * after + grows * np.where(after, since, 0), start)


def found(one: Panel) -> Estimate:
    told = effect(changes(one, WINDOW, FEWEST), draws=200, seed=1)
    assert isinstance(told, Estimate)
    return told


def test_a_gain_is_found_and_a_common_drift_is_not():
    told = found(panel(units=80, started=40, gain=0.5, drift=0.01))
    assert told.low < 0.5 < told.high
    assert told.low > 0.2
    still = found(panel(drift=0.01))
    assert still.low < 0 < still.high


def test_an_effect_that_grows_is_its_mean_in_the_window_although_starts_differ():
    # The usual regression with unit and time goes wrong here: it takes those who started earlier for controls.
    told = found(panel(units=80, started=60, grows=0.01))
    assert told.value == pytest.approx(0.01 * WINDOW / 2, abs=0.2)


def test_nobody_who_started_or_starts_in_the_window_is_a_control():
    start = np.array([500.0, 450.0, 590.0, 600.0, NEVER])
    unit, time = np.repeat(np.arange(5), 300), np.tile(np.arange(300) * 4.0, 5)
    one = changes(Panel(unit, time, np.zeros(1500), start), WINDOW, FEWEST)
    assert np.isfinite(one.others[0]).tolist() == [False, False, False, True, True]


def test_a_unit_with_too_few_values_on_one_side_is_not_used():
    start = np.array([500.0, NEVER, NEVER])
    unit = np.array([0] * 4 + [1] * 8 + [2] * 8)
    time = np.array(
        [
            490,
            495,
            505,
            510,
            *range(460, 500, 10),
            *range(500, 540, 10),
            *range(460, 500, 10),
            *range(500, 540, 10),
        ],
        float,
    )
    assert not changes(Panel(unit, time, np.zeros(20), start), WINDOW, FEWEST).used.any()
    assert changes(Panel(unit, time, np.zeros(20), start), WINDOW, 2).used.all()


def test_without_controls_there_is_no_effect():
    one = panel(units=12, started=12)
    same = Panel(one.unit, one.time, one.value, np.full(12, 500.0))
    assert isinstance(effect(changes(same, WINDOW, FEWEST), draws=50, seed=1), NotFitted)


def test_moved_days_show_a_trend_before_and_none_without():
    shifts = [-100.0, -150.0, -200.0]
    assert all(abs(value) < 0.35 for _, value, _ in placebos(panel(gain=2), WINDOW, FEWEST, shifts))
    ahead = placebos(panel(ahead=0.01), WINDOW, FEWEST, shifts)
    assert len(ahead) == 3
    assert all(value > 0.5 for _, value, _ in ahead)


@pytest.mark.slow
def test_the_interval_holds_about_19_times_in_20():
    held = 0
    for seed in range(200):
        told = found(panel(units=24, started=12, gain=0.3, seed=seed))
        held += told.low <= 0.3 <= told.high
    assert 183 <= held <= 199, held
