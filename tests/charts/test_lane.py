"""Repairs in the lane under the dates: where they stand, both drawings alike, and room for every word."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.charts.test_drawings import assert_words_have_room, course, tree

from accord.charts import gap, lane, line_spec, line_svg
from accord.charts.lane import RepairMark
from accord.charts.line_layout import WIDE, lay

XS = tuple(100.0 * n for n in range(1, 9))


def placed(*marks, until=7):
    return lane.place(marks, XS, 900.0, until)


def test_a_repair_runs_from_where_it_began_to_where_it_closed():
    (one,) = placed(RepairMark(2, 4, "came_back", "repair; came back"))
    assert (one.start, one.end, one.middle) == (300.0, 500.0, 400.0)
    assert lane.lines([one], 10.0) == [(306.0, 489.0, 10.0)]
    assert [shape for shape, *_rest in lane.signs([one], 10.0)] == [lane.BEGAN, lane.ENDINGS["came_back"]]


def test_one_that_is_open_runs_to_the_last_session_and_has_no_ending():
    (one,) = placed(RepairMark(2, None, "", "repair, open"), until=6)
    assert (one.start, one.end) == (300.0, 700.0)
    assert [shape for shape, *_rest in lane.signs([one], 10.0)] == [lane.BEGAN]


def test_two_signs_never_stand_in_one_place():
    both, after = placed(RepairMark(2, 2, "left", "a"), RepairMark(2, 5, "came_back", "b"))
    xs = [x for _shape, x, *_rest in lane.signs([both, after], 10.0)]
    assert all(abs(a - b) >= 2 * lane.RADIUS for n, a in enumerate(xs) for b in xs[n + 1 :])
    (fresh,) = placed(RepairMark(7, None, "", "repair, open"))
    assert fresh.end > fresh.start


def test_the_lane_is_shared_with_how_people_met_only_where_nothing_touches():
    met = course(8)  # online in sessions 4 and 5
    met = replace(met, columns=tuple(replace(one, therapist_name="") for one in met.columns))
    apart = replace(met, repairs=(RepairMark(0, 1, "left", "repair"),))
    touching = replace(met, repairs=(RepairMark(2, 5, "left", "repair; client left"),))
    for picture, shared in ((apart, True), (touching, False)):
        at = lay(picture, WIDE)
        assert (at.mended == at.met) is shared
        assert at.height == (lay(met, WIDE).height if shared else at.mended + 30)
    without = lay(replace(touching, columns=tuple(replace(one, kind=None) for one in met.columns)), WIDE)
    assert without.met is None and without.mended is not None


@pytest.mark.parametrize("narrow", [False, True])
def test_both_drawings_have_every_sign_at_its_place(narrow):
    picture = replace(
        course(8),
        repairs=(RepairMark(1, 4, "rose_above", "repair; rose above"), RepairMark(6, None, "", "o")),
    )
    drawn = [
        one
        for one in tree(line_svg.svg(picture, narrow=narrow)).iter("path")
        if one.get("class") == "picture__repair"
    ]
    assert [one.get("d") for one in drawn] == [lane.BEGAN, lane.ENDINGS["rose_above"], lane.BEGAN]
    spec = line_spec.spec(picture, narrow=narrow)
    signs = [
        one
        for one in spec["layer"]
        if str(one.get("name", "")).startswith("repair") and "point" in str(one["mark"])
    ]
    assert [one["mark"]["shape"] for one in signs] == [one.get("d") for one in drawn]


def test_his_view_beside_yours_has_no_lane():
    picture = course(8)  # the sixth was missed, and has no column there
    repaired = replace(picture, repairs=(RepairMark(7, None, "", "repair, open"),))
    assert gap.svg(repaired) == gap.svg(picture)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 14),
    st.lists(
        st.tuples(st.integers(0, 13), st.none() | st.integers(0, 13), st.sampled_from(list(lane.ENDINGS)))
    ),
    st.booleans(),
)
def test_words_have_room_whatever_was_repaired(count, spans, narrow):
    marks = tuple(
        RepairMark(
            min(first, count - 1),
            None if last is None else min(max(first, last), count - 1),
            "" if last is None else how,
            f"repair; {how.replace('_', ' ')}",
        )
        for first, last, how in spans
    )
    assert_words_have_room(line_svg.svg(replace(course(count), repairs=marks), narrow=narrow))
