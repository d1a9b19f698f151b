"""Published rules, each held to examples worked by hand; `-` is a session without an answer.

Ratings are in the rule's own points where it has some, so that a reader can check each line with a pencil.
"""

import math

import numpy as np
import pytest

from accord.basics.faults import Faults
from accord.signals.criterion import Fall, score
from accord.signals.presets import Preset, alarms, preset, presets, remarks, scores

ALONE = [one.id for one in presets()]


def row(text):
    return [math.nan if word == "-" else float(word) for word in text.split()]


def alarmed(id, *clients, low=0.0, high=40.0):
    """The sessions that alarm, from 1, of the first client; the others are there for the group's SD."""
    marked = alarms(preset(id), np.array([row(one) for one in clients]), low, high)
    return [place + 1 for place in np.flatnonzero(marked[0])]


def scored(id, *clients, low=0.0, high=40.0):
    return scores(preset(id), np.array([row(one) for one in clients]), low, high)[0].round(2).tolist()


# Rule, the client's ratings, the sessions that alarm, and why.
BY_HAND = [
    ("pcoms", "38 38 36 36", [3], "2 down at 3; 36 itself is not below 36"),
    ("pcoms", "38 37.1 37.1 35.9", [4], "0.9 down is not 1 down; 35.9 is below 36"),
    ("pcoms", "35 36.5 - 35.5", [1, 4], "the last answer before counts, over the gap"),
    ("pcoms-level", "36 35.9 - 30", [2, 4], "below 36, and 36 itself is not"),
    ("pcoms-drop", "30 29 29 28.1", [2], "1 down counts, 0.9 does not, the level does not"),
    ("pcoms-drop", "36.3 35.3", [2], "1 down, whatever the last bit says"),
    ("pcoms-drop", "38 - 37", [3], "down 1 since the last answer"),
    ("rci-drop", "38 32.7 32.7 27.3", [4], "3.2 x 1.414 x 0.6 x 1.96 = 5.32: down 5.3 is short of it, 5.4 is not"),
    ("running-mean", "38 36 33.6 33.6", [3], "means before: 38, 37, 35.87; 3.4 below 37 counts"),
    ("running-mean", "38 - 34.6", [3], "3.4 below the only one before"),
    ("previous", "38 34.1 31", [2], "3.9 down counts, 3.1 does not"),
    # steps 2 2 2 2 8, mean 3.2, sigma 3.2 / 1.128 = 2.84; mean 35.33, so the limits are 29.66 and 26.82
    ("control-chart-2", "36 38 36 38 36 28", [6], "mean 35.33, sigma 2.84: 28 is 2.58 sigma below"),
    ("control-chart-3", "36 38 36 38 36 28", [], "and 3 sigma would be 26.82"),
    ("control-chart-3", "38 38 38 38 38 38", [], "no step at all is no fall"),
    ("control-chart-2", "38 20", [], "two answers are no chart"),
    # mean of the first three 37; sd 2.16; weights .2, .16, ...
    ("ewma", "37 37 37 31", [], "0.2 x 6 = 1.2 below; its SD is 0.2 x 2.16 = .43: 2.78 SD"),
    ("ewma", "37 37 37 30.5", [4], "0.2 x 6.5 = 1.3 below: 3.01 SD"),
    ("ewma", "38 30 37 35 -", [], "the first three are the baseline and alarm for nothing"),
    ("cusum", "37 37 37 32 32", [], "each 5 below is 2.31 SD, 1.81 beyond the slack: 1.81, 3.63"),
    ("cusum", "37 37 37 32 - 32 32", [7], "and 5.44 after the third"),
    ("cusum", "37 37 37 32 32 40 32 32", [8], "3.63 falls to 1.74 with 3 above and the slack; then 3.55, 5.37"),
    ("cusum", "37 37 37 40 40 32 32 32", [8], "good sessions are no credit: 0, 0, 1.81, 3.63, 5.44"),
    ("stevens-2007", "5 6 5 4.9", [3, 4], "1 and 1.1 below the highest so far"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "client", "wanted", "why"), BY_HAND, ids=[f"{r[0]}: {r[3]}" for r in BY_HAND])
def test_a_preset_alarms_where_a_pencil_does(id, client, wanted, why):
    low, high = preset(id).scale or (0, 40)
    assert alarmed(id, client, low=low, high=high) == wanted, why


def test_strauss_counts_own_standard_deviations_from_the_peak():
    # 10 10 8 10: mean 9.5, SD 1; the peak is 10, so 8 is 2 SD below
    assert scored("strauss-2006", "10 10 8 10") == [-math.inf, 0.0, 2.0, 0.0]
    assert alarmed("strauss-2006", "10 10 8 10") == [3]
    # 10 9 10 11: SD .82; 9 is 1.22 SD below; the rise to 11 is none
    assert alarmed("strauss-2006", "10 9 10 11") == [2]
    assert alarmed("strauss-2006", "10 8 -") == []  # two answers give no SD worth the name


def test_a_control_chart_counts_in_sigmas_of_the_mean_step():
    assert scored("control-chart-3", "36 38 36 38 36 28")[-1] == pytest.approx(2.58, abs=0.01)  # 7.33 / 2.84
    assert scored("control-chart-3", "38 38 - 38") == pytest.approx([0, 0, math.nan, 0], nan_ok=True)


def test_gumz_takes_the_stricter_of_own_and_group_sd():
    # own SD 1 (10 10 8 10); the other's is 3 (16 16 10 16): pooled sqrt((3 x 1 + 3 x 9) / 6) = 2.24
    both = ("10 10 8 10", "16 16 10 16")
    assert scored("gumz-2012-1sd", *both) == [-math.inf, 0.0, 0.89, 0.0]  # 2 / 2.24
    assert alarmed("gumz-2012-1sd", *both) == []
    assert alarmed("gumz-2012-1sd", *reversed(both)) == [3]  # the other: 6 / 3 = 2 own SD
    assert alarmed("gumz-2012-2sd", *reversed(both)) == [3]
    assert (
        alarmed("gumz-2012-2sd", "16 16 10.5 16", "10 2 10 10") == []
    )  # own 2.75, pooled 3.44: 5.5 is 1.6 of it


def test_stiles_counts_from_the_clients_own_line():
    # 10 11 9 13 14: slope 1, line 9.4 ... 13.4; off by +.6 +.6 -2.4 +.6 +.6; squares 7.2 on 3 degrees: SD 1.55
    assert scored("stiles-2004", "10 11 9 13 14") == [-0.39, -0.39, 1.55, -0.39, -0.39]
    # with a second client who lies on a line: 7.2 on 6 degrees, SD 1.10: 2.4 is 2.19 of it
    assert alarmed("stiles-2004", "10 11 9 13 14", "10 11 12 13 14") == [3]
    assert alarmed("stiles-2004", "10 11 9 13 14") == []
    assert alarmed("stiles-2004", "10 2 -", "10 11 12") == []  # two answers make no line


def test_the_mean_of_the_first_few_is_a_reference_too():
    part = Fall.model_validate({"kind": "fall", "from": "baseline", "unit": "points", "k": 2, "first": 2})
    assert score(part, np.array([row("10 - 8 6 9")]))[0].tolist() == pytest.approx(
        row("-inf - -inf 3 0"), nan_ok=True
    )


@pytest.mark.parametrize("id", ALONE)
def test_no_answer_scores_nothing_and_never_alarms(id):
    ratings = np.array([row("80 - 82 78 - 40 85"), row("- - - - - - -"), row("100 100 100 100 100 100 100")])
    found, marked = scores(preset(id), ratings), alarms(preset(id), ratings)
    assert np.array_equal(np.isnan(found), np.isnan(ratings))
    assert not marked[np.isnan(ratings)].any()
    assert not marked[2].any()  # always the same and at the top: nothing has fallen


@pytest.mark.parametrize("id", ALONE)
def test_an_alarm_is_a_score_at_the_limit_so_that_presets_compare_at_equal_false_alarms(id):
    rule, ratings = preset(id), np.random.default_rng(3).normal(85, 6, (200, 9)).clip(0, 100)
    ratings[np.random.default_rng(4).random(ratings.shape) < 0.2] = np.nan
    found, marked = scores(rule, ratings), alarms(rule, ratings)
    assert found[marked].min() >= found[~marked & ~np.isnan(found)].max()
    assert marked.any()


@pytest.mark.parametrize("id", [one.id for one in presets() if one.online])
def test_an_online_preset_never_looks_ahead(id):
    rule, ratings = preset(id), np.random.default_rng(5).normal(85, 8, (50, 10)).clip(0, 100)
    for seen in range(1, 11):
        assert np.array_equal(scores(rule, ratings)[:, :seen], scores(rule, ratings[:, :seen]))


@pytest.mark.parametrize("id", [one.id for one in presets() if not one.online])
def test_a_retrospective_one_does_and_says_so(id):
    rule, ratings = preset(id), np.random.default_rng(5).normal(85, 8, (50, 10)).clip(0, 100)
    assert not np.array_equal(scores(rule, ratings)[:, :6], scores(rule, ratings[:, :6]))
    assert any("later sessions" in one for one in remarks(rule))


@pytest.mark.parametrize(("id", "marked"), [(one.id, one.reconstruction) for one in presets()])
def test_the_three_that_were_not_read_are_reconstructions_and_say_so(id, marked):
    assert marked == (id in ("stiles-2004", "strauss-2006", "stevens-2007"))
    assert any("no replication" in one for one in remarks(preset(id))) == marked


@pytest.mark.parametrize(
    ("id", "share", "of"),
    [
        ("pcoms", 0.24, "sessions"),
        ("stiles-2004", 17 / 79, "clients"),
        ("strauss-2006", 0.56, "clients"),
        ("stevens-2007", 0.50, "cases"),
    ],
)
def test_published_base_rates_are_there_with_how_sure_they_are(id, share, of):
    rate = preset(id).base_rate
    assert rate.share == pytest.approx(share, abs=0.01)
    assert of in rate.of
    assert rate.confidence


def test_other_scales_are_mapped_by_range_and_that_is_said():
    # 0 to 100: 90 is 36 of 40, and 2.5 down is 1 of 40
    assert alarmed("pcoms", "95 92.5 90 87.4", low=0, high=100) == [2, 3, 4]
    assert alarmed("pcoms-level", "90 89.9", low=0, high=100) == [2]
    assert alarmed("pcoms-level", "6.4 6.3", low=1, high=7) == [2]  # 36 of 40 is nine tenths of the way, 6.4
    assert any("0 to 100 were mapped" in one for one in remarks(preset("pcoms"), 0, 100))
    assert not any("mapped" in one for one in remarks(preset("pcoms"), 0, 40))
    assert not any("mapped" in one for one in remarks(preset("control-chart-3"), 1, 7))  # SDs need no scale


def test_what_cannot_be_judged_is_refused_with_what_to_do():
    with pytest.raises(Faults, match="1 lie outside 0 to 40"):
        scores(preset("pcoms"), np.array([[38.0, 41.0]]), 0, 40)
    with pytest.raises(Faults, match="clients x sessions"):
        alarms(preset("pcoms"), np.array([38.0, 30.0]), 0, 40)
    with pytest.raises(Faults, match="lower end first"):
        scores(preset("pcoms"), np.array([[38.0]]), 40, 0)
    with pytest.raises(Faults, match="ewma"):
        preset("ewna")


def test_a_preset_in_points_without_a_scale_is_no_preset():
    whole = preset("pcoms-drop").model_dump(by_alias=True)
    with pytest.raises(ValueError, match="needs its scale"):
        Preset.model_validate(whole | {"scale": None})
