"""Asking, seen by staff: the code, the card, links and where they stand, paper, and the therapist's own rating."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accord.basics.clock import now
from accord.instruments.definition import Missing
from accord.web.attention.models import Alert
from accord.web.checkin import asking
from accord.web.checkin.actions import answers_of, decline_form
from accord.web.checkin.asking import State, state_of
from accord.web.checkin.links import address, make_link
from accord.web.checkin.models import Link, Message, Response, Skip
from accord.web.therapy.cover import covered_sessions

CHECK_IN, TWIN = "accord-check-in", "accord-check-in-therapist"


@pytest.fixture
def ana(clinic):
    """A client of the clinic, reached by mail, with one session held."""
    return clinic.client("A-1", name="Ana M.", channel="mail", mail="ana@client.example")


@pytest.fixture
def therapist(clinic, signed_in):
    """The therapist's browser."""
    return signed_in(clinic.staff["therapist"])


def ask(ana, end: str = "") -> str:
    return f"/ask/{ana.session.key}/{end}"


# The code and the card


def test_the_code_opens_this_one_form_and_says_until_when(therapist, ana):
    page = therapist.get(ask(ana, f"{CHECK_IN}/")).content.decode()
    link = Link.objects.get()
    assert address(link) in page
    assert "<svg" in page
    assert "opens this one form and nothing else" in page
    assert asking.told(link.expires_at, link.service) in page
    therapist.get(ask(ana, f"{CHECK_IN}/"))
    assert Link.objects.count() == 1


def test_a_form_without_words_is_not_asked_and_the_page_says_what_to_do(therapist, ana):
    response = therapist.get(ask(ana, "phq-9/"))
    assert response.status_code == 409
    assert b"accord instruments add-text phq-9 FILE" in response.content
    assert not Link.objects.exists()


@pytest.mark.parametrize("name", ["no-such-form", TWIN])
def test_what_is_no_clients_form_is_not_there(therapist, ana, name):
    assert therapist.get(ask(ana, f"{name}/")).status_code == 404


def test_the_card_is_in_the_clients_language(therapist, clinic):
    luz = clinic.client("L-1", language="es")
    link = make_link(luz.session, CHECK_IN)
    page = therapist.get(f"/ask/links/{link.key}/card/").content.decode()
    assert 'lang="es"' in page
    assert address(link) in page


# Where a link stands


@pytest.mark.parametrize(
    ("stamps", "state"),
    [
        ({}, State.UNOPENED),
        ({"opened_at": -1}, State.OPENED),
        ({"expires_at": -1}, State.EXPIRED),
        ({"opened_at": -2, "expires_at": -1}, State.EXPIRED),
        ({"withdrawn_at": -1, "opened_at": -2}, State.WITHDRAWN),
        ({"declined_at": -1, "withdrawn_at": -1}, State.DECLINED),
        ({"sent_at": -2, "expires_at": -1, "withdrawn_at": -1}, State.ANSWERED),
    ],
)
def test_what_the_client_did_comes_before_what_the_clock_did(stamps, state):
    present = timezone.now()
    hours = {"expires_at": 24} | stamps
    link = Link(**{name: present + timedelta(hours=by) for name, by in hours.items()})
    assert state_of(link, present) is state


def test_a_link_is_sent_closed_and_opened_again(therapist, ana):
    link = make_link(ana.session, CHECK_IN)
    therapist.post(f"/ask/links/{link.key}/send/")
    assert Message.objects.filter(kind="ask", about=link.key).count() == 1
    therapist.post(f"/ask/links/{link.key}/withdraw/")
    assert b"Open it again" in therapist.get(ask(ana, f"{CHECK_IN}/")).content
    refused = therapist.post(f"/ask/links/{link.key}/send/", follow=True)
    assert b"this link is closed" in refused.content
    therapist.post(f"/ask/links/{link.key}/reopen/")
    link.refresh_from_db()
    assert state_of(link, now()) is State.UNOPENED
    assert Message.objects.count() == 1


def test_after_sending_the_page_goes_back_only_to_pages_of_ours(therapist, ana):
    link = make_link(ana.session, CHECK_IN)
    assert therapist.post(f"/ask/links/{link.key}/send/", {"next": "/due/"}).url == "/due/"
    assert therapist.post(
        f"/ask/links/{link.key}/send/", {"next": "https://elsewhere.example/"}
    ).url.startswith("/ask/")


def test_who_declined_is_not_asked_until_they_say_otherwise(therapist, ana):
    decline_form(link=make_link(ana.session, CHECK_IN))
    page = therapist.get(ask(ana, f"{CHECK_IN}/"))
    assert b"would rather not be asked this" in page.content
    assert b'<svg viewBox="0 0 4' not in page.content
    therapist.post(f"/ask/clients/{ana.client.key}/again/")
    assert b"Point your phone" in therapist.get(ask(ana, f"{CHECK_IN}/")).content


# Paper


def paper(**fields) -> dict:
    day = timezone.localdate(now()).isoformat()
    return {"day": day, "idempotency_key": "one", "item-1": "71", "item-2": "0", "skip-3": "1"} | fields


def test_a_paper_form_is_kept_as_such_with_who_typed_it(therapist, clinic, ana):
    therapist.post(ask(ana, f"{CHECK_IN}/paper/"), paper(**{"text-7": "More time, please."}))
    kept = Response.objects.get()
    assert (kept.channel, kept.entered_by, kept.respondent) == ("paper", clinic.staff["therapist"], "client")
    read = answers_of(kept)
    assert (read[1], read[2], read[3], read[4]) == (71.0, 0.0, Missing.DECLINED, Missing.NOT_REACHED)
    therapist.post(ask(ana, f"{CHECK_IN}/paper/"), paper(replace="1"))
    assert Response.objects.count() == 1  # the same sheet, sent twice


def test_every_fault_of_a_paper_form_is_told_and_nothing_is_kept(therapist, ana):
    wrong = paper(day="2026-02-31", **{"item-1": "171", "item-4": "many"})
    response = therapist.post(ask(ana, f"{CHECK_IN}/paper/"), wrong)
    assert response.status_code == 422
    page = response.content.decode()
    assert "This is not a day" in page
    assert "Write a number from 0 to 100" in page
    assert "This is not a number" in page
    assert 'value="0"' in page  # what was right stays typed
    assert not Response.objects.exists()


def test_an_empty_paper_form_is_nothing_to_keep(therapist, ana):
    fields = {"day": paper()["day"], "idempotency_key": "one"}
    assert therapist.post(ask(ana, f"{CHECK_IN}/paper/"), fields).status_code == 422


def test_paper_takes_the_place_of_answers_only_when_somebody_says_so(therapist, ana):
    therapist.post(ask(ana, f"{CHECK_IN}/paper/"), paper())
    other = paper(idempotency_key="two", **{"item-1": "20"})
    assert therapist.post(ask(ana, f"{CHECK_IN}/paper/"), other).status_code == 422
    therapist.post(ask(ana, f"{CHECK_IN}/paper/"), other | {"replace": "1"})
    assert [answers_of(one)[1] for one in Response.objects.counting()] == [20.0]
    assert Response.objects.count() == 2


def test_a_safety_answer_from_paper_raises_the_alert(therapist, clinic, ana):
    page = therapist.post(ask(ana, "accord-wellbeing/paper/"), paper(**{"item-5": "1"}), follow=True)
    alert = Alert.objects.get()
    assert alert.clinician == clinic.staff["therapist"]
    assert Message.objects.filter(kind="risk", about=alert.key).exists()
    assert b"It holds a safety answer" in page.content


def test_a_paper_form_belongs_to_the_session_that_was_chosen(therapist, clinic, ana):
    from accord.course.session import SessionKind
    from accord.web.therapy.actions import book

    before = book(
        viewer=clinic.of("therapist"),
        course=ana.course,
        starts_at=now() - timedelta(days=3),
        kind=SessionKind.PHONE,
    )
    stranger = clinic.client("B-1")
    day = before.day.isoformat()
    therapist.post(ask(ana, f"{CHECK_IN}/paper/"), paper(session=before.key, day=day))
    assert Response.objects.get().session == before
    refused = therapist.post(
        ask(ana, f"{CHECK_IN}/paper/"), paper(session=stranger.session.key, idempotency_key="2")
    )
    assert refused.status_code == 404


# The therapist's own rating


@pytest.fixture
def covered(clinic, ana):
    """Whether Ana's answers are covered for the therapist; she has given some."""
    from accord.instruments.registry import instrument
    from accord.web.checkin.actions import Answered, record_answers

    record_answers(
        session=ana.session,
        answered=Answered(
            instrument(CHECK_IN), {1: 80.0, 2: 80.0, 3: 80.0, 4: 80.0}, {}, "hers", "en", "link"
        ),
    )
    return lambda: bool(covered_sessions(clinic.of("therapist"), [ana.course]).get(ana.course.pk))


def test_rating_lifts_the_cover(therapist, clinic, ana, covered):
    page = therapist.get(ask(ana, "rate/"))
    assert b'type="text"' in page.content  # number fields are there without JavaScript
    assert b'value="50"' not in page.content
    assert covered()
    fields = {"item-1": "70", "item-2": "72", "item-3": "68", "item-4": "71", "item-5": "0"}
    response = therapist.post(ask(ana, "rate/"), fields)
    assert response.url == f"/clients/{ana.client.key}/"
    own = Response.objects.get(respondent="therapist")
    assert (own.instrument, own.entered_by, own.channel) == (TWIN, clinic.staff["therapist"], "screen")
    assert answers_of(own)[6] is Missing.NOT_ASKED  # how strong is not asked where there was none
    assert not covered()


def test_skipping_is_recorded_as_such_and_lifts_the_cover(therapist, clinic, ana, covered):
    therapist.post(ask(ana, "skip/"))
    assert Skip.objects.get().by == clinic.staff["therapist"]
    assert not Response.objects.filter(respondent="therapist").exists()
    assert not covered()


def test_an_empty_rating_is_none(therapist, ana, covered):
    response = therapist.post(ask(ana, "rate/"), {})
    assert response.status_code == 422
    assert b"say that you did not rate" in response.content
    assert covered()


def test_a_session_is_rated_once(therapist, ana):
    fields = {"item-1": "70", "item-2": "70", "item-3": "70", "item-4": "70"}
    therapist.post(ask(ana, "rate/"), fields)
    again = therapist.post(ask(ana, "rate/"), fields | {"item-1": "10"}, follow=True)
    assert b"rated this session already" in again.content
    assert Response.objects.count() == 1


def test_nobody_rates_in_the_therapists_place(signed_in, clinic, ana):
    from accord.web.people.actions import set_roles

    # Who leads and treats may open every course, and still has a rating to give for their own sessions alone.
    set_roles(staff=clinic.staff["lead"], roles=["lead", "therapist"])
    for role in ("lead", "supervisor"):
        browser = signed_in(clinic.staff[role])
        assert browser.get(ask(ana, "rate/")).status_code == 403
        assert browser.post(ask(ana, "rate/"), {"item-1": "50"}).status_code == 403
        assert browser.post(ask(ana, "skip/")).status_code == 403
    assert not Skip.objects.exists()
    assert not Response.objects.exists()


# Whose it is


def addresses(ana) -> list[str]:
    link = make_link(ana.session, CHECK_IN)
    ends = ("", f"{CHECK_IN}/", f"{CHECK_IN}/paper/", "rate/")
    return [*(ask(ana, end) for end in ends), f"/ask/links/{link.key}/card/"]


@pytest.mark.parametrize("role", ["supervisor", "administrator", "researcher"])
def test_who_does_not_work_with_clients_asks_nobody(signed_in, clinic, ana, role):
    browser = signed_in(clinic.staff[role])
    assert {browser.get(one).status_code for one in addresses(ana)} == {403}


@pytest.mark.parametrize("role", ["therapist", "lead"])
def test_a_stranger_of_another_service_finds_nothing(signed_in, ana, neighbour, role):
    browser = signed_in(neighbour.staff[role])
    found = {one: browser.get(one).status_code for one in addresses(ana)}
    assert set(found.values()) <= {403, 404}, found
    link = Link.objects.get()
    for end in ("send", "withdraw", "reopen"):
        assert browser.post(f"/ask/links/{link.key}/{end}/").status_code == 404
    assert browser.post(f"/ask/clients/{ana.client.key}/again/").status_code == 404


def test_nobody_is_sent_to_the_sign_in(client, ana):
    for one in addresses(ana):
        assert client.get(one).url.startswith("/accounts/login/")
