"""Pages of repairs: what stands on them, what is kept, what two people at once are told, and who may read what."""

import re

import pytest
from django.urls import reverse
from tests.web.repair.telling import ago, agree, begun, fallen
from tests.web.therapy.telling import even

from accord.repair.event import Ending, Origin
from accord.web.audit.models import Entry
from accord.web.people.actions import make_team
from accord.web.people.viewer import Viewer
from accord.web.repair import actions
from accord.web.repair.models import Repair, RepairEvent
from accord.web.therapy.actions import end_course

NOTE = "She looked at the clock."


def address(story) -> str:
    return reverse("repair:repair", args=[story.repair.key])


def text(response) -> str:
    """What a reader sees: no markup, one space between words."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#x27;", "'").split())


def form(story, seen=None, **fields) -> dict:
    """A form of the four steps as a browser sends it."""
    empty = {f"words-{step}": "" for step in ("notice", "name", "own", "agree")}
    return {**empty, "seen": seen if seen is not None else story.fresh().events_count, **fields}


# Beginning ----------------------------------------------------------------------------------------------------------


def test_the_small_page_offers_the_signal_first_and_the_last_session(clinic, signed_in):
    told = fallen(clinic)
    page = signed_in(told.viewer.staff).get(reverse("repair:begin", args=[told.course.key]))
    said = text(page)
    assert "Begin a repair with Ana" in said and "Down 26 since last time, to 62." in said
    assert "My own sense that something is off" in said
    assert page.context["page"].sources[0].id.startswith("signal:") and page.context["page"].sources[0].ticked


def test_a_repair_that_begins_from_a_signal_is_about_its_session(clinic, signed_in):
    told = fallen(clinic)
    signal = told.course.signals.get(rule="dip")
    browser, here = signed_in(told.viewer.staff), reverse("repair:begin", args=[told.course.key])
    sent = browser.post(here, {"from": f"signal:{signal.key}", "session": "", "strain": "withdrawal"})
    row = Repair.objects.get()
    assert sent.headers["Location"] == reverse("repair:repair", args=[row.key])
    assert (row.origin, row.signal, row.about) == ("signal", signal, told.sessions[-1])
    page = text(browser.get(sent.headers["Location"]))
    assert "A repair with Ana, begun today" in page
    assert "62 after session 6, usual" in page and "I wanted to talk about my job." in page
    assert "Begun by you from a signal." in page


def test_a_concern_can_begin_one_and_its_words_stand_beside_it(clinic, signed_in):
    told = fallen(clinic)
    session = begun_words(clinic, told)
    response = session.responses.get(instrument="accord-check-in")
    browser, here = signed_in(told.viewer.staff), reverse("repair:begin", args=[told.course.key])
    browser.post(here, {"from": f"concern:{response.key}", "strain": "unsure"})
    row = Repair.objects.get()
    assert (row.origin, row.response, row.about) == ("concern", response, session)


def begun_words(clinic, told):
    from tests.web.therapy.telling import meet

    return meet(told.viewer, told.course, ago(0.2), even(70.0, off=True, said="It felt rushed."))


def test_the_begin_form_says_what_is_missing(clinic, signed_in):
    told = fallen(clinic)
    browser, here = signed_in(told.viewer.staff), reverse("repair:begin", args=[told.course.key])
    sent = browser.post(here, {"from": "signal:nobody", "session": "nowhere"})
    assert sent.status_code == 422
    assert "Say what it begins from." in text(sent) and "Choose a session of this list." in text(sent)
    assert not Repair.objects.exists()


def test_on_an_ended_course_the_page_says_why_not(clinic, signed_in):
    told = fallen(clinic)
    end_course(viewer=told.viewer, course=told.course, on=ago(0).date())
    browser, here = signed_in(told.viewer.staff), reverse("repair:begin", args=[told.course.key])
    assert "This course has ended." in text(browser.get(here))
    browser.post(here, {"from": "sense"})
    assert not Repair.objects.exists()


def test_a_second_one_opens_the_one_that_is_there(clinic, signed_in):
    story = begun(clinic)
    browser = signed_in(story.viewer.staff)
    sent = browser.post(reverse("repair:begin", args=[story.course.key]), {"from": "sense"}, follow=True)
    assert sent.redirect_chain[-1][0] == address(story)
    assert "A repair is open already: this one." in text(sent)
    assert Repair.objects.count() == 1


def test_a_supervisor_begins_one_for_a_course_they_supervise(clinic, signed_in):
    told = fallen(clinic)
    here = reverse("repair:begin", args=[told.course.key])
    browser = signed_in(clinic.staff["supervisor"])
    assert browser.get(here).status_code == 404  # the client has not agreed to supervision
    agree(clinic, told.client)
    assert "What came up in supervision" in text(browser.get(here))
    browser.post(here, {"from": "supervisor", "session": told.sessions[-1].key})
    assert Repair.objects.get().origin == Origin.SUPERVISOR.value
    therapist = signed_in(told.viewer.staff)
    page = text(therapist.get(reverse("repair:repair", args=[Repair.objects.get().key])))
    assert "Begun by Supervisor Harbour, in supervision." in page


# Four steps ---------------------------------------------------------------------------------------------------------


def test_everything_is_kept_at_once_and_stands_there_again(clinic, signed_in):
    story = begun(clinic)
    browser = signed_in(story.viewer.staff)
    sent = form(
        story,
        signs=["short_answers", "silence"],
        strain="withdrawal",
        **{"words-notice": NOTE, "ways-name": ["name_away_quiet"], "words-agree": "Job first.\r\nAlways."},
        who=["client"],
        keep="name",
    )
    kept = browser.post(address(story), sent)
    assert kept.headers["Location"] == address(story) + "#name"
    assert story.fresh().events_count == 4
    page = browser.get(address(story))
    notice, name, own, agreed = page.context["page"].steps
    assert {one.id for one in notice.signs if one.ticked} == {"short_answers", "silence"}
    assert [one.ticked for one in name.ways if one.id == "name_away_quiet"] == [True]
    assert (own.taken, agreed.words) == ("", "Job first.\nAlways.")
    assert "Everything kept, " in text(page) and NOTE in text(page)


def test_withdrawal_and_confrontation_are_met_with_other_words(clinic, signed_in):
    offered = {}
    for strain, code in (("withdrawal", "Ana"), ("confrontation", "Ben")):
        story = begun(clinic, code=code)
        browser = signed_in(story.viewer.staff)
        browser.post(address(story), form(story, strain=strain))
        steps = browser.get(address(story)).context["page"].steps
        offered[strain] = {one.id for step in steps for one in step.ways}
        assert all(len(step.ways) in (2, 3) for step in steps[1:])
    assert offered["withdrawal"] != offered["confrontation"]


def test_a_way_that_was_chosen_stays_when_others_are_offered(clinic, signed_in):
    story = begun(clinic)
    browser = signed_in(story.viewer.staff)
    browser.post(address(story), form(story, **{"ways-name": ["name_unsure_two_of_us"]}))
    browser.post(
        address(story),
        form(story, strain="confrontation", signs=["rushed"], **{"ways-name": ["name_unsure_two_of_us"]}),
    )
    name = browser.get(address(story)).context["page"].steps[1]
    assert [one.ticked for one in name.ways if one.id == "name_unsure_two_of_us"] == [True]
    assert any(one.id.startswith("name_pace") for one in name.ways)


def test_what_is_wrong_is_told_and_what_was_typed_stays(clinic, signed_in):
    story = begun(clinic)
    sent = signed_in(story.viewer.staff).post(
        address(story),
        form(story, **{"words-name": "x" * 2001, "words-own": "mine", "tell-it": "1", "tell": ""}),
    )
    assert sent.status_code == 422
    said = text(sent)
    assert "Keep it to 2000." in said and "This line is empty." in said and "Not kept yet" in said
    assert sent.context["page"].steps[2].words == "mine"
    assert story.fresh().events_count == 1


def test_the_client_is_told_what_changed_when_that_is_ticked(clinic, signed_in):
    from accord.web.voice.models import Changed

    story = begun(clinic)
    browser = signed_in(story.viewer.staff)
    browser.post(address(story), form(story, **{"words-agree": "Job first.", "tell": "not ticked"}))
    assert not Changed.objects.exists()
    sent = form(story, **{"words-agree": "Job first.", "tell-it": "1", "tell": "We begin with your job."})
    browser.post(address(story), sent)
    assert Changed.objects.get().words == "We begin with your job."
    assert "Ana reads: We begin with your job." in text(browser.get(address(story)))


def test_two_people_editing_the_second_is_told_and_nothing_is_lost(clinic, signed_in):
    story = begun(clinic, supervised=True)
    actions.ask(viewer=story.viewer, repair=story.repair)
    old = story.fresh().events_count
    supervisor = signed_in(clinic.staff["supervisor"])
    supervisor.post(address(story), form(story, **{"words-name": "What the supervisor wrote."}))
    therapist = signed_in(story.viewer.staff)
    told = therapist.post(address(story), form(story, seen=old, **{"words-name": "What I wrote."}))
    said = text(told)
    assert told.status_code == 409
    assert "Somebody saved in between" in said and "Supervisor Harbour" in said and "noted “Name it”" in said
    assert "What the supervisor wrote." in said and told.context["page"].steps[1].words == "What I wrote."
    assert "Keep both" in said
    again = form(story, seen=told.context["page"].seen, **{"words-name": "What I wrote."})
    assert therapist.post(address(story), again).status_code == 302
    page = text(therapist.get(address(story)))
    assert "What the supervisor wrote." in page and "What I wrote." in page  # the history has both
    notes = RepairEvent.objects.filter(step="name").order_by("number").values_list("note", flat=True)
    assert list(notes) == ["What the supervisor wrote.", "What I wrote."]


def test_an_unreadable_number_of_events_overwrites_nothing(clinic, signed_in):
    story = begun(clinic)
    story.note("name", "first")
    sent = signed_in(story.viewer.staff).post(
        address(story), form(story, seen="many", **{"words-name": "second"})
    )
    assert sent.status_code == 409
    assert story.fresh().events_count == 2


# Looking again and closing ------------------------------------------------------------------------------------------


def test_the_look_again_sets_itself_after_the_next_session(clinic, signed_in):
    story = begun(clinic)
    page = text(signed_in(story.viewer.staff).get(address(story)))
    assert "After session 7, " in page and "Set by itself. One rating is a hint; two say more." in page
    assert "Keep, and look again after session 7" in page


def test_once_she_rated_again_it_is_time_to_look_and_the_line_decides_what_is_offered(clinic, signed_in):
    story = begun(clinic, days_ago=20)
    browser = signed_in(story.viewer.staff)
    story.met(even(86.0), 14)
    page = browser.get(address(story))
    assert "She has rated again: time to look." in text(page)
    assert {one.id for one in page.context["page"].endings if one.open} == {"not_a_rupture"}
    browser.post(reverse("repair:act", args=[story.repair.key]), {"do": "look", "seen": 1})
    assert "time to look" not in text(browser.get(address(story)))
    story.met(even(88.0), 7)
    page = browser.get(address(story))
    assert "time to look" in text(page) and "line is back where it stood" in text(page)
    assert {one.id for one in page.context["page"].endings if one.open} == {
        "came_back",
        "not_a_rupture",
    }
    sent = {"do": "close", "ending": "came_back", "seen": 2}
    closed = browser.post(reverse("repair:act", args=[story.repair.key]), sent, follow=True)
    assert "A repair with Ana, closed: came back" in text(closed)
    assert story.fresh().ending == Ending.CAME_BACK.value


def test_an_ending_that_is_shut_cannot_be_sent_and_what_was_typed_stays(clinic, signed_in):
    story = begun(clinic)
    here = reverse("repair:act", args=[story.repair.key])
    browser = signed_in(story.viewer.staff)
    sent = browser.post(here, {"do": "close", "ending": "came_back", "reason": "my words", "seen": 1})
    assert sent.status_code == 422
    assert "This ending is not open yet." in text(sent) and sent.context["page"].typed.reason == "my words"
    assert "Choose how it ended." in text(browser.post(here, {"do": "close", "seen": 1}))
    assert "Choose what to do." in text(browser.post(here, {"do": "vanish", "seen": 1}))
    assert story.fresh().stage == "open"


def test_nothing_under_the_cover_is_on_the_page(clinic, signed_in):
    story = begun(clinic, days_ago=20)
    story.met(even(93.0, skipped=False, said="A secret line."), 14)
    page = text(signed_in(story.viewer.staff).get(address(story)))
    assert "93" not in page and "A secret line" not in page and "time to look" not in page
    assert "Session 7 has answers under the cover" in page


def test_an_old_repair_says_so(clinic, signed_in):
    story = begun(clinic, days_ago=23)
    page = text(signed_in(story.viewer.staff).get(address(story)))
    assert "day 24" in page and "Open for 23 days." in page


# Who may read what --------------------------------------------------------------------------------------------------


@pytest.fixture
def story(clinic):
    """A repair with a note, of a client who agreed to supervision."""
    made = begun(clinic, supervised=True)
    made.note("name", NOTE)
    return made


def test_a_lead_sees_that_it_is_there_and_neither_reads_nor_changes_it(clinic, signed_in, story):
    browser = signed_in(clinic.staff["lead"])
    page = text(browser.get(address(story)))
    assert NOTE not in page and "Notes are kept by Therapist Harbour." in page
    assert browser.post(address(story), form(story, **{"words-own": "lead"})).status_code == 404
    assert browser.post(reverse("repair:act", args=[story.repair.key]), {"do": "look"}).status_code == 404
    assert story.fresh().events_count == 2


def test_a_supervisor_reads_the_notes_only_while_it_is_in_supervision(clinic, signed_in, story):
    browser = signed_in(clinic.staff["supervisor"])
    assert NOTE not in text(browser.get(address(story)))
    actions.ask(viewer=story.viewer, repair=story.repair)
    page = text(browser.get(address(story)))
    assert NOTE in page and "Talked about; give it back" in page
    back = {"do": "give_back", "seen": story.fresh().events_count}
    browser.post(reverse("repair:act", args=[story.repair.key]), back)
    assert story.fresh().stage == "open"
    assert NOTE not in text(browser.get(address(story)))
    assert browser.post(address(story), form(story, **{"words-own": "mine"})).status_code == 404


def test_a_supervisor_loses_sight_at_once_when_the_client_takes_the_consent_back(clinic, signed_in, story):
    actions.ask(viewer=story.viewer, repair=story.repair)
    browser = signed_in(clinic.staff["supervisor"])
    assert browser.get(address(story)).status_code == 200
    agree(clinic, story.told.client, granted=False)
    assert browser.get(address(story)).status_code == 404
    assert browser.post(address(story), form(story, **{"words-own": "mine"})).status_code == 404
    assert "Ana" not in text(browser.get(reverse("repair:repairs")))
    viewer = clinic.of("supervisor")
    assert not viewer.repairs.exists() and not viewer.repair_notes.exists()
    # The therapist goes on, and is told that nobody sees it there any more.
    page = text(signed_in(story.viewer.staff).get(address(story)))
    assert NOTE in page and "has not agreed to supervision" in page


def test_when_the_client_keeps_the_answers_the_repair_stays_and_the_line_goes(clinic, signed_in, story):
    browser = signed_in(story.viewer.staff)
    assert "I wanted to talk about my job." in text(browser.get(address(story)))
    agree(clinic, story.told.client, purpose="therapist", granted=False)
    answer = browser.get(address(story))
    page = text(answer)
    assert "keeps the answers from you now. This repair stays" in page and NOTE in page
    assert "I wanted to talk about my job." not in page and "62" not in page
    assert b"picture--look-first" not in answer.content and "was not rated" not in page
    story.met(even(88.0))
    page = text(browser.get(address(story)))
    assert "You met again: time to look, and to ask." in page and "88" not in page


def test_a_supervisor_of_another_team_sees_nothing(clinic, signed_in, story):
    from accord.web.people.actions import add_staff

    other = add_staff(service=clinic.service, email="s@harbour.example", name="Other", roles=["supervisor"])
    make_team(service=clinic.service, name="Other", members=[other])
    actions.ask(viewer=story.viewer, repair=story.repair)
    assert signed_in(other).get(address(story)).status_code == 404
    assert not Viewer(other).repair_notes.exists()


def test_after_a_hand_over_the_new_therapist_reads_on_and_the_old_one_does_not(clinic, signed_in, story):
    from accord.web.people.actions import add_staff
    from accord.web.therapy.actions import transfer

    heir = add_staff(service=clinic.service, email="h@harbour.example", name="Heir", roles=["therapist"])
    transfer(viewer=clinic.of("lead"), course=story.course, to=heir, on=ago(0).date())
    assert NOTE in text(signed_in(heir).get(address(story)))
    assert signed_in(story.viewer.staff).get(address(story)).status_code == 404


def test_looking_is_noted_without_content(clinic, signed_in, story):
    signed_in(clinic.staff["lead"]).get(address(story))
    line = Entry.objects.filter(kind="repair", verb="saw").get()
    assert (line.actor, line.subject) == (clinic.staff["lead"].key, story.repair.key)
    assert NOTE not in str(line.detail)


# The list -----------------------------------------------------------------------------------------------------------


def test_the_list_has_open_ones_by_what_waits_and_closed_ones_below(clinic, signed_in):
    old = begun(clinic, days_ago=30, code="Old One")
    due = begun(clinic, days_ago=9, code="Due One")
    due.met(even(80.0), 2)
    done = begun(clinic, days_ago=5, code="Done One")
    actions.close(viewer=done.viewer, repair=done.repair, ending=Ending.NOT_A_RUPTURE, reason="exam")
    page = signed_in(old.viewer.staff).get(reverse("repair:repairs")).context["page"]
    assert page.heading == "Two open repairs"
    assert [(one.name, one.mark, one.day) for one in page.open] == [
        ("Due One", "repair", 10),
        ("Old One", "due", 31),
    ]
    assert [(one.name, one.ending) for one in page.closed] == [("Done One", "Not a rupture")]


def test_a_quiet_list_says_how_a_repair_begins(clinic, signed_in):
    assert "A repair begins on a client’s page" in text(
        signed_in(clinic.staff["therapist"]).get(reverse("repair:repairs"))
    )
