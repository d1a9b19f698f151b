"""The threshold that keeps the stated share of false alarms, found by drawing courses like a service's own past.

A false alarm is an alarm at a *clean* session: one that can be judged, outside a dip, and so was the session before.
Each drawn course takes a past client at random, keeps their therapist, sessions, intervals and gaps in the answers,
draws their level and growth from what is known of them, and dips and errors from the fitted model. Levels from the
population instead would forget that clients who rate low leave early (dip-filter study, method `simp`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.signals.dip.alarm import alarms, eligible
from accord.signals.dip.drawing import Drawn, draw, pattern, people
from accord.signals.dip.engine import run
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Flags, Floats, Observed
from accord.signals.dip.posterior import levels
from accord.signals.learnt import SelfCheck, Setting

SESSIONS = 8  # of a course when there is no past (dip-filter study)
ENOUGH = 1500  # alarms at clean sessions behind a threshold: 2.5 % of simulation error
MOST = 200_000  # courses drawn for it at most
FEW = 20  # past clients that can be judged; with fewer, courses of nobody in particular fill up [design]
LOWEST = -20.0  # log odds; a finite threshold also where nearly all answers are at the top
LOW_START, FIRST = 0.05, 3  # the share of clients that starts low, and how many ratings are a start


@dataclass(frozen=True)
class Sessions:
    """Drawn sessions that can be judged, one after the other; the course of each; and how each course starts."""

    score: Floats
    next_score: Floats  # of the session after it; -inf where that cannot be judged
    clean: Flags
    in_dip: Flags
    onset: Flags
    course: npt.NDArray[np.int64]
    start: Floats

    @classmethod
    def of(cls, drawn: Drawn, filtered: Filtered) -> "Sessions":
        """From drawn courses and the filter's run over them."""
        judged = eligible(drawn.observed)
        score = np.where(judged, filtered.score, -np.inf)
        after = np.concatenate([score[:, 1:], np.full((len(score), 1), -np.inf)], axis=1)
        before = np.concatenate([np.zeros((len(score), 1), bool), drawn.in_dip[:, :-1]], axis=1)
        clean = ~drawn.in_dip & ~before
        course = np.tile(np.arange(len(score))[:, None], (1, score.shape[1]))
        return cls(
            score=score[judged],
            next_score=after[judged],
            clean=clean[judged],
            in_dip=drawn.in_dip[judged],
            onset=drawn.onset[judged],
            course=course[judged],
            start=_starts(drawn.observed.ratings),
        )

    @classmethod
    def together(cls, parts: list["Sessions"]) -> "Sessions":
        """Several as one; courses keep their numbers apart."""
        places = np.cumsum([0, *(int(one.course.max(initial=-1)) + 1 for one in parts)])
        courses = [one.course + place for one, place in zip(parts, places, strict=False)]
        names = ("score", "next_score", "clean", "in_dip", "onset")
        joined = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
        return cls(
            **joined,
            course=np.concatenate(courses),
            start=np.concatenate([one.start for one in parts]),
        )


def _starts(ratings: Floats) -> Floats:
    """The mean of the first three ratings, of those courses that have three."""
    answered = ~np.isnan(ratings)
    first = answered & (np.cumsum(answered, axis=1) <= FIRST)
    sums = np.where(first, ratings, 0.0).sum(axis=1)
    means: Floats = sums[first.sum(axis=1) == FIRST] / FIRST
    return means


@dataclass(frozen=True)
class Settled:
    """What the drawn courses gave."""

    settings: tuple[Setting, ...]
    low_start: float
    check: SelfCheck | None


def settle(
    par: Parameters,
    past: Observed,
    stated: tuple[float, ...],
    chosen: float,
    draws: int,
    random: np.random.Generator,
) -> Settled:
    """Thresholds, what they cost, and the past held against them; `past` carries each client's prior level."""
    judged = past.rows(np.flatnonzero(eligible(past).any(axis=1))) if past.sessions else past
    parts = []
    theirs = None
    if judged.clients:
        filtered = run(par, judged)
        share = min(1.0, judged.clients / FEW)
        theirs = _enough(_like(par, judged, filtered, random), chosen, max(1, round(share * draws)), share)
        parts.append(theirs)
    if judged.clients < FEW:
        share = 1 - judged.clients / FEW
        parts.append(_enough(_anybody(par, random), chosen, max(1, round(share * draws)), share))
    sessions = Sessions.together(parts)
    settings = tuple(_setting(sessions, one) for one in stated)
    check = None
    if theirs is not None:
        threshold = settings[stated.index(chosen)].threshold
        check = _check(theirs, alarms(filtered, judged, threshold), threshold, theirs.start.size)
    return Settled(settings, float(np.quantile(sessions.start, LOW_START)), check)


def _like(
    par: Parameters, past: Observed, filtered: Filtered, random: np.random.Generator
) -> Callable[[int], Sessions]:
    """Draws courses like those of past clients."""
    person = levels(par, past, filtered)

    def some(courses: int) -> Sessions:
        rows = random.integers(past.clients, size=courses)
        drawn = draw(par, past.rows(rows), *person.draw(rows, random), random)
        return Sessions.of(drawn, run(par, drawn.observed))

    return some


def _anybody(par: Parameters, random: np.random.Generator) -> Callable[[int], Sessions]:
    """Draws courses of nobody in particular: eight sessions, every one answered."""

    def some(courses: int) -> Sessions:
        drawn = draw(par, pattern(courses, SESSIONS), *people(par, courses, random), random)
        return Sessions.of(drawn, run(par, drawn.observed))

    return some


def _enough(some: Callable[[int], Sessions], chosen: float, draws: int, share: float) -> Sessions:
    """At least `draws` courses, and more until their share of the alarms at clean sessions is there."""
    parts = [some(draws)]
    clean, courses = int(parts[0].clean.sum()), draws
    while clean * chosen < ENOUGH * share and courses < MOST * share:
        parts.append(some(draws))
        clean, courses = clean + int(parts[-1].clean.sum()), courses + draws
    return Sessions.together(parts)


def _setting(sessions: Sessions, stated: float) -> Setting:
    """One setting; an alarm is real when its session is in a dip, the first or a later one, and not just after it.

    Dips seen are counted among those whose first session can be judged; in time is there or at the next session.
    """
    scores = np.sort(sessions.score[sessions.clean])[::-1]
    threshold = max(float(scores[int(stated * len(scores))]), LOWEST)
    alarm = sessions.score > threshold
    started = sessions.onset
    seen, soon = alarm[started], sessions.next_score[started] > threshold
    return Setting(
        false_alarms=stated,
        threshold=threshold,
        alarms=float(alarm.mean()),
        real=float(sessions.in_dip[alarm].mean()) if alarm.any() else 0.0,
        seen=float(seen.mean()),
        seen_in_time=float((seen | soon).mean()),
    )


def _check(drawn: Sessions, found: Flags, threshold: float, courses: int) -> SelfCheck:
    """Alarms in the past against those expected; the SE from clients, because one client's sessions go together."""
    each = np.bincount(drawn.course[drawn.score > threshold], minlength=courses)
    clients = len(found)
    error = float(each.std()) * np.sqrt(clients + clients**2 / courses)
    return SelfCheck(int(found.sum()), clients * float(each.mean()), float(error))
