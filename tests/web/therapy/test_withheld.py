"""A client who did not agree that their therapist sees the answers keeps every one of them from that therapist."""

import re

import pytest
from django.urls import reverse
from tests.web.addresses import url, world_of

from accord.web.checkin.links import make_link, token
from accord.web.people.actions import set_consent

# No other number or word of a page is like these, so finding one means that it came through.
RATING, WORDS = 73.0, "the window was open"
NUMBER = re.compile(r"(?<![\w.])73(?![\w.])")  # by itself, not inside a key


@pytest.fixture
def world(clinic):
    """A client whose answers hold a rating, words, a concern and a safety answer."""
    from accord.instruments.registry import instrument
    from accord.web.checkin.actions import Answered, record_answers

    made = world_of(clinic, "Ana")
    session = clinic.of("lead").sessions.get(key=made.session)
    answers = dict.fromkeys((1, 2, 3, 4), RATING) | {5: 1.0, 6: 1.0}
    record_answers(
        session=session,
        answered=Answered(instrument("accord-check-in"), answers, {7: WORDS}, "second", "en", "link"),
    )
    return made


def decide(clinic, world, granted: bool, to=None) -> None:
    course = clinic.of("lead").courses.get(key=world.course)
    set_consent(viewer=clinic.of("lead"), client=course.client, purpose="therapist", granted=granted, to=to)


def seen_by(person, world) -> str:
    """Everything the therapist's pages say about the client."""
    person.post(url("ask:skip", world))  # so that nothing is hidden by the cover alone
    names = (
        "attention:today",
        "therapy:clients",
        "therapy:client",
        "therapy:chart",
        "therapy:numbers",
        "therapy:review",
    )
    return "".join(person.get(url(name, world)).content.decode() for name in names)


def test_what_is_agreed_is_seen(clinic, world, signed_in):
    said = seen_by(signed_in(clinic.staff["therapist"]), world)
    assert NUMBER.search(said)
    assert WORDS in said


def test_what_is_withheld_is_nowhere(clinic, world, signed_in):
    decide(clinic, world, False)
    said = seen_by(signed_in(clinic.staff["therapist"]), world)
    assert not NUMBER.search(said)
    assert WORDS not in said
    assert "did not agree" in said


def test_a_safety_answer_is_told_all_the_same(clinic, world, signed_in):
    decide(clinic, world, False)
    person = signed_in(clinic.staff["therapist"])
    assert "Worldly" in person.get(reverse("attention:risk")).content.decode()


def test_a_decision_may_name_one_therapist(clinic, world, signed_in):
    decide(clinic, world, False, to=clinic.staff["lead"])
    assert WORDS in seen_by(signed_in(clinic.staff["therapist"]), world)
    decide(clinic, world, False, to=clinic.staff["therapist"])
    assert WORDS not in seen_by(signed_in(clinic.staff["therapist"]), world)


def test_the_newest_decision_stands(clinic, world, signed_in):
    decide(clinic, world, False)
    decide(clinic, world, True)
    assert WORDS in seen_by(signed_in(clinic.staff["therapist"]), world)


def test_the_form_says_whom_the_answers_go_to(clinic, world, client):
    decide(clinic, world, False)
    session = clinic.of("lead").sessions.get(key=world.session)
    address = reverse("checkin:form", args=[token(make_link(session, "accord-profile"))])
    page = client.get(address).content.decode()
    assert "Your answers go to Harbour." in page
    assert "<dd>your therapist<" not in client.get(address + "who").content.decode()
