"""Blocks of 250 clients, each with seeds of its own: a client is the same however many others are made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accord.simulate.answers import Answers, draw_answers
from accord.simulate.appointments import Appointments, draw_appointments
from accord.simulate.draws import Flags
from accord.simulate.parameters import Parameters
from accord.simulate.shifts import draw_shifts
from accord.simulate.truth import Truth, draw_truth, therapists_of

CLIENTS = 250  # in a block, with therapists of their own; part of what a seed means, so never to be changed
WEEK = 7  # days


@dataclass(frozen=True)
class Block:
    """One block: what is true, what was answered, and which appointments there were."""

    place: int
    truth: Truth
    answers: Answers
    appointments: Appointments

    @property
    def clients(self) -> int:
        """How many clients it holds."""
        return len(self.truth.held)

    def head(self, clients: int) -> "Block":
        """The same block with its first `clients` only."""
        return Block(
            self.place, self.truth.head(clients), self.answers.head(clients), self.appointments.head(clients)
        )


def make_block(parameters: Parameters, seed: int, place: int) -> Block:
    """The block at `place` (0, 1, …) of the service with this seed."""
    streams = np.random.SeedSequence(seed, spawn_key=(place,)).spawn(4)
    for_truth, for_answers, for_appointments, for_shifts = streams
    shifts = draw_shifts(
        np.random.default_rng(for_shifts), parameters, CLIENTS, therapists_of(parameters, CLIENTS)
    )
    trained = np.zeros((CLIENTS, 1), dtype=np.bool_)
    while True:
        truth = draw_truth(np.random.default_rng(for_truth), parameters, CLIENTS, shifts, trained)
        appointments = draw_appointments(np.random.default_rng(for_appointments), parameters, truth, shifts)
        if not shifts.training:
            break
        # A session's day depends on the sessions before it only, so each round has one more session right at least.
        now = after_training(truth, appointments)
        if np.array_equal(now, np.broadcast_to(trained, now.shape)):
            break
        trained = now
    return Block(
        place=place,
        truth=truth,
        answers=draw_answers(np.random.default_rng(for_answers), parameters, truth, shifts),
        appointments=appointments,
    )


def after_training(truth: Truth, appointments: Appointments) -> Flags:
    """Which of the n x T sessions come after the therapist's training; those not held as if they went on weekly."""
    n, longest = truth.alliance.shape
    held = appointments.held
    day = np.full((n, longest), -1, dtype=np.int64)
    day[appointments.client[held], appointments.session[held]] = appointments.day[held]
    last = day.max(axis=1, keepdims=True) + WEEK * (np.arange(longest) + 1 - truth.held[:, None])
    result: Flags = np.where(day >= 0, day, last) > truth.trained_on[:, None]
    return result


def make_blocks(
    parameters: Parameters, seed: int, *, clients: int | None = None, sessions: int | None = None
) -> Iterator[Block]:
    """Blocks until there are `clients`, or whole courses until there are `sessions` appointments or more."""
    clients_left, sessions_left = clients, sessions
    place = 0
    while (clients_left is None or clients_left > 0) and (sessions_left is None or sessions_left > 0):
        block = make_block(parameters, seed, place)
        take = block.clients if clients_left is None else min(clients_left, block.clients)
        if sessions_left is not None:
            per_client = np.bincount(block.appointments.client, minlength=block.clients)
            take = min(take, int(np.searchsorted(np.cumsum(per_client), sessions_left)) + 1)
        if take < block.clients:
            block = block.head(take)
        if clients_left is not None:
            clients_left -= block.clients
        if sessions_left is not None:
            sessions_left -= len(block.appointments.client)
        place += 1
        yield block
