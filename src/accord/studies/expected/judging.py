"""Both ways to an expected course, judged at fixed sessions on people of therapists they were not learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from accord.course.expected import NARROW, WIDE, ExpectedCourse
from accord.studies.expected import neighbours
from accord.studies.expected.bands import LANDMARKS, Part, bands, within
from accord.studies.expected.courses import Courses, Flags, Floats
from accord.studies.expected.neighbours import landmark

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


def judge(some: Sequence[Part], points: float) -> tuple[dict[int, Judged], Lead]:
    """Everyone at every landmark; `points` of fall count as reliably worse."""
    parts: dict[int, list[Judged]] = {session: [] for session in LANDMARKS}
    leads: list[Floats] = []
    for part in some:
        ratings = part.asked.ratings()
        for session in LANDMARKS:
            parts[session].append(_at(session, part, ratings, points))
        leads.append(_leads(part.course, part.asked, ratings, points))
    return {session: _together(found) for session, found in parts.items()}, Lead(np.concatenate(leads))


def _at(session: int, part: Part, ratings: list[dict[int, float]], points: float) -> Judged:
    course, here, known = part.course, part.at(session), landmark(part.known, session)
    sign = 1.0 if course.higher_is_better else -1.0
    told = list(zip(here.intake.tolist(), (ratings[one] for one in here.course), strict=True))
    alike = bands(course, here)
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
            therapist=part.asked.therapist[here.course],
            inside={
                "model": within(alike, here.value),
                "neighbours": (low <= here.value) & (here.value <= high),
            },
            narrow={
                "model": within(bands(course, here, NARROW), here.value),
                "neighbours": (inner[0] <= here.value) & (here.value <= inner[1]),
            },
            so_far=within(knowing, here.value),
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
