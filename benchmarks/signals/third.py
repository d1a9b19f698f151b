"""A third way of making services: four graded items, irregular days, strains that mend a little each day.

Written without reading the other generators, the detector or its description, from clinical reasoning and three
sections of the science sheet: what limits scores (3.3), the values and margins of the benchmark (3.5) and its first
numbers (3.6). Its constants were set to the margins of 3.5 only, before any detector met it; it is a check, so they
are never to be changed in the light of a detector's results. What it assumes:

- **Days, not session numbers.** Most clients come weekly, some every fortnight, with weeks skipped and holidays.
- **Level**: a therapist's and a client's part, a rise that levels off, a state that drifts back in days (an
  Ornstein-Uhlenbeck process), and some cooling after a long gap.
- **Strains**: from the day the last one mended, a gamma-distributed wait, shorter for some clients than others. The
  first session after it meets the strain at its full, lognormal depth; from there it fades exponentially, at a pace
  of its own. It weighs more on some items than others. So most dips end gradually; at least one session lies between
  two of them: a strain that comes sooner is met a session later.
- **Onset** is the session in which a strain of at least `SHALLOWEST` is met; **the dip** lasts while at least that
  much is left. What remains below that still lowers the answers, and a strain that never reached it is no dip.
- **Items**: graded responses 0 to 10 (logistic), each item with its own discrimination and thresholds, finer towards
  the top, and each client with a lasting leaning per item. The rating is their mean on 0 to 100.
- **Careless answers** now and then: one option throughout, often the highest. A few clients do it often.
- **Missing and leaving** depend on the client and on the strain; leaving on how the alliance feels, per week.

One unit of the latent scale is 10 points where the ceiling is far (the sheet's unit: 4 points of 40). A value tagged
[3.5] is the sheet's; [margin] was set so that a margin of 3.5 comes out; the others are [design].
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.signals.drawn import Bools, Drawn, Floats, Ints, Therapists

POINTS = 10.0  # per unit of the latent scale, far from the ceiling [3.5]

# Who they are
FEWEST_THERAPISTS, MOST_THERAPISTS = 8, 20
THERAPIST_SD = 0.24  # units [margin: 3 to 6 % of the variance]
CASELOAD_SPREAD = 0.6  # SD of the log of a caseload
CLIENT_SD = 0.80  # units, the high end of 3.5's range [margin: one-session ICC about .6]

# When they come, in days
WEEK = 7
FORTNIGHTLY = 0.2  # share of clients
JITTER_SD = 1.5
SKIPPED = 0.10  # a planned session that does not take place
HOLIDAY = 0.03
HOLIDAY_DAYS = (14, 29)

# How the alliance moves, in units
STATE_SD = 0.40  # [3.5's range; margin: the same]
STATE_DAYS = WEEK / -np.log(0.35)  # a correlation of .35 over a week [3.5]
RISE, RISE_SD, RISE_DAYS = 0.30, 0.30, 35.0  # eventual; after ten weeks .26, SD .26 [near 3.5's]
COOLING, COOLING_DAYS = 0.15, 14.0  # after a gap beyond a week; falls between sessions [3.3]

# Strains
WAIT_SHAPE, WAIT_DAYS = 1.1, 135.0  # [margin: onsets in 5 to 6 % of sessions]
PRONENESS_SD = 0.4  # SD of the log of the wait's length between clients
DEPTH, DEPTH_SPREAD = 1.0, 0.42  # median and SD of the log, mean 1.1 and SD .5 [3.5]
SHALLOWEST = 0.3  # the smallest that counts as a dip [3.5]
# Days until 1/e is left, median and SD of the log; dips last about two sessions [3.5: repair .45]
MENDING_DAYS, MENDING_SPREAD = 14.0, 0.5
EVENNESS = 6.0  # of a strain over the items: high is even

# Items
DISCRIMINATION = np.array([4.2, 3.4, 3.9, 3.1])  # [margin: alpha about .9]
TOP = np.array([0.10, 0.24, 0.17, 0.34])  # highest option's thresholds, units [margin: a quarter at the top]
STEPS = np.linspace(0.8, 1.2, 9)  # widths of the options below it, downwards
LEANING_SD = 0.25  # a client's lasting leaning on one item

# Careless, missing, leaving
CARELESS = (0.3, 14.7)  # beta distribution of a client's share of careless sessions: 2 %, few of them often
CARELESS_AT_TOP = 0.5
MISSING = (1.6, 12.4)  # beta distribution of a client's share of ratings missing [margin: 12 %]
MISSING_ODDS_IN_DIP = 1.6
LEAVING = -3.60  # log hazard per week [margin: 19 % gone by session 8]
LEAVING_BY_FEELING, LEAVING_BY_STRAIN, LEAVING_BY_WEEKS = -0.55, 0.4, -0.25

Items = NDArray[np.float64]  # clients x sessions x items


@dataclass(frozen=True)
class Strains:
    """Clients x sessions: what is left of a strain (units), the session that met one, each item's weight in it."""

    left: Floats
    met: Bools
    weight: Items


@dataclass(frozen=True)
class Lived:
    """What took place, before anyone answers: clients x sessions. `level` (units) is without the strain."""

    therapist: Ints
    day: Floats
    level: Floats
    strains: Strains
    held: Bools

    @property
    def in_dip(self) -> Bools:
        """Sessions held with at least `SHALLOWEST` of a strain left."""
        return self.held & (self.strains.left >= SHALLOWEST)

    @property
    def onset(self) -> Bools:
        """Sessions held that met the strain."""
        return self.in_dip & self.strains.met


def therapists(random: np.random.Generator, /) -> Therapists:
    """The therapists of one service, some with far larger caseloads; `shift` in points before the ceiling."""
    number = int(random.integers(FEWEST_THERAPISTS, MOST_THERAPISTS + 1))
    share = random.lognormal(0, CASELOAD_SPREAD, number)
    return Therapists(random.normal(0, THERAPIST_SD * POINTS, number), share / share.sum())


def draw(random: np.random.Generator, clients: int, sessions: int, staff: Therapists, /) -> Drawn:
    """Clients of these therapists. After a client has left there are neither ratings nor dips."""
    lived = live(random, clients, sessions, staff)
    ratings = answers(random, lived).mean(axis=2) * 10
    unseen = missing(random, lived.in_dip) | ~lived.held
    return Drawn(
        ratings=np.where(unseen, np.nan, ratings),
        in_dip=lived.in_dip,
        onset=lived.onset,
        therapist=lived.therapist,
        therapist_shift=staff.shift[lived.therapist],
    )


def live(random: np.random.Generator, clients: int, sessions: int, staff: Therapists) -> Lived:
    """What takes place at this service."""
    therapist = random.choice(len(staff.share), clients, p=staff.share)
    day = days(random, clients, sessions)
    base = staff.shift[therapist] / POINTS + random.normal(0, CLIENT_SD, clients)
    level = base[:, None] + risen(random, day) + states(random, day) - cooled(day)
    strain = strains(random, day)
    return Lived(therapist, day, level, strain, stayed(random, day, level, strain.left))


def days(random: np.random.Generator, clients: int, sessions: int) -> Floats:
    """The day of each session, counted from the first."""
    shape = (clients, sessions - 1)
    usual = np.where(random.random((clients, 1)) < FORTNIGHTLY, 2 * WEEK, WEEK)
    weeks = usual * random.geometric(1 - SKIPPED, shape)
    away = np.where(random.random(shape) < HOLIDAY, random.integers(*HOLIDAY_DAYS, shape), 0)
    gaps = np.maximum(np.rint(weeks + away + random.normal(0, JITTER_SD, shape)), 2)
    return np.concatenate([np.zeros((clients, 1)), np.cumsum(gaps, axis=1)], axis=1)


def risen(random: np.random.Generator, day: Floats) -> Floats:
    """How far each client's alliance has grown: a rise (for some a fall) that levels off."""
    rise = random.normal(RISE, RISE_SD, (len(day), 1))
    return np.asarray(rise * (1 - np.exp(-day / RISE_DAYS)))


def states(random: np.random.Generator, day: Floats) -> Floats:
    """How things are just now: a stationary Ornstein-Uhlenbeck process, exact over any gap."""
    state = random.normal(0, STATE_SD, day.shape)
    for t in range(1, day.shape[1]):
        kept = np.exp(-(day[:, t] - day[:, t - 1]) / STATE_DAYS)
        state[:, t] = kept * state[:, t - 1] + np.sqrt(1 - kept**2) * state[:, t]
    return state


def cooled(day: Floats) -> Floats:
    """What a gap of more than a week takes away, until the next session."""
    beyond = np.maximum(np.diff(day, axis=1, prepend=day[:, :1]) - WEEK, 0)
    return COOLING * (1 - np.exp(-beyond / COOLING_DAYS))


def strains(random: np.random.Generator, day: Floats) -> Strains:
    """Strains as a renewal process; a new one replaces what was left of the last."""
    clients, sessions = len(day), day.shape[1]
    proneness = random.lognormal(0, PRONENESS_SD, clients)
    depth, since, pace = np.zeros(clients), np.zeros(clients), np.ones(clients)
    weight = np.ones((clients, len(TOP)))
    due = waits(random, proneness)
    left, met = np.zeros(day.shape), np.zeros(day.shape, dtype=bool)
    weights = np.ones((*day.shape, len(TOP)))
    for t in range(sessions):
        apart = (
            left[:, t - 1] < SHALLOWEST
        )  # two dips have a session between them (at t = 0 nothing is left yet)
        now = apart & (day[:, t] >= due)
        depth = np.where(now, random.lognormal(np.log(DEPTH), DEPTH_SPREAD, clients), depth)
        pace = np.where(now, random.lognormal(np.log(MENDING_DAYS), MENDING_SPREAD, clients), pace)
        since = np.where(now, day[:, t], since)
        weight = np.where(now[:, None], evenly(random, clients), weight)
        mended = since + pace * np.log(np.maximum(depth, SHALLOWEST) / SHALLOWEST)
        due = np.where(now, mended + waits(random, proneness), due)
        left[:, t], met[:, t], weights[:, t] = depth * np.exp(-(day[:, t] - since) / pace), now, weight
    return Strains(left, met, weights)


def waits(random: np.random.Generator, proneness: Floats) -> Floats:
    """Days without a strain before the next."""
    return random.gamma(WAIT_SHAPE, WAIT_DAYS / WAIT_SHAPE, len(proneness)) / proneness


def evenly(random: np.random.Generator, clients: int) -> Floats:
    """How one strain falls on the items: clients x items, mean 1 over the items."""
    return random.dirichlet(np.full(len(TOP), EVENNESS), clients) * len(TOP)


def stayed(random: np.random.Generator, day: Floats, level: Floats, strain: Floats) -> Bools:
    """Sessions held: each gap is survived with a hazard per week set by how the last session felt."""
    weeks = np.diff(day, axis=1) / WEEK
    feeling, hurt = (level - strain)[:, :-1], strain[:, :-1]
    over = LEAVING_BY_WEEKS * np.log(day[:, 1:] / WEEK + 1)
    hazard = np.exp(LEAVING + LEAVING_BY_FEELING * feeling + LEAVING_BY_STRAIN * hurt + over)
    back = random.random(weeks.shape) < np.exp(-hazard * weeks)
    return np.concatenate(
        [np.ones((len(day), 1), dtype=bool), np.logical_and.accumulate(back, axis=1)], axis=1
    )


def answers(random: np.random.Generator, lived: Lived) -> Items:
    """The answers to the items, 0 to 10, at every session, held or not."""
    shape = lived.strains.weight.shape
    felt = lived.level[:, :, None] - lived.strains.left[:, :, None] * lived.strains.weight
    leaning = random.normal(0, LEANING_SD, (shape[0], 1, shape[2]))
    response = felt + leaning + random.logistic(0, 1, shape) / DISCRIMINATION
    below = np.concatenate([[0.0], np.cumsum(STEPS)])
    graded = (response[..., None] >= TOP[:, None] - below).sum(axis=-1).astype(np.float64)
    return careless(random, graded)


def careless(random: np.random.Generator, graded: Items) -> Items:
    """The same, with one option throughout where the client did not read the items."""
    clients, sessions, _ = graded.shape
    unread = random.random((clients, sessions)) < random.beta(*CARELESS, (clients, 1))
    high = random.random((clients, sessions)) < CARELESS_AT_TOP
    option = np.where(high, 10, random.integers(5, 10, (clients, sessions)))
    return np.where(unread[..., None], option[..., None], graded)


def missing(random: np.random.Generator, in_dip: Bools) -> Bools:
    """Sessions without a rating: some clients often, all more often in a dip."""
    share = random.beta(*MISSING, (len(in_dip), 1))
    odds = share / (1 - share) * np.where(in_dip, MISSING_ODDS_IN_DIP, 1.0)
    return np.asarray(random.random(in_dip.shape) < odds / (1 + odds))
