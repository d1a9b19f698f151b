"""Promise: Today and the client list ask the database as often for 5 clients as for 5,000, and with 200 clients they
take at most 3 times as long as an empty one.

An empty signed-in page is the same page of somebody in a service without clients: the whole way of a request, the
sign-in, the bar on top, every question to the database, and nobody in it. For comparison, without a promise, stands
the bare frame (`/welcome/`, for which nothing is read). Pages are asked for by a therapist and by a service lead,
through all middleware, on a new SQLite database with Accord's own settings; a fifth of the clients, but no more than
eight of a therapist's, have a session today.
The three are asked for in turn, so that whatever else the machine does falls on all;
the median of each counts.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks._alone import measured_alone

SIZES = (5, 200, 5_000)
TIMED = 200
SESSIONS = 6  # per client, all but the last of them rated by both
ROUNDS = 60
LIMIT = 3.0
PAGES = {"today": "/", "client list": "/clients/"}
ROLES = ("therapist", "lead")
FRAME = "/welcome/"


def rows() -> list[dict[str, Any]]:
    """Per page and role one row for the number of queries and one for the time."""
    return measured_alone("benchmarks.pages")


def measure() -> list[dict[str, Any]]:
    """Make a service of each size and measure its pages."""
    from accord.web import standalone

    standalone.start()
    standalone.prepare()
    asked: dict[tuple[str, str, int], int] = {}
    timed: dict[tuple[str, str], tuple[float, float, float]] = {}
    empty = _make_service(0)
    for size in SIZES:
        browsers = _make_service(size)
        for role in ROLES:
            for name, address in PAGES.items():
                asked[name, role, size] = _queries(browsers[role], address)
                if size == TIMED:
                    timed[name, role] = _times(empty[role], browsers[role], address)
    made = []
    for name in PAGES:
        for role in ROLES:
            nobody, frame, full = timed[name, role]
            made.append(_queries_row(name, role, asked))
            made.append(_time_row(f"{name} of a {role}: time", "an empty one", nobody, full, LIMIT))
            made.append(
                _time_row(f"{name} of a {role} (for comparison)", "the bare frame", frame, full, None)
            )
    return made


def _queries_row(name: str, role: str, asked: dict[tuple[str, str, int], int]) -> dict[str, Any]:
    few, many = asked[name, role, SIZES[0]], asked[name, role, SIZES[-1]]
    return {
        "name": f"{name} of a {role}: queries",
        "size": f"{SIZES[0]} against {SIZES[-1]:,} clients",
        "result": f"{few} against {many}",
        "limit": "the same",
        "ratio": many / few,
        "holds": few == many,
    }


def _time_row(name: str, against: str, other: float, full: float, limit: float | None) -> dict[str, Any]:
    ratio = full / other
    return {
        "name": name,
        "size": f"{TIMED} clients",
        "result": f"{full * 1000:.1f} ms against {other * 1000:.1f} ms of {against}",
        "limit": f"<= {limit:g} x {against}" if limit else "no promise",
        "ratio": ratio,
        "holds": limit is None or ratio <= limit,
    }


def _queries(browser: Any, address: str) -> int:
    """How often the page asks the database, once its caches are warm."""
    from django.db import connection

    asked = []

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    _open(browser, address)
    with connection.execute_wrapper(counting):
        _open(browser, address)
    return len(asked)


def _times(empty: Any, browser: Any, address: str) -> tuple[float, float, float]:
    """Seconds of the page without clients, of the bare frame and of the page itself: medians of calls in turn."""
    calls = ((empty, address), (browser, FRAME), (browser, address))
    times: list[list[float]] = [[], [], []]
    for turn in range(ROUNDS + 5):
        for place, (who, where) in enumerate(calls):
            start = perf_counter()
            _open(who, where)
            if turn >= 5:  # the first calls fill the caches
                times[place].append(perf_counter() - start)
    nobody, frame, full = map(median, times)
    return nobody, frame, full


def _open(browser: Any, address: str) -> None:
    status = browser.get(address).status_code
    if status != 200:
        raise AssertionError(f"{address} answered {status}")


def _make_service(size: int) -> dict[str, Any]:
    """A service with this many clients of one therapist, and a signed-in browser per role."""
    from django.db import transaction
    from django.test import Client as Browser

    from accord.web.people import actions

    with transaction.atomic():
        service = actions.make_service(name=f"Clinic of {size}", slug=f"clinic-{size}")
        staff = {
            role: actions.add_staff(
                service=service, email=f"{role}@{size}.example", name=role.title(), roles=[role]
            )
            for role in ROLES
        }
        other = actions.add_staff(
            service=service, email=f"o@{size}.example", name="Other", roles=["therapist"]
        )
        _fill(service, staff["therapist"], other, size)
    browsers = {}
    for role in ROLES:
        browsers[role] = Browser(SERVER_NAME="127.0.0.1")
        browsers[role].force_login(staff[role].user, backend="django.contrib.auth.backends.ModelBackend")
    return browsers


def _fill(service: Any, therapist: Any, other: Any, size: int) -> None:
    """Clients, courses, sessions, ratings of both and their scores; a therapist has at most 200 of the clients."""
    from accord.basics.clock import clinic_day, now
    from accord.web.checkin.models import Opening, Response, Score
    from accord.web.people.models import Client
    from accord.web.therapy.models import Course, Session

    present = now().replace(microsecond=0)
    clients = Client.objects.bulk_create(
        [Client(service=service, code=f"C-{n:05d}", name=f"Name {n:05d}") for n in range(size)], 500
    )
    courses = Course.objects.bulk_create(
        [
            Course(
                service=service,
                client=one,
                started_on=present.date() - timedelta(weeks=SESSIONS),
                therapist=therapist if n < 200 else other,
            )
            for n, one in enumerate(clients)
        ],
        500,
    )
    planned, held = [], []
    today = 0
    for n, course in enumerate(courses):
        here = n % 5 == 0 and (n >= 200 or today < 8)
        today += here
        begins = present if here else present + timedelta(days=1 + n % 4)
        for week in range(SESSIONS):
            starts = begins - timedelta(weeks=SESSIONS - 1 - week)
            last = week == SESSIONS - 1
            session = Session(
                service=service,
                course=course,
                therapist=course.therapist,
                day=clinic_day(starts, service.timezone),
                starts_at=starts,
                attendance="planned" if last else "attended",
            )
            (planned if last else held).append(session)
    Session.objects.bulk_create(planned, 500)
    held = Session.objects.bulk_create(held, 500)
    responses = Response.objects.bulk_create(list(_responses(held)), 500)
    Score.objects.bulk_create(
        [
            Score(
                service=service,
                response=one,
                scale=scale,
                value=70.0 + (one.pk * 7) % 20,
                answered=4,
                scorer=1,
            )
            for one in responses
            for scale in ("TOTAL", "BOND", "GOALS", "TASKS", "OVERALL")
        ],
        2000,
    )
    Opening.objects.bulk_create(
        [
            Opening(service=service, response=one, by=one.session.therapist, at=present)
            for one in responses[:-10]
            if one.respondent == "client"
        ],
        500,
    )


def _responses(sessions: list[Any]) -> Iterator[Any]:
    from accord.web.checkin.models import Response

    number = count()
    items = {str(n): 75.0 for n in range(1, 5)} | {"5": 0.0}
    for session in sessions:
        at: datetime = session.starts_at + timedelta(hours=1)
        for name, who in (("accord-check-in", "client"), ("accord-check-in-therapist", "therapist")):
            yield Response(
                service_id=session.service_id,
                session=session,
                instrument=name,
                version=1,
                respondent=who,
                items=items,
                finished_at=at,
                received_at=at,
                channel="link",
                language="en",
                idempotency_key=f"{session.service_id}-{next(number)}",
            )


if __name__ == "__main__":
    print(json.dumps(measure()))
