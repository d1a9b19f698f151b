"""Which services lose their expected course to the judgement of its bands: hardly any for nothing, and some for cause.

    python -m tests.validation.expected_course.in_use       # writes in_use.json beside this file, two minutes

By size, 40 simulated services that are of the model: of how many the bands are judged off. Then 600 courses of which
ever more ratings lie at the top of the scale: the share there, the share inside the band, and whether it is in use.
Last how long 700 courses take, fitted alone and judged as well.
"""

import json
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from tests.studies.expected.test_fitting import FORM, made
from tests.validation.expected_course.sizes import service

from accord.course.expected import ExpectedCourse, Lack, NoCourse
from accord.studies.expected.bands import course_in_use, fit_parts, inside
from accord.studies.expected.fitting import fit_expected

FILE = Path(__file__).with_name("in_use.json")
SIZES, SERVICES = (100, 200, 400), 40
UP = (0, 40, 50, 60, 70)  # points added to every later rating, as far as the scale goes
SEEDS = 5


def off(size: int, services: int = SERVICES) -> int:
    """Of how many services of the model, each of so many courses, the bands are judged off."""
    found = [course_in_use(service(size, 2000 + seed), FORM) for seed in range(services)]
    return sum(isinstance(one, NoCourse) and one.lack is Lack.BANDS for one in found)


def at_the_top(points: float, courses: int = 600, seeds: int = SEEDS) -> dict[str, float]:
    """Means over services whose later ratings were pushed up against the top of the scale."""
    shares, hits, used = [], [], []
    for seed in range(seeds):
        told = made(courses, seed=4 + seed)
        told = replace(told, value=np.clip(told.value + points, 0, 100))
        fitted = fit_parts(told, FORM, 1)
        assert not isinstance(fitted, NoCourse)
        shares.append((told.value >= 100).mean())
        hits.append(inside(fitted.parts)[0].mean())
        used.append(isinstance(course_in_use(told, FORM), ExpectedCourse))
    return {
        name: round(float(np.mean(one)), 2)
        for name, one in (("top", shares), ("inside", hits), ("used", used))
    }


def seconds(courses: int = 700) -> dict[str, float]:
    """How long one fit takes, and fit and judgement."""
    told = service(courses, 5)
    began = perf_counter()
    fit_expected(told, FORM)
    fitted = perf_counter()
    course_in_use(told, FORM)
    return {"fit": round(fitted - began, 2), "judged": round(perf_counter() - fitted, 2)}


if __name__ == "__main__":
    found = {
        "off": {str(size): off(size) for size in SIZES},
        "at_the_top": {str(points): at_the_top(points) for points in UP},
        "seconds": seconds(),
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
