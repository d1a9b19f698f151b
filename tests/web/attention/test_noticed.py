"""Signals as one person may see them: nothing from under the cover, nothing withheld, nothing of another service."""

from datetime import timedelta

import pytest
from tests.web.attention.test_judge import LOW, STEADY, TOP, another
from tests.web.therapy.telling import Meeting, answer, tell

from accord.basics.clock import now
from accord.web.attention.noticed import history, noticed
from accord.web.attention.signal_actions import say
from accord.web.checkin.actions import skip_rating
from accord.web.people import actions as people

EVEN = dict.fromkeys((1, 2, 3, 4), 82.0)


def rules(viewer, course):
    return {one.signal.rule for one in noticed(viewer, [course.pk])[course.pk]}


@pytest.fixture
def dip(clinic):
    """A dip in the last session, which the therapist has not rated yet."""
    past = tell(clinic, [*STEADY, Meeting(skipped=False)])
    answer(past.sessions[-1], "accord-check-in", LOW, now())
    return past


def test_a_dip_is_covered_until_the_therapist_has_rated(clinic, dip):
    therapist = clinic.of("therapist")
    assert "dip" not in rules(therapist, dip.course)
    assert "dip" not in {one.signal.rule for one in history(therapist, dip.course)}
    assert "dip" in rules(clinic.of("lead"), dip.course)
    answer(dip.sessions[-1], "accord-check-in-therapist", EVEN, now(), by=therapist.staff)
    assert "dip" in rules(therapist, dip.course)


def test_saying_that_one_did_not_rate_uncovers_it(clinic, dip):
    skip_rating(viewer=clinic.of("therapist"), session=dip.sessions[-1])
    assert "dip" in rules(clinic.of("therapist"), dip.course)


def test_what_covered_answers_ended_stays_until_they_are_uncovered(clinic):
    past, therapist = tell(clinic, [TOP] * 3), clinic.of("therapist")
    assert "at_ceiling" in rules(therapist, past.course)
    session = another(past)
    answer(session, "accord-check-in", EVEN, now())
    assert "at_ceiling" in rules(therapist, past.course)
    assert "at_ceiling" in {one.signal.rule for one in history(therapist, past.course) if not one.ended_at}
    assert "at_ceiling" not in rules(clinic.of("lead"), past.course)
    skip_rating(viewer=therapist, session=session)
    assert "at_ceiling" not in rules(therapist, past.course)
    (ended,) = [one for one in history(therapist, past.course) if one.signal.rule == "at_ceiling"]
    assert ended.ended_at is not None


def test_a_concern_and_a_safety_answer_are_never_covered(clinic, dip):
    session = another(dip)
    answer(session, "accord-check-in", EVEN | {5: 1.0, 6: 1.0}, now())
    answer(session, "accord-wellbeing", {1: 20.0, 5: 2.0}, now())
    assert {"concern", "risk"} <= rules(clinic.of("therapist"), dip.course)


def test_answers_that_are_withheld_tell_nothing_but_a_safety_answer(clinic, dip):
    session = another(dip)
    answer(session, "accord-check-in", EVEN | {5: 1.0}, now())
    answer(session, "accord-wellbeing", {1: 20.0, 5: 2.0}, now())
    skip_rating(viewer=clinic.of("therapist"), session=session)
    skip_rating(viewer=clinic.of("therapist"), session=dip.sessions[-1])
    assert {"risk", "concern"} <= rules(clinic.of("therapist"), dip.course)
    people.set_consent(viewer=clinic.of("therapist"), client=dip.client, purpose="therapist", granted=False)
    assert rules(clinic.of("therapist"), dip.course) == {"risk"}
    assert {one.signal.rule for one in history(clinic.of("therapist"), dip.course)} == {"risk"}


def test_another_service_sees_nothing(clinic, neighbour, dip):
    lead = neighbour.of("lead")
    assert noticed(lead, [dip.course.pk]) == {dip.course.pk: ()}
    assert history(lead, dip.course) == ()
    assert not lead.signals.exists()
    assert clinic.of("lead").signals.exists()


def test_what_somebody_said_no_to_is_history(clinic, dip):
    lead = clinic.of("lead")
    row = lead.signals.get(rule="dip")
    say(viewer=lead, signal=row, said="not_a_dip")
    assert "dip" not in rules(lead, dip.course)
    assert [one.verdict for one in history(lead, dip.course) if one.signal.rule == "dip"] == ["not_a_dip"]
    say(viewer=lead, signal=row, said="take_back")
    assert "dip" in rules(lead, dip.course)


def test_few_questions_for_many_courses(clinic, dip, django_assert_num_queries):
    others = [tell(clinic, [TOP] * 3, code=f"C-{n}").course.pk for n in range(3)]
    with django_assert_num_queries(4):
        found = noticed(clinic.of("therapist"), [dip.course.pk, *others])
    assert len(found) == 4


def test_the_most_urgent_comes_first(clinic, dip):
    answer(another(dip), "accord-check-in", EVEN | {5: 1.0}, now() - timedelta(minutes=1))
    first, *_rest = noticed(clinic.of("lead"), [dip.course.pk])[dip.course.pk]
    assert first.signal.rule == "concern"
