"""The expected course of a service, fitted: growth in log session from intake, with the dose in it (science.md 5).

Only courses that have ended are fitted, since only they have a length; how long people stay is told from all of them
(those that go on count for as long as they have gone), or long courses would be missing from a young service.
"""

import numpy as np
import pyarrow as pa

from accord.basics.absence import TooFew
from accord.basics.near import hint
from accord.course.expected import NEEDED, ExpectedCourse
from accord.instruments.registry import identifiers
from accord.instruments.registry import instrument as instrument_of
from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.expected.courses import Courses, Floats

AT_A_SESSION = 20  # courses rated at a session, or nothing is said about it [design]
SAME = 1e-6  # lengths that vary less do not vary


def fit_expected(
    told: Courses, instrument: str, *, dose: bool = True, needed: int = NEEDED
) -> ExpectedCourse | TooFew | NotFitted:
    """The expected course of the main scale of `instrument`; too few below `needed` courses that have ended.

    Without `dose` the model knows nothing of how long people stay; only to show what that costs.
    """
    if instrument not in identifiers():
        return NotFitted(
            f"This version does not know the form '{instrument}'.", hint(instrument, identifiers())
        )
    followed = told.only(told.followed)
    if len(followed.intake) < needed:
        return TooFew(len(followed.intake), needed)
    centre = float(followed.intake.mean())
    dosed = dose and bool(np.log(followed.held).std() > SAME)
    severe = bool(followed.intake.std() > SAME)
    found = fit(_model(followed, dosed, severe), _table(followed, centre))
    if isinstance(found, NotFitted):
        return found
    definition = instrument_of(instrument)
    scale = definition.scale(definition.main_scale)
    effects, covariance = _effects(found)
    lengths, by_intake = _lengths(told, centre)
    return ExpectedCourse(
        instrument=instrument,
        low=scale.low,
        high=scale.high,
        higher_is_better=scale.higher_is_better is not False,
        centre=centre,
        effects=effects,
        covariance=covariance,
        client=tuple(map(tuple, found.component("course").covariance.tolist())),
        therapist=_therapist(found),
        residual=float(found.residual_sd**2),
        lengths=lengths,
        length_intake=by_intake,
        until=_until(followed),
        courses=len(followed.intake),
        therapists=len(set(followed.therapist)),
        ratings=len(followed.value),
    )


def _model(told: Courses, dosed: bool, severe: bool) -> Model:
    fixed = ["start"] * severe + ["log"] + ["start_log"] * severe + ["dose", "dose_log"] * dosed
    random = [Random("course", ("1", "log"))]
    if len(set(told.therapist)) > 1:
        random.append(Random("therapist"))
    return Model("outcome", tuple(fixed), tuple(random))


def _table(told: Courses, centre: float) -> pa.Table:
    start = (told.intake - centre)[told.place]
    log = np.log(told.number)
    dose = np.log(told.held)[told.place]
    return pa.table(
        {
            "course": pa.array([f"{one}" for one in told.place]),
            "therapist": pa.array(told.therapist[told.place].tolist()),
            "outcome": told.value,
            "start": start,
            "log": log,
            "start_log": start * log,
            "dose": dose,
            "dose_log": dose * log,
        }
    )


ORDER = ("1", "start", "log", "start_log", "dose", "dose_log")


def _effects(found: Fit) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Effects and their covariance in the order of `ExpectedCourse`; what is not in the model is 0, and sure."""
    columns = found.model.columns
    effects, covariance = np.zeros(len(ORDER)), np.zeros((len(ORDER), len(ORDER)))
    places = [ORDER.index(name) for name in columns]
    effects[places] = [found.effect(name).estimate for name in columns]
    covariance[np.ix_(places, places)] = found.covariance
    return tuple(effects.tolist()), tuple(map(tuple, covariance.tolist()))


def _therapist(found: Fit) -> float:
    there = [one for one in found.random if one.group == "therapist"]
    return float(there[0].covariance[0, 0]) if there else 0.0


def _lengths(told: Courses, centre: float) -> tuple[tuple[tuple[float, float], ...], float]:
    """Mean and variance of ln N among people still there at each session, and how it moves with the intake.

    From the share that ends at each session among those who reached it (Kaplan and Meier); what is left over at the
    longest course is counted as ending there.
    """
    longest = int(told.held.max())
    reached = np.array([(told.held >= t).sum() for t in range(1, longest + 1)], dtype=np.float64)
    ending = np.bincount(told.held[told.ended], minlength=longest + 1)[1:]
    hazard = ending / reached
    hazard[-1] = 1.0
    there = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    share: Floats = there * hazard
    logs = np.log(np.arange(1, longest + 1))
    start, length = told.intake[told.ended] - centre, np.log(told.held[told.ended])
    square = float(start @ start)
    slope = float(start @ (length - length.mean()) / square) if square > SAME else 0.0
    spread = float(start.var())
    found = []
    for t in range(longest):
        rest = share[t:] / max(share[t:].sum(), 1e-300)
        mean = float(rest @ logs[t:])
        found.append((mean, max(0.0, float(rest @ (logs[t:] - mean) ** 2) - slope**2 * spread)))
    return tuple(found), slope


def _until(told: Courses) -> int:
    """The last session up to which enough were rated at every one."""
    counts = np.bincount(told.number, minlength=3)[2:]
    few = np.flatnonzero(counts < AT_A_SESSION)
    return 1 + (int(few[0]) if len(few) else len(counts))
