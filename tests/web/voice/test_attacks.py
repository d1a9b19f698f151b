"""What somebody might try who should not know, or should not be able to: each once, with what they get for it."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from tests.web.therapy.telling import answer, even, tell
from tests.web.voice.letters import named, write

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.web.attention.models import Signal
from accord.web.checkin.actions import decline_form
from accord.web.checkin.links import make_link
from accord.web.checkin.links import token as link_token
from accord.web.checkin.models import Message, Response
from accord.web.people.actions import add_staff, set_active, set_roles
from accord.web.people.models import Consent
from accord.web.people.viewer import Viewer
from accord.web.therapy import actions as therapy
from accord.web.therapy.models import PatternSaid
from accord.web.therapy.pattern_actions import put_away
from accord.web.voice import concerns, copying, doors, erasing, me_actions
from accord.web.voice.models import Door, Erasure


@pytest.fixture
def ana(clinic):
    return clinic.client("Ana", name="Ana Worldly")


@pytest.fixture
def door(clinic, ana):
    return doors.make_door(viewer=clinic.of("therapist"), client=ana.client)


def path(door: Door, page: str = "") -> str:
    return f"/c/me/{doors.token(door)}/{page}"


def staff_door(ana, card: str = "") -> str:
    return f"/voice/clients/{ana.client.key}/door/{card}"


# Learning of a letter that went past the therapist


def test_writing_until_it_stops_tells_nothing_of_letters_on_another_way(clinic, ana):
    """Whoever has the address could else count: ten a day, less what the client wrote to somebody else."""
    named(clinic)
    for number in range(3):
        write(ana.course, "second", key=f"past {number}")
    for number in range(concerns.MOST_A_DAY):
        write(ana.course, "therapist", key=f"own {number}")
    with pytest.raises(Faults, match="many today"):
        write(ana.course, "therapist", key="one more")


def test_lines_of_the_trail_have_no_numbers_where_some_are_left_out(clinic, ana, signed_in):
    """A gap between two numbers would tell a therapist who administers that a letter went past them, and when."""
    import re

    line = re.compile(r'<td class="number">(\d*)</td>')
    named(clinic)
    assert all(line.findall(signed_in(clinic.staff["administrator"]).get("/trail/").text))
    set_roles(staff=clinic.staff["therapist"], roles=["therapist", "administrator"])
    write(ana.course, "second")
    lines = line.findall(signed_in(clinic.staff["therapist"]).get("/trail/").text)
    assert lines and not any(lines)


# Using the way to the own page


def test_once_the_client_came_in_no_member_of_staff_is_shown_the_address(
    clinic, ana, door, client, signed_in
):
    """It holds letters to the therapist and what matters, which a lead may not read."""
    client.get(path(door))
    for role in ("therapist", "lead"):
        person = signed_in(clinic.staff[role])
        page = person.get(staff_door(ana))
        assert doors.token(door) not in page.text and '<svg class="qr' not in page.text
        assert "is shown to no member of staff" in page.text and "New address" in page.text
        assert person.get(staff_door(ana, "card/")).status_code == 302


def test_a_new_address_is_made_by_name_and_ends_the_old_one(clinic, ana, door, client, signed_in):
    client.get(path(door))
    signed_in(clinic.staff["lead"]).post(staff_door(ana), {"what": "replace"})
    fresh = Door.objects.get(closed_at=None)
    stranger = Browser()
    assert stranger.get(path(door)).status_code == 410
    assert "Lead Harbour made the way to this page" in stranger.get(path(fresh, "who")).text


@pytest.mark.parametrize("what", ["make", "replace", "close"])
def test_who_is_kept_from_the_answers_does_not_get_the_way_to_all_of_them(clinic, ana, door, signed_in, what):
    """Else a no to the therapist would be undone by opening the client's copy, or by saying yes in their name."""
    me_actions.choose(door=door, purpose="therapist", granted=False)
    person = signed_in(clinic.staff["therapist"])
    page = person.get(staff_door(ana))
    assert page.status_code == 200 and doors.token(door) not in page.text
    assert (
        "keeps the answers from you" in page.text
        and "You can open it too" not in page.text
        and 'name="what"' not in page.text
    )
    assert person.get(staff_door(ana, "card/")).status_code == 302
    assert person.post(staff_door(ana), {"what": what}).status_code == 403
    assert Door.objects.get() == door and door.closed_at is None
    assert doors.token(door) in signed_in(clinic.staff["lead"]).get(staff_door(ana)).text


def test_a_therapist_does_not_write_down_a_yes_to_themselves_over_the_clients_own_no(
    clinic, ana, door, client, signed_in
):
    page = f"/settings/clients/{ana.client.key}/consent/"
    me_actions.choose(door=door, purpose="therapist", granted=False)
    therapist = signed_in(clinic.staff["therapist"])
    refused = therapist.post(page, {"purpose": "therapist", "granted": "yes"}, follow=True)
    assert "said no on their own page" in refused.text
    assert not Consent.objects.filter(purpose="therapist").latest("pk").granted
    therapist.post(page, {"purpose": "supervision", "granted": "yes"})
    assert Consent.objects.filter(purpose="supervision").latest("pk").granted
    signed_in(clinic.staff["lead"]).post(page, {"purpose": "therapist", "granted": "yes"})
    assert Consent.objects.filter(purpose="therapist").latest("pk").granted
    # And the client reads that somebody else wrote it down.
    assert "Written down by Lead Harbour." in Browser().get(path(door, "choices")).text


def test_a_link_to_a_form_leads_on_to_the_own_page_for_an_hour_and_not_later(clinic, ana, door, client):
    link = make_link(ana.session, "accord-check-in")
    given = answer(ana.session, "accord-check-in", {1: 50.0}, now(), link=link)
    sent = f"/c/{link_token(link)}/sent"
    assert doors.token(door) in client.get(sent).text
    me_actions.choose(door=door, purpose="therapist", granted=False)
    assert doors.token(door) not in client.get(sent).text
    me_actions.choose(door=door, purpose="therapist", granted=True)
    Response.objects.filter(pk=given.pk).update(received_at=now() - timedelta(minutes=61))
    assert doors.token(door) not in client.get(sent).text


def test_each_token_opens_its_own_kind_of_page_alone(clinic, ana, door, client):
    named(clinic)
    letter, link = write(ana.course), make_link(ana.session, "accord-check-in")
    tokens = {"door": doors.token(door), "letter": concerns.token(letter), "link": link_token(link)}
    opens = {"door": "/c/me/{}/", "letter": "/c/me/letter/{}/", "link": "/c/{}/"}
    for kind, token in tokens.items():
        for where, pattern in opens.items():
            expected = 200 if kind == where else 404
            assert client.get(pattern.format(token)).status_code == expected, (kind, where)


@pytest.mark.parametrize(
    "language", ["//evil.example", "https://evil.example", "en&next=//evil.example", "\0"]
)
def test_a_language_leads_nowhere_else(door, client, language):
    answer = client.post(path(door, "language"), {"language": language})
    assert answer.status_code == 302 and answer["Location"].startswith(f"/c/me/{doors.token(door)}/?lang=en")
    assert client.get(path(door), {"lang": language}).status_code == 200


def test_no_page_of_a_client_is_kept_named_or_found(clinic, ana, door, client):
    named(clinic)
    letter = concerns.token(write(ana.course))
    pages = [path(door, page) for page in ("", "who", "choices", "copy", "erasing", "off")]
    for page in (*pages, f"/c/me/letter/{letter}/", f"/c/me/letter/{letter[:-2]}zz/"):
        shown = client.get(page)
        assert "no-store" in shown["Cache-Control"] and shown["Referrer-Policy"] == "no-referrer", page
        assert "noindex" in shown["X-Robots-Tag"] and shown.cookies == {}, page


# Doing something over and over


def test_asking_for_erasure_over_and_over_does_not_flood_the_leads(clinic, door, client):
    for _again in range(erasing.MOST_A_DAY):
        client.post(path(door, "erasing"), {"what": "ask"})
        client.post(path(door, "erasing"), {"what": "take_back"})
    refused = client.post(path(door, "erasing"), {"what": "ask"})
    assert refused.status_code == 429 and "Too often for today" in refused.text
    assert clinic.service.crisis_number in refused.text
    assert Erasure.objects.count() == erasing.MOST_A_DAY
    assert Message.objects.filter(kind__startswith="erasure").count() == 2 * erasing.MOST_A_DAY


def test_a_no_is_taken_however_often(door, client):
    for _again in range(me_actions.MOST_YES_A_DAY):
        me_actions.choose(door=door, purpose="therapist", granted=False)
        me_actions.choose(door=door, purpose="therapist", granted=True)
    me_actions.choose(door=door, purpose="therapist", granted=False)
    said = client.post(path(door, "choices"), {"purpose": "therapist", "granted": "yes"})
    assert said.status_code == 429
    assert client.post(path(door, "choices"), {"purpose": "supervision", "granted": "no"}).status_code == 302
    assert not Consent.objects.filter(purpose="supervision").latest("pk").granted
    before = Consent.objects.count()
    me_actions.choose(door=door, purpose="supervision", granted=False)  # stands already
    assert Consent.objects.count() == before


def test_copies_are_not_made_without_end(door, client, monkeypatch):
    monkeypatch.setattr(copying, "MOST_A_DAY", 2)
    assert [client.post(path(door, "copy")).status_code for _again in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("page", ["off", "choices", "copy", "erasing", "language"])
def test_a_body_without_end_is_refused_before_it_is_read(door, client, page):
    assert client.post(path(door, page), {"words": "x" * 300_000}).status_code == 413


# Seeing what is for one person alone


@pytest.mark.parametrize("page", ["qr", "paper", "card"])
def test_a_lead_neither_hands_out_nor_types_in_what_is_for_the_therapist_alone(clinic, ana, signed_in, page):
    """With the link of an answered form that nobody has opened yet, they could read the words in it."""
    link = make_link(ana.session, "accord-matters")
    session = f"/ask/{ana.session.key}/"
    at = {
        "qr": f"{session}accord-matters/",
        "paper": f"{session}accord-matters/paper/",
        "card": f"/ask/links/{link.key}/card/",
    }[page]
    lead = signed_in(clinic.staff["lead"])
    assert "Accord Matters" not in lead.get(session).text
    assert lead.get(at).status_code == 404
    assert lead.post(at, {"item-1": "Theirs."}).status_code in (404, 405)
    decline_form(link=link)
    assert "Accord Matters" not in lead.get(session).text
    own = signed_in(clinic.staff["therapist"])
    assert "Accord Matters" in own.get(session).text and own.get(at).status_code in (200, 302)


def test_what_is_for_the_therapist_alone_is_unread_for_nobody_else(clinic, signed_in):
    told = tell(clinic, [even(70.0)], name="Ana Worldly")
    signed_in(clinic.staff["lead"]).get(f"/clients/{told.client.key}/")
    answer(told.sessions[0], "accord-matters", {}, now(), texts={1: "My faith."})
    from accord.web.therapy.listing import unread

    def waits(viewer):
        from django.db.models import Exists

        return viewer.courses.filter(Exists(unread(viewer))).exists()

    assert waits(told.viewer) and not waits(clinic.of("lead"))


def test_who_can_see_names_the_therapist_of_every_course(clinic, ana, client):
    door = doors.make_door(
        viewer=clinic.of("lead"), client=ana.client
    )  # so that no therapist is named for it
    other = add_staff(service=clinic.service, email="g@x.example", name="Dr Group", roles=["therapist"])
    therapy.begin_course(
        viewer=clinic.of("lead"), client=ana.client, therapist=other, on=ana.course.started_on
    )
    rows = client.get(path(door, "who")).text
    assert "Therapist Harbour" in rows and "Dr Group" in rows
    set_active(staff=other, active=False)
    assert "Dr Group" not in client.get(path(door, "who")).text


def test_a_second_therapist_of_the_same_client_reads_nothing_of_the_first_course(clinic, ana):
    other = add_staff(service=clinic.service, email="g@x.example", name="Dr Group", roles=["therapist"])
    therapy.begin_course(
        viewer=clinic.of("lead"), client=ana.client, therapist=other, on=ana.course.started_on
    )
    answer(ana.session, "accord-matters", {}, now(), texts={1: "My faith."})
    write(ana.course, "therapist")
    theirs = Viewer(other)
    assert not theirs.responses.exists() and not theirs.concerns.exists() and not theirs.links.exists()


# What erasing promises


def test_what_was_put_away_goes_with_the_numbers_it_came_from(clinic, ana, door):
    put_away(viewer=clinic.of("therapist"), course=ana.course, pattern="expert_trap")
    asked = erasing.ask_erasure(door=door)
    erasing.decide(
        viewer=clinic.of("lead"),
        erasure=asked,
        outcome="part",
        decision="Gone.",
        erased=["numbers"],
        known=True,
    )
    assert not PatternSaid.objects.exists() and not Signal.objects.exists()


def test_what_was_decided_cannot_be_taken_back_or_decided_again(clinic, door, client):
    asked = erasing.ask_erasure(door=door)
    decision = {"decision": "It stays.", "erased": [], "known": False}
    erasing.decide(viewer=clinic.of("lead"), erasure=asked, outcome="refused", **decision)
    client.post(path(door, "erasing"), {"what": "take_back"})
    with pytest.raises(Faults, match="decided in the meantime"):
        erasing.decide(viewer=clinic.of("lead"), erasure=asked, outcome="refused", **decision)
    asked.refresh_from_db()
    assert asked.taken_back_at is None and asked.outcome == "refused"
