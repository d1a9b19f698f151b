"""Which groups are shown: none of fewer than five, and none that can be had by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.studies.frontiers.groups import Cell, rounded, shown
from accord.studies.result import CELL


@pytest.mark.parametrize(
    "cells, told",
    [
        ({"a": 40, "b": 30}, ("a", "b")),
        ({"a": 40, "b": 30, "c": 4}, ("a",)),  # of one group kept back, all less the rest would tell
        ({"a": 40, "b": 30, "c": 4, "d": 3}, ("a", "b")),  # two, seven people together
        ({"a": 40, "b": 30, "c": 2, "d": 2}, ("a",)),  # two, but four people together
        ({"a": 40, "b": 4}, ()),
        ({"a": 40, "b": 5}, ("a", "b")),
        ({"a": 40}, ("a",)),
        ({}, ()),
    ],
)
def test_groups_of_people(cells, told):
    assert shown({name: Cell(people) for name, people in cells.items()}) == told


def test_a_few_who_left_are_kept_back_as_well_as_a_few_who_are_there():
    cells = {"a": Cell(40, 10, 30), "b": Cell(30, 8, 22), "c": Cell(20, 3, 17), "d": Cell(20, 4, 16)}
    assert shown(cells) == ("a", "b")


def test_nobody_and_everybody_tell_of_each_one():
    assert shown({"a": Cell(40, 10, 30), "b": Cell(30, 0, 30), "c": Cell(30, 12, 18)}) == ("a",)


def test_numbers_of_people_are_told_in_fives():
    assert [rounded(one) for one in (5, 9, 10, 44)] == [5, 5, 10, 40]


cells = st.builds(lambda yes, no: Cell(yes + no, yes, no), st.integers(0, 30), st.integers(0, 30))


@given(st.dictionaries(st.sampled_from("abcdefgh"), cells))
def test_nothing_small_can_be_had_from_what_is_shown_and_the_whole(cells):
    names = shown(cells)
    assert all(not cells[name].small for name in names)
    back = [cells[name] for name in cells if name not in names and cells[name].people]
    if names and back:
        assert len(back) > 1
        for part in ("people", "yes", "no"):
            assert sum(getattr(one, part) for one in back) >= CELL
