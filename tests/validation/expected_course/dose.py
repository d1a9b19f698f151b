"""What curves from completers do where people stay as long as they need: three expected courses against the truth.

    python -m tests.validation.expected_course.dose        # writes dose.json beside this file, half a minute

A service of the good-enough level (BALD09): everyone changes along a line of their own and stops when they have gained
what they came for (completers), or goes at session 20 without it. So at any session those who are still there have
gained less than the others will. Asked at each session, of fresh people who are still there: how far the middle of the
curve lies from their mean, how many of 100 lie in the band for 80, and how many below it (10 if it is right).
"""

import json
from pathlib import Path

import numpy as np

from accord.course.expected import ExpectedCourse
from accord.studies.expected.courses import Courses
from accord.studies.expected.fitting import fit_expected

FILE = Path(__file__).with_name("dose.json")
LONGEST, ENOUGH, NOISE = 20, 18.0, 7.0
SESSIONS = (2, 3, 4, 6, 8, 10, 12)


def good_enough(clients: int, seed: int) -> tuple[Courses, np.ndarray]:
    """The courses, and who of them stopped since they had gained enough."""
    random = np.random.default_rng(seed)
    therapist = random.integers(0, max(2, clients // 20), clients)
    start = random.normal(42, 14, clients)
    rate = np.exp(random.normal(np.log(2.2), 0.6, clients))  # points a session
    needs = np.maximum(4.0, random.normal(ENOUGH, 4.0, clients))
    number = np.arange(1, LONGEST + 1)
    true = start[:, None] + rate[:, None] * (number - 1)
    reached = rate[:, None] * (number - 1) >= needs[:, None]
    enough = reached.any(1)
    held = np.where(enough, reached.argmax(1) + 1, LONGEST)
    seen = np.clip(true + random.normal(0, NOISE, true.shape), 0, 100)
    there = (number[None, :] <= held[:, None]) & (number[None, :] > 1)
    place, at = np.nonzero(there)
    told = Courses(
        therapist=np.array([f"t{one}" for one in therapist], dtype=object),
        intake=seen[:, 0],
        held=held.astype(np.int64),
        ended=np.ones(clients, dtype=np.bool_),
        place=place.astype(np.int64),
        number=(at + 1).astype(np.int64),
        value=seen[place, at],
    )
    return told, enough


def held_against(course: ExpectedCourse, fresh: Courses, session: int) -> dict[str, float]:
    """The middle less the mean of those still there, and the shares inside and below the band."""
    rows = fresh.number == session
    intake, value = fresh.intake[fresh.place[rows]], fresh.value[rows]
    bands = [course.band(one, {}, session) for one in intake.tolist()]
    middle, low, high = (
        np.array([getattr(one, name) for one in bands]) for name in ("middle", "low", "high")
    )
    return {
        "off": round(float((middle - value).mean()), 2),
        "inside": round(float(((low <= value) & (value <= high)).mean()), 3),
        "below": round(float((value < low).mean()), 3),
    }


def measure(clients: int = 1500, fresh: int = 6000, seed: int = 11) -> dict[str, dict[str, dict[str, float]]]:
    """By curve and session. `completers`: of those who had enough, without dose; `all`: without dose; `ours`."""
    told, enough = good_enough(clients, seed)
    new, _ = good_enough(fresh, seed + 1)
    curves = {
        "completers": fit_expected(told.only(enough), "accord-wellbeing", dose=False),
        "all": fit_expected(told, "accord-wellbeing", dose=False),
        "ours": fit_expected(told, "accord-wellbeing"),
    }
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, course in curves.items():
        assert isinstance(course, ExpectedCourse), course
        found[name] = {str(session): held_against(course, new, session) for session in SESSIONS}
    return found


if __name__ == "__main__":
    made = measure()
    FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    for name, by_session in made.items():
        print(
            name,
            *(
                f"{s}: {one['off']:+.1f} {one['inside']:.2f} {one['below']:.2f}"
                for s, one in by_session.items()
            ),
        )
