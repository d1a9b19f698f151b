"""Where a word may help: few courses, reasons in words, never a number on a person."""

import dataclasses

import pytest

from accord.studies.leaving.card import model_card
from accord.studies.leaving.reasons import MOST, SHARE, WORDED, Word, worth_a_word
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.texts import study_file


@pytest.fixture(scope="module")
def asked(going_on):
    with open_snapshot(going_on) as snapshot:
        card = model_card(snapshot, Options())
        yield card, worth_a_word(snapshot, card), snapshot


def test_about_the_stated_share_of_open_courses_is_worth_a_word(asked) -> None:
    card, told, snapshot = asked
    assert told.share == pytest.approx(SHARE, abs=0.002)
    open_courses = snapshot.query("SELECT count(*) AS n FROM people WHERE NOT ended")["n"][0].as_py()
    assert 0.03 < len(told.words) / open_courses < 0.25
    assert card.risk.left.mean() * 1.5 < told.right < 0.3  # better than chance, and far from sure
    assert SHARE < told.caught < 0.7


def test_they_are_open_courses_at_their_newest_session_in_no_telling_order(asked) -> None:
    _, told, snapshot = asked
    newest = {
        row["course"]: (row["number"], row["session"])
        for row in snapshot.query(
            "SELECT course, number, session FROM rated WHERE last AND NOT ended"
        ).to_pylist()
    }
    assert all(newest[one.course] == (one.session, one.session_key) for one in told.words)
    assert [one.course for one in told.words] == sorted(one.course for one in told.words)


def test_each_has_reasons_that_are_worded_and_no_number(asked) -> None:
    _, told, _ = asked
    notes = study_file("leaving").notes
    assert all(1 <= len(one.reasons) <= MOST for one in told.words)
    assert {reason for one in told.words for reason in one.reasons} <= WORDED <= notes.keys()
    fields = [field.name for field in dataclasses.fields(Word)]
    assert fields == ["course", "therapist", "session", "session_key", "reasons"]


def test_a_card_that_is_not_to_be_used_proposes_nothing(asked) -> None:
    card, _, snapshot = asked
    for flaw in ({"leak": True}, {"miscalibrated": True}, {"ahead": ("later",)}):
        assert worth_a_word(snapshot, dataclasses.replace(card, **flaw)) is None
