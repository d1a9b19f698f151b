"""The generator of docs/method/dip.md: clients, therapists, dips and repairs, ratings with a ceiling, gaps and leaving.

In client-SD-like units, ten points each on a scale from 0 to 100 (science notes 3.5)::

    a_t = therapist + client + (growth) ln t + state_t - dip_t,   state_t = phi state_(t-1) + ...
    y_t = min(100, round(level + 10 (a_t + error)))

The defaults are set once, from the sources named there; nothing here was changed after a detector had been run.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm as normal
from scipy.stats import t as student

from accord.signals.dip.model import Beside, Parameters, Question, published
from benchmarks.signals.drawn import Bools, Drawn, Floats, Therapists

POINTS = 10.0  # points of the scale per unit: SRS points are four to the unit, on a scale of 40 (science 3.5)
TOP = 100.0
# Of a dip that begins in this session the item before it sees a half; the therapist sees a half of any dip [design].
ARRIVAL = Beside(shift=-0.25, loading=1.0, registers=0.5, own_sd=0.0, error_sd=0.45)
# Loading, own view and error give r = .36 with the client's rating, the shift d = -.63 (TRY07, science 3.5).
TWIN = Beside(shift=5.38, loading=0.35, registers=0.5, own_sd=0.65, error_sd=0.50)
FELT_OFF = Question(sensitivity=0.35, false_yes=0.03)  # dip-filter study


@dataclass(frozen=True)
class Shape:
    """The service that is drawn: SDs, sizes and growth in units, level in points, chances per session."""

    level: float = 92.5
    therapist_sd: float = 0.25
    client_sd: float = 0.71
    growth: float = 0.12
    growth_sd: float = 0.15
    state_sd: float = 0.45
    phi: float = 0.35
    error_sd: float = 0.30
    error_df: float | None = None  # Student's t with these degrees of freedom and `error_sd` as its scale
    onset: float = 0.06
    size: float = 1.1
    size_sd: float = 0.5
    smallest: float = 0.3
    repair: float = 0.45
    missing: float = 0.12
    informative: bool = False  # low lines and dips are answered less often
    sag: float = 0.0  # mean fall between two sessions, of which the session regains 40 to 100 %
    straight: float = 0.0  # share of clients who give their first answer for ever
    therapists: int = 12
    uneven: float = 0.0  # SD of the log of a therapist's share of the clients, beside chance
    question: bool = False  # "did something feel off?", asked after the session
    arrival: bool = False
    twin: bool = False

    def therapists_of(self, random: np.random.Generator) -> Therapists:
        """The therapists of one service and how many of its clients each one sees."""
        shift = POINTS * self.therapist_sd * random.standard_normal(self.therapists)
        share = random.dirichlet(np.full(self.therapists, 8.0))
        share = share * np.exp(self.uneven * random.standard_normal(self.therapists))
        return Therapists(shift, share / share.sum())

    @property
    def truth(self) -> Parameters:
        """The filter's parameters that come closest: moments where its family is another one."""
        depth, depth_sd = clipped(self.size, self.size_sd, self.smallest)
        error, outlier = contaminated(self.error_sd, self.error_df)
        sag_mean, sag_variance = (
            0.3 * self.sag,
            (0.24 - 0.09) * self.sag**2,
        )  # fall x (1 - regained): see `sags`
        variance = self.therapist_sd**2 + self.client_sd**2
        return replace(
            published(),
            level=self.level - POINTS * sag_mean,
            level_sd=POINTS * float(np.sqrt(variance)),
            growth=POINTS * self.growth,
            growth_sd=POINTS * self.growth_sd,
            state_sd=POINTS * self.state_sd,
            phi=self.phi,
            error_sd=POINTS * float(np.sqrt(error**2 + sag_variance)),
            outlier=outlier,
            onset=self.onset,
            end=self.repair,
            depth=POINTS * depth,
            depth_sd=POINTS * depth_sd,
            therapist_share=self.therapist_sd**2 / variance,
            felt_off=FELT_OFF,
            arrival=ARRIVAL.scaled(POINTS),
            twin=TWIN.scaled(POINTS),
        )


@dataclass(frozen=True)
class Own:
    """The generator of one shape."""

    shape: Shape

    def therapists(self, random: np.random.Generator) -> Therapists:
        """The therapists of one service."""
        return self.shape.therapists_of(random)

    def draw(self, random: np.random.Generator, clients: int, sessions: int, therapists: Therapists) -> Drawn:
        """Clients of these therapists, from their first session until they leave or the last one."""
        shape = self.shape
        whose = random.choice(len(therapists.share), size=clients, p=therapists.share)
        in_dip, onset, depth = dips(random, shape, clients, sessions)
        steady = steadies(random, shape, clients, sessions)
        line = steady + therapists.shift[whose, None] / POINTS - depth
        falls, lasting = sags(random, shape, clients, sessions)
        error = errors(random, shape, (clients, sessions))
        ratings = whole(shape.level + POINTS * (line - lasting + error))
        straight = random.random(clients) < shape.straight
        ratings[straight] = ratings[straight, :1]
        asked = ~missing(random, shape, line, in_dip) & ~left(random, line, in_dip)
        kept = np.where(asked, ratings, np.nan)
        new = np.where(onset, ARRIVAL.registers, 1.0) * depth
        return Drawn(
            kept,
            in_dip,
            onset,
            whose,
            shape.truth,
            therapists.shift[whose],
            **_beside(random, shape, line + depth, depth, new, falls, in_dip, asked),
        )


def steadies(random: np.random.Generator, shape: Shape, clients: int, sessions: int) -> Floats:
    """Client, growth and state without therapist and dips, n x T, in units."""
    level = shape.client_sd * random.standard_normal((clients, 1))
    slope = shape.growth + shape.growth_sd * random.standard_normal((clients, 1))
    state = shape.state_sd * random.standard_normal((clients, sessions))
    for t in range(1, sessions):
        state[:, t] = shape.phi * state[:, t - 1] + np.sqrt(1 - shape.phi**2) * state[:, t]
    line: Floats = level + slope * np.log(np.arange(1, sessions + 1)) + state
    return line


def dips(
    random: np.random.Generator, shape: Shape, clients: int, sessions: int
) -> tuple[Bools, Bools, Floats]:
    """In a dip, its first session, and its depth in units (0 outside), n x T; none at the first session."""
    in_dip = np.zeros((clients, sessions), dtype=bool)
    onset, depth = np.zeros_like(in_dip), np.zeros((clients, sessions))
    for t in range(1, sessions):
        chance, before = random.random(clients), in_dip[:, t - 1]
        size = np.maximum(shape.smallest, shape.size + shape.size_sd * random.standard_normal(clients))
        onset[:, t] = ~before & (chance < shape.onset)
        in_dip[:, t] = onset[:, t] | (before & (chance >= shape.repair))
        depth[:, t] = np.where(onset[:, t], size, depth[:, t - 1]) * in_dip[:, t]
    return in_dip, onset, depth


def errors(random: np.random.Generator, shape: Shape, size: tuple[int, int]) -> Floats:
    """Measurement error in units."""
    if shape.error_df is None:
        return shape.error_sd * random.standard_normal(size)
    return shape.error_sd * random.standard_t(shape.error_df, size)


def sags(random: np.random.Generator, shape: Shape, clients: int, sessions: int) -> tuple[Floats, Floats]:
    """The fall since the session before, and what of it the session did not regain (ZLO20, science 3.3)."""
    if not shape.sag:
        return np.zeros((clients, sessions)), np.zeros((clients, sessions))
    fall = random.exponential(shape.sag, (clients, sessions))
    return fall, fall * random.uniform(0, 0.6, (clients, sessions))


def missing(random: np.random.Generator, shape: Shape, line: Floats, in_dip: Bools) -> Bools:
    """Check-ins not answered; with `informative`, two and a half times as often in a dip, and more often when low."""
    logit = np.full(line.shape, np.log(shape.missing / (1 - shape.missing)))
    if shape.informative:
        logit = logit - 0.7 * line + 1.0 * in_dip
    found: Bools = random.random(line.shape) < 1 / (1 + np.exp(-logit))
    return found


def left(random: np.random.Generator, line: Floats, in_dip: Bools) -> Bools:
    """Sessions after the client has left (science 3.5: 18.5 % by session 8)."""
    sessions = line.shape[1]
    logit = -3.55 - 0.55 * line + 0.75 * in_dip - 0.25 * np.log(np.arange(1, sessions + 1))
    leaves = random.random(line.shape) < 1 / (1 + np.exp(-logit))
    gone: Bools = np.pad(np.logical_or.accumulate(leaves, axis=1)[:, :-1], ((0, 0), (1, 0)))
    return gone


def whole(points: Floats) -> Floats:
    """As the scale takes it: whole points from 0 to 100."""
    return np.clip(np.round(points), 0.0, TOP)


def _beside(
    random: np.random.Generator,
    shape: Shape,
    above: Floats,
    depth: Floats,
    new: Floats,
    falls: Floats,
    in_dip: Bools,
    asked: Bools,
) -> dict[str, Floats | None]:
    """What else was asked: the question, the item before the session, the therapist's rating.

    `above` is the line without the dip, `new` the depth that is there before the session.
    """
    told: dict[str, Floats | None] = {"felt_off": None, "arrival": None, "twin": None}
    if shape.question:
        chance = np.where(in_dip, FELT_OFF.sensitivity, FELT_OFF.false_yes)
        told["felt_off"] = np.where(asked, random.random(in_dip.shape) < chance, np.nan)
    for name, beside, wanted, seen in (
        ("arrival", ARRIVAL, shape.arrival, new + falls),
        ("twin", TWIN, shape.twin, TWIN.registers * depth),
    ):
        if wanted:
            own = beside.own_sd * random.standard_normal((len(above), 1))
            error = beside.error_sd * random.standard_normal(above.shape)
            line = shape.level / POINTS + above - seen
            told[name] = np.where(
                asked, whole(POINTS * (beside.shift + beside.loading * line + own + error)), np.nan
            )
    return told


@cache
def clipped(mean: float, sd: float, least: float) -> tuple[float, float]:
    """Mean and SD of max(least, N(mean, sd))."""
    at = np.maximum(least, mean + sd * normal.ppf((np.arange(20_000) + 0.5) / 20_000))
    return float(at.mean()), float(at.std())


@cache
def contaminated(scale: float, df: float | None) -> tuple[float, float]:
    """SD and share of the filter's error, (1-eps) N(0, R) + eps N(0, 9R), nearest to this one by likelihood."""
    if df is None:
        return scale, 0.0
    at = scale * student.ppf((np.arange(20_000) + 0.5) / 20_000, df)

    def minus(theta: Floats) -> float:
        sd, eps = np.exp(theta[0]), 1 / (1 + np.exp(-theta[1]))
        usual = (1 - eps) * np.exp(-0.5 * (at / sd) ** 2) / sd
        wild = eps * np.exp(-0.5 * (at / (3 * sd)) ** 2) / (3 * sd)
        return -float(np.log(usual + wild).mean())

    best = minimize(minus, np.array([np.log(scale), -3.0]), method="Nelder-Mead").x
    return float(np.exp(best[0])), float(1 / (1 + np.exp(-best[1])))
