"""What is true of one block of clients: how their alliance went, when it dipped, who left, what came of it.

Science.md 3.5, in units of about one SD between clients. With therapist j, client i and the t-th session *held*::

    mu_i  = b_j + u_i                          b ~ N(0, therapist_sd2)  u ~ N(0, client_sd2)
    s_1   ~ N(0, state_sd2),  s_t = phi s_(t-1) + N(0, state_sd2 (1 - phi2))
    a_t   = mu_i + g_i ln t + s_t - r_t        g_i ~ N(growth, growth_sd2)
    r_t   = depth while a dip lasts, half of it for one session after a slow repair, else 0
    leave after t with probability logistic(leaving + leaving_alliance a_t + leaving_dip dip_t + leaving_time ln t)
    outcome_i = lambda mu_i / sd(mu) + sqrt(1 - lambda2) N(0, 1)

What treatments, groups, trainings and therapists' own effects add is in `shifts.py`; all of it is 0 unless asked for.
A dip begins at the second session at the earliest, with probability `dip_onset`, and ends with `dip_repair` or after
`dip_longest` sessions. State and dips move from session held to session held, not with the days between them.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from accord.course.session import SessionKind
from accord.simulate.draws import Flags, Floats, Integers, draw_shares, draw_states
from accord.simulate.parameters import KINDS, Parameters
from accord.simulate.shifts import Shifts, others_leave

VIDEO = KINDS.index(SessionKind.VIDEO)


@dataclass(frozen=True)
class ByClient:
    """Arrays that all have one entry (or row) per client."""

    def head(self, clients: int) -> Self:
        """The same for the first `clients` only."""
        parts: dict[str, Any] = {field.name: getattr(self, field.name)[:clients] for field in fields(self)}
        return replace(self, **parts)


@dataclass(frozen=True)
class Truth(ByClient):
    """Per client (n) and per session held or not (n x T, meaningless from session `held` on, counted from 0)."""

    therapist: Integers
    therapist_part: Floats
    client_part: Floats
    growth: Floats
    components: Floats  # n x 4: offsets of bond, goals, tasks and 0 for the session overall
    straight_liner: Flags
    outcome: Floats
    planned: Integers
    held: Integers
    left: Flags
    treatment: Integers  # from 1
    treatment_part: Floats
    therapist_outcome_part: Floats
    group: Integers  # from 1
    group_part: Floats
    trained_on: Floats  # day of the therapist's training; infinite: none
    kind: Integers  # n x T from here on
    training_part: Floats
    state: Floats
    in_dip: Flags
    onset: Flags
    repaired: Flags  # the first session after a dip
    depth: Floats
    sag: Floats
    alliance: Floats
    hazard: Floats

    @property
    def took_place(self) -> Flags:
        """Which of the n x T sessions were held."""
        result: Flags = np.arange(self.alliance.shape[1]) < self.held[:, None]
        return result


def draw_truth(
    random: np.random.Generator, parameters: Parameters, clients: int, shifts: Shifts, trained: Flags
) -> Truth:
    """The truth of a block of `clients` and their therapists; `trained` (n x T): sessions after the training."""
    p, n = parameters, clients
    longest = int(max(length for length, _ in p.course_lengths))
    therapist, therapist_part = _therapists(random, p, n)
    client_part = random.normal(0, p.client_sd, n)
    growth = random.normal(p.growth, p.growth_sd, n)
    components = np.zeros((n, 4))
    components[:, :3] = random.normal(0, p.component_sd, (n, 3))
    components[:, :3] -= components[:, :3].mean(1, keepdims=True)
    planned = draw_shares(random, p.course_lengths, (n,)).astype(np.int64)
    straight_liner = random.random(n) < p.straight_lining
    kind = _kinds(random, p, n, longest)
    state = draw_states(random, n, longest, p.state_sd, p.state_phi)
    in_dip, onset, repaired, depth = _dips(random, p, n, longest)
    sag = np.maximum(0.0, random.normal(p.sag, p.sag_sd, (n, longest)))
    number = np.arange(1, longest + 1)
    level = therapist_part + client_part
    alliance = level[:, None] + growth[:, None] * np.log(number) + state - depth
    alliance += p.video_shift * (kind == VIDEO)
    training_part: Floats = np.where(np.broadcast_to(trained, alliance.shape), p.training_effect, 0.0)
    alliance += shifts.group_part[:, None] + training_part
    hazard = _logistic(
        p.leaving
        + p.leaving_alliance * alliance
        + p.leaving_dip * in_dip
        + p.leaving_time * np.log(number)
        + others_leave(p, shifts.group)[:, None]
    )
    hazard[number >= planned[:, None]] = 0.0  # who has come to the end as planned has not left
    leaves = random.random((n, longest)) < hazard
    left: Flags = np.any(leaves, axis=1)
    own = shifts.therapist_outcome[therapist]
    return Truth(
        therapist=therapist,
        therapist_part=therapist_part,
        client_part=client_part,
        growth=growth,
        components=components,
        straight_liner=straight_liner,
        outcome=_outcome(random, p, level) + shifts.treatment_part + own,
        planned=planned,
        held=np.where(left, leaves.argmax(1) + 1, planned),
        left=left,
        treatment=shifts.treatment,
        treatment_part=shifts.treatment_part,
        therapist_outcome_part=own,
        group=shifts.group,
        group_part=shifts.group_part,
        trained_on=shifts.trained_on[therapist],
        kind=kind,
        training_part=training_part,
        state=state,
        in_dip=in_dip,
        onset=onset,
        repaired=repaired,
        depth=depth,
        sag=sag,
        alliance=alliance,
        hazard=hazard,
    )


def _therapists(random: np.random.Generator, p: Parameters, n: int) -> tuple[Integers, Floats]:
    """Who treats whom, with unequal caseloads, and each client's therapist's part."""
    count = therapists_of(p, n)
    parts = random.normal(0, p.therapist_sd, count)
    weights = np.exp(random.normal(0, p.caseload_imbalance, count))
    chosen = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], random.random(n), side="right")
    return chosen.astype(np.int64), parts[chosen]


def therapists_of(p: Parameters, clients: int) -> int:
    """How many therapists a block has."""
    return max(1, round(clients / p.caseload))


def _kinds(random: np.random.Generator, p: Parameters, n: int, longest: int) -> Integers:
    """How people meet: a client's usual kind, now and then another one."""
    usual = draw_shares(random, p.session_kinds, (n, 1))
    other = draw_shares(random, p.session_kinds, (n, longest))
    return np.where(random.random((n, longest)) < p.kind_switch, other, usual).astype(np.int64)


def _dips(
    random: np.random.Generator, p: Parameters, n: int, longest: int
) -> tuple[Flags, Flags, Flags, Floats]:
    """In a dip, its first session, the first session after it, and how deep the line lies below where it would be."""
    begins, ends, slow = random.random((3, n, longest))
    sizes = np.maximum(p.dip_size_least, random.normal(p.dip_size, p.dip_size_sd, (n, longest)))
    in_dip, onset, repaired = np.zeros((3, n, longest), dtype=np.bool_)
    depth = np.zeros((n, longest))
    size, lasted = np.zeros(n), np.zeros(n, dtype=np.int64)
    for t in range(1, longest):
        was = in_dip[:, t - 1]
        over = was & ((ends[:, t] < p.dip_repair) | (lasted >= p.dip_longest))
        new = ~was & (begins[:, t] < p.dip_onset)
        size = np.where(new, sizes[:, t], size)
        now = (was & ~over) | new
        lasted = np.where(now, lasted + 1, 0)
        in_dip[:, t], onset[:, t], repaired[:, t] = now, new, over
        depth[:, t] = size * np.where(now, 1.0, 0.5 * (over & (slow[:, t] < p.slow_repair)))
    return in_dip, onset, repaired, depth


def _outcome(random: np.random.Generator, p: Parameters, level: Floats) -> Floats:
    """Standardised outcome, higher better; its loading on the standardised level of the alliance is a parameter."""
    sd = float(np.hypot(p.therapist_sd, p.client_sd))
    standardised = level / sd if sd else np.zeros_like(level)
    result: Floats = p.outcome_loading * standardised + np.sqrt(1 - p.outcome_loading**2) * random.normal(
        0, 1, len(level)
    )
    return result


def _logistic(value: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-value))
    return result
