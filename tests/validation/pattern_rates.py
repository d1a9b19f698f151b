"""How often patterns show where nothing of the kind is true, measured on simulated services.

    python -m tests.validation.pattern_rates [CLIENTS] [SEED]

writes ``src/accord/signals/patterns/measured.yaml``. Clients with 12 sessions or more are looked at after each of the
first 12, with what was known then. The simulator knows nothing of the four pitfalls, so what it has no forms for is
drawn so that nothing is true: what is wanted and what is given are independent and anywhere on the line; the line about
background differs from the other qualities no more than lines do. Then the same clients with what a pattern is about
put in (`PLANTED`): how many of those it finds. *Clean* is, per pattern: goals and tasks not truly 4
points under the bond; nobody's level going down and no dip; everybody; everybody. Nobody is ever said to have done
something about the relationship, so those shares are upper bounds.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from tests.validation import rule_rates
from tests.validation.rule_rates import HALF_WAY, True_

from accord.course.course import Course
from accord.course.session import Rating, Session
from accord.instruments.definition import Answer, Missing, Respondent
from accord.signals.known import FELT_OFF, MAIN, Known
from accord.signals.patterns import WATCHED, watched
from accord.signals.patterns.reading import GIVEN, PREFERENCES, PROFILE
from accord.simulate.parameters import read_parameters
from accord.simulate.service import simulate_service

FILE = Path(__file__).parents[2] / "src/accord/signals/patterns/measured.yaml"
CLIENTS, SEED = 8000, 4
SESSIONS = 12
EVERY = 6  # preferences and profile are asked at the first and every sixth session, as in the default plan
WRITES = 0.1  # of check-ins with a written line; the simulator has none [design]
LINE_SD = 8.0  # points by which one quality differs from another for good, in one client [design]
ERROR_SD = 6.0  # points of one line (science.md 3.5) [design]
LEFT_OUT = 0.03  # of single lines [design]


@dataclass
class Count:
    """Clean clients, those in whom the pattern showed at any look, and at the last one."""

    clean: int = 0
    ever: int = 0
    last: int = 0
    everybody: int = 0
    ever_everybody: int = 0


def clients(count: int, seed: int) -> Iterator[tuple[Course, True_, Known]]:
    """Clients with enough sessions: the course, the truth, and what is known beside it (who wrote a line)."""
    chance = np.random.default_rng(seed)
    simulated = simulate_service(count, seed, read_parameters()).clients
    for client, (course, true) in zip(simulated, rule_rates.clients(count, seed), strict=True):
        held = [place for place, one in enumerate(course.sessions) if one.attendance.held]
        if len(held) < SESSIONS:
            continue
        sessions = course.sessions[: held[SESSIONS - 1] + 1]
        felt_off = {f"s{one.slot}": one.felt_off for one in client.sessions}
        made = [_with_forms(one, felt_off.get(one.key), chance) for one in sessions]
        profiles = _profiles(made, true, chance)
        spoke = frozenset(
            one.key for one in made if one.rating(MAIN) is not None and chance.random() < WRITES
        )
        yield Course(course.key, tuple(profiles)), true, Known(spoke=spoke)


def _asked(session: Session) -> bool:
    return session.number is not None and (session.number == 1 or session.number % EVERY == 0)


def _with_forms(session: Session, felt_off: object, chance: np.random.Generator) -> Session:
    """The session with the yes or no of its check-in, and what was wanted and given, independent of each other."""
    ratings = [
        replace(one, answers={**one.answers, FELT_OFF: float(felt_off)})
        if one.instrument == MAIN and isinstance(felt_off, bool)
        else one
        for one in session.ratings
    ]
    if session.attendance.held and _asked(session):
        for form, who in ((PREFERENCES, Respondent.CLIENT), (GIVEN, Respondent.THERAPIST)):
            axes: dict[int, Answer] = {item: float(chance.integers(0, 101)) for item in (1, 2, 3)}
            ratings.append(Rating(f"{session.key}:{form}", form, 1, who, {}, answers=axes))
    return replace(session, ratings=tuple(ratings))


def _profiles(sessions: list[Session], true: True_, chance: np.random.Generator) -> Iterator[Session]:
    """The sessions with a profile where it is asked: the client's own level, each line with its own place and error."""
    parameters = rule_rates.CHECK_IN
    level = parameters.middle + parameters.points * true.level
    own = chance.normal(0, LINE_SD, 8)
    for session in sessions:
        if not (session.attendance.held and _asked(session)):
            yield session
            continue
        drawn = np.clip(level + own + chance.normal(0, ERROR_SD, 8), 0, 100)
        answers: dict[int, Answer] = {
            item: Missing.DECLINED if chance.random() < LEFT_OUT else float(round(value))
            for item, value in enumerate(drawn, start=1)
        }
        form = Rating(f"{session.key}:{PROFILE}", PROFILE, 1, Respondent.CLIENT, {}, answers=answers)
        yield replace(session, ratings=(*session.ratings, form))


def _clean(id: str, true: True_) -> bool:
    if id == "expert_trap":
        return max(true.parts[0] - true.parts[1], true.parts[0] - true.parts[2]) < HALF_WAY
    if id == "technique_over_relationship":
        return bool(true.growth >= 0 and not (true.depth[:SESSIONS] > 0).any())
    return True


def measure(size: int, seed: int) -> dict[str, Count]:
    """The counts of every pattern."""
    found = {one.id: Count() for one in WATCHED}
    for course, true, known in clients(size, seed):
        looks = [
            Course(course.key, course.sessions[: place + 1])
            for place, one in enumerate(course.sessions)
            if one.attendance.held
        ]
        for one in WATCHED:
            shown = [bool(one.detect(look, known)) for look in looks]
            to = found[one.id]
            to.everybody += 1
            to.ever_everybody += any(shown)
            if _clean(one.id, true):
                to.clean += 1
                to.ever += any(shown)
                to.last += shown[-1]
    return found


def _fall(session: Session, place: int) -> Session:
    """Bond and way of working lower by four points at each session from the sixth on."""
    points = 4.0 * max(0, place - 5)
    return replace(
        session, ratings=tuple(_lower(one, {"BOND": points, "TASKS": points}) for one in session.ratings)
    )


def _apart(session: Session, place: int) -> Session:
    """Goals sixteen points lower, space wanted and direction given, all along."""
    ratings = [_lower(one, {"GOALS": 16.0}) for one in session.ratings]
    sides = {PREFERENCES: 20.0, GIVEN: 80.0}
    return replace(
        session,
        ratings=tuple(
            replace(one, answers={**one.answers, 1: sides[one.instrument]})
            if one.instrument in sides
            else one
            for one in ratings
        ),
    )


def _little_interest(session: Session, place: int) -> Session:
    """The line about background thirty points lower from the sixth session on, in whom the others stay."""
    return replace(
        session,
        ratings=tuple(
            replace(one, answers={**one.answers, 4: max(0.0, line - 30.0)})
            if one.instrument == PROFILE and place >= 5 and isinstance(line := one.answers[4], float)
            else one
            for one in session.ratings
        ),
    )


def _lower(rating: Rating, points: dict[str, float]) -> Rating:
    """A check-in with these lines lower, not under nought; the total is no part of what is planted."""
    if rating.instrument != MAIN:
        return rating
    scores = {
        scale: max(0.0, value - points.get(scale, 0.0)) if isinstance(value, float) else value
        for scale, value in rating.scores.items()
    }
    return replace(rating, scores=scores)


PLANTED = {
    "expert_trap": _apart,
    "technique_over_relationship": _fall,
    "cultural_misattunement": _little_interest,
}


def found_planted(size: int, seed: int) -> dict[str, float]:
    """Of all clients in whom it was put in, the share in whom the pattern shows at some look."""
    shown: dict[str, list[bool]] = {id: [] for id in PLANTED}
    for course, _true, known in clients(size, seed):
        for id, put in PLANTED.items():
            held = [one for one in course.sessions if one.attendance.held]
            places = {one.key: place for place, one in enumerate(held)}
            made = tuple(put(one, places.get(one.key, 0)) for one in course.sessions)
            looks = [made[: n + 1] for n, one in enumerate(made) if one.attendance.held]
            detect = watched(id).detect
            shown[id].append(any(detect(Course(course.key, look), known) for look in looks))
    return {id: sum(found) / len(found) for id, found in shown.items()}


def table(size: int, seed: int) -> dict[str, dict[str, object]]:
    """The content of the data file."""
    planted = found_planted(size, seed)
    return {
        id: {
            "clean": one.clean,
            "ever": round(one.ever / one.clean, 4),
            "at_the_end": round(one.last / one.clean, 4),
            "everybody": round(one.ever_everybody / one.everybody, 4),
            "planted": round(planted[id], 2) if id in planted else None,
            "clients": one.everybody,
        }
        for id, one in measure(size, seed).items()
    }


def main() -> None:
    """Measure and write."""
    size, seed = (int(one) for one in (*sys.argv[1:], *map(str, (CLIENTS, SEED)[len(sys.argv) - 1 :])))
    made = table(size, seed)
    head = (
        "# Measured by tests/validation/pattern_rates.py on simulated clients over 12 sessions; never edit by hand.\n"
        "# Shares of clients: `ever` at any of 12 looks and `at_the_end` among clean ones, `everybody` among all,\n"
        "# `planted` among clients in whom what it is about was put in.\n"
    )
    FILE.write_text(head + yaml.safe_dump(made, sort_keys=False), encoding="utf-8")
    for id, one in made.items():
        print(id, one)


if __name__ == "__main__":
    main()
