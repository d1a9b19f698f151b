"""Answers are kept first and judged right after: by the worker, or by whoever looks before it came to it."""

import logging

import pytest
from django.db import DatabaseError

from accord.basics.identifiers import new_key
from accord.instruments.registry import instrument
from accord.web.attention import waiting
from accord.web.attention.models import Signal, Waiting
from accord.web.attention.noticed import noticed
from accord.web.attention.waiting import judge_waiting
from accord.web.checkin.actions import Answered, record_answers
from accord.web.checkin.models import Response

CONCERN = {1: 70.0, 2: 70.0, 3: 70.0, 4: 70.0, 5: 1.0}


@pytest.fixture
def answered(clinic):
    """A client who said that something felt off; nothing has judged it yet."""

    def answer(code="C-1"):
        made = clinic.client(code)
        given = Answered(instrument("accord-check-in"), CONCERN, {}, new_key(), "en", "link")
        record_answers(session=made.session, answered=given)
        return made.course

    return answer


def raised(course) -> list[str]:
    return list(Signal.objects.filter(course=course).values_list("rule", flat=True))


def test_the_worker_judges_what_came_in_once(answered):
    course = answered()
    assert raised(course) == []
    assert judge_waiting() == 1
    assert "concern" in raised(course)
    assert judge_waiting() == 0


def test_whoever_looks_first_sees_it_judged(clinic, answered):
    course, other = answered(), answered("C-2")
    found = noticed(clinic.of("therapist"), [course.pk])[course.pk]
    assert [one.signal.rule for one in found] == ["concern"]
    assert list(Waiting.objects.values_list("course", flat=True)) == [other.pk]


def test_many_are_judged_a_few_at_a_time(answered, monkeypatch):
    monkeypatch.setattr(waiting, "AT_ONCE", 2)
    for number in range(3):
        answered(f"C-{number}")
    assert [judge_waiting(), judge_waiting(), judge_waiting()] == [2, 1, 0]


def test_what_fails_on_the_way_to_the_database_stays_on_the_list(answered, monkeypatch):
    course = answered()

    def locked(*_):
        raise DatabaseError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(waiting, "judge_course", locked)
        with pytest.raises(DatabaseError):
            judge_waiting()
    assert judge_waiting() == 1
    assert "concern" in raised(course)


def test_a_course_that_cannot_be_judged_holds_nobody_up(answered, monkeypatch, caplog):
    odd, well = answered(), answered("C-2")
    judge = waiting.change_of

    def at_odds(course, *when):
        if course == odd.pk:
            raise ValueError("client said 17")
        return judge(course, *when)

    monkeypatch.setattr(waiting, "change_of", at_odds)
    with caplog.at_level(logging.ERROR):
        assert judge_waiting() == 2
    assert raised(well) == ["concern"]
    assert "ValueError" in caplog.text and "17" not in caplog.text


def test_answers_that_wait_keep_the_instant_at_which_they_came(answered):
    course = answered()
    judge_waiting()
    received = Response.objects.get(session__course=course).received_at
    assert Signal.objects.get(course=course, rule="concern").raised_at == received
