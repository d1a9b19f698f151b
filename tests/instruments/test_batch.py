"""Many answers at once give the same bits as one at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.instruments import batch
from accord.instruments.batch import columns, score_many
from accord.instruments.definition import Evidence, Instrument, Item, ItemKind, Method, Scale
from accord.instruments.registry import all_instruments, instrument
from accord.instruments.scoring import score

SURE = Evidence("design", "a test")


def weighted() -> Instrument:
    """An instrument with a weighted sum, which none of ours has."""
    like = instrument("who-5")
    items = tuple(Item(n, ItemKind.CHOICE, 0, 2, step=0.5) for n in (1, 2, 3))
    weights = (0.1, 0.7, 1.3)
    scale = Scale("W", (1, 2, 3), Method.WEIGHTED_SUM, 0, 4.2, True, SURE, reversed=(2,), weights=weights)
    return Instrument(
        **{**vars(like), "id": "weighted", "items": items, "scales": (scale,), "main_scale": "W"}
    )


EVERY = (*all_instruments(), weighted())


def agree(one: Instrument, answers: np.ndarray) -> None:
    numbers = columns(one)
    many = score_many(one, answers)
    for row, values in enumerate(answers):
        given_ = {n: float(x) for n, x in zip(numbers, values, strict=True) if not np.isnan(x)}
        for name, single in score(one, given_).items():
            value = many[name].values[row]
            assert many[name].answered[row] == single.answered
            if single.value is None:
                assert np.isnan(value), (one.id, name, values)
            else:
                assert value.tobytes() == np.float64(single.value).tobytes(), (one.id, name, values)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVERY), st.integers(0, 2**32 - 1), st.sampled_from((0.0, 0.04, 0.3)))
def test_batch_and_single_agree_bit_for_bit(one, seed, gaps):
    rng = np.random.default_rng(seed)
    numbers = columns(one)
    answers = np.empty((12, len(numbers)))
    for place, number in enumerate(numbers):
        item = one.item(number)
        if item.low is None:
            answers[:, place] = np.nan
            continue
        steps = rng.integers(0, int((item.high - item.low) / item.step) + 1, 12)
        values = item.low + steps * item.step
        # Now and then between the steps, and beyond the range: refused alike.
        values = np.where(rng.random(12) < 0.03, values + 0.37, values)
        answers[:, place] = np.where(rng.random(12) < 0.01, item.high + 1, values)
    answers[rng.random(answers.shape) < gaps] = np.nan
    agree(one, answers)


def test_rows_beyond_one_block_are_scored_too(monkeypatch):
    monkeypatch.setattr(batch, "BLOCK", 7)
    answers = np.random.default_rng(1).integers(0, 4, (30, 9)).astype(float)
    answers[11, 3] = np.nan
    answers[25, 8] = np.nan
    agree(instrument("phq-9"), answers)


def test_columns_follow_the_numbers_not_the_form():
    assert columns(instrument("accord-check-in")) == (1, 2, 3, 4, 5, 6, 7)


def test_the_array_is_left_alone_and_its_shape_is_checked():
    answers = np.full((2, 9), 1.0)
    score_many(instrument("phq-9"), answers)
    assert (answers == 1).all()
    with pytest.raises(ValueError, match="9 items"):
        score_many(instrument("phq-9"), answers[:, :8])
    assert score_many(instrument("phq-9"), np.empty((0, 9)))["TOTAL"].values.shape == (0,)
