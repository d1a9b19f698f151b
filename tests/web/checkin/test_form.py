"""Reading a sent form: answers, absences, faults; never a guess and never an exception."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.instruments.definition import Missing
from accord.instruments.registry import all_instruments, instrument
from accord.web.checkin.form import MOST_TEXT, instant, once, read_form

CHECK_IN = instrument("accord-check-in")
WELLBEING = instrument("accord-wellbeing")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("78", 78),
        (" 78 ", 78),
        ("0", 0),
        ("100", 100),
        ("78.0", 78),
        ("78,4", 78),
        ("٧٨", 78),
        ("۷۸", 78),
        ("٧٨٫٠", 78),
        ("", Missing.NOT_REACHED),
        ("not_reached", Missing.NOT_REACHED),
        ("declined", Missing.DECLINED),
    ],
)
def test_an_answer(written, answer):
    posted = read_form(CHECK_IN, {"item-1": written})
    assert posted.answers[1] == answer
    assert posted.faults == {}


@pytest.mark.parametrize(
    "written",
    ["101", "-1", "7x", "seven", "1e2", "nan", "inf", "0x10", "7 8", "½", "²", "1" * 400, "\x00", "7٨.."],
)
def test_what_is_no_answer_is_a_fault_and_not_an_answer(written):
    posted = read_form(CHECK_IN, {"item-1": written})
    assert 1 not in posted.answers
    assert "from 0 to 100" in posted.faults[1]


def test_a_ticked_skip_wins_over_a_number():
    assert read_form(CHECK_IN, {"item-1": "78", "skip-1": "1"}).answers[1] is Missing.DECLINED


def test_all_faults_at_once():
    posted = read_form(
        CHECK_IN, {"item-1": "x", "item-2": "200", "item-3": "50", "text-7": "a" * (MOST_TEXT + 1)}
    )
    assert sorted(posted.faults) == [1, 2, 7]
    assert posted.answers[3] == 50


def test_a_free_line_is_one_line_without_what_no_database_keeps():
    assert (
        read_form(CHECK_IN, {"text-7": " more\r\n time\x00, \ud800please "}).texts[7] == "more time , please"
    )


def test_the_safety_question_is_not_asked_where_the_service_has_it_off():
    assert read_form(WELLBEING, {"item-5": "2"}, asks_safety=False).answers[5] is Missing.NOT_ASKED
    assert read_form(WELLBEING, {"item-5": "2"}).answers[5] == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-30T10:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T10:00:00",  # whose ten o'clock?
        "1970-01-01T00:00:00Z",
        "2999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_impossible_moments_are_none(text):
    assert instant(text) is None


def test_a_moment_of_the_device():
    assert instant("2026-01-01T10:00:00.5+02:00") == datetime(2026, 1, 1, 8, 0, 0, 500_000, tzinfo=UTC)


def test_a_key_is_one_of_its_link():
    assert once("link", "a") == once("link", "a")
    assert len({once("link", "a"), once("link", "b"), once("other", "a"), once("link", "a" * 500)}) == 4
    assert len(once("link", "\ud800" * 9)) == 64


fields = st.one_of(
    st.builds("{}-{}".format, st.sampled_from(["item", "skip", "text"]), st.integers(-1, 40)),
    st.text(max_size=9),
)
words = st.one_of(
    st.text(), st.integers().map(str), st.floats().map(str), st.characters(categories=["Nd", "No"])
)


@given(st.sampled_from(all_instruments()), st.dictionaries(fields, words, max_size=20), st.booleans())
def test_no_form_is_too_strange_to_be_read(one, data, asks_safety):
    posted = read_form(one, data, asks_safety=asks_safety)
    for number, answer in posted.answers.items():
        assert isinstance(answer, Missing) or one.item(number).low <= answer <= one.item(number).high
    assert not posted.answers.keys() & posted.faults.keys()


@given(st.text())
def test_no_moment_is_too_strange_to_be_read(text):
    assert instant(text) is None or instant(text).tzinfo is not None
