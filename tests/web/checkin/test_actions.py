"""Keeping answers: once, with their scores, their trail and any alert, or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from tests.web.checkin.answers import answered

from accord.basics.clock import now
from accord.basics.identifiers import new_key
from accord.instruments.registry import instrument
from accord.web.attention.models import Alert
from accord.web.audit.actions import verify
from accord.web.audit.models import Entry
from accord.web.checkin import actions
from accord.web.checkin.links import make_link
from accord.web.checkin.models import Message, Response, Score


def counting(session) -> list[Response]:
    return list(Response.objects.counting().filter(session=session))


@pytest.fixture
def case(clinic):
    """A client's session with a link to its check-in."""
    one = clinic.client()
    one.link = make_link(one.session, "accord-check-in")
    return one


def test_everything_of_an_answer_is_there(case):
    receipt = actions.record_answers(
        session=case.session, answered=answered(texts={7: "Slower"}), link=case.link
    )
    response = Response.objects.get()
    assert receipt == actions.Receipt(response, False, False)
    assert response.items == {"1": 78, "2": 60, "3": "declined", "4": 63}
    assert actions.texts_of(response) == {7: "Slower"}
    assert {s.scale: s.value for s in response.scores.all()}["TOTAL"] == 67
    assert Entry.objects.filter(verb="answered", subject=response.key).count() == 1
    case.link.refresh_from_db()
    assert case.link.sent_at == response.received_at
    assert verify(case.session.service) == ()


def test_what_is_written_by_hand_is_what_the_models_would_write(case):
    actions.record_answers(session=case.session, answered=answered(), link=case.link)
    response = Response.objects.get()
    again = Response(
        **{f.attname: getattr(response, f.attname) for f in Response._meta.local_concrete_fields}
    )
    again.pk, again.key, again.idempotency_key = None, new_key(), "other"
    again.save()
    with connection.cursor() as cursor:
        cursor.execute("select * from checkin_response order by id")
        names = [column[0] for column in cursor.description]
        first, second = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    unlike = {name for name in names if first[name] != second[name]}
    assert unlike == {"id", "key", "idempotency_key"}


def test_few_statements(case, django_assert_max_num_queries):
    actions.record_answers(session=case.session, answered=answered())
    with django_assert_max_num_queries(20):
        actions.record_answers(session=case.session, answered=answered(), link=case.link)


def test_the_same_key_twice_is_one_response(case):
    one = answered(key="k")
    first = actions.record_answers(session=case.session, answered=one)
    second = actions.record_answers(session=case.session, answered=replace(one, answers={1: 1.0}))
    assert second.already
    assert second.response == first.response
    assert Response.objects.get().items["1"] == 78


def test_an_older_form_sent_again_after_a_correction_changes_nothing(case):
    first = actions.record_answers(session=case.session, answered=answered(key="first"))
    second = actions.record_answers(session=case.session, answered=answered(key="second"))
    again = actions.record_answers(session=case.session, answered=answered(key="first"))
    assert again.already
    assert again.response == first.response
    assert counting(case.session) == [second.response]


def test_a_correction_takes_the_place_of_the_first(case):
    first = actions.record_answers(session=case.session, answered=answered()).response
    second = actions.record_answers(session=case.session, answered=answered(answers={1: 10.0})).response
    assert second.supersedes == first
    assert counting(case.session) == [second]


def test_corrections_follow_each_other(case):
    sent = [actions.record_answers(session=case.session, answered=answered()).response for _ in range(4)]
    assert [one.supersedes for one in sent] == [None, *sent[:-1]]
    # Two ways to the response that counts: the plain query set, and the SQL that is made once.
    assert (
        counting(case.session) == [actions._earlier(case.session, instrument("accord-check-in"))] == sent[-1:]
    )


def test_a_correction_after_reading_stands_beside_the_first(case, clinic):
    first = actions.record_answers(session=case.session, answered=answered()).response
    actions.open_responses(viewer=clinic.of("therapist"), responses=[first])
    second = actions.record_answers(session=case.session, answered=answered()).response
    third = actions.record_answers(session=case.session, answered=answered()).response
    assert (second.standing, third.standing) == ("after_reading", "after_reading")
    assert counting(case.session) == [first]


def test_staff_may_correct_a_paper_form_that_was_read(case, clinic):
    therapist = clinic.staff["therapist"]
    first = actions.record_answers(session=case.session, answered=answered(), by=therapist).response
    actions.open_responses(viewer=clinic.of("therapist"), responses=[first])
    second = actions.record_answers(session=case.session, answered=answered(), by=therapist).response
    assert counting(case.session) == [second]


def test_client_and_therapist_do_not_supersede_each_other(case, clinic):
    actions.record_answers(session=case.session, answered=answered())
    twin = answered("accord-check-in-therapist", {1: 50.0})
    actions.record_answers(session=case.session, answered=twin, by=clinic.staff["therapist"])
    assert len(counting(case.session)) == 2


def test_late_is_kept_and_marked(case):
    case.link.expires_at = now() - timedelta(minutes=1)
    assert (
        actions.record_answers(session=case.session, answered=answered(), link=case.link).response.standing
        == "late"
    )
    assert len(counting(case.session)) == 1


def test_a_device_whose_clock_is_wrong(case):
    tomorrow, today = now() + timedelta(days=1), now()
    wrong = answered(started_at=tomorrow, finished_at=tomorrow)
    response = actions.record_answers(session=case.session, answered=wrong).response
    assert response.started_at is None
    assert today <= response.finished_at <= response.received_at


def test_a_positive_safety_answer_tells_people_in_the_same_transaction(case):
    wrote = answered("accord-wellbeing", {1: 50.0, 5: 1.0})
    receipt = actions.record_answers(session=case.session, answered=wrote)
    assert receipt.positive_risk
    alert = Alert.objects.get()
    assert alert.response == receipt.response
    assert Message.objects.filter(about=alert.key, kind="risk").count() == 2
    again = actions.record_answers(session=case.session, answered=wrote)
    assert again.positive_risk
    assert again.already
    assert Alert.objects.count() == 1


@pytest.mark.parametrize("step", ["audit.record", "scores_of", "risk.raise_alert"])
def test_a_failure_in_any_step_leaves_nothing_behind(case, monkeypatch, step):
    def fail(*args, **kwargs):
        raise RuntimeError(step)

    monkeypatch.setattr(f"accord.web.checkin.actions.{step}", fail)
    lines = Entry.objects.count()
    with pytest.raises(RuntimeError):
        actions.record_answers(
            session=case.session, answered=answered("accord-wellbeing", {1: 50.0, 5: 1.0}), link=case.link
        )
    case.link.refresh_from_db()
    left = (
        Response.objects.count(),
        Score.objects.count(),
        Alert.objects.count(),
        Entry.objects.count() - lines,
    )
    assert left == (0, 0, 0, 0)
    assert case.link.sent_at is None


def test_declining_is_remembered_until_the_client_says_otherwise(case, clinic):
    other = make_link(case.session, "accord-wellbeing")
    actions.decline_form(link=case.link)
    actions.decline_form(link=case.link)
    assert case.client.declines.get().instrument == "accord-check-in"
    actions.decline_all(link=case.link)
    for link in (case.link, other):
        link.refresh_from_db()
        assert link.declined_at
    actions.ask_again(viewer=clinic.of("therapist"), client=case.client)
    case.link.refresh_from_db()
    case.client.refresh_from_db()
    assert case.link.declined_at is None
    assert case.client.declined_all_at is None


def test_rescoring_gives_the_same_bits(case):
    actions.record_answers(session=case.session, answered=answered())
    before = list(Score.objects.order_by("scale").values_list("scale", "value", "reason", "answered"))
    assert actions.rescore().changed == 0
    assert list(Score.objects.order_by("scale").values_list("scale", "value", "reason", "answered")) == before
