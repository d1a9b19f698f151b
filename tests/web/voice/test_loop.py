"""Closing the loop: what the next form tells, to whom, once, and what it never tells."""

import pytest
from tests.web.therapy.telling import answer, even, tell
from tests.web.voice.letters import named, write

from accord.basics.clock import now
from accord.basics.identifiers import new_key
from accord.web.attention.models import Signal
from accord.web.checkin.actions import open_responses
from accord.web.checkin.links import link_behind, make_link, token
from accord.web.people.actions import set_consent
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Session
from accord.web.voice import concerns
from accord.web.voice.changes import say_changed, take_back
from accord.web.voice.loop import heard

CHECK_IN = "accord-check-in"
STEADY = [even(80), even(82), even(79), even(81)]
DIP = [*STEADY, even(38)]


def next_link(case):
    """The link to the form of the planned session, as its page reads it."""
    ahead = Session.objects.filter(course=case.course).order_by("-day", "-pk")[0]
    return link_behind(token(make_link(ahead, CHECK_IN)))


def opened(clinic, case, by: str = "therapist") -> None:
    open_responses(viewer=clinic.of(by), responses=[one for s in case.sessions for one in s.responses.all()])


def told(case) -> str:
    found = heard(next_link(case))
    return found.sentence if found else ""


def test_a_low_check_in_that_was_read_is_told_by_name_and_day_and_not_called_low(clinic, client):
    case = tell(clinic, DIP)
    assert Signal.objects.filter(rule="dip", course=case.course).exists()
    assert told(case) == ""  # nobody opened it: nothing is said
    opened(clinic, case)
    day = case.sessions[-1].day
    assert told(case) == f"What you answered on {day.day} {day:%B} was read by Therapist Harbour."
    page = client.get(f"/c/{token(next_link(case))}/").text
    assert "was read by Therapist Harbour." in page
    for word in ("dip", "low", "strain", "38"):
        assert f" {word}" not in page.split('id="heard"')[1].split("</section>")[0]


def test_a_steady_check_in_without_words_is_not_spoken_of(clinic):
    case = tell(clinic, STEADY)
    opened(clinic, case)
    assert told(case) == ""


@pytest.mark.parametrize("spoke", [even(80, said="More time, please."), even(80, off=True)])
def test_words_and_something_off_are_told(clinic, spoke):
    case = tell(clinic, [*STEADY, spoke])
    opened(clinic, case)
    assert told(case).startswith("What you wrote on" if spoke.said else "What you answered on")


def test_once_on_the_next_form_and_never_again(clinic):
    case = tell(clinic, DIP)
    opened(clinic, case)
    link = next_link(case)
    assert heard(link)
    answer(link.session, CHECK_IN, {1: 70, 2: 70, 3: 70, 4: 70}, now(), link=link)
    assert heard(link)  # the same form opened again to correct it still says so to who asks
    later = Session.objects.create(
        service=clinic.service, course=case.course, therapist=link.session.therapist, day=link.session.day
    )
    assert heard(link_behind(token(make_link(later, CHECK_IN)))) is None


def test_what_changed_is_told_in_the_therapists_words_and_can_be_taken_back(clinic, client):
    case = tell(clinic, DIP)
    opened(clinic, case)
    made = say_changed(
        viewer=clinic.of("therapist"), course=case.course, words="The last ten minutes are kept free."
    )
    found = heard(next_link(case))
    assert (found.since, found.by) == ("The last ten minutes are kept free.", "Therapist Harbour")
    page = client.get(f"/c/{token(next_link(case))}/").text
    assert '<span class="said">The last ten minutes are kept free.</span>' in page
    take_back(viewer=clinic.of("therapist"), changed=made)
    assert heard(next_link(case)).since == ""


def test_a_change_written_later_is_told_later(clinic):
    case = tell(clinic, DIP)
    opened(clinic, case)
    link = next_link(case)
    answer(link.session, CHECK_IN, {1: 70, 2: 70, 3: 70, 4: 70}, now(), link=link)
    later = Session.objects.create(
        service=clinic.service, course=case.course, therapist=link.session.therapist, day=link.session.day
    )
    again = link_behind(token(make_link(later, CHECK_IN)))
    assert heard(again) is None
    say_changed(viewer=clinic.of("therapist"), course=case.course, words="We begin with you.")
    assert heard(again).since == "We begin with you."


def test_read_by_whoever_opened_it_where_the_therapist_did_not(clinic):
    case = tell(clinic, DIP)
    opened(clinic, case, "lead")
    assert told(case).endswith("was read by Lead Harbour.")
    opened(clinic, case)
    assert told(case).endswith("was read by Therapist Harbour.")


def test_a_letter_to_the_therapist_is_told_and_one_past_them_never(clinic):
    people = named(clinic)
    case = tell(clinic, STEADY)
    past = write(case.course, "second", key=new_key())
    concerns.read(viewer=Viewer(people.adler), concern=past)
    assert told(case) == ""
    direct = write(case.course, "therapist", key=new_key())
    assert told(case) == ""
    concerns.read(viewer=clinic.of("therapist"), concern=direct)
    assert told(case).startswith("What you wrote on")


def test_of_another_clients_course_nothing_is_told(clinic):
    case, other = tell(clinic, DIP), tell(clinic, STEADY, code="Ben")
    opened(clinic, case)
    assert told(other) == ""


def test_a_client_who_keeps_answers_from_the_therapist_is_told_who_really_read(clinic):
    case = tell(clinic, DIP)
    opened(clinic, case, "lead")
    set_consent(viewer=clinic.of("therapist"), client=case.client, purpose="therapist", granted=False)
    assert told(case).endswith("was read by Lead Harbour.")


def test_while_correcting_nothing_is_told(clinic, client):
    case = tell(clinic, DIP)
    opened(clinic, case)
    link = next_link(case)
    answer(link.session, CHECK_IN, {1: 70, 2: 70, 3: 70, 4: 70}, now(), link=link)
    assert 'id="heard"' not in client.get(f"/c/{token(link)}/?change=1").text


def test_it_costs_little(clinic, client, django_assert_max_num_queries):
    case = tell(clinic, DIP)
    opened(clinic, case)
    say_changed(viewer=clinic.of("therapist"), course=case.course, words="We begin with you.")
    link = next_link(case)
    with django_assert_max_num_queries(4):
        assert heard(link)
    plain = next_link(tell(clinic, [], code="Ben"))
    with django_assert_max_num_queries(1):
        assert heard(plain) is None
