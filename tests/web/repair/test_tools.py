"""Support tools: offered to everyone without an alarm, worded by a lead, every version kept, and undone at will."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.web.repair.telling import begun

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.repair.tools import OFFERED, Behind, shipped
from accord.signals.rules import RULES
from accord.web.audit.models import Entry
from accord.web.repair import tools_actions as actions
from accord.web.repair.models import ServiceTool
from accord.web.repair.tools_reading import edited, editing, groups, versions
from accord.web.repair.tools_words import links, spoken

OURS = "two_of_us"
TODAY = date(2026, 11, 26)


def offered(clinic, cause=Behind.ALLIANCE):
    """The words that a therapist is offered for this cause."""
    (found,) = [one for one in groups(clinic.of("therapist"), TODAY) if one.id == cause.value]
    return [one.words for one in found.tools]


def word(clinic, words="Ask first.", tool=OURS, seen=0, **more):
    return actions.keep(viewer=clinic.of("lead"), tool=tool, seen=seen, words=words, **more)


@pytest.mark.parametrize("role", ["therapist", "supervisor", "lead", "administrator", "researcher"])
def test_everybody_on_staff_reads_them_without_any_alarm(clinic, signed_in, role):
    shown = signed_in(clinic.staff[role]).get("/tools/").content.decode()
    assert all(f'id="{cause.value}"' in shown for cause in Behind)
    assert "Thank them, also for what stings" in shown and "{them}" not in shown
    assert "BARK23" in shown and "written 26 November" in shown


def test_every_cause_offers_three_at_most_each_with_what_is_known_and_when(clinic):
    for group in groups(clinic.of("therapist"), TODAY):
        assert 1 <= len(group.tools) <= OFFERED
        assert all(one.known and one.source and one.since for one in group.tools)


def test_a_reworded_tool_keeps_accords_evidence_until_the_service_writes_its_own(clinic):
    word(clinic, "Ask {them} first.")
    (group, *_rest) = groups(clinic.of("therapist"), TODAY)
    one = next(tool for tool in group.tools if tool.id == OURS)
    assert (one.words, one.source, one.edited) == ("Ask them first.", "BARK23", True)
    word(
        clinic,
        "Ask {them} first.",
        seen=1,
        evidence="Our own count of 40 talks.",
        evidence_on=date(2026, 10, 1),
    )
    (group, *_rest) = groups(clinic.of("therapist"), TODAY)
    one = next(tool for tool in group.tools if tool.id == OURS)
    assert (one.known, one.source, one.since) == (
        "Our own count of 40 talks.",
        "this service’s own",
        "written 1 October",
    )


def test_versions_are_kept_with_who_and_when_and_can_be_brought_back(clinic):
    word(clinic, "First wording.")
    word(clinic, "Second wording.", seen=1)
    actions.go_back(viewer=clinic.of("lead"), tool=OURS, number=1)
    assert "First wording." in offered(clinic)
    found = versions(clinic.of("lead"), OURS, TODAY)
    assert [(one.number, one.words, one.now) for one in found] == [
        (3, "First wording.", True),
        (2, "Second wording.", False),
        (1, "First wording.", False),
        (0, shipped()[OURS].words, False),
    ]
    assert found[0].who == "Lead Harbour" and found[0].when
    actions.go_back(viewer=clinic.of("lead"), tool=OURS, number=0)
    assert spoken(shipped()[OURS].words) in offered(clinic)
    trail = Entry.objects.filter(service=clinic.service, kind="tool").order_by("number")
    assert [one.verb for one in trail] == ["worded anew", "worded anew", "went back", "went back"]
    assert "wording" not in str([one.detail for one in trail])


def test_a_hidden_tool_is_shown_nowhere_but_can_be_found_again(clinic, signed_in):
    actions.hide(viewer=clinic.of("lead"), tool=OURS)
    assert actions.hide(viewer=clinic.of("lead"), tool=OURS) is None
    assert len(offered(clinic)) == 2
    lead = signed_in(clinic.staff["lead"])
    assert "Hidden" in lead.get("/settings/tools/").content.decode()
    (alliance, *_rest) = editing(clinic.of("lead"), TODAY)
    assert [one.tool.id for one in alliance.kept if one.hidden] == [OURS]
    lead.post(reverse("repair:tool_change", args=[OURS]), {"do": "back", "number": "0"})
    assert len(offered(clinic)) == 3


def test_an_own_tool_stands_first_and_the_fourth_is_kept_but_not_shown(clinic):
    actions.add(viewer=clinic.of("lead"), cause=Behind.ALLIANCE, words="Take a walk together.")
    assert offered(clinic)[0] == "Take a walk together." and len(offered(clinic)) == OFFERED
    (alliance, *_rest) = editing(clinic.of("lead"), TODAY)
    assert [one.offered for one in alliance.kept] == [True, True, True, False]


def test_two_leads_at_once_lose_nothing(clinic):
    word(clinic, "The first lead's.")
    with pytest.raises(Faults, match="kept another version in between"):
        word(clinic, "The second lead's.", seen=0)
    assert [one.words for one in edited(clinic.of("lead"))] == ["The first lead's."]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"words": " "}, ["words"]),
        ({"words": "x" * 601, "evidence": "y" * 301}, ["words", "evidence"]),
        ({"evidence_on": clinic_day(now(), "UTC") + timedelta(days=3)}, ["day"]),
        ({"tool": "no_such"}, ["tool"]),
        ({"seen": 4, "tool": OURS}, []),  # nothing was kept before, so there is nothing to have missed
    ],
)
def test_all_faults_at_once(clinic, given, where):
    if not where:
        assert word(clinic, **given).number == 1
        return
    with pytest.raises(Faults) as refused:
        word(clinic, **given)
    assert [one.where for one in refused.value.faults] == where
    assert not ServiceTool.objects.exists()


def test_a_lead_changes_one_on_the_page_and_a_fault_keeps_what_was_typed(clinic, signed_in):
    lead = signed_in(clinic.staff["lead"])
    page = reverse("repair:tool", args=[OURS])
    assert "Thank {them}" in lead.get(page).content.decode()
    faulty = lead.post(page, {"seen": "0", "words": "", "evidence": "Typed evidence."})
    assert faulty.status_code == 422 and "Typed evidence." in faulty.content.decode()
    kept = lead.post(page, {"seen": "0", "words": "Ask {them}.", "day": "not a day"}, follow=True)
    assert "Kept as a new version" in kept.content.decode() and "Version 1" in kept.content.decode()
    added = lead.post(
        reverse("repair:tool_new"), {"cause": "risk", "words": "Ring the crisis team."}, follow=True
    )
    assert "Ring the crisis team." in added.content.decode()
    assert lead.get(reverse("repair:tool", args=["no_such"])).status_code == 404
    assert (
        "no such version"
        in lead.post(
            reverse("repair:tool_change", args=[OURS]), {"do": "back", "number": "99"}, follow=True
        ).content.decode()
    )


def test_another_service_has_its_own(clinic, neighbour):
    word(clinic, "Only of the first.")
    assert "Only of the first." not in offered(neighbour)


def test_braces_that_somebody_typed_stay_as_they_are():
    assert spoken("Ask {them} {what} {0}", "she") == "Ask her {what} {0}"


def test_every_rule_leads_to_tools_that_are_there(clinic):
    for rule in RULES:
        assert all(url.rpartition("#")[2] in set(Behind) for _words, url in links(rule.id))


def test_a_repair_offers_tools_for_its_likely_cause_about_this_person(clinic, signed_in):
    story = begun(clinic, name="Ana M.")
    page = signed_in(clinic.staff["therapist"]).get(reverse("repair:repair", args=[story.repair.key]))
    shown = page.content.decode()
    assert "Thank her, also for what stings" in shown
    story.note("notice", signs=("turned_down",))
    shown = signed_in(clinic.staff["therapist"]).get(page.request["PATH_INFO"]).content.decode()
    assert "Ask what speaks for leaving things as they are" in shown
