"""How many courses an expected course needs: how well its bands hold on new people, over many simulated services.

    python -m tests.validation.expected_course.sizes        # writes sizes.json beside this file, some minutes

Each service has so many finished courses; the band for 80 is asked of 2,000 fresh courses of other therapists at
sessions 2, 3, 4 and 6. `sd` is how far one service's share inside differs from another's; `known` is half the width of
the 95 % interval that the service itself would find for that share by leaving therapists out.
"""

import json
from pathlib import Path

import numpy as np
from tests.validation.rule_rates import clients

from accord.course.expected import ExpectedCourse
from accord.signals.known import TOTAL, WELLBEING
from accord.studies.expected.courses import Courses, of_courses
from accord.studies.expected.fitting import fit_expected
from accord.studies.expected.shares import share

FILE = Path(__file__).with_name("sizes.json")
SIZES, SERVICES, FRESH = (50, 80, 100, 200, 400), 40, 2000
LANDMARKS = (2, 3, 4, 6)


def service(count: int, seed: int) -> Courses:
    """A simulated service of so many finished courses."""
    made = [course for course, _true in clients(count, seed)]
    return of_courses(made, [True] * len(made), WELLBEING, TOTAL)


def inside(course: ExpectedCourse, told: Courses) -> tuple[np.ndarray, np.ndarray]:
    """Whether each rating at a landmark lies in the band, and whose therapist's it is."""
    rows = np.isin(told.number, LANDMARKS)
    hits = []
    for place, number, value in zip(told.place[rows], told.number[rows], told.value[rows], strict=True):
        band = course.band(float(told.intake[place]), {}, int(number))
        hits.append(band is not None and band.low <= value <= band.high)
    return np.array(hits), told.therapist[told.place[rows]]


def measure() -> dict[str, dict[str, float]]:
    """By size."""
    fresh, found = service(FRESH, 999), {}
    for size in SIZES:
        shares, known, spread = [], [], []
        for seed in range(SERVICES):
            told = service(size, 100 + seed)
            course = fit_expected(told, WELLBEING, needed=0)
            if not isinstance(course, ExpectedCourse):
                continue
            hits, _ = inside(course, fresh)
            shares.append(float(hits.mean()))
            own, whom = inside(course, told)
            interval = share(own, whom)
            if interval and interval.low is not None and interval.high is not None:
                known.append((interval.high - interval.low) / 2)
            spread.append(course.until)
        found[str(size)] = {
            "services": len(shares),
            "mean": round(float(np.mean(shares)), 3),
            "sd": round(float(np.std(shares)), 3),
            "least": round(float(np.min(shares)), 3),
            "most": round(float(np.max(shares)), 3),
            "known": round(float(np.median(known)), 3),
        }
    return found


if __name__ == "__main__":
    made = measure()
    FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    for size, one in made.items():
        print(size, one)
