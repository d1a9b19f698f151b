"""A simulated service as values, one per client: what the demo clinic is filled from. Holds nothing of the truth."""

from dataclasses import dataclass

import numpy as np

from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Missing
from accord.simulate.appointments import STATES
from accord.simulate.block import Block, make_blocks
from accord.simulate.draws import Floats
from accord.simulate.parameters import KINDS, Parameters, read_parameters

Items = tuple[float | Missing, ...]


@dataclass(frozen=True)
class SimulatedSession:
    """One appointment: `day` since the client's first one; forms exist only for those that were held.

    A form is its four items, or the reason why there is none; `felt_off` and `arrival` likewise.
    """

    slot: int
    number: int | None
    day: int
    kind: SessionKind
    attendance: Attendance
    check_in: Items | Missing
    felt_off: bool | Missing
    therapist_check_in: Items | Missing
    arrival: float | Missing
    wellbeing: Items | Missing


@dataclass(frozen=True)
class SimulatedClient:
    """One client: `therapist` counts from 0, `first_day` from the service's opening (a Monday).

    `dropped_out` is what the service would note: left before the `planned` number of sessions. `treatment` and `group`
    count from 1; `trained_on` is the day of the therapist's training since the service's opening, None without one.
    """

    key: str
    therapist: int
    first_day: int
    planned: int
    dropped_out: bool
    treatment: int
    group: int
    trained_on: int | None
    outcome: float | None
    sessions: tuple[SimulatedSession, ...]


@dataclass(frozen=True)
class SimulatedService:
    """A service that never existed."""

    seed: int
    therapists: int
    clients: tuple[SimulatedClient, ...]


def simulate_service(
    clients: int = 250, seed: int = 1, parameters: Parameters | None = None
) -> SimulatedService:
    """A service with this many clients. A seed gives the same ones again; more of them leave the first as they are."""
    chosen = parameters or read_parameters()
    made: list[SimulatedClient] = []
    therapists: dict[tuple[int, int], int] = {}
    for block in make_blocks(chosen, seed, clients=clients):
        made += _clients(block, therapists, len(made))
    return SimulatedService(seed, len(therapists), tuple(made))


def _clients(block: Block, therapists: dict[tuple[int, int], int], before: int) -> list[SimulatedClient]:
    truth, rows = block.truth, block.appointments
    starts = np.searchsorted(rows.client, np.arange(block.clients + 1))
    made = []
    for client in range(block.clients):
        begin, end = int(starts[client]), int(starts[client + 1])
        whom = (block.place, int(truth.therapist[client]))
        outcome, trained_on = float(block.answers.outcome[client]), float(truth.trained_on[client])
        made.append(
            SimulatedClient(
                key=f"c{before + client + 1:07d}",
                therapist=therapists.setdefault(whom, len(therapists)),
                first_day=int(rows.day[begin]),
                planned=int(truth.planned[client]),
                dropped_out=bool(truth.left[client]),
                treatment=int(truth.treatment[client]),
                group=int(truth.group[client]),
                trained_on=int(trained_on) if np.isfinite(trained_on) else None,
                outcome=None if np.isnan(outcome) else outcome,
                sessions=tuple(_session(block, row, int(rows.day[begin])) for row in range(begin, end)),
            )
        )
    return made


def _session(block: Block, row: int, first_day: int) -> SimulatedSession:
    rows, answers = block.appointments, block.answers
    at = int(rows.client[row]), int(rows.session[row])
    held = at[1] >= 0
    felt_off = _value(answers.felt_off[at]) if held else Missing.NOT_ASKED
    return SimulatedSession(
        slot=int(rows.slot[row]),
        number=at[1] + 1 if held else None,
        day=int(rows.day[row]) - first_day,
        kind=KINDS[rows.kind[row]],
        attendance=STATES[rows.attendance[row]],
        check_in=_form(answers.check_in[at]) if held else Missing.NOT_ASKED,
        felt_off=felt_off if isinstance(felt_off, Missing) else felt_off == 1.0,
        therapist_check_in=_form(answers.twin[at]) if held else Missing.NOT_ASKED,
        arrival=_value(answers.arrival[at]) if held and at[1] else Missing.NOT_ASKED,
        wellbeing=_form(answers.wellbeing[at]) if held else Missing.NOT_ASKED,
    )


def _form(items: Floats) -> Items | Missing:
    """The items; a form without any was not given at all, an item alone was declined."""
    if np.isnan(items).all():
        return Missing.NOT_REACHED
    return tuple(Missing.DECLINED if np.isnan(item) else float(item) for item in items)


def _value(item: np.float64) -> float | Missing:
    return Missing.NOT_REACHED if np.isnan(item) else float(item)
