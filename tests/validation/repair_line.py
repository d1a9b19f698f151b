"""How often the line of a repair says what is not so, on simulated services: the table of docs/method/repair.md.

    python -m tests.validation.repair_line [CLIENTS] [SEED]

Each situation is one in which the simulator's truth says what should be told. The line is looked at when 2, 3, 4 and 5
later sessions are rated, in three ways: by the ratings alone (`accord.repair.levels`) with the *published* spread of
ratings, the same with the spread of a service's *own* past (other clients), and as the *pages* do it, where the level
before comes from the dip filter (`accord.web.repair.levels`), with published values. *ever* is the share of repairs in
which it was said at any of these looks.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import yaml
from tests.validation.rule_rates import course_of

from accord.course.course import Course
from accord.course.dependability import Spread, published_spread, spread
from accord.course.session import Session
from accord.repair.levels import Levels
from accord.repair.levels import levels as of_ratings
from accord.repair.line import Reading, read_line
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.learnt import PUBLISHED
from accord.signals.rules import rule
from accord.simulate.block import make_blocks
from accord.simulate.parameters import Parameters, read_parameters
from accord.simulate.service import simulate_service
from accord.web.repair.levels import levels as of_pages

FILE = Path(__file__).with_suffix(".yaml")
CLIENTS, SEED = 12_000, 6
LOOKS = (2, 3, 4, 5)  # later sessions that are rated
WAYS = ("published", "own", "pages")
HIGHER = 10.0  # points, of a client who truly rates higher afterwards
DEEP = 0.8  # units of the simulator: 8 points
PAST = 2_000  # clients from whom a service has learnt how ratings spread


@dataclass(frozen=True)
class Held:
    """One client's sessions held, and for each whether it lay in a dip and how far under the line (units)."""

    key: str
    sessions: tuple[Session, ...]
    in_dip: np.ndarray
    depth: np.ndarray

    def rated(self, place: int) -> bool:
        """Whether the client rated this session."""
        rating = self.sessions[place].rating(MAIN)
        return rating is not None and isinstance(rating.scores.get(TOTAL), float)


@dataclass(frozen=True)
class Situation:
    """Who it is measured on: changes of the simulator, the place of the strain, and how long the truth stays so."""

    about: str
    changes: dict[str, float]
    begins: Callable[[Held, np.random.Generator], int | None]
    holds: Callable[[Held, int, int], bool]  # at this place, for a strain at that one
    signalled: bool = False
    raised: float = 0.0


@dataclass
class Told:
    """What was said at each look, of how many repairs; `ever` counts repairs by what was said at least once."""

    at: dict[int, Counter[Reading]] = field(default_factory=lambda: {look: Counter() for look in LOOKS})
    ever: Counter[Reading] = field(default_factory=Counter)
    repairs: int = 0


def clients(parameters: Parameters, count: int, seed: int) -> Iterator[Held]:
    """Clients with what is true of them; sessions that fell out and clients who always answer the same are left out."""
    made = iter(simulate_service(count, seed, parameters).clients)
    for block in make_blocks(parameters, seed, clients=count):
        for place in range(block.clients):
            course = course_of(next(made))
            if not block.truth.straight_liner[place]:
                held = tuple(one for one in course.sessions if one.attendance.held)
                yield Held(course.key, held, block.truth.in_dip[place], block.truth.depth[place])


def _any(one: Held, random: np.random.Generator) -> int | None:
    """Any rated session with two ratings or more before it."""
    return _chosen(_judgeable(one), random)


def _alarm(one: Held, random: np.random.Generator) -> int | None:
    """A session without any dip before it at which the dip rule speaks."""
    return next((place for place in _judgeable(one) if _speaks(one, place)), None)


def _onset(one: Held, random: np.random.Generator) -> int | None:
    """The first session of the first dip, where the dip rule speaks there."""
    first = int(one.in_dip[: len(one.sessions)].argmax())
    if not one.in_dip[first] or first not in _judgeable(one):
        return None
    return first if _speaks(one, first) else None


def _judgeable(one: Held) -> list[int]:
    rated = [place for place in range(len(one.sessions)) if one.rated(place)]
    return rated[2:]


def _chosen(places: list[int], random: np.random.Generator) -> int | None:
    return places[int(random.integers(len(places)))] if places else None


def _speaks(one: Held, place: int) -> bool:
    found = rule("dip").detect(Course(one.key, one.sessions[: place + 1]), Known())
    return any(signal.since == one.sessions[place].key for signal in found)


def _always(one: Held, place: int, strain: int) -> bool:
    return True


def _still(one: Held, place: int, strain: int) -> bool:
    """In the same dip since the strain."""
    return bool(one.in_dip[strain : place + 1].all())


def _deep(one: Held, place: int, strain: int) -> bool:
    """In the same dip since the strain, and a deep one."""
    return _still(one, place, strain) and bool(one.depth[strain] >= DEEP)


def _over(one: Held, place: int, strain: int) -> bool:
    """Out of the dip, wholly, since the session after the strain."""
    return not (one.depth[strain + 1 : place + 1] > 0).any()


_STEADY = {"growth": 0.0, "growth_sd": 0.0, "dip_onset": 0.0}
SITUATIONS = {
    "same": Situation("no dip, no growth; a repair begun anywhere", _STEADY, _any, _always),
    "false_alarm": Situation(
        "no dip, no growth; begun from a false alarm", _STEADY, _alarm, _always, signalled=True
    ),
    "growing": Situation(
        "no dip, with the small rise over a course; begun anywhere", {"dip_onset": 0.0}, _any, _always
    ),
    "still": Situation("a dip that was told of and goes on", {}, _onset, _still, signalled=True),
    "deep": Situation(f"the same, {10 * DEEP:.0f} points deep or more", {}, _onset, _deep, signalled=True),
    "over": Situation("a dip that was told of, over by the next session", {}, _onset, _over, signalled=True),
    "higher": Situation(
        f"the same, and {HIGHER:.0f} points higher from then on",
        {},
        _onset,
        _over,
        signalled=True,
        raised=HIGHER,
    ),
}


def measure(count: int, seed: int) -> dict[str, dict[str, Told]]:
    """What is said in each situation, by way."""
    past = clients(read_parameters(), PAST, seed + len(SITUATIONS))
    own = spread([Course(one.key, one.sessions).values(MAIN, TOTAL) for one in past])
    return {
        name: _measured(situation, own, count, seed + place)
        for place, (name, situation) in enumerate(SITUATIONS.items())
    }


def _measured(situation: Situation, own: Spread, count: int, seed: int) -> dict[str, Told]:
    random = np.random.default_rng(seed)
    found = {way: Told() for way in WAYS}
    for one in clients(replace(read_parameters(), **situation.changes), count, seed):
        strain = situation.begins(one, random)
        if strain is None:
            continue
        said: dict[str, set[Reading]] = {way: set() for way in WAYS}
        for look, place in _looks(one, strain, situation):
            for way in WAYS:
                reading = _read(way, own, one, strain, place, situation)
                found[way].at[look][reading] += 1
                said[way].add(reading)
        for way in WAYS:
            if said[way]:
                found[way].repairs += 1
                found[way].ever.update(said[way])
    return found


def _looks(one: Held, strain: int, situation: Situation) -> Iterator[tuple[int, int]]:
    """The looks, each with the place of the newest session, as long as the truth stays what it should be."""
    later = [place for place in range(strain + 1, len(one.sessions)) if one.rated(place)]
    for look, place in enumerate(later, start=1):
        if not situation.holds(one, place, strain):
            return
        if look in LOOKS:
            yield look, place


def _read(way: str, own: Spread, one: Held, strain: int, place: int, situation: Situation) -> Reading:
    sessions = (
        *one.sessions[: strain + 1],
        *(_raised(session, situation.raised) for session in one.sessions[strain + 1 : place + 1]),
    )
    course, about = Course(one.key, sessions), one.sessions[strain].key
    levels: Levels
    if way == "pages":
        levels = of_pages(
            course,
            about=about,
            since=[session.key for session in sessions[strain + 1 :]],
            learnt=PUBLISHED,
            among=published_spread(),
            fell=situation.signalled,
        )
    else:
        among = own if way == "own" else published_spread()
        levels = of_ratings(course, about, among, instrument=MAIN, scale=TOTAL, signalled=situation.signalled)
    return read_line(*levels)


def _raised(session: Session, by: float) -> Session:
    """The same session with its total higher, up to the top of the scale."""
    rating = session.rating(MAIN)
    value = rating.scores.get(TOTAL) if rating else None
    if not by or rating is None or not isinstance(value, float):
        return session
    higher = replace(rating, scores={**rating.scores, TOTAL: min(100.0, value + by)})
    return replace(session, ratings=tuple(higher if one is rating else one for one in session.ratings))


def shares(told: Told, reading: Reading) -> dict[str, float | int]:
    """The share of looks at which this is said, by look, and of repairs in which it ever was."""
    found: dict[str, float | int] = {
        f"at_{look}": round(told.at[look][reading] / told.at[look].total(), 4)
        for look in LOOKS
        if told.at[look].total()
    }
    return {"repairs": told.repairs, **found, "ever": round(told.ever[reading] / max(1, told.repairs), 4)}


def main(arguments: list[str]) -> None:
    """Measure, and write the file."""
    count = int(arguments[0]) if arguments else CLIENTS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    found = measure(count, seed)
    whole = {
        "made_by": f"python -m tests.validation.repair_line {count} {seed}",
        "situations": {
            name: {
                way: {
                    reading.value: shares(told, reading)
                    for reading in (Reading.ROSE_ABOVE, Reading.CAME_BACK, Reading.STILL_LOW)
                }
                for way, told in ways.items()
            }
            for name, ways in found.items()
        },
    }
    FILE.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    for line in table(whole["situations"]):
        print(line)


def table(situations: dict) -> Iterator[str]:
    """The rows of the table in the docs, in percent."""
    for name, ways in situations.items():
        for way, readings in ways.items():
            cells = [_cell(readings[one]) for one in ("rose_above", "came_back", "still_low")]
            count = readings["rose_above"]["repairs"]
            yield f"| {SITUATIONS[name].about} | {way} | {count:,} | {' | '.join(cells)} |"


def _cell(found: dict) -> str:
    looks = [f"{100 * found[f'at_{look}']:.1f}" for look in LOOKS if f"at_{look}" in found]
    return f"{looks[0]} … {looks[-1]}; {100 * found['ever']:.1f}"


if __name__ == "__main__":
    main(sys.argv[1:])
