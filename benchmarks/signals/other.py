"""A second generator, of another shape: clients, strain and answering as a clinician might tell them.

Written from the literature values and from clinical reasoning, without looking at the first generator's code;
the filter's own model is not in it. It assumes [design, where no source is named]:

- **Level.** A client's felt alliance is a share of the scale on the logit scale, so that the same trouble costs
  fewer points near the top. Therapists differ a little (3 to 6 % of the variance), clients a lot, with a longer
  tail downward.
- **Gradual change.** A random walk with a small upward drift that often stands still for some sessions
  (plateaus).
- **Mood of the week.** What passes between sessions has short memory (a moving average) and now and then a bad
  day.
- **Strain.** Events come from the second session on with a chance that differs from client to client. The depth
  is gamma distributed. Most set in within one session, others build up over two to four. Repair starts after
  some sessions and is at once (the plain V is the commonest shape, Gumz 2012), or drawn out over two or three;
  some leave a remainder that fades.
- **Answering.** Each client errs by a size of their own. Some answer in tens or fives. Whoever feels about
  content gives the top answer, and how early is a trait (acquiescence).
- **Missing** comes in runs, a little more often under strain. **Leaving** is likelier when the felt alliance is
  low.

**Onset**: the first session at which the strain exceeds .3 of the clients' SD; the dip lasts until it no longer
does. Set, before any detector was run, to the margins of the default setting of the simulation study: a
quarter of the answers at the top, onsets in 5 to 6 % of sessions, a one-session ICC of .6, 12 % of ratings
missing, and about a fifth of the clients leaving before the ninth session.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.signals.drawn import Bools, Drawn, Floats, Ints, Therapists

MEAN = 2.45  # logit of the usual level: nine tenths of the scale
CLIENT_SD = 0.62  # logit; strain is counted in it
THERAPIST_SD = 0.20
LOW_TAIL = 0.35  # share of the client spread that is skewed downward
DRIFT, WALK_SD, STANDS_STILL = 0.03, 0.10, 0.5
MOOD_SD, MOOD_MEMORY, BAD_DAY, BAD_DAY_SIZE = 0.26, 0.45, 0.02, 0.8
EVENT, EVENT_SHAPE, EVENT_MOST = 0.085, 2.0, 0.35
DEPTH, DEPTH_SHAPE = 1.25, 3.0  # in client SDs
SUDDEN, REPAIR, AT_ONCE, LEAVES_REST = 0.65, 0.5, 0.6, 0.2
FADES = 0.6  # of a remainder, what is left a session later
COUNTS_FROM = 0.3  # client SDs of strain that make a dip
ERROR, ERROR_SPREAD = 2.2, 0.4  # points; median over clients and SD of its log
CONTENT, ACQUIESCENCE = 96.5, 3.0  # felt points from which the top answer is given, and its SD over clients
TENS, FIVES = 0.25, 0.20
SKIPS, SKIPS_AGAIN, SKIPS_UNDER_STRAIN = 0.08, 0.45, 1.5
LEAVES, LEAVES_BY_LEVEL, LEAVES_MOST = 0.023, 0.9, 0.5
CASELOADS = 6.0  # Dirichlet: caseloads differ moderately
THERAPISTS = 20
TOP = 100.0

CALM, BUILDING, LASTING, EASING = range(4)


def share(logit: Floats) -> Floats:
    """The share of the scale that a logit stands for."""
    return np.asarray(1 / (1 + np.exp(-logit)))


def therapists(random: np.random.Generator) -> Therapists:
    """The therapists of one service; `own` is each one's part on the logit scale."""
    part = THERAPIST_SD * random.standard_normal(THERAPISTS)
    usual = MEAN + CLIENT_SD * np.linspace(-2, 2, 41)[:, None]
    weight = np.exp(-(np.linspace(-2, 2, 41) ** 2) / 2)[:, None]
    gained = TOP * (share(usual + part) - share(usual))
    shift = (weight * gained).sum(axis=0) / weight.sum()
    return Therapists(shift, random.dirichlet(np.full(THERAPISTS, CASELOADS)), own=part)


def draw(random: np.random.Generator, clients: int, sessions: int, staff: Therapists) -> Drawn:
    """Clients of these therapists, with known dips."""
    therapist = random.choice(len(staff.share), size=clients, p=staff.share).astype(np.int64)
    strain = draw_strain(random, clients, sessions)
    felt = (
        draw_level(random, clients)[:, None]
        + np.asarray(staff.own)[therapist][:, None]
        + draw_change(random, clients, sessions)
        + draw_mood(random, clients, sessions)
        - CLIENT_SD * strain
    )
    here = draw_stay(random, felt)
    answered = here & draw_answering(random, strain)
    in_dip = (strain > COUNTS_FROM) & here
    return Drawn(
        ratings=np.where(answered, answer(random, TOP * share(felt)), np.nan),
        in_dip=in_dip,
        onset=in_dip & ~earlier(in_dip),
        therapist=therapist,
        therapist_shift=staff.shift[therapist],
    )


def earlier(flags: Bools) -> Bools:
    """What was so at the session before."""
    return np.pad(flags, ((0, 0), (1, 0)))[:, :-1]


def draw_level(random: np.random.Generator, clients: int) -> Floats:
    """Where each client lies (logit): a normal part, and a part with a tail downward."""
    even, tail = random.standard_normal(clients), 1 - random.standard_exponential(clients)
    return MEAN + CLIENT_SD * (np.sqrt(1 - LOW_TAIL) * even + np.sqrt(LOW_TAIL) * tail)


def draw_change(random: np.random.Generator, clients: int, sessions: int) -> Floats:
    """A walk that starts at 0, and in plateaus stands still."""
    step = DRIFT + WALK_SD * random.standard_normal((clients, sessions))
    still = random.random((clients, sessions)) < STANDS_STILL
    still |= earlier(still) & (random.random((clients, sessions)) < STANDS_STILL)
    step[still] = 0
    step[:, 0] = 0
    return np.cumsum(step, axis=1)


def draw_mood(random: np.random.Generator, clients: int, sessions: int) -> Floats:
    """What passes: the mean of this week and a part of the last, and now and then a bad day."""
    week = random.standard_normal((clients, sessions + 1))
    mood = MOOD_SD * (week[:, 1:] + MOOD_MEMORY * week[:, :-1]) / np.hypot(1, MOOD_MEMORY)
    bad = random.random((clients, sessions)) < BAD_DAY
    return np.asarray(mood - BAD_DAY_SIZE * CLIENT_SD * bad)


@dataclass
class Strain:
    """Each client's strain while sessions are drawn: now, its phase, what each session adds, sessions left."""

    now: Floats
    phase: Ints
    part: Floats
    left: Ints  # sessions until the phase is over


def draw_strain(random: np.random.Generator, clients: int, sessions: int) -> Floats:
    """Strain by client and session, in client SDs, 0 for none."""
    chance = np.minimum(EVENT * random.gamma(EVENT_SHAPE, 1 / EVENT_SHAPE, clients), EVENT_MOST)
    state = Strain(*(np.zeros(clients, kind) for kind in (float, np.int64, float, np.int64)))
    strain = np.zeros((clients, sessions))
    for session in range(1, sessions):
        step(random, state, chance)
        strain[:, session] = state.now
    return strain


def step(random: np.random.Generator, state: Strain, chance: Floats) -> None:
    """One session on: remainders fade, events begin, build up, last, and are repaired."""
    count = len(chance)
    calm, lasting = state.phase == CALM, state.phase == LASTING
    state.now[calm] *= FADES
    begins = calm & (random.random(count) < chance)
    pace = np.where(random.random(count) < SUDDEN, 1, random.integers(2, 5, count))
    depth = random.gamma(DEPTH_SHAPE, DEPTH / DEPTH_SHAPE, count)
    enter(state, begins, BUILDING, depth / pace, pace)
    eases = lasting & (random.random(count) < REPAIR)
    pace = np.where(random.random(count) < AT_ONCE, 1, random.integers(2, 4, count))
    rest = np.where(random.random(count) < LEAVES_REST, random.uniform(0.2, 0.5, count), 0.0) * state.now
    enter(state, eases, EASING, (rest - state.now) / pace, pace)
    moves = (state.phase == BUILDING) | (state.phase == EASING)
    state.now[moves] = np.maximum(state.now[moves] + state.part[moves], 0)
    state.left[moves] -= 1
    over = moves & (state.left == 0)
    state.phase[over] = np.where(state.phase[over] == BUILDING, LASTING, CALM)


def enter(state: Strain, who: Bools, phase: int, part: Floats, left: Any) -> None:
    """Put some clients into a phase."""
    state.phase[who] = phase
    state.part[who] = part[who]
    state.left[who] = left[who]


def draw_stay(random: np.random.Generator, felt: Floats) -> Bools:
    """Who is still there: after each session some leave, more of them when they feel less well held."""
    chance = np.minimum(LEAVES * np.exp(-LEAVES_BY_LEVEL * (felt - MEAN)), LEAVES_MOST)
    leaves = random.random(felt.shape) < chance
    return ~earlier(np.logical_or.accumulate(leaves, axis=1))


def draw_answering(random: np.random.Generator, strain: Floats) -> Bools:
    """Who answers: skipping comes in runs, and a little more often under strain."""
    skips = np.zeros(strain.shape, bool)
    before = np.zeros(len(strain), bool)
    for session in range(strain.shape[1]):
        chance = np.where(before, SKIPS_AGAIN, SKIPS)
        chance = np.where(strain[:, session] > COUNTS_FROM, SKIPS_UNDER_STRAIN * chance, chance)
        before = skips[:, session] = random.random(len(strain)) < chance
    return ~skips


def answer(random: np.random.Generator, felt: Floats) -> Floats:
    """From felt points to an answer: error, then contentment at the top, then rounding to fives or tens."""
    clients = len(felt)
    error = ERROR * np.exp(ERROR_SPREAD * random.standard_normal(clients))
    content = CONTENT - ACQUIESCENCE * random.standard_normal(clients)
    style = random.random(clients)
    grain = np.where(style < TENS, 10.0, np.where(style < TENS + FIVES, 5.0, 1.0))[:, None]
    said = felt + error[:, None] * random.standard_normal(felt.shape)
    rounded = np.round(said / grain) * grain
    # Somebody who answers in tens and feels 96 means 100 anyhow; for the others contentment decides.
    return np.clip(np.where(said >= content[:, None], TOP, rounded), 0, TOP)
