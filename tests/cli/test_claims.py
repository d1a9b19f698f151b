"""``accord claims``: as a person and as a program call it."""

import json


def test_the_table_has_every_claim_and_filters_work(accord):
    shown = accord("claims")
    assert shown.returncode == 0
    assert "alliance-outcome" in shown.stdout and "lying" not in shown.stdout
    rows = json.loads(accord("claims", "--json").stdout)
    assert sum(1 for row in rows if row["article"]) == 28
    some = json.loads(accord("claims", "--verdict", "unverifiable", "--tag", "dropout", "--json").stdout)
    assert [row["id"] for row in some] == ["dropout-forty-percent"]


def test_one_claim_in_words(accord):
    shown = accord("claims", "therapists-overestimate").stdout
    assert "verdict: not supported as worded" in shown
    assert "Accord says instead: Therapists rate lower" in shown
    assert "figure: d = .63, 52 studies" in shown
    assert "re-read for Accord" in shown
    assert (
        "NOT RE-READ: from the literature, not re-read (high confidence)"
        in accord("claims", "rigid-manuals").stdout
    )


def test_a_program_gets_sources_with_their_addresses(accord):
    data = json.loads(accord("claims", "alliance-outcome", "--json").stdout)
    assert data["verdict"] == "supported"
    assert data["sources"][0]["address"] == "https://doi.org/10.1037/pst0000172"
    assert data["effects"][0]["low"] == 0.256 and data["effects"][0]["read"] == "seen"


def test_a_wrong_name_gets_the_near_one(accord):
    for arguments, near in (
        (("aliance-outcome",), "alliance-outcome"),
        (("--verdict", "suported"), "supported"),
        (("--tag", "dropuot"), "dropout"),
    ):
        refused = accord("claims", *arguments)
        assert refused.returncode == 1
        assert f"Did you mean {near}?" in refused.stderr
    assert accord("claims", "preferences", "--tag", "gap").returncode == 1


def test_an_empty_choice_is_told_in_words(accord):
    told = accord("claims", "--verdict", "contested", "--tag", "safety")
    assert told.returncode == 0 and "No claim has both" in told.stdout
    assert json.loads(accord("claims", "--verdict", "contested", "--tag", "safety", "--json").stdout) == []
