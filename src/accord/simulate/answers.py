"""What people answered: from the truth of a block to the items on their forms, with ceilings and gaps.

All forms share one line: an item is ``cap(round(middle + points x y))``, y the alliance plus the item's error; the
total of four items carries `error_sd`. SRS and WAI-SR are made as totals from the same y, so that their ceilings can
be compared with the published ones. A gap is NaN.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from accord.simulate.draws import Flags, Floats, Integers, draw_states
from accord.simulate.parameters import Parameters
from accord.simulate.shifts import Shifts
from accord.simulate.truth import ByClient, Truth

ITEMS = 4


@dataclass(frozen=True)
class Metric:
    """How the alliance becomes points: `middle` at 0, `points` per unit, whole steps of `step`, `low` to `high`."""

    instrument: str
    middle: float
    points: float
    low: float
    high: float
    step: float

    def rate(self, value: Floats) -> Floats:
        """Points, rounded and cut at the ends of the scale."""
        stepped = np.round((self.middle + self.points * value) / self.step) * self.step
        result: Floats = np.clip(stepped, self.low, self.high)
        return result


# Ceilings of science.md 3.5: SRS m = 37, b = 4 and cap 40; WAI-SR m = 4.15, b = .75 and cap 5 (mean of 12 items).
SRS = Metric("srs", 37.0, 4.0, 0.0, 40.0, 0.1)
WAI_SR = Metric("wai-sr", 4.15, 0.75, 1.0, 5.0, 1 / 12)
CHECK_IN = Metric("accord-check-in", 92.5, 10.0, 0.0, 100.0, 1.0)  # the SRS's, on 0 to 100
TWIN = Metric("accord-check-in-therapist", 92.5, 10.0, 0.0, 100.0, 1.0)
ARRIVAL = Metric("accord-arrival", 92.5, 10.0, 0.0, 100.0, 1.0)


class Gap(IntEnum):
    """Why a check-in is not there; for the truth only, nobody in a service can tell the two apart."""

    NONE = 0
    RANDOM = 1
    INFORMATIVE = 2


@dataclass(frozen=True)
class Answers(ByClient):
    """Items per client and session (n x T x items); NaN where there is no answer."""

    check_in: Floats
    felt_off: Floats  # n x T: 1 yes, 0 no
    twin: Floats
    arrival: Floats  # n x T
    wellbeing: Floats
    srs: Floats  # n x T totals
    wai_sr: Floats
    outcome: Floats  # n
    gap: Integers  # n x T of `Gap`


def draw_answers(
    random: np.random.Generator, parameters: Parameters, truth: Truth, shifts: Shifts
) -> Answers:
    """The answers of a block, before anyone looks which sessions took place."""
    p = parameters
    shape = truth.alliance.shape
    error = random.normal(0, p.error_sd * np.sqrt(ITEMS), (*shape, ITEMS))
    felt = truth.alliance[..., None] + truth.components[:, None, :] + error
    total = truth.alliance + error.mean(2)
    gap = _gaps(random, p, truth)
    gap[(gap == Gap.NONE) & shifts.unasked] = Gap.RANDOM
    here = gap == Gap.NONE
    level = (truth.therapist_part + truth.client_part)[:, None]
    check_in = _same_throughout(CHECK_IN.rate(felt), CHECK_IN.rate(level[..., None]), truth.straight_liner)
    check_in[random.random(check_in.shape) < p.item_skipped] = np.nan
    check_in[~here] = np.nan
    chance = np.where(truth.in_dip, p.felt_off_sensitivity, p.felt_off_false)
    felt_off = (random.random(shape) < chance).astype(np.float64)
    felt_off[truth.straight_liner] = 0.0
    srs = _same_throughout(SRS.rate(total), SRS.rate(level), truth.straight_liner)
    wai_sr = _same_throughout(WAI_SR.rate(total), WAI_SR.rate(level), truth.straight_liner)
    return Answers(
        check_in=check_in,
        felt_off=np.where(here, felt_off, np.nan),
        twin=_twin(random, p, truth),
        arrival=_arrival(random, p, truth),
        wellbeing=_wellbeing(random, p, truth),
        srs=np.where(here, srs, np.nan),
        wai_sr=np.where(here, wai_sr, np.nan),
        outcome=_outcome(random, p, truth),
        gap=gap,
    )


def _same_throughout(values: Floats, same: Floats, who: Flags) -> Floats:
    """The values, but for clients in `who` one and the same in every session and item."""
    chosen = who.reshape((-1,) + (1,) * (values.ndim - 1))
    return np.where(chosen, same, values)


def _gaps(random: np.random.Generator, p: Parameters, truth: Truth) -> Integers:
    """Which check-ins are not given: by chance, or the likelier the lower the alliance is.

    The second chance is ``rate exp(-slope x - slope2 var / 2)``: its mean is `rate` for normal x, the alliance about
    its mean.
    """
    spread = p.therapist_sd**2 + p.client_sd**2 + p.state_sd**2
    number = np.arange(1, truth.alliance.shape[1] + 1)
    about = truth.alliance - p.growth * np.log(number)
    informative = (
        p.missing * p.missing_informative * np.exp(-p.missing_slope * about - p.missing_slope**2 * spread / 2)
    )
    by_chance = random.random(truth.alliance.shape) < p.missing * (1 - p.missing_informative)
    by_alliance = random.random(truth.alliance.shape) < informative
    return np.select([by_alliance, by_chance], [Gap.INFORMATIVE, Gap.RANDOM], Gap.NONE).astype(np.int64)


def _twin(random: np.random.Generator, p: Parameters, truth: Truth) -> Floats:
    """The therapist's own rating: lower, loosely tied to the client's alliance, registering part of a dip."""
    n, longest = truth.alliance.shape
    seen = truth.alliance + (1 - p.twin_registers) * truth.depth
    own = random.normal(0, p.twin_own_sd, (n, 1))
    passing = draw_states(random, n, longest, p.twin_state_sd, p.state_phi)
    error = random.normal(0, p.error_sd * np.sqrt(ITEMS), (n, longest, ITEMS))
    offsets = random.normal(0, 1, (n, ITEMS)) * np.array([1, 1, 1, 0]) * p.component_sd
    items = TWIN.rate(
        (p.twin_shift + p.twin_loading * seen + own + passing)[..., None] + offsets[:, None] + error
    )
    items[random.random((n, longest)) < p.twin_skipped] = np.nan
    return items


def _arrival(random: np.random.Generator, p: Parameters, truth: Truth) -> Floats:
    """The one item before a session, from the second on: sagged since the last, a new dip seen only in part."""
    shape = truth.alliance.shape
    not_yet = truth.onset & (random.random(shape) >= p.arrival_registers)
    felt = truth.alliance + np.where(not_yet, truth.depth, 0.0) - truth.sag
    value = ARRIVAL.rate(felt + random.normal(0, p.arrival_error_sd, shape))
    value[random.random(shape) < p.before_missing] = np.nan
    value[:, 0] = np.nan
    return value


def _wellbeing(random: np.random.Generator, p: Parameters, truth: Truth) -> Floats:
    """Four items before every session; the gain per ln(session) grows with the client's outcome."""
    n, longest = truth.alliance.shape
    start = random.normal(p.wellbeing_start, p.wellbeing_start_sd, (n, 1))
    gain = (p.wellbeing_gain + p.wellbeing_gain_sd * truth.outcome)[:, None] * np.log(
        np.arange(1, longest + 1)
    )
    passing = draw_states(random, n, longest, p.wellbeing_state_sd, p.state_phi)
    error = random.normal(0, p.wellbeing_item_sd, (n, longest, ITEMS))
    items: Floats = np.clip(np.round((start + gain + passing)[..., None] + error), 0, 100)
    items[random.random((n, longest)) < p.before_missing] = np.nan
    return items


def _outcome(random: np.random.Generator, p: Parameters, truth: Truth) -> Floats:
    """The outcome as the service knows it: rarely so for clients who left."""
    absent = np.where(truth.left, p.outcome_missing_left, p.outcome_missing)
    return np.where(random.random(len(truth.outcome)) < absent, np.nan, truth.outcome)
