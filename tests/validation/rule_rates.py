"""How often rules speak for no reason, measured on simulated services: writes ``src/accord/signals/rates.yaml``.

    python -m tests.validation.rule_rates [CLIENTS] [SEED]

Every client is looked at after every session, with what was known then. Each rule has its own idea of *clean*, from
the simulator's truth: where it should be quiet. Signals at clean sessions / clean sessions is the rate; *real* is the
share of signals where what the rule says is so. Measured twice, with published values and with what the service would
have learnt from these clients; the higher rate is kept.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import yaml

from accord.basics.absence import Absence
from accord.course.course import Course
from accord.course.dependability import Spread, spread
from accord.course.expected import ExpectedCourse
from accord.course.session import Rating, Session
from accord.instruments.definition import Missing, Respondent
from accord.signals.known import MAIN, PARTS, TOTAL, TWIN, WELLBEING, Known
from accord.signals.rules import low_start, rule, slide, split
from accord.signals.signal import Signal
from accord.simulate.answers import CHECK_IN
from accord.simulate.block import Block, make_blocks
from accord.simulate.parameters import Parameters, read_parameters
from accord.simulate.service import SimulatedClient, simulate_service
from accord.studies.expected.courses import of_courses
from accord.studies.expected.fitting import fit_expected

FILE = Path(__file__).parents[2] / "src/accord/signals/rates.yaml"
CLIENTS, SEED = 8000, 4
HALF_WAY = (
    split.WELL_UNDER / 2
)  # points truly under the bond from which a split is real; lasting ones are small
PLACES = dict(zip(PARTS, range(3), strict=True))


@dataclass(frozen=True)
class True_:
    """What is true of one client (rows of the simulator's truth)."""

    level: float
    growth: float
    in_dip: np.ndarray
    depth: np.ndarray
    parts: np.ndarray
    gain: float  # of wellbeing, in points per ln(session)


@dataclass
class Count:
    """Clean sessions (or clients), signals at them, all signals, and those of them that are real."""

    clean: int = 0
    false: int = 0
    signals: int = 0
    real: int = 0
    of: set[str] = field(default_factory=set)  # clients with a false signal

    @property
    def rate(self) -> float:
        return self.false / self.clean if self.clean else 0.0

    @property
    def share_real(self) -> float:
        return self.real / self.signals if self.signals else 0.0


def clients(count: int, seed: int) -> Iterator[tuple[Course, True_]]:
    """Courses with what is true of them, one client after the other."""
    parameters = read_parameters()
    made = iter(simulate_service(count, seed, parameters).clients)
    for block in make_blocks(parameters, seed, clients=count):
        for place in range(block.clients):
            yield course_of(next(made)), _true(block, place, parameters)


def _true(block: Block, place: int, p: Parameters) -> True_:
    truth = block.truth
    return True_(
        level=float(truth.therapist_part[place] + truth.client_part[place]),
        growth=float(truth.growth[place]),
        in_dip=truth.in_dip[place],
        depth=truth.depth[place],
        parts=truth.components[place] * CHECK_IN.points,
        gain=p.wellbeing_gain + p.wellbeing_gain_sd * float(truth.outcome[place]),
    )


def course_of(client: SimulatedClient) -> Course:
    """A simulated client's appointments as a course."""
    first = date(2024, 1, 1)
    made = []
    for one in client.sessions:
        key = f"s{one.slot}"
        forms = (
            _rating(key, MAIN, Respondent.CLIENT, one.check_in),
            _rating(key, TWIN, Respondent.THERAPIST, one.therapist_check_in),
            _rating(key, WELLBEING, Respondent.CLIENT, one.wellbeing),
        )
        made.append(
            Session(
                key=key,
                day=first + timedelta(days=one.day),
                number=one.number,
                kind=one.kind,
                attendance=one.attendance,
                therapist=f"t{client.therapist}",
                ratings=tuple(form for form in forms if form),
            )
        )
    return Course(client.key, tuple(made))


def _rating(key: str, form: str, who: Respondent, items: object) -> Rating | None:
    """Scored by the plain rule of these forms: a mean, at most one line missing; a test holds it to the scorer."""
    if isinstance(items, Missing):
        return None
    assert isinstance(items, tuple)
    given = [one for one in items if isinstance(one, float)]
    scores = dict[str, float | Absence]()
    if form != WELLBEING:
        parts = zip((*PARTS, "OVERALL"), items, strict=True)
        scores |= {name: one for name, one in parts if isinstance(one, float)}
    if len(given) >= 3:
        scores[TOTAL] = sum(given) / len(given)
    return Rating(f"{key}:{form}", form, 1, who, scores, answers=dict(enumerate(items, start=1)))


# --- what each rule should be quiet about, and when it is right; t counts the sessions held, from 0


def _steady(true: True_, course: Course, t: int) -> bool:
    """Clean as for the dip filter: answered, two answers before it, no dip now nor at the session before."""
    rated = sum(session.rating(MAIN) is not None for session in course.sessions)
    return bool(
        course.sessions[-1].rating(MAIN) and rated > 2 and not (true.in_dip[t] or true.in_dip[max(0, t - 1)])
    )


def _dipped(true: True_, signal: Signal, t: int) -> bool:
    return bool(true.in_dip[t] or true.in_dip[max(0, t - 1)])


def _dipped_lately(true: True_, t: int) -> bool:
    """Whether any of the sessions that a slide can look at lay in a dip, or on the way out of one."""
    return bool((true.depth[max(0, t + 1 - slide.LONGEST) : t + 1] > 0).any())


def _long_steady(true: True_, course: Course, t: int) -> bool:
    """Answered, with ratings enough, and no dip in all of the sessions that a slide can look at."""
    rated = sum(session.rating(MAIN) is not None for session in course.sessions)
    return bool(course.sessions[-1].rating(MAIN) and rated >= slide.SHORTEST and not _dipped_lately(true, t))


def _aligned(true: True_, course: Course, t: int) -> bool:
    """Answered, with ratings enough, by somebody whose goals and tasks hardly lie under the bond if at all."""
    rated = sum(session.rating(MAIN) is not None for session in course.sessions)
    apart = max(true.parts[0] - true.parts[1], true.parts[0] - true.parts[2])
    return bool(course.sessions[-1].rating(MAIN) and rated >= split.LEAST and apart < HALF_WAY)


def _under(true: True_, signal: Signal, t: int) -> bool:
    return bool(true.parts[0] - true.parts[PLACES[signal.shape.upper()]] >= HALF_WAY)


def _not_low(true: True_, course: Course, t: int) -> bool:
    rated = sum(session.rating(MAIN) is not None for session in course.sessions)
    return rated >= low_start.RATINGS and low_start.FROM <= t + 1 <= low_start.UNTIL and not _is_low(true)


def _is_low(true: True_) -> bool:
    """Whether this client's own level, without passing states and dips, lies below the line when the rule speaks."""
    start = true.level + true.growth * float(np.log([1, 2, 3]).mean())
    return CHECK_IN.middle + CHECK_IN.points * start < LINE["low_start"]


LINE = {"low_start": 0.0}  # the line in force while measuring


USUAL_GAIN = read_parameters().wellbeing_gain  # points per ln(session)


def _on_course(true: True_, course: Course, t: int) -> bool:
    """Answered, with ratings enough, by somebody who truly gains at least as much as is usual."""
    rated = sum(session.rating(WELLBEING) is not None for session in course.sessions)
    answered = course.sessions[-1].rating(WELLBEING) is not None
    return answered and rated > 1 and true.gain >= USUAL_GAIN


def _gaining(true: True_, course: Course, t: int) -> bool:
    return course.sessions[-1].rating(WELLBEING) is not None and t > 0 and true.gain >= 0


@dataclass(frozen=True)
class Measured:
    """How one rule is measured: when it should be quiet, when a signal is right, counted by what, and in words."""

    clean: Callable[[True_, Course, int], bool]
    real: Callable[[True_, Signal, int], bool]
    source: str
    per: str = "session"


RULES = {
    "slide": Measured(
        _long_steady,
        lambda true, signal, t: _dipped_lately(true, t),
        "clean: no dip in the last six sessions; real: there was one",
    ),
    "missed_by_therapist": Measured(
        _steady,
        _dipped,
        "clean: no dip now nor at the session before; real: a dip now or at the session before",
    ),
    "low_start": Measured(
        _not_low,
        lambda true, signal, t: _is_low(true),
        "clean: clients whose own level is not below the line; real: it is; per client with three ratings by session 5",
        per="client",
    ),
    "split": Measured(
        _aligned,
        _under,
        "clean: neither goals nor tasks truly 4 points under the bond; real: the named part is",
    ),
    "outcome_worse": Measured(
        _gaining,
        lambda true, signal, t: true.gain < 0,
        "clean: clients whose wellbeing does not truly go down; real: it does",
    ),
    "off_track": Measured(
        _on_course,
        lambda true, signal, t: true.gain < USUAL_GAIN,
        "clean: clients who truly gain at least as much as is usual; real: they gain less",
    ),
}


def learnt_spreads(courses: list[Course]) -> dict[str, Spread]:
    """What the service would know of its ratings."""
    return {scale: spread([one.values(MAIN, scale) for one in courses]) for scale in (TOTAL, *PARTS)}


def learnt_line(courses: list[Course]) -> float:
    """The mean of the first three ratings below which 5 % begin."""
    firsts = [one.values(MAIN, TOTAL)[:3] for one in courses]
    return float(np.quantile([sum(three) / 3 for three in firsts if len(three) == 3], 0.05))


def learnt_course(courses: list[Course]) -> ExpectedCourse | None:
    """Where the service would expect wellbeing to go: every one of these courses has ended."""
    found = fit_expected(of_courses(courses, [True] * len(courses), WELLBEING, TOTAL), WELLBEING)
    return found if isinstance(found, ExpectedCourse) else None


def count(everyone: list[tuple[Course, True_]], known: Known) -> dict[str, Count]:
    """Signals and clean sessions of every rule, looking after each session held."""
    found = {name: Count() for name in RULES}
    LINE["low_start"] = known.learnt.low_start
    for course, true in everyone:
        counted: set[str] = set()
        for t, place in enumerate(i for i, one in enumerate(course.sessions) if one.attendance.held):
            sofar = Course(course.key, course.sessions[: place + 1])
            for name, measured in RULES.items():
                if measured.per == "client" and name in counted:
                    continue
                signals = rule(name).detect(sofar, known)
                signals = [
                    one for one in signals if one.about == sofar.sessions[-1].key or name == "low_start"
                ]
                clean = measured.clean(true, sofar, t)
                if clean or signals:
                    counted.add(name)
                _add(found[name], measured, true, clean, signals, t, course.key)
    return found


def _add(to: Count, how: Measured, true: True_, clean: bool, signals: list[Signal], t: int, key: str) -> None:
    to.clean += clean
    to.signals += len(signals)
    to.real += sum(how.real(true, one, t) for one in signals)
    if clean and signals:
        to.false += 1
        to.of.add(key)


def measure(size: int, seed: int) -> dict[str, dict[str, Count]]:
    """The counts with published values and with the service's own."""
    everyone = list(clients(size, seed))
    courses = [course for course, _true in everyone]
    published = Known()
    own = replace(
        published,
        spreads=learnt_spreads(courses),
        learnt=replace(published.learnt, low_start=learnt_line(courses), expected=learnt_course(courses)),
    )
    return {"published": count(everyone, published), "own": count(everyone, own)}


def table(size: int, seed: int) -> dict[str, dict[str, object]]:
    """The content of the data file."""
    found = measure(size, seed)
    return {
        name: {
            "rate": round(more.rate, 4),
            "real": round(more.share_real, 2),
            "per": how.per,
            "published": round(found["published"][name].rate, 4),
            "own": round(found["own"][name].rate, 4),
            "clean": more.clean,
            "signals": more.signals,
            "clients": size,
            "source": f"Accord's simulator, default parameters, seed {seed}; {how.source}",
        }
        for name, how in RULES.items()
        for more in [max((found[which][name] for which in ("published", "own")), key=lambda one: one.rate)]
    }


def main() -> None:
    """Measure and write."""
    size, seed = (int(one) for one in (*sys.argv[1:], *map(str, (CLIENTS, SEED)[len(sys.argv) - 1 :])))
    made = table(size, seed)
    head = "# Measured by tests/validation/rule_rates.py on simulated services; never edit by hand.\n"
    FILE.write_text(head + yaml.safe_dump(made, sort_keys=False, width=110), encoding="utf-8")
    for name, one in made.items():
        print(name, {key: value for key, value in one.items() if key != "source"})


if __name__ == "__main__":
    main()
