"""``accord dropout``: the model card, for people and programs, and where a word may help."""

import json
from io import StringIO

import pytest
from rich.console import Console
from tests.studies.leaving.services import file_late

from accord.cli.dropout import as_data, tell_words, with_words
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.result import Options


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """A service that is large enough for a model, and one that is not."""
    folder = tmp_path_factory.mktemp("dropout")
    simulate_snapshot(folder / "enough", clients=700, seed=3)
    simulate_snapshot(folder / "few", clients=100, seed=1)
    simulate_snapshot(folder / "late", clients=700, seed=3)
    file_late(folder / "late")
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
    assert as_data(*with_words(services / "few", None, Options()))["words"] is None
    assert "Too few to say" in accord("dropout", str(services / "few"), "--words").stdout


def test_courses_are_told_with_reasons_and_without_numbers(accord, services):
    study, words = with_words(services / "enough", None, Options())
    told = as_data(study, words)
    assert told["words"] == []  # every course of this one has ended
    assert told["share"] == pytest.approx(0.1, abs=0.01)
    said = StringIO()
    tell_words(study, words, Console(file=said, width=200))
    assert "It is worth a word, no more." in said.getvalue()


def test_a_definition_that_is_not_there_is_told_with_the_near_one(accord, services):
    refused = accord("dropout", str(services / "few"), "--definition", "left_protocoll")
    assert refused.returncode == 1
    assert refused.stderr.startswith("--definition: ") and "Did you mean left_protocol?" in refused.stderr


def test_too_good_to_be_true_proposes_nothing_until_the_caller_has_looked(accord, services):
    first = json.loads(accord("dropout", str(services / "late"), "--words", "--json").stdout)
    assert (first["verdict"], first["words"]) == ("cannot_tell", None)
    assert "better than anybody has published" in first["warnings"][0] and "fell out" in first["warnings"][1]
    asked = ("dropout", str(services / "late"), "--words", "--looked", "Noted on the\n day {itself}.")
    then = accord(*asked).stdout.replace("\n", " ")
    assert "better than anybody has published" in then and "It is worth a word, no more." in then
    assert "Somebody has looked at this: fell out. What was found: Noted on the day {itself}." in then
    refused = accord("dropout", str(services / "late"), "--looked", " ")
    assert refused.returncode == 1 and refused.stderr.startswith("--looked: it says nothing.")


def test_the_courses_are_told_and_not_written(accord):
    refused = accord("dropout", "nowhere", "--words", "--out", "out")
    assert refused.returncode == 1 and refused.stderr.startswith(
        "--out: the courses are told, and not written."
    )
