"""References and units by themselves, worked by hand; what rules make of them is in `test_presets`."""

import math

import numpy as np
import pytest

from accord.signals.criterion import Ewma, Fall, reference, score, unit

FEW = ["points", "own_sd", "group_sd", "larger_sd", "moving_range"]


def row(text):
    return [math.nan if word == "-" else float(word) for word in text.split()]


def fall(source="previous", what="points", **more):
    return Fall.model_validate({"kind": "fall", "from": source, "unit": what, "k": 1, **more})


def test_what_a_preset_need_not_say():
    part = fall()
    assert (part.beyond, part.first, part.at_least) == (False, 3, 1)


@pytest.mark.parametrize(
    ("source", "ratings", "wanted"),
    [
        ("previous", "10 - 8 9", "- 10 10 8"),
        ("peak", "10 - 8 12 9", "- 10 10 10 12"),
        ("peak", "- 10 8", "- - 10"),
        ("running_mean", "38 - 34 30", "- 38 38 36"),
        ("own_mean", "10 - 14", "12 12 12"),
        ("own_line", "10 - 14 16", "10 12 14 16"),
        ("own_line", "10 12", "10 12"),
        ("own_line", "10 - -", "- - -"),  # one answer is no line
        ("fixed", "10 12", "- -"),  # nobody said where
    ],
)
def test_what_a_rating_is_held_against(source, ratings, wanted):
    found = reference(fall(source), np.array([row(ratings)]))
    assert found[0].tolist() == pytest.approx(row(wanted), nan_ok=True)


@pytest.mark.parametrize(
    ("what", "clients", "wanted"),
    [
        ("own_sd", ["10 - 12"], math.sqrt(2)),
        ("group_sd", ["10 - 12", "10 14 -"], math.sqrt((2 + 8) / 2)),
        ("larger_sd", ["10 - 12", "10 14 -"], math.sqrt(5)),
        ("moving_range", ["10 - 12"], 2 / 1.128),
    ],
)
def test_two_answers_give_a_unit(what, clients, wanted):
    found = unit(fall("own_mean", what), np.array([row(one) for one in clients]))
    assert found[0, 0] == pytest.approx(wanted)


@pytest.mark.parametrize("what", FEW[1:])
def test_one_answer_gives_none(what):
    assert np.isnan(unit(fall("own_mean", what), np.array([row("10 - -")]))).all()


@pytest.mark.parametrize(
    ("source", "clients", "judged"),
    [
        ("previous", ["10 9 - 6 4"], [[3, 4]]),  # looks at earlier ones only, so it waits for the third
        ("own_mean", ["10 9 - 6 4"], [[0, 1, 3, 4]]),
        ("own_mean", ["10 9 - - -", "10 9 8 7 6"], [[], [0, 1, 2, 3, 4]]),  # each client by themselves
    ],
)
def test_from_three_answers_on(source, clients, judged):
    scored = score(fall(source, at_least=3), np.array([row(one) for one in clients]))
    assert [np.flatnonzero(np.isfinite(one)).tolist() for one in scored] == judged


def test_a_weighted_mean_carries_on_over_a_gap_and_its_error_grows():
    # off .2 x 6 = 1.2, then .2 x 4 + .8 x 1.2 = 1.76; its variance 1/9 (1 - .8^2), then 1/9 (1 - .8^4), times 2.16^2
    part = Ewma(kind="ewma", k=3, weight=0.2, first=3, sd=2.16)
    found = score(part, np.array([row("37 37 37 31 - 33")]))[0]
    assert found[3] == pytest.approx(1.2 / (2.16 * math.sqrt((1 - 0.8**2) / 9)))
    assert found[5] == pytest.approx(1.76 / (2.16 * math.sqrt((1 - 0.8**4) / 9)))
    assert np.isnan(found[4])
