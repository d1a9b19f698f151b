"""From answers to signals: raised once with their evidence, kept, ended, and never in the way of an answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web.therapy.telling import Meeting, answer, even, meet, tell

from accord.basics.clock import now
from accord.course.plan import Standing
from accord.signals.known import MAIN, Known
from accord.signals.rules import RULES
from accord.signals.stored import as_json, from_json
from accord.web.attention import judge
from accord.web.attention.actions import talked_about
from accord.web.attention.judge import judge_course
from accord.web.attention.judge_reading import read
from accord.web.attention.models import Learnt, Signal
from accord.web.attention.signal_actions import choose_setting, keep_version, say
from accord.web.checkin.models import Response
from accord.web.people import actions as people
from accord.web.therapy import actions as therapy
from accord.web.therapy.reading import read_course, read_dues

TOP = even(100, 90)
STEADY = [even(value, 80) for value in (84, 86, 85, 84, 86)]
LOW = dict.fromkeys((1, 2, 3, 4), 48.0)


def current(course, rule):
    return list(Signal.objects.filter(course=course, rule=rule, ended_at=None))


def another(past):
    """One more session, held and not rated yet."""
    return meet(past.viewer, past.course, now() - timedelta(hours=2), Meeting(skipped=False))


@pytest.fixture
def steady(clinic):
    """A client who was steady for five weeks and met the therapist once more, not rated yet."""
    return tell(clinic, [*STEADY, Meeting(skipped=False)])


def test_a_dip_is_raised_with_the_answer_that_shows_it(steady):
    assert current(steady.course, "dip") == []
    response = answer(steady.sessions[-1], "accord-check-in", LOW, now())
    (row,) = current(steady.course, "dip")
    signal = from_json(row.value)
    assert (row.since, row.about, row.raised_at) == (
        steady.sessions[-1].key,
        steady.sessions[-1],
        response.received_at,
    )
    assert signal.evidence[-1].value == 48
    assert signal.learnt == row.learnt == "published"


def test_a_signal_that_stays_is_one_row_as_it_was_raised(clinic):
    past = tell(clinic, [TOP] * 3)
    (before,) = current(past.course, "at_ceiling")
    last = another(past)
    answer(last, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 100.0), now())
    (after,) = current(past.course, "at_ceiling")
    assert (after.pk, after.value) == (before.pk, before.value)


def test_it_ends_when_it_is_no_longer_found(clinic):
    past = tell(clinic, [TOP] * 3)
    last = another(past)
    answer(last, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 80.0), now())
    assert current(past.course, "at_ceiling") == []
    assert Signal.objects.get(course=past.course, rule="at_ceiling").ended_at is not None


def test_an_answer_that_corrects_another_ends_what_rested_on_it(steady):
    session = steady.sessions[-1]
    answer(session, "accord-check-in", LOW, now())
    answer(session, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 85.0), now())
    assert current(steady.course, "dip") == []


def test_an_answer_that_corrects_another_shows_its_own_numbers(steady):
    session = steady.sessions[-1]
    answer(session, "accord-check-in", LOW, now())
    answer(session, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 40.0), now())
    (row,) = current(steady.course, "dip")
    assert from_json(row.value).evidence[-1].value == 40
    assert Signal.objects.filter(course=steady.course, rule="dip").count() == 2


def test_a_change_that_came_after_reading_changes_no_signal(steady):
    from accord.web.checkin.actions import open_responses

    session = steady.sessions[-1]
    first = answer(session, "accord-check-in", LOW, now())
    open_responses(viewer=steady.viewer, responses=[first])
    answer(session, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 85.0), now())
    assert len(current(steady.course, "dip")) == 1


def test_a_dip_keeps_the_version_it_was_raised_with(clinic, steady):
    answer(steady.sessions[-1], "accord-check-in", LOW, now())
    (before,) = current(steady.course, "dip")
    deaf = replace(
        judge.PUBLISHED, settings=(replace(judge.PUBLISHED.setting, threshold=99.0),), version="another"
    )
    made = keep_version(clinic.service, deaf, replay={})
    assert made.version == "1"
    judge_course(steady.course.pk, now())
    (after,) = current(steady.course, "dip")
    assert (after.pk, after.learnt, after.value) == (before.pk, "published", before.value)


def test_what_the_service_has_learnt_decides_about_new_answers(clinic, steady):
    deaf = replace(judge.PUBLISHED, settings=(replace(judge.PUBLISHED.setting, threshold=99.0),))
    keep_version(clinic.service, deaf, replay={})
    answer(steady.sessions[-1], "accord-check-in", LOW, now())
    assert current(steady.course, "dip") == []


def test_what_was_called_no_dip_is_not_raised_again(clinic, steady):
    answer(steady.sessions[-1], "accord-check-in", LOW, now())
    (row,) = current(steady.course, "dip")
    say(viewer=clinic.of("therapist"), signal=row, said="not_a_dip")
    Signal.objects.filter(pk=row.pk).update(ended_at=now())
    judge_course(steady.course.pk, now())
    assert current(steady.course, "dip") == []


def test_old_sessions_are_no_news(clinic):
    past = tell(clinic, [TOP] * 3)
    Signal.objects.all().delete()
    judge_course(past.course.pk, now() + timedelta(days=60))
    assert current(past.course, "at_ceiling") == []
    judge_course(past.course.pk, now())
    assert len(current(past.course, "at_ceiling")) == 1


def test_a_course_that_ended_keeps_only_what_somebody_must_hear(clinic):
    past = tell(clinic, [TOP, TOP, replace(TOP, off=True)])
    assert current(past.course, "at_ceiling")
    therapy.end_course(viewer=past.viewer, course=past.course, on=now().date())
    assert {row.rule for row in Signal.objects.filter(ended_at=None)} == {"concern"}


def test_a_rule_that_fails_keeps_no_answer_and_no_other_signal_back(clinic, monkeypatch, caplog):
    past = tell(clinic, [TOP] * 2)

    def broken(course, known):
        raise ZeroDivisionError("what a client wrote")

    monkeypatch.setattr(judge, "RULES", (*RULES, replace(RULES[0], id="broken", detect=broken)))
    last = another(past)
    answer(last, "accord-check-in", dict.fromkeys((1, 2, 3, 4), 100.0), now())
    assert Response.objects.filter(session=last).exists()
    assert current(past.course, "at_ceiling")
    assert "broken" in caplog.text
    assert "wrote" not in caplog.text


def test_a_course_that_cannot_be_read_keeps_no_answer_back(steady, monkeypatch, caplog):
    def broken(course_id, at):
        raise ValueError("what a client wrote")

    monkeypatch.setattr(judge, "read", broken)
    answer(steady.sessions[-1], "accord-check-in", LOW, now())
    assert Response.objects.filter(session=steady.sessions[-1]).exists()
    assert "wrote" not in caplog.text


def test_the_quick_way_reads_what_pages_read(clinic):
    past = tell(
        clinic,
        [
            even(80, 75, wellbeing=40),
            even(82, 75),
            Meeting(attendance=therapy.Attendance.MISSED_WITHOUT_NOTICE),
            Meeting(70, None, 60, 65, said="Slower", off=True, risk=True, wellbeing=20),
        ],
    )
    answer(past.sessions[0], "accord-check-in", dict.fromkeys((1, 2, 3, 4), 81.0), now())
    past.client.declines.create(service=clinic.service, instrument="accord-wellbeing", at=now())
    at = now()
    quick, course = read(past.course.pk, at), read_course(past.course)
    assert [(s.key, s.day, s.number, s.therapist) for s in quick.course.sessions] == [
        (s.key, s.day, s.number, s.therapist) for s in course.sessions
    ]
    for mine, theirs in zip(quick.course.sessions, course.sessions, strict=True):
        assert {r.key: (r.scores, r.at, dict(r.answers)) for r in mine.ratings} == {
            r.key: (r.scores, r.at, dict(r.answers)) for r in theirs.ratings
        }
    ended = {one.key for one in past.sessions[1:]}
    dues = read_dues([past.course], at)[past.course.pk]
    assert quick.dues == tuple(one for one in dues if one.number >= 2)
    assert {one.session for one in dues if one.standing is Standing.OVERDUE} <= ended
    assert quick.risk == {past.sessions[3].key}
    assert quick.talked == frozenset()
    talked_about(viewer=past.viewer, response=Response.objects.get(session=past.sessions[3], instrument=MAIN))
    assert quick.talked != read(past.course.pk, at).talked


def test_every_signal_comes_back_as_it_was_kept(clinic):
    past = tell(clinic, [*STEADY, Meeting(52, 50, 51, 50, off=True, risk=True, wellbeing=20)])
    found, failed = judge._detect(read(past.course.pk, now()), Known(at=now()))
    assert len(found) >= 3
    assert not failed
    assert [from_json(as_json(one)) for one in found.values()] == list(found.values())


def test_the_lead_chooses_a_setting_as_a_new_version(clinic, neighbour):
    lead = clinic.of("lead")
    two = (judge.PUBLISHED.setting, replace(judge.PUBLISHED.setting, false_alarms=0.08, threshold=0.5))
    keep_version(clinic.service, replace(judge.PUBLISHED, settings=two), replay={"ratings": 7})
    made = choose_setting(viewer=lead, false_alarms=0.08)
    assert (made.version, made.setting.threshold) == ("2", 0.5)
    assert Learnt.objects.get(number=2).by == lead.staff
    assert Learnt.objects.get(number=2).replay == {"ratings": 7}
    assert choose_setting(viewer=lead, false_alarms=0.08).version == "2"
    assert not neighbour.of("lead").learnt.exists()
    with pytest.raises(people.refuse("", "", "").__class__, match=r"0\.5"):
        choose_setting(viewer=lead, false_alarms=0.5)
