"""Blocks of 250 clients, each with seeds of its own: a client is the same however many others are made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accord.simulate.answers import Answers, draw_answers
from accord.simulate.appointments import Appointments, draw_appointments
from accord.simulate.parameters import Parameters
from accord.simulate.truth import Truth, draw_truth

CLIENTS = 250  # in a block, with therapists of their own; part of what a seed means, so never to be changed


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
    streams = np.random.SeedSequence(seed, spawn_key=(place,)).spawn(3)
    for_truth, for_answers, for_appointments = (np.random.default_rng(stream) for stream in streams)
    truth = draw_truth(for_truth, parameters, CLIENTS)
    return Block(
        place=place,
        truth=truth,
        answers=draw_answers(for_answers, parameters, truth),
        appointments=draw_appointments(for_appointments, parameters, truth),
    )


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
