"""Today as the people of a clinic see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accord.basics.clock import now
from accord.basics.identifiers import new_key
from accord.course.session import Attendance, SessionKind
from accord.instruments.registry import instrument
from accord.repair.event import Origin
from accord.signals.known import MAIN
from accord.web.attention import risk
from accord.web.attention.day_reading import read_day
from accord.web.attention.models import Raised
from accord.web.attention.waiting import judge_waiting
from accord.web.checkin.actions import Answered, record_answers, skip_rating
from accord.web.repair import actions as repairs
from accord.web.therapy import actions as therapy


def answer(session, values, *, by=None, name="accord-check-in", text=""):
    """A response to one session; `values` by item number."""
    answers = {number: float(value) for number, value in values.items()}
    response = record_answers(
        session=session,
        by=by,
        answered=Answered(instrument(name), answers, {7: text} if text else {}, new_key(), "en", "link"),
    ).response
    judge_waiting()
    return response


def rate(session, value, **more):
    return answer(session, dict.fromkeys(range(1, 5), value), **more)


def held(clinic, course, days_ago):
    """One more session, held so many days ago."""
    viewer = clinic.of("therapist")
    starts = now().replace(microsecond=0) - timedelta(days=days_ago, hours=2)
    session = therapy.book(viewer=viewer, course=course, starts_at=starts, kind=SessionKind.IN_PERSON)
    therapy.note_attendance(viewer=viewer, session=session, attendance=Attendance.ATTENDED)
    return session


def today(signed_in, staff):
    response = signed_in(staff).get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_covered_numbers_and_words_are_not_on_the_page(clinic, signed_in):
    case = clinic.client(name="Ana M.")
    rate(case.session, 41, text="words under the cover")
    shown = today(signed_in, clinic.staff["therapist"])
    assert "Covered" in shown
    assert "41" not in shown.split("<main")[1].split("</main>")[0].replace(case.client.key, "").replace(
        case.session.key, ""
    )
    assert "words under the cover" not in shown
    skip_rating(viewer=clinic.of("therapist"), session=case.session)
    assert "Too few to say" in today(signed_in, clinic.staff["therapist"])


def test_what_is_covered_is_not_even_read_into_the_values_of_the_page(clinic):
    case = clinic.client(name="Ana M.")
    rate(case.session, 41, text="words under the cover")
    (own,) = read_day(clinic.of("therapist"), now()).people
    assert own.course.values(MAIN, "TOTAL") == ()
    assert own.words is None
    (seen_by_lead,) = read_day(clinic.of("lead"), now()).others
    assert seen_by_lead.course.values(MAIN, "TOTAL") == (41.0,)


def test_a_covered_drop_is_no_alarm_until_it_is_uncovered(clinic, signed_in):
    case = clinic.client(name="Ana M.")
    for days, value in ((28, 88), (21, 90), (14, 87)):
        session = held(clinic, case.course, days)
        rate(session, value)
        skip_rating(viewer=clinic.of("therapist"), session=session)
    rate(case.session, 40)
    assert "Worth asking about" not in today(signed_in, clinic.staff["therapist"])
    rate(case.session, 80, by=clinic.staff["therapist"], name="accord-check-in-therapist")
    shown = today(signed_in, clinic.staff["therapist"])
    assert "Worth asking about" in shown
    assert "Down 47 since last time, to 40." in shown


def test_a_raised_concern_shows_at_once_with_its_words_but_without_numbers(clinic, signed_in):
    case = clinic.client(name="Ana M.")
    answer(case.session, {1: 33, 2: 33, 3: 33, 4: 33, 5: 1, 6: 1}, text="I felt hurried.")
    shown = today(signed_in, clinic.staff["therapist"])
    assert "One to look at first." in shown
    assert "I felt hurried." in shown
    assert 'data-value="33"' not in shown
    assert "Rate that session" in shown or "ask" not in shown


@pytest.mark.parametrize("items", [{5: 0, 6: 0}, {5: 0}, {}])
def test_no_concern_no_flag(clinic, signed_in, items):
    case = clinic.client(name="Ana M.")
    answer(case.session, {1: 80, 2: 80, 3: 80, 4: 80, **items})
    assert "look at first" not in today(signed_in, clinic.staff["therapist"])


def test_talked_about_takes_it_off_and_is_noted_once(clinic, signed_in):
    case = clinic.client(name="Ana M.")
    response = answer(case.session, {1: 80, 2: 80, 3: 80, 4: 80, 5: 1})
    client = signed_in(clinic.staff["therapist"])
    for _ in range(2):
        assert client.post(f"/raised/{response.key}/talked-about/").status_code == 302
    assert Raised.objects.count() == 1
    assert "look at first" not in today(signed_in, clinic.staff["therapist"])


def test_a_concern_of_a_stranger_cannot_be_talked_about(clinic, neighbour, signed_in):
    response = answer(clinic.client().session, {1: 80, 2: 80, 3: 80, 4: 80, 5: 1})
    assert (
        signed_in(neighbour.staff["therapist"]).post(f"/raised/{response.key}/talked-about/").status_code
        == 404
    )


def test_safety_stands_above_everything_also_without_a_session_today(clinic, signed_in):
    raised = clinic.client("Ben", name="Ben K.")
    answer(raised.session, {1: 80, 2: 80, 3: 80, 4: 80, 5: 1})
    other = clinic.client("Ana", name="Ana M.")
    session = held(clinic, other.course, 9)
    other.session.__class__.objects.filter(pk=other.session.pk).update(
        day=other.session.day - timedelta(days=9)
    )
    response = answer(session, {1: 50, 2: 50, 3: 50, 4: 50, 5: 2}, name="accord-wellbeing")
    for role in ("therapist", "lead"):
        shown = today(signed_in, clinic.staff[role])
        assert "One safety answer to look at now." in shown
        assert shown.index("Safety answer") < shown.index(
            "He raised it" if "He raised it" in shown else "raised it"
        )
    risk.acknowledge(viewer=clinic.of("therapist"), alert=response.alert, done="called, safe")
    assert "Safety answer" not in today(signed_in, clinic.staff["therapist"])


def test_a_therapist_sees_nobody_elses_people(clinic, neighbour, signed_in):
    clinic.client(name="Ana M.")
    assert "Ana M." in today(signed_in, clinic.staff["therapist"])
    assert "Ana M." not in today(signed_in, neighbour.staff["therapist"])
    assert "Ana M." not in today(signed_in, neighbour.staff["lead"])


def test_a_lead_sees_whom_to_attend_to_and_counts_the_rest(clinic, signed_in):
    clinic.client("Ana", name="Ana M.")
    raised = clinic.client("Ben", name="Ben K.")
    answer(raised.session, {1: 80, 2: 80, 3: 80, 4: 80, 5: 1})
    shown = today(signed_in, clinic.staff["lead"])
    assert "Ben K." in shown
    assert "Ana M." not in shown
    assert "One more today does not stand out." in shown


@pytest.mark.parametrize(("role", "address"), [("administrator", "/settings/"), ("researcher", "/welcome/")])
def test_roles_without_today_land_on_something_useful(clinic, signed_in, role, address):
    client = signed_in(clinic.staff[role])
    response = client.get("/")
    assert response.status_code == 302
    assert response.headers["Location"] in (address, "/welcome/")
    assert client.get(response.headers["Location"]).status_code == 200


def test_nobody_is_led_to_the_sign_in(client, db):
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("role", ["therapist", "lead", "supervisor"])
@pytest.mark.parametrize(
    "address", ["/", "/clients/", "/clients/?show=unread", "/clients/?show=due", "/due/"]
)
def test_as_many_queries_for_5_clients_as_for_60(clinic, signed_in, role, address):
    for number in range(5):
        rate(clinic.client(f"C{number}").session, 80)
    few = queries(signed_in(clinic.staff[role]), address)
    for number in range(5, 60):
        rate(clinic.client(f"C{number}").session, 80)
    assert queries(signed_in(clinic.staff[role]), address) == few


def in_repair(clinic, code):
    """A client with an open repair about a session of ten days ago."""
    case = clinic.client(code, name=code)
    about = held(clinic, case.course, 10)
    at = now() - timedelta(days=9)
    repairs.begin(viewer=clinic.of("therapist"), course=case.course, origin=Origin.SENSE, about=about, at=at)
    return case


@pytest.mark.parametrize("role", ["therapist", "lead", "supervisor"])
def test_as_many_queries_for_3_open_repairs_as_for_20(clinic, signed_in, role):
    for number in range(3):
        in_repair(clinic, f"C{number}")
    few = queries(signed_in(clinic.staff[role]), "/")
    for number in range(3, 20):
        in_repair(clinic, f"C{number}")
    assert queries(signed_in(clinic.staff[role]), "/") == few


def test_a_repair_of_somebody_who_is_not_here_today_comes_up_once_they_rated_again(clinic, signed_in):
    case = in_repair(clinic, "Ana M.")
    therapy.note_attendance(
        viewer=clinic.of("therapist"), session=case.session, attendance=Attendance.CANCELLED
    )
    after = held(clinic, case.course, 3)
    rate(after, 80)
    viewer = clinic.of("therapist")
    assert read_day(viewer, now()).between == ()  # under the cover nothing is told
    assert [one.name for one in read_day(viewer, now()).repairs] == ["Ana M."]
    skip_rating(viewer=viewer, session=after)
    (person,) = read_day(viewer, now()).between
    assert person.repair_due
    shown = today(signed_in, clinic.staff["therapist"])
    assert "Repair, day 10" in shown and "time to look" in shown and "day 10, look again now" in shown
    assert read_day(clinic.of("lead"), now()).repairs == ()
