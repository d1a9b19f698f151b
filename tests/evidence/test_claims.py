"""The claims: all of the article's, each whole, with figures from the reference sheet, and told by their wording."""

import json
import re
from pathlib import Path

import pytest
import yaml

from accord.basics.faults import Faults
from accord.evidence import claims as room
from accord.evidence.claims import (
    FILE,
    Claim,
    Verdict,
    as_data,
    claim,
    claims,
    read_claims,
    refused_in,
    said_in,
    tags,
)
from accord.evidence.sources import source, sources
from accord.instruments.definition import Confidence

SHEET = Path(__file__).resolve().parents[3] / "shared" / "design" / "science.md"
needs_sheet = pytest.mark.skipif(
    not SHEET.is_file(), reason="the reference sheet (../shared/design/science.md) is not beside the project"
)


def sheet() -> str:
    return SHEET.read_text(encoding="utf-8")


def test_every_claim_of_the_article_is_there_once_and_in_order():
    assert [one.article for one in claims()][:28] == list(range(1, 29))
    assert all(one.article is None for one in claims()[28:])


VERDICTS = {
    Verdict.NOT_SUPPORTED: {1, 19},
    Verdict.UNVERIFIABLE: {9, 16, 17, 21, 24, 27},
    Verdict.SUPPORTED: {2, 3, 7, 11, 12, 22},
    Verdict.CONTESTED: {5},
    Verdict.PARTLY: {4, 6, 8, 10, 13, 14, 15, 18, 20, 23, 25, 26, 28},
}


@pytest.mark.parametrize("verdict", Verdict)
def test_the_verdicts_are_those_of_the_reference_sheet(verdict):
    assert {one.article for one in claims(verdict) if one.article} == VERDICTS[verdict]


def test_what_is_never_repeated():
    assert {one.id for one in claims() if one.unsupported and one.article} == {
        "meta-analysis-2023",
        "dropout-forty-percent",
        "therapists-overestimate",
    }


@needs_sheet
def test_every_figure_stands_in_the_reference_sheet():
    """Two ways to a number: ours, and the sheet read as text. What was calculated for us is said so, and left out."""
    known = {abs(float(one.replace(",", ""))) for one in re.findall(r"(?:\d[\d,]*)?\.?\d+", sheet())}
    lost = {
        (one.id, effect.figure, number)
        for one in claims()
        for effect in one.effects
        if effect.read is not Confidence.CALCULATED
        for number in effect.numbers()
        if abs(number) not in known
    }
    assert lost == set()


@needs_sheet
def test_every_source_is_printed_as_in_the_reference_sheet():
    listed = sheet().split("## 10.")[1].split("\n", 1)[1]
    found = {}
    for part in listed.split(" · "):
        key, printed = part.strip().split(" ", 1)
        for one in ["RUB18a", "RUB18b"] if key == "RUB18a/b" else [key]:
            found[one] = printed.strip()
    ours = {key: one.printed for key, one in sources().items() if not one.recalled}
    assert ours == found


def test_an_address_says_when_its_start_was_added():
    assert source("FLU18").address == "https://doi.org/10.1037/pst0000172"
    assert "start of the DOI added here" in source("SHA10").words
    assert source("TRY07").address is None


WORDED = [one for one in claims() if one.worded]


@pytest.mark.parametrize("one", WORDED, ids=lambda one: one.id)
def test_a_claim_is_told_by_its_wording(one):
    assert one.matches and one.spares, "a pattern without cases is a guess"
    for sentence in one.matches:
        assert one in said_in(sentence), sentence
        assert (one in refused_in(sentence)) is one.unsupported
    for sentence in one.spares:
        assert one not in said_in(sentence), sentence


def test_each_pattern_is_needed():
    """Without any one of its patterns some sentence that must match does not, or one that must not does."""
    for one in WORDED:
        for field in ("worded", "unless"):
            patterns = getattr(one, field)
            for number in range(len(patterns)):
                less = Claim(**{**dict(one), field: patterns[:number] + patterns[number + 1 :]})
                told = all(less.says_this(sentence) for sentence in one.matches)
                spared = not any(less.says_this(sentence) for sentence in one.spares)
                assert not (told and spared), f"{one.id}: {patterns[number]} has no case"


def test_a_figure_reads_like_a_sentence():
    shown = {effect.figure for one in claims() for effect in one.effects}
    assert "r = .278 (.256 to .299), 295 studies, more than 30,000 people" in shown
    assert "19.7 % (18.7 to 20.7), 669 studies, 83,834 people" in shown
    assert "g = .36 to .53" in shown


def test_claims_by_tag_and_as_data():
    assert {"dropout-base-rate", "dropout-forty-percent"} <= {one.id for one in claims(tag="dropout")}
    assert {tag for one in claims() for tag in one.tags} == set(tags())
    data = as_data(claim("preferences"))
    assert data["verdict"] == "supported" and data["reread"] is True
    assert data["effects"][0]["figure"].startswith("d = .28")
    assert {"worded", "matches"}.isdisjoint(data)


def test_an_unknown_id_gets_the_near_name():
    with pytest.raises(Faults, match=r"Did you mean alliance-outcome\?"):
        claim("aliance-outcome")


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    good = yaml.safe_load(FILE.read_text(encoding="utf-8"))["claims"][1]
    broken = [
        {**good, "verdict": "suported", "veridct": 1},
        {key: value for key, value in good.items() if key != "why"},
        {**good, "id": "no sources", "sources": []},
        {**good, "sources": []},
        {**good, "sources": [], "read": None},
        {**good, "worded": ["(unclosed"]},
    ]
    path = tmp_path / "claims.yaml"
    path.write_text(json.dumps({"version": 1, "claims": broken}), encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_claims(path)
    said = str(told.value)
    for part in (
        "Did you mean supported?",
        "Did you mean verdict?",
        "why: this is missing",
        "what was seen needs a source",
        "may have no 'read'",
        "(unclosed",
        "id: ",
    ):
        assert part in said, part


def test_an_id_and_a_number_belong_to_one_claim(tmp_path):
    good = yaml.safe_load(FILE.read_text(encoding="utf-8"))["claims"][1]
    path = tmp_path / "claims.yaml"
    twice = [good, {**good, "sources": ["FLU81"], "effects": []}]
    path.write_text(json.dumps({"version": 1, "claims": twice}), encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_claims(path)
    said = str(told.value)
    assert "'alliance-outcome' is there twice" in said
    assert "article number 2 is there twice" in said
    assert "there is no source 'FLU81'. Did you mean FLU18?" in said


def test_texts_of_claims_speak_of_clients_and_not_of_verdicts_on_people():
    text = FILE.read_text(encoding="utf-8").lower()
    assert not re.search(
        r"\bpatients?\b|\brupture\b(?!-)|poor therapist|bad therapist", re.sub(r"id: \S+", "", text)
    )
    assert room.claims() == claims()
