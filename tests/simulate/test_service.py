"""The service as values: what a demo clinic is filled from."""

from dataclasses import fields
from itertools import pairwise

from accord.course.session import Attendance
from accord.instruments.definition import Missing
from accord.simulate.service import SimulatedSession, simulate_service
from accord.simulate.truth import Truth


def test_the_same_seed_gives_the_same_service_and_another_another():
    assert simulate_service(30, seed=4) == simulate_service(30, seed=4)
    assert simulate_service(30, seed=4) != simulate_service(30, seed=5)
    assert simulate_service(260, seed=4).clients[:30] == simulate_service(30, seed=4).clients


def test_courses_read_as_a_service_would_have_them():
    service = simulate_service(250, seed=4)
    assert len({client.key for client in service.clients}) == 250
    assert {client.therapist for client in service.clients} == set(range(service.therapists))
    for client in service.clients:
        sessions = client.sessions
        assert [one.slot for one in sessions] == list(range(1, len(sessions) + 1))
        assert sessions[0].day == 0
        assert all(before.day < after.day for before, after in pairwise(sessions))
        numbers = [one.number for one in sessions if one.attendance.held]
        assert numbers == list(range(1, len(numbers) + 1))
        assert client.dropped_out == (len(numbers) < client.planned)
        for one in sessions:
            assert (one.number is None) == (
                not one.attendance.held
            ) and one.attendance is not Attendance.PLANNED


def test_what_is_not_there_has_a_reason_and_no_number():
    sessions = [one for client in simulate_service(250, seed=4).clients for one in client.sessions]
    for one in sessions:
        forms = (one.check_in, one.therapist_check_in, one.wellbeing)
        if not one.attendance.held:
            assert {*forms, one.felt_off, one.arrival} == {Missing.NOT_ASKED}
        for form in forms:
            if not isinstance(form, Missing):
                assert len(form) == 4
                assert all(item is Missing.DECLINED or 0 <= item <= 100 for item in form)
        assert one.felt_off in (True, False, Missing.NOT_ASKED, Missing.NOT_REACHED)
        if one.number == 1:
            assert one.arrival is Missing.NOT_ASKED
    assert any(one.check_in is Missing.NOT_REACHED for one in sessions)
    assert any(not isinstance(one.check_in, Missing) and Missing.DECLINED in one.check_in for one in sessions)


def test_nothing_of_the_truth_is_in_it():
    names = {field.name for field in fields(SimulatedSession)}
    assert not names & ({field.name for field in fields(Truth)} - {"kind"})
