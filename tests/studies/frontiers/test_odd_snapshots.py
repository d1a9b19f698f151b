"""Snapshots that are poor or odd end in words in every frontier, never in a traceback or a number that is none."""

import math

import pytest
from tests.studies.frontiers.test_examples import check_words
from tests.studies.snapshot.making import ALLIANCE, BEGAN, OUTCOME, Told, make_snapshot

from accord.studies.frontiers import FRONTIERS
from accord.studies.result import Options
from accord.studies.running import run_studies
from accord.studies.snapshot.opened import open_snapshot


def course(client: int, *, value: float = 70.0, therapists: int = 12, **said: object) -> Told:
    rated = [(place, form, value) for place in range(1, 7) for form in (ALLIANCE, OUTCOME)]
    return Told(f"c{client}", ["attended"] * 6, therapist=f"t{client % therapists}", ratings=rated, **said)


def items(client: int, value: float | None) -> list[dict[str, object]]:
    return [
        {"session": f"k-c{client}-{place}", "course": f"k-c{client}", "instrument": ALLIANCE, "version": 1,
         "respondent": "client", "item": item, "value": value, "reason": None if value is not None else "declined"}
        for place in range(1, 7) for item in range(1, 5)
    ]  # fmt: skip


def rest(clients: int) -> dict[str, list[dict[str, object]]]:
    return {
        "traits": [
            {"client": f"c{one}", "trait": "origin", "value": "ab"[one % 2]} for one in range(clients)
        ],
        "trainings": [{"therapist": f"t{one}", "training": "alliance", "day": BEGAN} for one in range(6)],
        "items": [row for one in range(clients) for row in items(one, 70.0)],
    }


def odd(name: str, folder):
    path, clients = folder / "s", 240
    match name:
        case "nobody":
            return make_snapshot(path, [])
        case "one course":
            return make_snapshot(path, [course(0)], **rest(1))
        case "everything equal":
            return make_snapshot(path, [course(one) for one in range(clients)], **rest(clients))
        case "one therapist":
            courses = [course(one, value=50 + one % 40, therapists=1) for one in range(clients)]
            return make_snapshot(path, courses, **rest(clients))
        case "no days":
            courses = [course(one, value=50 + one % 40, days=False) for one in range(clients)]
            return make_snapshot(path, courses, **rest(clients))
        case "no finite numbers":
            values = (math.nan, math.inf, 60.0)
            courses = [course(one, value=values[one % 3]) for one in range(clients)]
            more = rest(clients) | {
                "items": [row for one in range(clients) for row in items(one, values[one % 3])]
            }
            return make_snapshot(path, courses, **more)
        case "codes for missing":
            values = (1e300, -9e307, 1e-310)
            courses = [course(one, value=values[one % 3]) for one in range(clients)]
            more = rest(clients) | {
                "items": [row for one in range(clients) for row in items(one, values[one % 3])]
            }
            return make_snapshot(path, courses, **more)
        case "therapists nobody knows":
            courses = [Told(f"c{one}", ["attended"] * 3, therapist=None) for one in range(clients)]
            return make_snapshot(path, courses)
    raise ValueError(name)


ODD = (
    "nobody", "one course", "everything equal", "one therapist", "no days", "no finite numbers",
    "therapists nobody knows", "codes for missing",
)  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_it_ends_in_words(tmp_path, name):
    with open_snapshot(odd(name, tmp_path)) as snapshot:
        run = run_studies(snapshot, FRONTIERS, Options(draws=20))
    for study in run.studies:
        check_words(study)
        for line in study.lines:
            numbers = (line.value, line.low, line.high)
            assert all(math.isfinite(one) for one in numbers if isinstance(one, float | int)), line
