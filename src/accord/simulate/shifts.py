"""What clients and therapists differ in besides: treatments, groups, trainings, a therapist's own effect on outcome.

All are off unless asked for. They are drawn from a stream of their own, so that turning one on moves no other draw::

    outcome_i  + treatment_part + therapist_outcome_part     treatments lie evenly apart, weighted SD treatment_sd
    a_t        + group_part + training_part                  group_part: group_alliance outside the first group
    leaving    + group_leaving outside the first group       training_part: training_effect after the therapist's day
    a check-in is not given with probability group_missing more, outside the first group

Groups and trainings move the alliance and what follows from it (leaving, missed appointments), not the outcome.
"""

from dataclasses import dataclass

import numpy as np

from accord.simulate.draws import Flags, Floats, Integers, draw_shares
from accord.simulate.parameters import Parameters, Shares

NEVER = np.inf


@dataclass(frozen=True)
class Shifts:
    """Per client (n), per therapist (k), and per client and appointment, for one block."""

    treatment: Integers  # n, from 1
    group: Integers  # n, from 1
    treatment_part: Floats  # n
    group_part: Floats  # n
    therapist_outcome: Floats  # k
    trained_on: Floats  # k: day since the service opened; NEVER
    unasked: Flags  # n x T: a check-in that is not given because of the group
    starts: Floats  # n: shares of the days of intake
    gaps: Floats  # n x appointments: days from the one before

    @property
    def training(self) -> bool:
        """Whether any therapist is trained; then days are drawn ahead, since the alliance depends on them."""
        return bool(np.isfinite(self.trained_on).any())


def draw_shifts(random: np.random.Generator, p: Parameters, clients: int, therapists: int) -> Shifts:
    """The shifts of a block."""
    longest = int(max(length for length, _ in p.course_lengths))
    treatment = draw_shares(random, p.treatments, (clients,)).astype(np.int64)
    group = draw_shares(random, p.groups, (clients,)).astype(np.int64)
    effects = treatment_effects(p.treatments, p.treatment_sd)
    own = random.normal(0, 1, therapists) * p.therapist_outcome_sd
    trained = random.random(therapists) < p.trained
    day = np.round(p.training_day + random.uniform(-1, 1, therapists) * p.training_day_spread)
    others = group != min(int(key) for key, _ in p.groups)
    return Shifts(
        treatment=treatment,
        group=group,
        treatment_part=np.array([effects[one] for one in treatment.tolist()]),
        group_part=np.where(others, p.group_alliance, 0.0),
        therapist_outcome=own,
        trained_on=np.where(trained, day, NEVER),
        unasked=others[:, None] & (random.random((clients, longest)) < p.group_missing),
        starts=random.random(clients),
        gaps=draw_shares(random, p.spacing_days, (clients, 4 * longest + 1)),
    )


def treatment_effects(treatments: Shares, sd: float) -> dict[int, float]:
    """The effect of each treatment on outcome: evenly apart, mean 0 and SD `sd` over clients."""
    keys = [int(key) for key, _ in treatments]
    shares = np.array([share for _, share in treatments])
    places = np.arange(len(keys), dtype=np.float64)
    places -= shares @ places
    spread = float(np.sqrt(shares @ places**2))
    scaled = places * (sd / spread if spread else 0.0)
    return dict(zip(keys, scaled.tolist(), strict=True))


def others_leave(p: Parameters, group: Integers) -> Floats:
    """Log odds of leaving added per client."""
    first = min(int(key) for key, _ in p.groups)
    result: Floats = np.where(group != first, p.group_leaving, 0.0)
    return result
