"""How well forms measure: the right form, its parts, too few, and answers that are not whole."""

import numpy as np
import pytest
from tests.studies.frontiers.test_examples import check_words
from tests.studies.snapshot.making import Told, make_snapshot

from accord.basics.absence import TooFew
from accord.instruments.registry import instrument
from accord.statistics.factor.model import Factors
from accord.studies.frontiers import structure
from accord.studies.result import Options, Verdict
from accord.studies.snapshot.opened import open_snapshot

TWELVE = "accord-alliance"


def snapshot_of(folder, clients: int, *, apart: float, each: int = 2, gap: bool = False):
    """Clients answer twelve items on three factors, `each` times; factors correlate 1 - apart."""
    draw = np.random.default_rng(4)
    rows = []
    for client in range(clients):
        common, own = draw.normal(), draw.normal(size=3)
        for place in range(1, each + 1):
            state = draw.normal(0, 0.6)
            for item in range(1, 13):
                part = np.sqrt(1 - apart) * common + np.sqrt(apart) * own[(item - 1) % 3]
                value = (
                    None
                    if gap and client == 0 and item == 4
                    else 60 + 10 * (part + state + draw.normal(0, 0.5))
                )
                rows.append({
                    "session": f"k-c{client}-{place}", "course": f"k-c{client}", "instrument": TWELVE, "version": 1,
                    "respondent": "client", "item": item, "value": value, "reason": None if value else "declined",
                })  # fmt: skip
    courses = [Told(f"c{one}", ["attended"] * each, therapist=f"t{one % 8}") for one in range(clients)]
    return make_snapshot(folder / "s", courses, items=rows)


def answered(path, **options):
    with open_snapshot(path) as snapshot:
        return structure.run(snapshot, Options(**options))


def test_bond_goals_and_tasks_are_told_apart_where_they_are_apart(tmp_path):
    study = answered(snapshot_of(tmp_path, 250, apart=0.5), alliance=TWELVE)
    title = instrument(TWELVE).title
    assert study.verdict is Verdict.DESCRIBES
    assert study.line("cfi_three", title).value > 0.98 > study.line("cfi_one", title).value
    assert study.line("bic_gain", title).value > 10
    assert "parts_apart" in study.notes
    # One rating: common, own and state against error, over twelve items of three parts.
    common, own, state, error = 0.5, 0.5, 0.36, 0.25
    total = 144 * common + 3 * 16 * own + 144 * state + 12 * error
    items = 12 * (common + own + state + error)
    line = study.line("alpha", title)
    assert line.low < 12 / 11 * (1 - items / total) < line.high
    within = study.line("alpha_within", title)
    expected = 12 / 11 * (1 - 12 * (state + error) / (144 * state + 12 * error))
    assert within.value == pytest.approx(expected, abs=3 * 0.0045)
    check_words(study)


def test_parts_that_are_one_are_said_to_be(tmp_path):
    study = answered(snapshot_of(tmp_path, 250, apart=0.02), alliance=TWELVE)
    assert "parts_alike" in study.notes


def test_too_few_say_nothing_and_some_say_nothing_of_shape(tmp_path):
    few = answered(snapshot_of(tmp_path / "few", 49, apart=0.5), alliance=TWELVE)
    assert few.verdict is Verdict.TOO_FEW
    assert few.line("chief").value == TooFew(49, 50)
    some = answered(snapshot_of(tmp_path / "some", 60, apart=0.5), alliance=TWELVE)
    assert some.verdict is Verdict.DESCRIBES
    assert some.line("cfi_one", instrument(TWELVE).title).value == TooFew(60, 200)
    check_words(few)
    check_words(some)


def test_a_form_with_a_gap_is_left_out_and_counted(tmp_path):
    study = answered(snapshot_of(tmp_path, 60, apart=0.5, gap=True), alliance=TWELVE)
    assert study.dropped["incomplete_forms"] == 2
    assert study.line("omega", instrument(TWELVE).title).n["forms"] == 118


@pytest.mark.parametrize(
    "name, parts",
    [("accord-alliance", Factors((0, 1, 2) * 4)), ("accord-check-in", None), ("accord-wellbeing", None)],
)
def test_parts_are_those_that_the_definition_names(name, parts):
    assert structure.three_parts(instrument(name)) == parts


def test_forms_with_a_total_of_sliders_are_looked_at_and_no_others():
    alliance = (
        "accord-alliance",
        "accord-alliance-therapist",
        "accord-check-in",
        "accord-check-in-therapist",
    )
    assert {one.id for one in structure.own_forms()} == {*alliance, "accord-wellbeing"}
