"""A study as plain values and back: the same values, and absences with their reasons."""

import json
from datetime import UTC, datetime

import pytest

from accord.basics.absence import AtCeiling, NotAsked, NotScored, TooFew
from accord.studies.result import Line, Published, Run, Study, Table, Verdict
from accord.studies.stored import as_json, run_from_json, study_from_json

STUDY = Study(
    id="alliance_outcome",
    verdict=Verdict.AGREES,
    main="r",
    lines=(
        Line("r", 0.24, 0.15, 0.33, "r", {"courses": 412, "therapists": 31}, "correlation"),
        Line("share", TooFew(3, 5), unit="share", by="sessions 1 to 3"),
        Line("a", NotAsked()),
        Line("b", NotScored("all are the same")),
        Line("c", AtCeiling(4)),
        Line("whole", 3),
    ),
    published=(Published("r", 0.278, 0.256, 0.299, "FLU18", "alliance-outcome"),),
    n={"courses": 412},
    facts={"n": 412, "r": 0.24, "words": "sessions"},
    tables=(
        Table(
            "curve", ("k", "value", "yes"), ((1, 0.1 + 0.2, True), (2, None, False), (3, float("inf"), None))
        ),
    ),
    dropped={"no outcome": 3},
    kept_back={"kinds": 1},
    notes=("no_intake",),
    look_at=("no_reason",),
)


def through(data):
    return json.loads(json.dumps(data, allow_nan=False))


def test_a_study_comes_back_as_it_was():
    assert study_from_json(through(as_json(STUDY))) == STUDY


def test_numbers_keep_their_kind():
    back = study_from_json(through(as_json(STUDY)))
    assert isinstance(back.line("whole").value, int) and isinstance(back.facts["n"], int)
    assert back.tables[0].rows[0] == (1, 0.30000000000000004, True)


def test_a_run_comes_back_as_it_was_with_its_moments():
    run = Run(
        "Harbour",
        True,
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 3, 4, 5, 6, 7, UTC),
        "0.1",
        (STUDY,),
    )
    assert run_from_json(through(as_json(run))) == run


def test_words_put_beside_it_are_passed_over():
    kept = through(as_json(STUDY)) | {"title": "a title"}
    kept["lines"][0]["label"] = "a label"
    assert study_from_json(kept) == STUDY


@pytest.mark.parametrize("broken", ["lines", "verdict"])
def test_what_is_missing_is_not_made_up(broken):
    kept = through(as_json(STUDY))
    del kept[broken]
    with pytest.raises(KeyError):
        study_from_json(kept)
