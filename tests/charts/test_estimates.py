"""Pictures of studies: their scales are round, their words have room, absence is drawn, and nobody has a number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.charts.test_drawings import assert_words_have_room, svg_points

from accord.charts import calibration, caterpillar, decision, finding, groups, scale
from accord.charts.calibration import Calibration, Part
from accord.charts.caterpillar import Caterpillar, Row
from accord.charts.decision import Decision
from accord.charts.finding import Finding, Value
from accord.charts.groups import Group, Groups

number = st.floats(-50, 50).map(lambda x: round(x, 3))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.28, 0.26, 0.30, 0.15, 0.33], (0.0, 0.4, 0.2)),
        ([0.05, 0.024, 0.082, 0.004, 0.091], (0.0, 0.1, 0.05)),
        ([0.80, 0.90, 0.83, 0.89], (0.8, 0.9, 0.05)),
        ([0.55, -0.08, 0.32, 0.12], (-0.25, 0.75, 0.25)),
        ([], (0.0, 1.0, 0.5)),
        ([0.3], (0.0, 0.3, 0.1)),
        ([0.0, 0.0], (0.0, 1.0, 0.5)),
    ],
)
def test_an_axis_is_round_and_holds_everything(values, expected):
    assert scale.ends(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "unit", "step", "told"),
    [
        (0.2, "r", 0.2, ".20"), (0.2, "r", 0.1, ".20"), (-0.2, "d", 0.2, "−.20"), (0.05, "share", 0.05, "5 %"),
        (0.025, "share", 0.025, "2.5 %"), (0.0, "share", 0.05, "0"), (2.0, "points", 1.0, "2"), (1.0, "r", 0.2, "1.0"),
        (10.0, "points", 2.5, "10"), (0.98, "index", 0.02, ".980"), (0.0, "index", 0.01, ".000"),
        (1.0, "index", 0.01, "1.000"), (-0.0125, "index", 0.0025, "−.0125"),
    ],
)  # fmt: skip
def test_a_tick_reads_as_papers_print_it(value, unit, step, told):
    assert scale.number(value, unit, step) == told


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(number, st.none() | st.floats(0.01, 20)), max_size=3), number, st.booleans(),
    st.sampled_from(["r", "share", "points", "d"]),
)  # fmt: skip
def test_words_of_a_finding_have_room(studies, own, narrow, unit):
    size = {"share": 50, "r": 50, "d": 10}.get(unit, 1)  # as large as they come
    studies, own = [(x / size, w and w / size) for x, w in studies], own / size
    values = tuple(Value(x, *((x - w, x + w) if w else (None, None))) for x, w in studies)
    svg = finding.svg(
        Finding(values, Value(own, own - 1 / size, own + 2 / size), "x", unit=unit), narrow=narrow
    )
    assert_words_have_room(svg)
    assert ("own", "0", round(own, 6)) in svg_points(svg)


def test_too_few_is_drawn_and_a_study_without_an_interval_has_no_whisker():
    svg = finding.svg(Finding((Value(0.55),), None, "x", unit="d"))
    assert "picture__too-few" in svg and "picture__whisker" not in svg
    assert svg_points(svg) == {("studies", "1", 0.55)}


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("count", [0, 1, 5, 80])
def test_the_caterpillar_numbers_nobody(count, narrow):
    rows = tuple(
        Row(n - count / 2, n - count / 2 - 4, n - count / 2 + 4, own=n == count // 2) for n in range(count)
    )
    svg = caterpillar.svg(Caterpillar(tuple(reversed(rows)), "x"), narrow=narrow)
    assert_words_have_room(svg)
    assert sum(mark == "own" for mark, _at, _value in svg_points(svg)) == min(1, count)
    assert "rank" not in svg
    drawn = sorted((float(at), value) for _mark, at, value in svg_points(svg))
    assert [value for _at, value in drawn] == sorted(one.estimate for one in rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=10), st.booleans())
def test_words_of_a_calibration_have_room(parts, narrow):
    made = tuple(Part(a, b, max(0.0, b - 0.1), min(1.0, b + 0.1)) for a, b in sorted(parts))
    assert_words_have_room(calibration.svg(Calibration(made, "x"), narrow=narrow))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-0.3, 0.4), st.floats(-3, 0.4)), max_size=12), st.booleans())
def test_words_of_a_decision_curve_have_room(values, narrow):
    chances = tuple(round(0.04 * (n + 1), 2) for n in range(len(values)))
    model, everyone = tuple(a for a, _ in values), tuple(b for _, b in values)
    svg = decision.svg(Decision(chances, model, everyone, "x"), narrow=narrow)
    assert_words_have_room(svg)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | st.floats(0, 1), max_size=7), st.booleans())
def test_groups_that_are_too_small_are_named_and_not_drawn(values, narrow):
    made = tuple(
        Group(
            f"A group with a rather long name, number {n}", one, few="fewer than five" if one is None else ""
        )
        for n, one in enumerate(values)
    )
    svg = groups.svg(Groups(made, "x"), narrow=narrow)
    assert_words_have_room(svg)
    assert len(svg_points(svg)) == sum(one is not None for one in values)
    assert svg.count("fewer than five") == sum(one is None for one in values)
