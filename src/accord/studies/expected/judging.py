"""Both ways to an expected course, judged at fixed sessions on people of therapists they were not learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from accord.basics.absence import TooFew
from accord.course.expected import NARROW, WIDE, Band, ExpectedCourse
from accord.statistics.estimate import NotFitted
from accord.statistics.judging.resampling import folds
from accord.studies.expected import neighbours
from accord.studies.expected.courses import Courses, Flags, Floats
from accord.studies.expected.fitting import fit_expected
from accord.studies.expected.neighbours import Landmark

LANDMARKS = (2, 3, 4, 6)  # science.md 5
FOLDS = 5
METHODS = ("model", "neighbours")


@dataclass(frozen=True, eq=False)
class Judged:
    """People rated at one session, held against what was learnt without their therapist's people.

    By method: `inside` the wide and `narrow` band of people who began alike; `alarm` on the worse side of the wide one;
    `chance` of being reliably worse at the end. `so_far`: inside the band that knows the earlier ratings (model alone).
    `worse`: was so at the end; `followed`: whether there is a later rating to tell it by.
    """

    session: int
    therapist: np.ndarray
    inside: dict[str, Flags]
    narrow: dict[str, Flags]
    so_far: Flags
    alarm: dict[str, Flags]
    chance: dict[str, Floats]
    worse: Flags
    followed: Flags


@dataclass(frozen=True, eq=False)
class Lead:
    """Everyone who ended reliably worse: sessions from the first alarm of the model to the last rating; NaN: none."""

    sessions: Floats


def judge(
    told: Courses, instrument: str, points: float, seed: int
) -> tuple[dict[int, Judged], Lead] | TooFew | NotFitted:
    """Everyone at every landmark; `points` of fall count as reliably worse. What fails in one part fails it all."""
    parts: dict[int, list[Judged]] = {session: [] for session in LANDMARKS}
    leads: list[Floats] = []
    fold = folds(told.therapist.astype(str), FOLDS, seed)
    for out in (fold == one for one in sorted(set(fold.tolist()))):
        learnt_from = told.only(~out)
        course = fit_expected(learnt_from, instrument)
        if not isinstance(course, ExpectedCourse):
            return course
        asked = told.only(out & told.followed)
        ratings = asked.ratings()
        known = learnt_from.only(learnt_from.followed)
        for session in LANDMARKS:
            parts[session].append(
                _at(
                    session,
                    course,
                    asked,
                    ratings,
                    neighbours.landmark(known, session),
                    neighbours.landmark(asked, session),
                    points,
                )
            )
        leads.append(_leads(course, asked, ratings, points))
    return {session: _together(some) for session, some in parts.items()}, Lead(np.concatenate(leads))


def _at(
    session: int,
    course: ExpectedCourse,
    asked: Courses,
    ratings: list[dict[int, float]],
    known: Landmark,
    here: Landmark,
    points: float,
) -> Judged:
    sign = 1.0 if course.higher_is_better else -1.0
    told = list(zip(here.intake.tolist(), (ratings[one] for one in here.course), strict=True))
    alike = [course.band(intake, {}, session) for intake, _ in told]
    narrow = [course.band(intake, {}, session, NARROW) for intake, _ in told]
    knowing = [course.band(intake, given, session) for intake, given in told]
    low, high = neighbours.band(known, here.intake, WIDE)
    inner = neighbours.band(known, here.intake, NARROW)
    line = here.intake - sign * points
    ends = [course.at_the_end(intake, given, session) for intake, given in told]
    z = np.array([(value - end.middle) / end.sd for value, end in zip(line.tolist(), ends, strict=True)])
    below = neighbours.chance_below(known, here, line)
    with np.errstate(invalid="ignore"):
        worse = sign * (here.final - here.intake) <= -points
        return Judged(
            session=session,
            therapist=asked.therapist[here.course],
            inside={
                "model": _inside(alike, here.value),
                "neighbours": (low <= here.value) & (here.value <= high),
            },
            narrow={
                "model": _inside(narrow, here.value),
                "neighbours": (inner[0] <= here.value) & (here.value <= inner[1]),
            },
            so_far=_inside(knowing, here.value),
            alarm={
                "model": np.array(
                    [
                        one is not None and course.worse(value, one)
                        for one, value in zip(alike, here.value.tolist(), strict=True)
                    ],
                    dtype=bool,
                ),
                "neighbours": here.value < low if course.higher_is_better else here.value > high,
            },
            chance={
                "model": ndtr(sign * z),
                "neighbours": below if course.higher_is_better else 1 - below,
            },
            worse=worse,
            followed=~np.isnan(here.final),
        )


def _inside(bands: Sequence[Band | None], values: Floats) -> Flags:
    return np.array(
        [
            one is not None and one.low <= value <= one.high
            for one, value in zip(bands, values.tolist(), strict=True)
        ],
        dtype=bool,
    )


def _leads(course: ExpectedCourse, asked: Courses, ratings: list[dict[int, float]], points: float) -> Floats:
    sign, found = (1.0 if course.higher_is_better else -1.0), []
    for intake, given in zip(asked.intake.tolist(), ratings, strict=True):
        last = max(given)
        if sign * (given[last] - intake) > -points:
            continue
        alarms = [
            n
            for n, value in sorted(given.items())
            if n < last and (band := course.band(intake, {}, n)) is not None and course.worse(value, band)
        ]
        found.append(last - alarms[0] if alarms else np.nan)
    return np.array(found, dtype=np.float64)


def _together(parts: list[Judged]) -> Judged:
    def of(name: str) -> np.ndarray:
        return np.concatenate([getattr(one, name) for one in parts])

    def by_method(name: str) -> dict[str, np.ndarray]:
        return {how: np.concatenate([getattr(one, name)[how] for one in parts]) for how in METHODS}

    return Judged(
        session=parts[0].session,
        therapist=of("therapist"),
        inside=by_method("inside"),
        narrow=by_method("narrow"),
        so_far=of("so_far"),
        alarm=by_method("alarm"),
        chance=by_method("chance"),
        worse=of("worse"),
        followed=of("followed"),
    )
