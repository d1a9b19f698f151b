"""The order of people, as tables: who comes first and why, what a snooze hides, what there is to try."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accord.signals.attention import Person, entry, order
from accord.signals.rules import RULES
from accord.signals.signal import FACT, Place, Signal, Step

TODAY = date(2026, 11, 26)
SNOOZED = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLIER, LATER = SNOOZED - timedelta(hours=1), SNOOZED + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _a_table_of_rules_that_stays(monkeypatch):
    """One rule per place that rules can give, so that the tables below read the same whatever rules are added."""
    places = {
        "risk": Place.RISK,
        "concern": Place.CONCERN,
        "dip": Place.STRAIN,
        "slide": Place.STRAIN,
        "tension": Place.STRAIN,
        "silent": Place.SILENCE,
        "gap": Place.GAP,
        "overdue": Place.REVIEW,
        "top": Place.REST,
    }
    made = {id: type(RULES[0])(id, place, lambda course, known: []) for id, place in places.items()}
    monkeypatch.setattr("accord.signals.attention.rule", made.__getitem__)


def sign(rule, strength=0.5, step=Step.ASK):
    return Signal(rule, 1, "s1", "s1", strength, (), FACT, step)


def person(key, *rules, at=None, repair=False, strength=0.5, **snooze):
    """A person with these signals at the same strength and a session at the hour `at`, all raised before the snooze."""
    when = datetime(2026, 11, 26, at, tzinfo=UTC) if at is not None else None
    raised = dict.fromkeys(rules, EARLIER)
    signals = tuple(sign(rule, strength) for rule in rules)
    return Person(key, signals, repair, when, raised=raised, **snooze)


def keys(*people):
    return " ".join(one.key for one in order(people, TODAY))


def test_places_come_in_their_order_whatever_the_strength_and_the_hour():
    assert (
        keys(
            person("rest", at=8),
            person("top", "top", at=9, strength=1.0),
            person("overdue", "overdue"),
            person("gap", "gap", strength=1.0),
            person("silent", "silent"),
            person("dip", "dip", strength=1.0),
            person("repair", repair=True),
            person("concern", "concern", strength=0.1),
            person("risk", "risk", strength=0.1),
        )
        == "risk concern repair dip silent gap overdue rest top"
    )


@pytest.mark.parametrize(
    ("people", "wanted"),
    [
        ([person("weak", "dip", at=9, strength=0.3), person("strong", "dip", at=15, strength=0.8)], "strong weak"),
        ([person("late", "dip", at=15), person("early", "dip", at=9)], "early late"),
        ([person("not today", "dip"), person("today", "dip", at=15)], "today not today"),
        ([person("b", "dip", at=9), person("a", "dip", at=9)], "b a"),  # equals stay as they came
        ([person("top", "top", at=15, strength=1.0), person("calm", at=9)], "calm top"),  # the rest: by time
        ([person("one", "dip", at=9), person("repair too", "dip", repair=True, at=15)], "repair too one"),
    ],
)  # fmt: skip
def test_inside_a_place_strength_then_time_decides(people, wanted):
    assert keys(*people) == wanted


@pytest.mark.parametrize(
    ("signals", "repair", "place", "leading", "others"),
    [
        ([], False, Place.REST, None, []),
        ([sign("gap"), sign("risk"), sign("dip")], False, Place.RISK, "risk", ["dip", "gap"]),
        ([sign("dip", 0.4), sign("tension", 0.9)], False, Place.STRAIN, "tension", ["dip"]),
        ([sign("tension", 0.5), sign("dip", 0.5)], False, Place.STRAIN, "tension", ["dip"]),
        (
            [sign("slide", 0.9), sign("dip", 0.4)],
            False,
            Place.STRAIN,
            "dip",
            ["slide"],
        ),  # the dip in it is the news
        ([sign("tension", 0.5), sign("slide", 0.9)], False, Place.STRAIN, "slide", ["tension"]),
        ([sign("dip")], True, Place.REPAIR, None, ["dip"]),  # the repair's own sentence leads
        ([sign("dip"), sign("concern")], True, Place.CONCERN, "concern", ["dip"]),
    ],
)
def test_several_signals_of_one_person_are_one_entry_with_one_that_leads(
    signals, repair, place, leading, others
):
    made = entry(Person("ana", tuple(signals), repair), TODAY)
    found = made.leading and made.leading.rule
    assert (made.place, found, [one.rule for one in made.others]) == (place, leading, others)


# What the person has, when each was raised, the last day of the snooze -> what still leads, and whether it is snoozed.
@pytest.mark.parametrize(
    ("rules", "raised", "until", "leading", "snoozed"),
    [
        ("dip", EARLIER, date(2026, 11, 27), None, True),
        ("dip", SNOOZED, date(2026, 11, 27), None, True),  # it was on the page when they snoozed
        ("dip", LATER, date(2026, 11, 27), "dip", True),  # a new dip is never hidden
        ("dip", None, date(2026, 11, 27), "dip", True),  # nobody knows when: shown
        ("dip", EARLIER, TODAY, "dip", False),  # it ends as its day begins
        ("dip", EARLIER, None, "dip", False),
        ("silent", EARLIER, date(2026, 11, 27), None, True),
        ("overdue", EARLIER, date(2026, 11, 27), None, True),
        ("top", EARLIER, date(2026, 11, 27), None, True),
        ("risk", EARLIER, date(2026, 11, 27), "risk", True),
        ("concern", EARLIER, date(2026, 11, 27), "concern", True),
        ("dip concern", EARLIER, date(2026, 11, 27), "concern", True),
    ],
)
def test_a_snooze_hides_what_was_known_and_can_wait(rules, raised, until, leading, snoozed):
    names = rules.split()
    signals = tuple(sign(rule) for rule in names)
    times = dict.fromkeys(names, raised) if raised else {}
    made = entry(Person("ana", signals, snoozed_until=until, snoozed_at=SNOOZED, raised=times), TODAY)
    assert ((made.leading and made.leading.rule), made.snoozed) == (leading, snoozed)
    shown = {one.rule for one in (made.leading, *made.others) if one}
    assert shown | {one.rule for one in made.resting} == set(names)
    assert not shown & {one.rule for one in made.resting}


def test_a_snoozed_person_goes_to_the_rest_but_a_repair_that_is_due_stays():
    kept = {"snoozed_until": date(2026, 12, 3), "snoozed_at": SNOOZED}
    assert keys(person("snoozed", "dip", at=9, **kept), person("gap", "gap", at=10)) == "gap snoozed"
    assert entry(person("due", "dip", repair=True, **kept), TODAY).place is Place.REPAIR


def test_without_the_time_of_the_snooze_nothing_is_hidden():
    made = entry(person("ana", "dip", snoozed_until=date(2026, 12, 3)), TODAY)
    assert made.leading is not None


def test_the_steps_come_from_the_signal_that_leads_and_are_three_at_most():
    made = entry(Person("ana", (sign("dip", step=Step.PARTS), sign("concern", step=Step.LISTEN))), TODAY)
    assert 1 <= len(made.steps) <= 3
    assert made.steps == entry(Person("ben", (sign("concern", step=Step.LISTEN),)), TODAY).steps
    assert {len(entry(Person("ana", (sign("dip", step=step),)), TODAY).steps) for step in Step} >= {3}
    assert entry(Person("calm"), TODAY).steps == ()
