"""The model card: it gives the truth back, abstains, and finds what knows too much."""

from dataclasses import replace

import numpy as np
import pytest
from tests.studies.leaving import services

from accord.basics.absence import TooFew
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.leaving.card import Card, NoCard, model_card
from accord.studies.leaving.leaks import Suspect, standing_out
from accord.studies.leaving.leaving import as_study, run, suspected
from accord.studies.leaving.looked import Looked, covering
from accord.studies.leaving.predictors import PREDICTORS, Known, Predictor
from accord.studies.leaving.reasons import worth_a_word
from accord.studies.result import Options, Verdict
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import DROPOUT
from accord.studies.texts import sentence, study_file

TRUE = (
    Predictor(
        "alliance", Known.AT_SESSION, "(SELECT alliance FROM truth WHERE truth.session = rated.session)"
    ),
    Predictor(
        "in_dip",
        Known.AT_SESSION,
        "(SELECT CAST(in_dip AS INTEGER) FROM truth WHERE truth.session = rated.session)",
    ),
    Predictor("log_session", Known.AT_SESSION, "ln(number)"),
)


@pytest.fixture(scope="module")
def usual(simulated):
    """What the model says of the usual service."""
    with simulated() as snapshot:
        return run(snapshot, Options())


def test_the_coefficients_of_the_truth_come_back(simulated) -> None:
    with simulated(clients=2000, seed=5) as snapshot:
        card = model_card(snapshot, Options(), predictors=TRUE)
    assert isinstance(card, Card)
    # Hazards are low, so log hazards and the log odds of simulate/parameters.yaml are nearly the same.
    for name, true in (("alliance", -0.55), ("in_dip", 0.75), ("log_session", -0.25)):
        assert card.fit.effect(name).low < true < card.fit.effect(name).high
    assert card.fit.effect("alliance").high < -0.3
    assert card.ahead == ()


@pytest.mark.parametrize("example", study_file("leaving").examples, ids=lambda one: one.name)
def test_examples(simulated, example) -> None:
    with simulated(clients=example.clients, seed=example.seed, **example.parameters) as snapshot:
        study = run(snapshot, Options())
    assert study.verdict is example.verdict
    assert sentence(study)
    words = study_file("leaving")
    assert {line.name for line in study.lines} <= words.lines.keys()
    assert set(study.notes) <= words.notes.keys()


def test_ratings_tell_less_than_the_truth_but_in_the_same_direction(usual) -> None:
    assert usual.line("ratio_alliance_so_far").high < 1
    assert usual.line("ratio_alliance_now").high < 1
    assert usual.line("calibration_slope").low < 1 < usual.line("calibration_slope").high
    assert usual.line("brier_skill").value > 0
    assert usual.n["left"] == usual.facts["events"]


@pytest.mark.parametrize("definition", DROPOUT)
def test_every_definition_can_be_asked_and_is_told(simulated, definition: str) -> None:
    with simulated(clients=700) as snapshot:
        study = run(snapshot, Options(), definition=definition)
    assert f"definition_{definition}" in study.notes
    assert sentence(study)


def test_too_few_therapists_or_clients_who_left(simulated) -> None:
    with simulated(clients=200, seed=1) as snapshot:
        card = model_card(snapshot, Options())
    assert isinstance(card, NoCard)
    assert isinstance(card.why, TooFew)
    with simulated(clients=1000, seed=2, caseload=60) as snapshot:
        card = model_card(snapshot, Options())
    assert (card.what, card.why.needed) == ("therapists", 20)
    assert as_study(card).verdict is Verdict.TOO_FEW


LETTER = Predictor(
    "reminder",
    Known.AT_SESSION,
    "(SELECT count(*) FROM letters WHERE letters.course = rated.course AND letters.number = rated.number)",
)


@pytest.mark.parametrize("others", [0, 2])
def test_a_planted_leak_is_the_first_suspect(simulated, others: int) -> None:
    """A reminder that most clients get once they have stayed away, filed under their last session, and in 2 of 100
    sessions for some other reason: nobody can see from its name, or from the record, that it was written later."""
    with simulated(clients=700) as snapshot:
        snapshot.connection.execute(f"""
            CREATE OR REPLACE TABLE letters AS SELECT course, number FROM rated JOIN people USING (course)
            WHERE left_judged AND number = held AND hash(course) % 10 < 7 OR hash(session) % 100 < {others}""")
        study = run(snapshot, Options(), predictors=(*PREDICTORS, LETTER))
    assert study.verdict is Verdict.CANNOT_TELL
    assert ("leak" if others else "told_without_fail") in study.notes
    assert study.facts["suspects"].split(", ")[0] == "reminder"
    assert study.look_at == ("suspects",)
    if others:
        assert suspected(study) == {"reminder"} and "not_looked" in study.notes
        suspects = next(one for one in study.tables if one.name == "suspects")
        first, second = suspects.rows[:2]
        assert first[0] == "reminder"
        assert first[1] > 0.1 > 3 * abs(second[1])


@pytest.mark.parametrize(
    ("falls", "out"),
    [
        ({"letter": 0.2, "intake": 0.049}, ("letter",)),
        ({"letter": 0.2, "missed": 0.05}, ("letter", "missed")),
        ({"letter": None, "intake": 0.0}, ("letter",)),  # nothing can be fitted without it
        ({"letter": 0.04, "missed": 0.0}, ("letter", "missed")),  # two that say the same hide each other
        ({}, ()),
    ],
)
def test_suspects_are_those_that_stand_out(falls, out) -> None:
    assert standing_out(Suspect(name, fall, False) for name, fall in falls.items()) == out


@pytest.mark.parametrize(
    ("looked_at", "suspects", "covered"),
    [
        ([{"letter"}], {"letter"}, True),
        ([{"letter", "missed"}], {"letter"}, True),
        ([{"letter"}], {"letter", "missed"}, False),  # a new suspect asks again
        ([{"letter"}, {"missed"}], {"letter", "missed"}, False),  # nobody looked at both
        ([None], {"letter", "missed"}, True),  # of this call, whatever they are
        ([], {"letter"}, False),
    ],
)
def test_a_look_holds_for_its_suspects_and_no_other(looked_at, suspects, covered) -> None:
    looks = [Looked("Filed that day.", None if one is None else frozenset(one)) for one in looked_at]
    assert (covering(looks, suspects) is not None) is covered


def test_once_somebody_has_looked_the_model_is_used_and_the_warning_stays(tmp_path) -> None:
    simulate_snapshot(tmp_path / "s", clients=700, seed=3)
    other, right = Looked("No.", frozenset({"intake"})), Looked("Filed that day.", frozenset({"fell_out"}))
    with open_snapshot(services.file_late(tmp_path / "s")) as snapshot:
        unseen = model_card(snapshot, Options(), looks=[other])
        card = model_card(snapshot, Options(), looks=[other, right])
        assert worth_a_word(snapshot, unseen) is None and worth_a_word(snapshot, card) is not None
    assert as_study(unseen).verdict is Verdict.CANNOT_TELL
    study = as_study(card)
    assert study.verdict is Verdict.DIFFERS and study.look_at == ("suspects",)
    assert {"leak", "looked"} <= set(study.notes) and "not_looked" not in study.notes
    assert study.facts["looked"] == "Filed that day."
    # What looks ahead, or is clearly wrong, is not used whoever has looked.
    assert not replace(card, ahead=("later",)).usable and not replace(card, miscalibrated=True).usable
    assert as_study(replace(card, ahead=("later",))).verdict is Verdict.CANNOT_TELL


def test_a_sign_that_hardly_anyone_who_left_had_is_left_out(simulated) -> None:
    rare = Predictor("rare", Known.AT_SESSION, "CAST(hash(session) % 400 = 0 AS INTEGER)")
    same = Predictor("same", Known.AT_START, "1")
    with simulated(clients=700) as snapshot:
        study = run(snapshot, Options(), predictors=(*PREDICTORS, rare, same))
    assert study.verdict is Verdict.AGREES
    assert (study.facts["rare"], study.facts["constant"]) == ("rare", "same")


def test_a_predictor_that_looks_ahead_is_told_even_where_it_foretells_little(simulated) -> None:
    noise = Predictor("later", Known.AT_SESSION, "CAST(coalesce(final, 0) AS INTEGER) % 2")
    late = Predictor("noted", Known.AT_END, "CAST(hash(course) % 2 AS INTEGER)")
    with simulated(clients=700) as snapshot:
        study = run(snapshot, Options(), predictors=(*PREDICTORS, noise, late))
    assert study.verdict is Verdict.CANNOT_TELL
    assert study.facts["ahead"] == "later, noted"
    assert study.line("auc").value < 0.7
    assert "ahead" in study.notes


def test_clearly_wrong_chances_are_not_used(simulated, monkeypatch) -> None:
    def far_too_high(*asked):
        return np.clip(told(*asked) * 2.0, 0, 1)

    from accord.studies.leaving import card as module

    told = module.foretold
    monkeypatch.setattr(module, "foretold", far_too_high)
    with simulated(clients=700) as snapshot:
        card = model_card(snapshot, Options())
    assert card.miscalibrated
    assert not card.usable
    assert as_study(card).verdict is Verdict.CANNOT_TELL


def test_those_of_whom_nothing_was_told_are_a_group_like_any_other(simulated) -> None:
    """Two groups and three clients of neither: with both shown, those three would be what is left of the total."""
    with simulated(clients=1500, seed=4, groups={1: 0.6, 2: 0.4}) as snapshot:
        shown = [line.by for line in run(snapshot, Options()).lines if line.name == "group_ratio"]
        parts = "read_parquet('" + str(snapshot.path / "traits.parquet") + "')"
        few = f"SELECT client FROM {parts} ORDER BY client LIMIT 3"
        snapshot.connection.execute(
            f"CREATE OR REPLACE VIEW traits AS FROM {parts} WHERE client NOT IN ({few})"
        )
        study = run(snapshot, Options())
    told = [line for line in study.lines if line.name == "group_ratio"]
    assert shown == ["group: group-1", "group: group-2"]
    assert [line.by for line in told] == ["group: group-1"] and study.kept_back == {"groups": 2}
    assert told[0].n["clients"] % 5 == 0 and "left" not in told[0].n


def test_groups_are_told_and_small_ones_kept_back(simulated) -> None:
    with simulated(clients=1500, seed=4, groups={1: 0.796, 2: 0.2, 3: 0.004}, group_leaving=0.8) as snapshot:
        study = run(snapshot, Options())
    told = {line.by: line for line in study.lines if line.name == "group_ratio"}
    # The third group is too small; the second goes with it, else it could be told from the total.
    assert list(told) == ["group: group-1"]
    assert study.kept_back == {"groups": 2}
    assert told["group: group-1"].high < 1.05  # others leave more, so fewer of these do than foretold


def test_a_snapshot_twice_says_the_same(simulated, usual) -> None:
    with simulated() as again:
        assert run(again, Options()) == usual


def test_an_empty_service_says_so(tmp_path) -> None:
    from tests.studies.snapshot.making import Told, make_snapshot

    with open_snapshot(make_snapshot(tmp_path / "s", [Told("a", ended=False)])) as snapshot:
        study = run(snapshot, Options())
    assert study.verdict is Verdict.TOO_FEW
    assert sentence(study)
