"""``accord dropout``: the model card, for people and programs, and where a word may help."""

import json

import pytest

from accord.simulate.snapshot import simulate_snapshot


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """A service that is large enough for a model, and one that is not."""
    folder = tmp_path_factory.mktemp("dropout")
    simulate_snapshot(folder / "enough", clients=700, seed=3)
    simulate_snapshot(folder / "few", clients=100, seed=1)
    return folder


def test_the_card_is_told_printed_and_written(accord, services, tmp_path):
    done = accord("dropout", str(services / "enough"), "--out", "card")
    assert done.returncode == 0, done.stderr
    assert "Told apart (AUC)" in done.stdout
    assert "BEN22" in done.stdout
    assert {"leaving-lines.csv", "leaving-curve.csv", "leaving-decision.csv"} <= {
        one.name for one in (tmp_path / "card").iterdir()
    }


def test_too_few_say_so_and_propose_nothing(accord, services):
    (study,) = json.loads(accord("dropout", str(services / "few"), "--json").stdout)["studies"]
    assert study["verdict"] == "too_few"
    told = json.loads(accord("dropout", str(services / "few"), "--words", "--json").stdout)
    assert told["words"] is None
    assert "Too few to say" in accord("dropout", str(services / "few"), "--words").stdout


def test_courses_are_told_with_reasons_and_without_numbers(accord, services):
    told = json.loads(accord("dropout", str(services / "enough"), "--words", "--json").stdout)
    assert told["words"] == []  # every course of this one has ended
    assert told["share"] == pytest.approx(0.1, abs=0.01)
    assert "It is worth a word, no more." in accord("dropout", str(services / "enough"), "--words").stdout


def test_a_definition_that_is_not_there_is_told_with_the_near_one(accord, services):
    refused = accord("dropout", str(services / "few"), "--definition", "left_protocoll")
    assert refused.returncode == 1
    assert "Did you mean left_protocol?" in refused.stderr
