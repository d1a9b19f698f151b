"""Whether a form means the same: what breaks the ladder, what is unclear, and items that stand out."""

import numpy as np
import pytest

from accord.basics.absence import NotScored, TooFew
from accord.statistics.factor.model import Equal
from accord.studies.frontiers.answers import Answers
from accord.studies.frontiers.groups import NOT_TOLD, Trait
from accord.studies.frontiers.invariance import Climb, Ladder, Step, ladder, shifts


def given(
    sizes: dict[str, int], *, shift: float = 0.0, level: float = 0.0, seed: int = 1
) -> tuple[Answers, Trait]:
    """One form per client; in every group but the first item 2 is `shift` SD higher, and everything `level`."""
    draw = np.random.default_rng(seed)
    group = np.repeat(list(sizes), list(sizes.values()))
    other = group != next(iter(sizes))
    factor = draw.normal(0, 1, len(group)) + level * other
    values = 60 + 7 * factor[:, None] + draw.normal(0, 5, (len(group), 4))
    values[:, 1] += shift * 8.6 * other
    client = np.array([f"c{place:05}" for place in range(len(group))])
    answers = Answers(
        (1, 2, 3, 4), values, client, np.arange(len(group)).astype(str), np.full(len(group), 3), 0
    )
    return answers, Trait("origin", dict(zip(client, group, strict=True)))


@pytest.mark.parametrize(
    "cfi_falls, rmsea_rises, outcome",
    [
        (0.010, 0.015, Step.HOLDS),
        (0.0101, 0.015, Step.UNCLEAR),
        (0.010, 0.0151, Step.UNCLEAR),
        (0.0101, 0.0151, Step.FAILS),
        (-0.02, -0.05, Step.HOLDS),
    ],
)
def test_a_step_at_its_limits(cfi_falls, rmsea_rises, outcome):
    assert Climb(Equal.LOADINGS, cfi_falls, rmsea_rises).outcome is outcome


@pytest.mark.parametrize("outcome, alike", [(0.0, True), (0.02, False)])
def test_means_are_compared_only_when_every_step_holds(outcome, alike):
    steps = (Climb(Equal.LOADINGS, 0.0, outcome), Climb(Equal.INTERCEPTS, 0.0, 0.0))
    assert Ladder(("a", "b"), steps).alike is alike
    assert Ladder(("a", "b"), steps).failed is not alike
    assert not Ladder(("a", "b")).alike


def test_groups_that_read_alike_may_be_compared_although_one_is_lower():
    found = ladder(*given({"a": 500, "b": 500}, level=-0.5))
    assert found.alike
    assert found.groups == ("a", "b")


def test_an_item_read_otherwise_breaks_the_last_step_and_is_named():
    answers, trait = given({"a": 500, "b": 500}, shift=0.5)
    found = ladder(answers, trait)
    assert found.failed and not found.alike
    assert [climb.outcome for climb in found.climbs] == [Step.HOLDS, Step.FAILS]
    seen = [one for one in shifts(answers, trait, found.groups) if one.seen]
    # The item itself; the others look shifted the other way by a third of it, since it is part of their rest.
    assert max(seen, key=lambda one: abs(one.apart.value)).item == 2
    assert seen[0].group == "b" and seen[0].reference == "a"


def test_items_alike_are_not_named():
    answers, trait = given({"a": 500, "b": 500})
    assert not [one for one in shifts(answers, trait, ("a", "b")) if one.seen]


def test_small_groups_are_left_out_and_said():
    found = ladder(*given({"a": 300, "b": 300, "c": 60}))
    assert found.groups == ("a", "b")
    assert found.few == {"c": 60}
    assert ladder(*given({"a": 300, "b": 99})).why == TooFew(99, 100)


def test_who_is_not_told_is_no_group():
    answers, trait = given({"a": 300, NOT_TOLD: 300})
    assert ladder(answers, trait).why == TooFew(0, 100)


def test_where_one_factor_does_not_fit_there_is_no_ladder():
    answers, trait = given({"a": 300, "b": 300})
    answers.values[:, 3] = 60 + np.random.default_rng(2).normal(0, 8, 600)
    answers.values[:, 2] = answers.values[:, 3] + np.random.default_rng(3).normal(0, 3, 600)
    found = ladder(answers, trait)
    assert isinstance(found.why, NotScored)
    assert not found.alike and not found.failed


def test_each_client_counts_once_with_the_form_about_session_three():
    numbers = np.array([1, 3, 5, 2, 4, 6])
    client = np.array(["a", "a", "a", "b", "c", "c"])
    one = Answers((1,), np.zeros((6, 1)), client, client, numbers, 0)
    assert numbers[one.one_each()].tolist() == [3, 2, 4]
