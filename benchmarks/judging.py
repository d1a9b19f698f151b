"""Promise: in a service of 5,000 clients, saving a check-in with all rules takes at most 1.5 times as long as without.

Saved is by the whole request, through all middleware, durably, on a new SQLite database with Accord's own settings:
answers, scores, the line of the trail, and, with rules, the line on the list of what is to be judged. Both take turns,
each answer for another client with eight rated sessions behind them, so that whatever else the machine does falls on
both; the median of each counts. Whoever answers waits no longer than that: all rules run right after, in the worker.
For comparison, without a promise, stand the request and that work together, as if it were done at once.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any
from unittest import mock

import numpy as np

from benchmarks._alone import measured_alone

CLIENTS = 5_000
SESSIONS = 9  # of each client, all but the last rated by both, with the wellbeing form before it
ROUNDS, WARM_UP = 200, 20
LIMIT = 1.5
FORMS = (
    ("accord-check-in", "client"),
    ("accord-check-in-therapist", "therapist"),
    ("accord-wellbeing", "client"),
)


def rows() -> list[dict[str, Any]]:
    """One row: the two times and their ratio."""
    return measured_alone("benchmarks.judging")


def measure() -> list[dict[str, Any]]:
    """Make the service and save check-ins with and without judging, in turn."""
    from accord.web import standalone

    standalone.start()
    standalone.prepare()
    links = _make_service()
    _judge_before(links)
    without, saving, judging = _in_turn(links)
    return [
        _row("saving a check-in with all rules", without, saving, LIMIT),
        _row("saving and judging together (for comparison)", without, saving + judging, None),
    ]


def _judge_before(links: list[Any]) -> None:
    """Raise what is there already, as in a service that has been judged all along."""
    from accord.basics.clock import now
    from accord.web.attention.judge import judge_course

    for link in links:
        judge_course(link.session.course_id, now())


def _row(name: str, without: float, with_rules: float, limit: float | None) -> dict[str, Any]:
    ratio = with_rules / without
    return {
        "name": name,
        "size": f"{CLIENTS:,} clients, {ROUNDS} each in turn",
        "result": f"{with_rules * 1000:.2f} ms against {without * 1000:.2f} ms without",
        "limit": f"<= {limit:g} x without" if limit else "no promise",
        "ratio": ratio,
        "holds": limit is None or ratio <= limit,
    }


def _in_turn(links: list[Any]) -> tuple[float, float, float]:
    """Median seconds of one check-in without rules, of one with them, and of judging it afterwards."""
    from accord.web.attention.waiting import judge_waiting
    from accord.web.checkin import actions

    without: list[float] = []
    saving: list[float] = []
    judging: list[float] = []
    for turn, link in enumerate(links):
        if turn % 2:
            saving.append(_seconds(lambda link=link, turn=turn: _request(link, turn)))
            judging.append(_seconds(judge_waiting))
        else:
            with mock.patch.object(actions, "wait_for_judging", lambda *_: None):
                without.append(_seconds(lambda link=link, turn=turn: _request(link, turn)))
    return median(without[WARM_UP:]), median(saving[WARM_UP:]), median(judging[WARM_UP:])


def _seconds(work: Callable[[], Any]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _answers(turn: int) -> dict[int, float]:
    """Mostly as before, now and then much lower, and rarely with a concern."""
    low = 60.0 if turn // 2 % 5 == 0 else 84.0
    return {1: low, 2: low - 4, 3: low + 3, 4: low, 5: float(turn // 2 % 25 == 0)}


@cache
def _browser() -> Any:
    """One for all requests: each begins by loading the middleware."""
    from django.test import Client as Browser

    return Browser(SERVER_NAME="127.0.0.1")


def _request(link: Any, turn: int) -> None:
    from django.urls import reverse

    from accord.web.checkin.links import token

    fields = {f"item-{n}": f"{value:g}" for n, value in _answers(turn).items()}
    answer = _browser().post(
        reverse("checkin:form", args=[token(link)]),
        fields | {"version": "1", "language": "en", "idempotency_key": secrets.token_hex(16)},
        headers={"accept": "application/json"},
    )
    if answer.status_code != 200:
        raise RuntimeError(f"the form answered {answer.status_code}")


def _make_service() -> list[Any]:
    """The service with its past; gives links, each of another client, as many as answers are saved."""
    from django.db import transaction

    from accord.basics.clock import clinic_day, now
    from accord.web.checkin.models import Link
    from accord.web.people import actions
    from accord.web.people.models import Client
    from accord.web.therapy.models import Course, Session

    present = now().replace(microsecond=0)
    with transaction.atomic():
        service = actions.make_service(name="Clinic", slug="clinic")
        therapists = [
            actions.add_staff(
                service=service, email=f"t{n}@clinic.example", name=f"T{n}", roles=["therapist"]
            )
            for n in range(25)
        ]
        clients = Client.objects.bulk_create(
            [Client(service=service, code=f"C-{n:05d}") for n in range(CLIENTS)], 500
        )
        courses = Course.objects.bulk_create(
            [
                Course(
                    service=service,
                    client=one,
                    started_on=present.date() - timedelta(weeks=SESSIONS),
                    therapist=therapists[n % len(therapists)],
                )
                for n, one in enumerate(clients)
            ],
            500,
        )
        sessions = Session.objects.bulk_create(
            [
                Session(
                    service=service,
                    course=course,
                    therapist=course.therapist,
                    day=clinic_day(starts, service.timezone),
                    starts_at=starts,
                    attendance="attended",
                )
                for course in courses
                for week in range(SESSIONS)
                for starts in [present - timedelta(weeks=SESSIONS - 1 - week, hours=2)]
            ],
            500,
        )
        _past_answers(service, [one for place, one in enumerate(sessions) if (place + 1) % SESSIONS])
        last = sessions[SESSIONS - 1 :: SESSIONS]
        wanted = 2 * (ROUNDS + WARM_UP)
        return Link.objects.bulk_create(
            [
                Link(
                    service=service,
                    session=one,
                    instrument="accord-check-in",
                    made_at=present,
                    expires_at=present + timedelta(days=7),
                )
                for one in last[:: len(last) // wanted][:wanted]
            ],
            500,
        )


def _past_answers(service: Any, sessions: list[Any]) -> None:
    """What both answered at these sessions: responses and their scores, written in bulk."""
    from accord.instruments.registry import instrument
    from accord.instruments.scoring import score
    from accord.web.checkin.models import Response, Score
    from accord.web.tables import allot, insert

    chance = np.random.default_rng(7)
    forms = []
    for name, who in FORMS:
        one, palette = instrument(name), []
        for level in range(60, 101):
            answers = {n: float(min(100, level + n)) for n in range(1, 5)} | {5: 0.0}
            palette.append((json.dumps(answers), score(one, answers)))
        forms.append((name, who, palette))
    given = [(session, form) for session in sessions for form in forms]
    keys, numbers = allot(Response, len(given)), count()
    drawn = chance.normal(24, 6, len(given)).round().clip(0, 40).astype(int)

    def responses() -> Iterator[tuple[Any, ...]]:
        for pk, (session, (name, who, palette)), level in zip(keys, given, drawn, strict=True):
            at: datetime = session.starts_at + timedelta(hours=1)
            key = f"b{next(numbers):030d}"
            yield (
                pk,
                key,
                service.pk,
                session.pk,
                name,
                1,
                who,
                palette[level][0],
                "",
                at,
                at,
                "link",
                "en",
                key,
                "current",
                "",
            )

    insert(
        Response,
        (
            "id", "key", "service_id", "session_id", "instrument", "version", "respondent", "items", "texts",
            "finished_at", "received_at", "channel", "language", "idempotency_key", "standing", "origin",
        ),
        responses(),
    )  # fmt: skip
    insert(
        Score,
        ("service_id", "response_id", "scale", "value", "reason", "answered", "scorer"),
        (
            (service.pk, pk, scale, one.value, one.reason, one.answered, 1)
            for pk, (_session, (_name, _who, palette)), level in zip(keys, given, drawn, strict=True)
            for scale, one in palette[level][1].items()
        ),
    )


if __name__ == "__main__":
    print(json.dumps(measure()))
