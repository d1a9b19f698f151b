"""Who is looked at first, and what is said: values in, values out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accord.course.course import ScoreRow, SessionRow, build_course
from accord.course.dependability import published_spread
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.web.attention.judging import Call, in_order, read
from accord.web.attention.reading import MAIN, Day, Open, Person, Said, Stuck, Waiting, twin
from accord.web.attention.today import today_page

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ZONE = "Europe/Madrid"
SPREADS = {scale: published_spread() for scale in ("TOTAL", "BOND", "GOALS", "TASKS")}
STEADY, DOWN = [88, 90, 87, 89, 88], [88, 90, 87, 89, 61]


def course(ratings, own=(), *, hour=10, parts=None):
    """Weekly sessions with these ratings (None: not rated, "missed": did not come) and one today at `hour`."""
    sessions, scores = [], []
    for place, rating in enumerate(ratings):
        key = f"s{place}"
        starts = NOW.replace(hour=hour) - timedelta(weeks=len(ratings) - place)
        attendance = Attendance.MISSED_WITHOUT_NOTICE if rating == "missed" else Attendance.ATTENDED
        sessions.append(SessionRow(key, starts.date(), starts, attendance=attendance))
        if isinstance(rating, int):
            for scale in ("TOTAL", "BOND", "GOALS", "TASKS"):
                value = float((parts or {}).get(scale, rating))
                scores.append(ScoreRow(key, f"r{place}", MAIN, 1, Respondent.CLIENT, scale, value, at=starts))
        if place < len(own) and own[place] is not None:
            at = starts + timedelta(hours=1)
            scores.append(
                ScoreRow(key, f"t{place}", twin(), 1, Respondent.THERAPIST, "TOTAL", float(own[place]), at=at)
            )
    starts = NOW.replace(hour=hour)
    sessions.append(SessionRow("today", starts.date(), starts, attendance=Attendance.PLANNED))
    return build_course("c", sessions, scores, timezone=ZONE)


def person(name="Ana M.", ratings=STEADY, own=(), *, hour=10, parts=None, **more):
    return Person(
        client=name,
        course_key="c",
        name=name,
        pronoun=more.pop("pronoun", "she"),
        course=course(ratings, own, hour=hour, parts=parts),
        session=more.pop("session", "today"),
        at=NOW.replace(hour=hour),
        reviewed=more.pop("reviewed", True),
        **more,
    )


def said(text="I felt hurried.", *, wants=True):
    at = NOW - timedelta(days=7)
    return Said("r4", text, at + timedelta(minutes=60), at + timedelta(minutes=50), wants)


def link(**more):
    return Open(
        "l", "today", MAIN, NOW, more.get("sent"), more.get("opened", False), more.get("expired", False)
    )


def page(*people, **more):
    return today_page(Day(people=people, **more), SPREADS, at=NOW, zone=ZONE)


CASES = [
    # who, how they call, which status
    (person(raised=said()), Call.RAISED, "raised"),
    (person(ratings=DOWN, raised=said()), Call.RAISED, "raised"),
    (person(ratings=STEADY, covered="s4", raised=said()), Call.RAISED, "raised"),
    (person(ratings=DOWN), Call.ASK, "ask"),
    (person(ratings=[88, 90, 88], reviewed=False), Call.REVIEW, "review"),
    (person(ratings=[88, 90, 88], reviewed=True), Call.REST, "steady"),
    (
        person(ratings=[88, 90, 88, None, None, None, None], reviewed=False),
        Call.REST,
        "steady",
    ),  # too old a review
    (person(ratings=[88, 61]), Call.REST, "too-few"),  # a drop with one rating before it is no news
    (person(ratings=[88]), Call.REST, "too-few"),
    (person(ratings=[]), Call.REST, "no-rating"),
    (person(ratings=[], open=link()), Call.REST, "unopened"),
    (person(ratings=[], open=link(opened=True)), Call.REST, "opened"),
    (person(ratings=[], open=link(expired=True)), Call.REST, "no-rating"),
    (person(ratings=[88, 90, 99, 100, 98]), Call.REST, "ceiling"),
    (person(ratings=[88, 90, 95, 100, 98]), Call.REST, "steady"),
    (person(ratings=[88, 90, 87, "missed"]), Call.REST, "missed"),
    (person(ratings=DOWN, covered="s4"), Call.REST, "covered"),
    (person(ratings=STEADY, declined=True), Call.REST, "declined"),
    (person(ratings=[*DOWN, None]), Call.ASK, "ask"),  # the newest rating there is
    (person(ratings=[*DOWN, None, None]), Call.REST, "steady"),  # two sessions later it says little about now
    (person(ratings=[75, 76, 75, 74, 99]), Call.REST, "steady"),  # a rise is never an alarm
]


@pytest.mark.parametrize(
    ("who", "call", "status"), CASES, ids=lambda one: one if isinstance(one, str) else None
)
def test_how_a_person_calls(who, call, status):
    reading = read(who, SPREADS, NOW)
    assert (reading.call, reading.status) == (call, status)


def test_the_order_of_the_day():
    people = [
        person("Steady at 9", hour=9),
        person("Review at 12", [88, 90, 88], hour=12, reviewed=False),
        person("Down at 15", DOWN, hour=15),
        person("Raised at 16", raised=said(), hour=16),
        person("Steady at 8", hour=8),
        person("Raised, no session", raised=said(), session=None),
        person("Down at 10", DOWN, hour=10),
    ]
    ordered = in_order([(one, read(one, SPREADS, NOW)) for one in people])
    assert [one.name for one, _reading in ordered] == [
        "Raised at 16",
        "Raised, no session",
        "Down at 10",
        "Down at 15",
        "Review at 12",
        "Steady at 8",
        "Steady at 9",
    ]


def test_a_dip_says_how_far_how_usual_and_what_came_before():
    (row,) = page(person(ratings=[88, 90, 87, 89, 88, 61], own=[70, 72, 74, 73, 74, 78])).first
    assert (
        row.sentence
        == "Down 27 since last time, to 61. Her usual wobble is 6. It comes after three steady sessions."
    )
    assert row.own == "Your own rating went up that day, from 74 to 78. You may not have seen it."
    assert "svg" in row.picture
    assert row.picture_words == "Shaded: her usual wobble"
    assert row.pill.words == "Worth asking about"


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ([70, 70, 70, 80, 70], "went down that day too, from 80 to 70"),
        ([70, 70, 70, 70, 70], "stayed at 70"),
        ([None, None, None, None, 70], "that day was 70"),
        ([70, 70, 70, 70, None], "You did not rate that day."),
    ],
)
def test_own_rating_beside_the_clients(own, says):
    (row,) = page(person(ratings=DOWN, own=own)).first
    assert says in row.own


def test_the_clients_words_come_with_their_when():
    (row,) = page(person(raised=said())).first
    assert row.quote.text == "I felt hurried."
    assert row.quote.when == "Ana, last Thursday, 10 minutes after the session"


def test_a_review_says_whether_it_can_be_leaned_on_and_what_lies_low():
    who = person(ratings=[84, 84, 84], parts={"BOND": 95, "GOALS": 70}, reviewed=False)
    (row,) = page(who).rest
    assert row.sentence == (
        "Three ratings so far, average 84. Steady enough to lean on (dependability 0.91). Goals sit below bond."
    )


def test_the_heading_counts_people_and_says_who_is_first():
    assert page(person(), person(ratings=DOWN)).heading == "Today, two people. One to look at first."
    assert page(person()).heading == "Today, one person. A quiet day."
    assert page().heading == "Today, no session of yours."


def test_a_quiet_day_says_so_in_one_line():
    assert page(person()).quiet == "Nobody stands out. Nothing is due."
    assert "below" in page(person(), forms_out=2).quiet
    assert page(person(ratings=DOWN)).quiet == ""


def test_an_empty_caseload_is_told_from_an_empty_day():
    assert page(caseload=False).nobody
    assert not page(next_day=date(2026, 11, 27)).nobody
    assert page(next_day=date(2026, 11, 27)).nothing_today == "The next session is tomorrow."


def test_ratings_that_wait():
    waiting = (Waiting("s", "Emil T.", date(2026, 11, 25)), Waiting("t", "Farah D.", date(2026, 11, 25)))
    found = page(waiting=waiting)
    assert found.rates_sentence == "Two ratings of your own, from yesterday. About 12 seconds each."
    assert [one.name for one in found.rates] == ["Emil T.", "Farah D."]


def test_messages_that_do_not_leave():
    silent = Stuck(3, NOW - timedelta(hours=2), True)
    assert page(stuck=silent).stuck.startswith("Three messages have not left yet.")
    assert "last alive today at 07:00" in page(stuck=silent).stuck
    assert page(stuck=Stuck(0, None, True)).stuck == ""


@pytest.mark.parametrize(
    ("pronoun", "says"), [("she", "Her usual"), ("he", "His usual"), ("they", "Their usual")]
)
def test_sentences_speak_of_the_client_as_the_client_wants(pronoun, says):
    (row,) = page(person(ratings=DOWN, pronoun=pronoun)).first
    assert says in row.sentence
