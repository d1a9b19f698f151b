"""What the alarm budget says: what a setting costs and brings, how sure that is, and who changed it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accord.signals.learnt import PUBLISHED, Learnt, SelfCheck, Setting
from accord.web.learning.budget import budget_page, in_words, one_in, share
from accord.web.learning.rests_on import check_words, what_it_means
from accord.web.learning.versions import Version

NOW = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
ZONE = "Europe/Madrid"
LEARNT = Learnt(
    version="7",
    parameters=PUBLISHED.parameters,
    settings=(
        Setting(0.02, 3.1, 0.03, 0.62, 0.40, 0.43),
        Setting(0.04, 2.4, 0.06, 0.50, 0.50, 0.55),
        Setting(0.08, 1.6, 0.11, 0.33, 0.60, 0.66),
    ),
    chosen=0.04,
    low_start=70.0,
    clients=412,
    ratings=4120,
    made_on="2026-11-10",
    check=SelfCheck(61, 58.0, 7.4),
)
REPLAY = {
    "from": "2025-11-27",
    "to": "2026-11-26",
    "ratings": 1940,
    "therapists": 12,
    "weeks": 52,
    "settings": [
        {"false_alarms": 0.02, "alarms": 560, "per_therapist_week": 0.9, "real": 0.62, "seen_in_time": 0.43},
        {"false_alarms": 0.04, "alarms": 1120, "per_therapist_week": 1.8, "real": 0.5, "seen_in_time": 0.55},
        {"false_alarms": 0.08, "alarms": 2200, "per_therapist_week": 3.5, "real": 0.33, "seen_in_time": 0.66},
    ],
    "rules": [{"rule": "dip", "signals": 1120, "alone": 640}, {"rule": "slide", "signals": 90, "alone": 31}],
    "courses": 300,
    "presets": [{"name": "Strauss and others 2006", "per_therapist_week": 14.2, "share_of_sessions": 0.41}],
}
LEAD = Version(7, datetime(2026, 11, 26, 9, tzinfo=UTC), "Jon Aske", 0.04, 412, 4120)
BEFORE = Version(6, datetime(2026, 11, 10, 3, tzinfo=UTC), "", 0.08, 412, 4120)


def page(learnt=LEARNT, replay=REPLAY, versions=(BEFORE,), wanted=None):
    return budget_page(learnt, replay, versions, at=NOW, zone=ZONE, wanted=wanted)


def looked(found):
    return next(one for one in found.choices if one.shown)


def test_the_setting_in_force_is_shown_first():
    found = looked(page())
    assert (found.at, found.now, found.week) == ("0.04", True, "1.8")
    assert found.unit == "alarms per therapist and week"
    assert (found.of, found.bubbles.count(True), len(found.bubbles)) == ("Of ten alarms", 5, 10)
    assert (found.follow, found.rest) == ("5 follow a real dip.", "5 do not.")
    assert found.costs == ""


def test_halving_the_alarms_says_what_it_costs():
    found = looked(page(wanted=0.02))
    assert not found.now
    assert found.costs == "About half as many alarms as now. Of 100 dips, 12 fewer are seen in time."
    assert found.rhythm == "About one a week for each therapist."
    assert looked(page(wanted=0.08)).costs == (
        "1.9 times as many alarms as now. Of 100 dips, 11 more are seen in time."
    )


def test_the_table_counts_as_people_do():
    rows = [(one.week, one.short, one.real, one.seen, one.now) for one in page().choices]
    assert rows == [
        ("0.90", "2 of 100", "3 in 5", "4 of 10", False),
        ("1.8", "4 of 100", "1 in 2", "6 of 10", True),
        ("3.5", "8 of 100", "1 in 3", "7 of 10", False),
    ]


def test_the_share_of_real_dips_comes_from_what_was_learnt_and_not_from_the_replay():
    other = {**REPLAY, "settings": [{**row, "real": 0.01} for row in REPLAY["settings"]]}
    assert page(replay=other).choices == page().choices


def test_without_a_replay_the_number_of_alarms_is_not_made_up():
    found = page(learnt=PUBLISHED, replay={}, versions=())
    assert looked(found).week == "" and "not known" in looked(found).unit
    assert found.replayed.startswith("No past has been replayed yet")
    assert found.learnt_from == "Nothing was learnt here yet: these are published values, not your own."
    assert found.means == "What 4 of 100 amounts to in your service is not known."
    assert (found.rules, found.presets, found.changes, found.back) == ((), (), (), "")
    assert not found.checked


def test_it_says_what_was_replayed():
    assert page().replayed == (
        "Replayed on your last 12 months, 1,940 ratings. Move it and look; nothing changes until you keep it."
    )
    short = page(replay={**REPLAY, "from": "2026-09-01"}).replayed
    assert short.startswith("Replayed on your sessions since 1 September, 1,940 ratings.")


def test_what_each_rule_adds_and_what_published_rules_would_have_done():
    found = page()
    assert [(one.signals, one.alone) for one in found.rules] == [("1,120", "640"), ("90", "31")]
    assert found.rules_from.endswith("after every session of the 300 newest courses.")
    (preset,) = found.presets
    assert (preset.name, preset.week, preset.sessions) == ("Strauss and others 2006", "14", "41 of 100")
    assert preset.remark.startswith("rebuilt from descriptions")


@pytest.mark.parametrize(
    ("clients", "stated", "range_"),
    [
        (50, 0.04, "2.5 to 6"),
        (49, 0.04, "2.5 to 6"),
        (200, 0.04, "3 to 5"),
        (412, 0.02, "1.5 to 3"),
        (2000, 0.08, "7 to 9.5"),
    ],
)
def test_a_stated_share_is_a_range_that_narrows_with_clients(clients, stated, range_):
    said = what_it_means(clients, stated)
    assert f"then means {range_}, in four services of five." in said
    assert ("can be further off" in said) is (clients < 50)


def test_the_self_check_says_when_it_fails_and_what_that_means():
    assert check_words(SelfCheck(61, 58.0, 7.4)).endswith("(43 to 73). The two agree.")
    assert "too good" in check_words(SelfCheck(99, 58.0, 7.4))
    assert "may be missed" in check_words(SelfCheck(20, 58.0, 7.4))
    assert "Not checked yet" in check_words(None)
    assert not page(replace(LEARNT, check=SelfCheck(99, 58.0, 7.4))).agrees


def test_who_changed_it_and_the_way_back():
    found = page(versions=(LEAD, BEFORE))
    assert [(one.day, one.sentence) for one in found.changes] == [
        ("26 Nov", "Jon Aske: 4 of 100 instead of 8"),
        ("10 Nov", "Learnt from 412 clients"),
    ]
    assert (found.back, found.back_words) == ("0.08", "8 of 100 steady sessions")
    # A fit in the background is nothing to undo, nor is a setting that is no longer there.
    assert page(versions=(BEFORE, LEAD)).back == ""
    assert page(versions=(LEAD, replace(BEFORE, chosen=0.3))).back == ""


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e309", "-0.1", "0", "1", "0,04", "many", "\x00"])
def test_what_is_no_share_is_no_setting(text):
    assert share(text) is None
    assert looked(page(wanted=share(text))).now


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "hardly any"), (0.2, "1 in 5"), (0.34, "1 in 3"), (0.72, "7 in 10")],
)  # fmt: skip
def test_shares_as_people_count(value, words):
    assert one_in(value) == words


def test_few_alarms_are_told_by_their_rhythm():
    rows = [{**row, "per_therapist_week": row["per_therapist_week"] / 200} for row in REPLAY["settings"]]
    found = page(replay={**REPLAY, "settings": rows}, wanted=0.02).choices
    assert [one.week for one in found] == ["under 0.01", "0.01", "0.02"]
    assert found[1].rhythm == "About one in 111 weeks for each therapist."
    assert in_words(0.015) == "1.5 of 100 steady sessions"
