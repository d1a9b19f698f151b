"""What time brings: courses judged again once a day, and what a service learns when there is something new."""

from dataclasses import replace
from datetime import timedelta

from tests.web.attention.test_judge import LOW, STEADY, current
from tests.web.therapy.telling import Meeting, answer, even, tell

from accord.basics.clock import now
from accord.signals.learnt import PUBLISHED
from accord.web.attention import background, judge, learning, lull
from accord.web.attention.background import Background, is_due
from accord.web.attention.learning import refit
from accord.web.attention.learnt import learnt_of, replay_of
from accord.web.attention.lull import QUIET
from accord.web.attention.models import Learnt, Signal
from accord.web.attention.signal_actions import choose_setting, keep_version


def whole(work, at):
    work._plan_sweep(at)
    while work.step(at):
        pass


def test_every_open_course_is_judged_once_a_day_and_when_it_is_asked_for(clinic, monkeypatch):
    past = tell(clinic, [even(80, 75)] * 4)
    judged = []
    monkeypatch.setattr(background, "judge_course", lambda course, at: judged.append(course) or True)
    monkeypatch.setattr(background, "change_of", lambda course, at: True)
    work = Background()
    whole(work, now())
    assert judged == [past.course.pk]
    whole(work, now() + timedelta(minutes=1))
    assert judged == [past.course.pk]
    judge.judge_all_again(clinic.service.pk)
    whole(work, now() + timedelta(minutes=2))
    assert judged == [past.course.pk] * 2


def test_a_signal_of_long_ago_ends_by_itself(clinic):
    past = tell(clinic, [even(100, 90)] * 3)
    Signal.objects.filter(rule="at_ceiling").update(since="a session that is gone")
    whole(Background(), now())
    assert {row.since for row in current(past.course, "at_ceiling")} == {past.sessions[0].key}


def test_one_course_that_fails_does_not_stop_the_others(clinic, monkeypatch):
    first, second = tell(clinic, [even(100, 90)] * 3), tell(clinic, [even(100, 90)] * 3, code="Ben")
    Signal.objects.all().delete()
    real = judge.read

    def broken(course_id, at):
        if course_id == first.course.pk:
            raise ValueError
        return real(course_id, at)

    monkeypatch.setattr(judge, "read", broken)
    whole(Background(), now())
    assert current(second.course, "at_ceiling")


def test_learning_waits_for_answers_and_for_a_day(clinic, monkeypatch):
    monkeypatch.setattr(lull, "ENOUGH", 3)
    tell(clinic, [even(80, 75)] * 2)
    assert not is_due(clinic.service, now())
    another = tell(clinic, [even(82, 75)] * 2, code="Ben")
    assert not is_due(clinic.service, now())  # somebody is answering right now
    assert is_due(clinic.service, now() + QUIET)
    keep_version(clinic.service, PUBLISHED, replay={})
    assert not is_due(clinic.service, now() + timedelta(days=2))
    answer(another.sessions[-1], "accord-check-in", LOW, now())
    assert not is_due(clinic.service, now())
    assert is_due(clinic.service, now() + timedelta(days=1))


def test_a_service_learns_from_its_own_past(clinic, neighbour, monkeypatch):
    """What learning itself does is held by tests/signals; here: what it is given, and what becomes of the result."""
    for n in range(3):
        tell(clinic, [*STEADY, Meeting(52, 50, 51, 50, own=70)], code=f"C-{n}")
    given = []

    def learn(past, therapists, **settings):
        given.append((past, list(therapists), settings))
        return replace(PUBLISHED, clients=past.clients, ratings=18, therapists=(("0", 1.5, 0.5),))

    monkeypatch.setattr(learning, "learn", learn)
    made = refit(clinic.service)
    ((past, therapists, settings),) = given
    assert past.ratings.tolist() == [[84, 86, 85, 84, 86, 50.75]] * 3
    assert past.twin.tolist() == [[80] * 5 + [70]] * 3
    assert past.felt_off.tolist() == [[0] * 6] * 3
    assert past.arrival is None
    assert past.elapsed.tolist() == [[1] * 6] * 3
    assert (therapists, settings["chosen"]) == ([0, 0, 0], 0.04)
    assert made.therapists == ((clinic.staff["therapist"].key, 1.5, 0.5),)
    assert (made.version, learnt_of(clinic.service)) == ("1", made)
    assert learnt_of(neighbour.service) == PUBLISHED
    replayed = replay_of(clinic.service)
    assert (replayed["ratings"], replayed["therapists"], replayed["weeks"]) == (18, 1, 6)
    assert [row["alarms"] for row in replayed["settings"] if row["false_alarms"] == 0.04] == [3]
    assert {row["rule"]: row["signals"] for row in replayed["rules"]}["dip"] == 3
    assert Learnt.objects.get().by is None


def test_the_setting_that_a_lead_chose_stays(clinic, monkeypatch):
    tell(clinic, STEADY)
    keep_version(clinic.service, PUBLISHED, replay={})
    other = next(one.false_alarms for one in PUBLISHED.settings if one.false_alarms != PUBLISHED.chosen)
    choose_setting(viewer=clinic.of("lead"), false_alarms=other)
    monkeypatch.setattr(learning, "learn", lambda past, therapists, **settings: PUBLISHED)
    assert refit(clinic.service).chosen == other
