"""Who comes up in a supervision meeting, in which order, and what is said: values in, values out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import Formatter

import pytest

from accord.repair.event import Step as RepairStep
from accord.signals.examples import rule_file
from accord.signals.sentences import SPOKEN_OF
from accord.signals.signal import FACT, Signal, Step
from accord.web.attention.supervision import UNREAD, Part, agenda_page, reasons_of
from accord.web.attention.supervision_case import (
    Agenda,
    Agreed,
    Case,
    Found,
    Kept,
    Past,
    Safety,
    Tried,
    Unread,
)
from accord.web.attention.supervision_repairs import Repairing

NOW = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
TODAY = date(2026, 11, 27)
ZONE = "Europe/Madrid"
VOICE = {"they", "They", "their", "Their", "them", "name", *SPOKEN_OF}


def of(rule: str, days: int = 8) -> Found:
    """A current signal of this rule since so many days ago, with every fact that its sentence asks for."""
    shape, words = next(iter(rule_file(rule).sentences.items()))
    names = {name for _text, name, _spec, _conversion in Formatter().parse(words) if name}
    facts = dict.fromkeys(names - VOICE, 9.0)
    step = Step.COURSE if rule == "outcome_worse" else Step.ASK
    signal = Signal(rule, 1, "s1", "s1", 1.0, (), FACT, step, shape=shape, facts=facts)
    return Found(f"k-{rule}", signal, TODAY - timedelta(days=days))


def case(name="Ana M.", **more) -> Case:
    return Case(f"c-{name}", f"p-{name}", name, "she", "Dr Ruiz", **more)


READ = Safety("a1", NOW - timedelta(days=3), "Sam Okafor", timedelta(minutes=14), "Called, safe.")
OPEN = Safety("a1", NOW - timedelta(hours=1))


def page(*cases, **more):
    return agenda_page(Agenda("Maya Lind", cases, **more), NOW, ZONE)


def test_safety_then_strain_then_course_then_silence_then_unread():
    people = [
        case("Unread", unread=Unread(1, date(2026, 11, 16))),
        case("Silence", found=(of("fell_silent"),)),
        case("Course", found=(of("outcome_worse"),)),
        case("Tension", found=(of("tension"),)),
        case("Concern", found=(of("concern"),)),
        case("Safety", safety=READ),
    ]
    assert [row.name for row in page(*people).rows] == [
        "Safety", "Concern", "Tension", "Course", "Silence", "Unread",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["overdue", "at_ceiling", "invariant", "gap", "split", "risk"])
def test_what_waits_for_the_therapist_or_is_only_described_is_not_on_the_list(rule):
    assert page(case(found=(of(rule),))).rows == ()


def test_a_row_says_who_why_since_and_what_was_tried():
    (row,) = page(
        case(
            found=(of("slide", days=8),),
            unread=Unread(2, date(2026, 11, 16)),
            tried=(
                Tried("agreed", date(2026, 11, 13), "Lea Brandt", "ask Ana about sleep"),
                Tried("concern", date(2026, 10, 30), "Dr Ruiz"),
            ),
            resting_until=date(2026, 12, 3),
        )
    ).rows
    assert (row.name, row.therapist, row.since) == ("Ana M.", "with Dr Ruiz", "19 Nov")
    assert (row.pill.name, row.pill.icon) == ("ask", rule_file("slide").pill.icon)
    assert len(row.sentences) == 2 and "{" not in "".join(row.sentences)
    assert row.sentences[1] == "Two forms have not been opened by anybody, the oldest sent 16 November."
    assert [(line.words, line.said) for line in row.tried] == [
        ("Lea Brandt, agreed 13 Nov:", "ask Ana about sleep"),
        ("Dr Ruiz talked about the concern on 30 Oct.", ""),
        ("Set aside until 3 Dec.", ""),
    ]


def test_nothing_on_record_is_said_as_such():
    (row,) = page(case(found=(of("slide"),))).rows
    assert [line.words for line in row.tried] == ["Nothing noted yet"]


def test_a_safety_answer_says_who_acted_when_and_what_was_done():
    (row,) = page(case("Ivo R.", safety=READ)).rows
    assert row.pill.words == "Safety answer, read"
    assert row.sentences == (
        "A safety answer came last Tuesday at 09:30. Sam Okafor acted on it after 14 minutes.",
    )
    assert row.tried[0].said == "Called, safe."
    (row,) = page(case("Ivo R.", safety=OPEN)).rows
    assert row.pill.words == "Safety answer, open"
    assert row.sentences[0].endswith("Nobody has acknowledged it yet.")
    assert [line.words for line in row.tried] == ["Nothing noted yet"]


def test_what_was_talked_about_lately_rests_until_something_is_new():
    rested = frozenset({"k-slide", UNREAD, "a1"})
    still = case(found=(of("slide"),), unread=Unread(1, date(2026, 11, 16)), safety=READ, rested=rested)
    assert page(still).rows == ()
    new = replace(still, found=(*still.found, of("tension")))
    assert [one.part for one in reasons_of(new, NOW, ZONE)] == [Part.STRAIN]


def test_a_safety_answer_that_nobody_acted_on_never_rests():
    assert len(page(case(safety=OPEN, rested=frozenset({"a1"}))).rows) == 1


def test_who_was_ticked_stays_on_the_list_of_the_meeting_also_when_the_reason_has_passed():
    kept = Kept(NOW - timedelta(minutes=18), note="Plan is sound.")
    shown = page(case("Ben", found=(of("slide"),)), case("Ivo", kept=kept), meeting="m", begun_on=TODAY)
    assert [row.name for row in shown.rows] == ["Ben", "Ivo"]
    ivo = shown.rows[1]
    assert ivo.sentences == ("What brought them here has passed.",)
    assert (ivo.note.when, ivo.note.note) == ("You noted, 09:12", "Plan is sound.")
    assert shown.talked == "1 of 2 talked about"
    assert shown.heading == "Friday 27 November: two people to talk about"


def test_the_head_of_the_page():
    assert page(case(found=(of("slide"),))).heading == "Friday 27 November: one person to talk about"
    assert page().heading == "Friday 27 November: nobody to talk about"
    assert page(meeting="m", begun_on=date(2026, 11, 20)).stale.startswith(
        "This meeting was begun on 20 November"
    )
    assert page(meeting="m", begun_on=TODAY).stale == ""


def test_each_kind_of_emptiness_has_its_words():
    assert page(teams=0).empty == "no team"
    assert page(teams=1).empty == "nobody"
    assert page(case()).empty == "quiet"
    assert page(case(found=(of("slide"),))).empty == ""
    shown = page(case(), few=4, not_agreed=1)
    assert shown.few == "For four people there are too few ratings to show a fall."
    assert shown.not_agreed.startswith("One client of the team has not agreed to supervision")


def test_what_is_left_and_what_is_past():
    left = (Agreed("t", "Lea Brandt", "ask Jun about sleep", "Jun W.", date(2026, 11, 13)),)
    shown = page(left=left, past=(Past("m", date(2026, 11, 13), 3),))
    assert shown.left[0].sentence == "Lea Brandt: ask Jun about sleep"
    assert shown.left[0].when == "Agreed 13 November, about Jun W."
    assert (shown.past[0].day, shown.past[0].people) == ("13 November", "three people")


def test_a_long_list_is_cut_and_counted():
    shown = page(*(case(f"P{number:02}", found=(of("slide"),)) for number in range(34)))
    assert (len(shown.rows), shown.more) == (30, 4)
    assert "34" in shown.heading


STEPS = {RepairStep.NAME: date(2026, 10, 23), RepairStep.AGREE: date(2026, 11, 6)}
OLD = Repairing("r1", date(2026, 10, 23), 35, None, True, STEPS, looked=2)
ASKED = replace(OLD, asked=date(2026, 11, 26), overdue=False)
FRESH = Repairing("r1", date(2026, 11, 26), 1, None, False, {}, 0)


def test_a_repair_past_the_services_time_comes_up_with_what_was_tried():
    (row,) = page(case("Goran P.", repair=OLD)).rows
    assert (row.pill.name, row.pill.words, row.since) == ("repair", "Repair open 5 weeks", "23 Oct")
    assert row.sentences == ("Nobody has closed it yet. Looked at again two times.",)
    assert [line.words for line in row.tried] == ["Named 23 Oct; agreed on what next 6 Nov."]
    assert (row.repair, row.gives_back) == ("/repairs/r1/", "")


def test_a_repair_that_was_taken_there_says_who_took_it_and_can_be_given_back():
    (row,) = page(case("Goran P.", repair=ASKED)).rows
    assert row.pill.words == "Repair, asked about"
    assert row.sentences[0].startswith("Dr Ruiz took it here yesterday. It is open for 5 weeks.")
    assert (row.since, row.gives_back) == ("26 Nov", "Give the repair back to Dr Ruiz")


def test_an_open_repair_alone_calls_nobody_and_stands_beside_what_does():
    assert page(case(repair=FRESH)).rows == ()
    (row,) = page(case(found=(of("dip"),), repair=FRESH)).rows
    assert row.sentences[-1] == "A repair was begun yesterday."
    assert (row.pill.name, row.repair) == ("ask", "/repairs/r1/")


def test_what_was_talked_about_rests_but_not_a_repair_that_was_taken_there():
    rested = frozenset({"r1"})
    assert page(case(repair=OLD, rested=rested)).rows == ()
    assert len(page(case(repair=ASKED, rested=rested)).rows) == 1


def test_a_concern_comes_before_a_repair_and_that_before_a_dip():
    people = [
        case("Dip", found=(of("dip"),)),
        case("Repair", repair=OLD),
        case("Concern", found=(of("concern"),)),
    ]
    assert [row.name for row in page(*people).rows] == ["Concern", "Repair", "Dip"]
