"""Who is looked at first, and what is said: values in, values out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from accord.course.course import ScoreRow, SessionRow, build_course
from accord.course.dependability import published_spread
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.repair.state import Stage
from accord.signals.known import MAIN, TWIN, Known
from accord.signals.learnt import PUBLISHED
from accord.signals.rules import detect
from accord.signals.signal import Place
from accord.web.attention.day import Day, Open, Person, Resting, Said, Stuck, Waiting
from accord.web.attention.judging import read_all
from accord.web.attention.noticed import Noticed, Snoozing
from accord.web.attention.odds import follows
from accord.web.attention.repairing import Repairing
from accord.web.attention.today import today_page
from accord.web.repair.standing import Standing

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
                ScoreRow(key, f"t{place}", TWIN, 1, Respondent.THERAPIST, "TOTAL", float(own[place]), at=at)
            )
    starts = NOW.replace(hour=hour)
    sessions.append(SessionRow("today", starts.date(), starts, attendance=Attendance.PLANNED))
    return build_course("c", sessions, scores, timezone=ZONE)


def person(name="Ana M.", ratings=STEADY, own=(), *, hour=10, parts=None, **more):
    """Somebody with the signals that the rules find in these ratings, raised just now."""
    made = course(ratings, own, hour=hour, parts=parts)
    reviewed = more.pop("reviewed", True)
    found = detect(made, Known(at=NOW, reviewed=reviewed))
    return Person(
        client=name,
        course_key=name,
        name=name,
        pronoun=more.pop("pronoun", "she"),
        course=made,
        session=more.pop("session", "today"),
        at=NOW.replace(hour=hour),
        reviewed=reviewed,
        signals=tuple(Noticed(f"g{n}", one, NOW, True) for n, one in enumerate(found)),
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


def reading(*people):
    return read_all(people, PUBLISHED, SPREADS, NOW, NOW.date())


def snooze(**more):
    return Snoozing(
        "z", "exam week", date(2026, 12, 3), more.get("at", NOW), "Dr Ruiz", more.get("mine", True)
    )


EARLIER = NOW - timedelta(hours=1)
CASES = [
    # who, where that puts them, which status
    (person(raised=said()), Place.CONCERN, "raised"),
    (person(ratings=DOWN, raised=said()), Place.CONCERN, "raised"),
    (person(ratings=STEADY, covered="s4", raised=said()), Place.CONCERN, "raised"),
    (person(ratings=DOWN), Place.STRAIN, "signal"),
    (person(ratings=[88, 90, 88], reviewed=False), Place.REVIEW, "review"),
    (person(ratings=[88, 90, 88], reviewed=True), Place.REST, "steady"),
    (person(ratings=[88, 61]), Place.REST, "too-few"),  # a drop with one rating before it is no news
    (person(ratings=[88]), Place.REST, "too-few"),
    (person(ratings=[]), Place.REST, "no-rating"),
    (person(ratings=[], open=link()), Place.REST, "unopened"),
    (person(ratings=[], open=link(opened=True)), Place.REST, "opened"),
    (person(ratings=[], open=link(expired=True)), Place.REST, "no-rating"),
    (person(ratings=[88, 90, 99, 100, 98]), Place.REST, "signal"),  # at the top, three times
    (person(ratings=[88, 90, 99, 100, 98], open=link()), Place.REST, "unopened"),  # first what one can do
    (person(ratings=[88, 90, 95, 100, 98]), Place.REST, "steady"),
    (person(ratings=[88, 90, 87, 88, "missed"]), Place.SILENCE, "signal"),  # the first time without a word
    (person(ratings=DOWN, covered="s4"), Place.REST, "covered"),
    (person(ratings=DOWN, snooze=snooze()), Place.REST, "snoozed"),
    (person(ratings=DOWN, snooze=snooze(at=EARLIER)), Place.STRAIN, "signal"),  # newer than the snooze
    (person(ratings=STEADY, declined=True), Place.REST, "declined"),
    (person(ratings=[*DOWN, None]), Place.STRAIN, "signal"),  # the newest rating there is
    (person(ratings=[85, 86, 85, 84, 99]), Place.REST, "steady"),  # a rise is never an alarm
]


@pytest.mark.parametrize(
    ("who", "place", "status"), CASES, ids=lambda one: one if isinstance(one, str) else None
)
def test_how_a_person_calls(who, place, status):
    ((_person, found),) = reading(who)
    assert (found.place, found.status) == (place, status)


def repair(days=4, *, due=False, overdue=False, stage=Stage.OPEN, coming=None):
    begun = NOW - timedelta(days=days)
    return Standing("r1", begun, days + 1, stage, due, due, overdue, coming, frozenset())


REPAIRS = [
    # the repair, the person beside it, where that puts them
    (repair(due=True), {}, Place.REPAIR),
    (repair(due=True), {"ratings": DOWN}, Place.REPAIR),  # a look that is due comes before the dip
    (repair(due=True), {"raised": said()}, Place.CONCERN),
    (repair(due=True), {"ratings": DOWN, "snooze": snooze()}, Place.REPAIR),  # a snooze hides no promise
    (repair(due=True), {"mine": False}, Place.REST),  # it waits for its therapist
    (repair(), {}, Place.REST),
    (repair(), {"ratings": DOWN}, Place.STRAIN),
    (repair(30, overdue=True), {}, Place.REPAIR),
    (repair(30, overdue=True, stage=Stage.SUPERVISION), {}, Place.REST),  # others have it
]


@pytest.mark.parametrize(("one", "beside", "place"), REPAIRS)
def test_a_repair_that_is_due_leads(one, beside, place):
    ((_person, found),) = reading(person(repair=one, **beside))
    assert found.place is place


def test_a_repair_that_is_due_says_what_it_waits_for_and_is_opened_first():
    (row,) = page(person(repair=repair(due=True))).first
    assert (row.pill.words, row.sentence) == ("Repair, day 5", "She has rated again: time to look.")
    assert [(one.words, one.kind) for one in row.buttons] == [
        ("Open the repair", "primary"),
        ("Open Ana’s page", "quiet"),
    ]
    assert row.buttons[0].url == "/repairs/r1/"


def test_beside_a_dip_an_open_repair_is_told_and_none_can_be_begun():
    (row,) = page(person(ratings=DOWN, repair=repair(1))).first
    assert row.more == "A repair, day 2."
    assert "Open the repair" in [one.words for one in row.buttons]
    assert "Begin a repair" not in [one.words for one in row.buttons]


def test_a_repair_begins_from_what_leads():
    (dip,) = page(person(ratings=DOWN)).first
    (url,) = [one.url for one in dip.buttons if one.words == "Begin a repair"]
    assert url.startswith("/repairs/begin/") and "?from=signal:g" in url
    (raised,) = page(person(raised=said())).first
    assert "?from=concern:r4" in next(one.url for one in raised.buttons if one.words == "Begin a repair")
    (missed,) = page(person(ratings=[88, 90, 87, 88, "missed"])).first
    (other,) = page(person(ratings=DOWN, mine=False)).first
    for row in (missed, other):
        assert "Begin a repair" not in [one.words for one in row.buttons]


def test_open_repairs_stand_beside_those_that_wait_first():
    found = page(
        repairs=(
            Repairing("Ana M.", repair(1, coming=NOW.date())),
            Repairing("Goran P.", repair(9, due=True)),
            Repairing("Old", repair(40, stage=Stage.SUPERVISION)),
        )
    ).repairs
    assert [(one.name, one.words, one.due) for one in found] == [
        ("Goran P.", "day 10, look again now", True),
        ("Old", "day 41, in supervision", False),
        ("Ana M.", "day 2, look again today", False),
    ]


def test_the_order_of_the_day():
    people = [
        person("Steady at 9", hour=9),
        person("Review at 12", [88, 90, 88], hour=12, reviewed=False),
        person("Down at 15", DOWN, hour=15),
        person("Raised at 16", raised=said(), hour=16),
        person("Repair at 17", repair=repair(due=True), hour=17),
        person("Steady at 8", hour=8),
        person("Raised, no session", raised=said(), session=None),
        person("Down at 10", DOWN, hour=10),
    ]
    assert [one.name for one, _reading in reading(*people)] == [
        "Raised at 16",
        "Raised, no session",
        "Repair at 17",
        "Down at 10",
        "Down at 15",
        "Review at 12",
        "Steady at 8",
        "Steady at 9",
    ]


def test_several_signals_are_one_entry_with_one_sentence():
    (row,) = page(person(ratings=[88, 90, 87, 89, 88, 61], own=[40, 41, 40, 42, 40, 41])).first
    assert row.pill.words == "Worth asking about"
    assert row.more == "Also: two views apart."  # that the fall went unseen stands beside the own rating


def test_a_card_offers_to_snooze_and_to_ask_why_but_not_for_what_somebody_said():
    (dip,) = page(person(ratings=DOWN)).first
    assert [one.words for one in dip.buttons] == [
        "Open Ana’s page",
        "Begin a repair",
        "Why am I seeing this?",
        "Snooze",
    ]
    (raised,) = page(person(ratings=DOWN, raised=said())).first
    assert "Snooze" not in [one.words for one in raised.buttons]
    (of_another,) = page(person(ratings=DOWN, mine=False)).first
    assert "Snooze" not in [one.words for one in of_another.buttons]


def test_who_rests_is_told_beside_the_page_and_why_only_to_who_wrote_it():
    resting = Resting("k", "c", "Hana L.", date(2026, 12, 3), "Dr Ruiz", "exam week, we spoke about it")
    (own,) = page(resting=(resting,)).snoozed
    assert (own.until, own.wrote) == ("until 3 December", "You wrote: “exam week, we spoke about it”")
    (other,) = page(resting=(replace(resting, reason=""),)).snoozed
    assert other.wrote == "by Dr Ruiz"


def test_alarms_of_the_week_come_with_what_to_expect_of_them():
    found = page(alarms=2).alarms
    assert (found.count, found.words) == (2, "so far.")
    assert found.odds == follows(PUBLISHED.setting.real)
    assert page(alarms=0).alarms.odds == ""
    assert page(alarms=None).alarms is None  # nobody's own clients


def test_somebody_who_is_not_here_today_is_shown_and_the_day_is_not_called_quiet():
    found = page(person(), between=(person("Ben K.", DOWN, session=None, next_day=date(2026, 12, 1)),))
    (row,) = found.between
    assert row.name == "Ben K." and row.number == "next session on Tuesday"
    assert found.quiet == "" and found.heading == "Today, one person."


def test_a_little_under_the_usual_is_no_alarm_and_says_so():
    (row,) = page(person(ratings=[88, 90, 87, 89, 81])).rest
    assert row.pill.words == "A little below the usual"
    assert row.sentence.endswith("One in ten ordinary ratings lies there.")


def test_a_dip_says_how_far_how_usual_and_what_came_before():
    (row,) = page(person(ratings=[88, 90, 87, 89, 88, 61], own=[70, 72, 74, 73, 74, 78])).first
    assert (
        row.sentence
        == "Down 27 since last time, to 61. Her usual wobble is 7. It comes after three steady sessions."
    )
    assert row.own == "Your own rating hardly moved that day, from 74 to 78. You may not have seen it."
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
