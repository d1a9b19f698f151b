"""Appointments: sessions held and those that fell out, in order, with the day of each; one flat row per appointment."""

from dataclasses import dataclass

import numpy as np

from accord.course.session import Attendance
from accord.simulate.draws import Flags, Floats, Integers, draw_shares
from accord.simulate.parameters import Parameters
from accord.simulate.shifts import Shifts
from accord.simulate.truth import Truth

STATES = tuple(Attendance)  # `attendance` holds positions in this tuple
MOST_IN_A_ROW = 3  # appointments that fall out before the client comes again


def _place(state: Attendance) -> int:
    return STATES.index(state)


@dataclass(frozen=True)
class Appointments:
    """One row per appointment, clients in order. `session` is the place (from 0) of the session held, -1 for none."""

    client: Integers
    slot: Integers  # 1, 2, … within the client
    session: Integers
    kind: Integers
    attendance: Integers
    day: Integers  # since the service opened, which was a Monday

    @property
    def held(self) -> Flags:
        """Which of them took place."""
        result: Flags = self.session >= 0
        return result

    def head(self, clients: int) -> "Appointments":
        """The rows of the first `clients`."""
        end = int(np.searchsorted(self.client, clients))
        return Appointments(
            self.client[:end],
            self.slot[:end],
            self.session[:end],
            self.kind[:end],
            self.attendance[:end],
            self.day[:end],
        )


def draw_appointments(
    random: np.random.Generator, parameters: Parameters, truth: Truth, shifts: Shifts
) -> Appointments:
    """The appointments of a block.

    Before each session held but the first come up to three that fell out; a client who left may have missed one more.
    """
    p, (n, longest) = parameters, truth.alliance.shape
    late = random.random((n, longest)) < np.where(truth.in_dip, p.late_dip, p.late)
    fell_out, missed_share = _fell_out(random, p, truth)
    no_show = truth.left & (random.random(n) < p.leaving_no_show)
    # One more column for the appointment that a client who left did not come to.
    before = np.concatenate(
        [np.where(truth.took_place, fell_out, 0), np.zeros((n, 1), dtype=np.int64)], axis=1
    )
    takes_place = np.concatenate([truth.took_place, np.zeros((n, 1), dtype=np.bool_)], axis=1)
    before[np.arange(n)[no_show], truth.held[no_show]] = 1
    rows = (before + takes_place).ravel()
    cell = np.repeat(np.arange(rows.size), rows)
    client, column = np.divmod(cell, longest + 1)
    last_of_cell = np.append(cell[1:] != cell[:-1], True)
    is_held = last_of_cell & takes_place.ravel()[cell]
    at = np.minimum(column, longest - 1)
    attendance = np.where(late[client, at], _place(Attendance.LATE), _place(Attendance.ATTENDED))
    missed = random.random(cell.size) < missed_share[client, at]
    notice = random.random(cell.size) < p.missed_notice
    reason = np.select(
        [column == truth.held[client], ~missed, notice],
        [
            _place(Attendance.MISSED_WITHOUT_NOTICE),
            _place(Attendance.CANCELLED),
            _place(Attendance.MISSED_WITH_NOTICE),
        ],
        _place(Attendance.MISSED_WITHOUT_NOTICE),
    )
    first = np.append(True, client[1:] != client[:-1])
    starts = np.flatnonzero(first)
    slot = np.arange(cell.size) - np.repeat(starts, np.diff(np.append(starts, cell.size))) + 1
    if shifts.training:  # days that stay as they are whatever the training does
        gaps, begins = shifts.gaps[client, slot - 1], shifts.starts
    else:
        gaps, begins = draw_shares(random, p.spacing_days, (first.size,)), random.random(starts.size)
    gaps[first] = np.floor(begins * p.intake_days)
    return Appointments(
        client=client,
        slot=slot,
        session=np.where(is_held, column, -1),
        kind=truth.kind[client, at],
        attendance=np.where(is_held, attendance, reason),
        day=_days(gaps, first, starts),
    )


def _fell_out(random: np.random.Generator, p: Parameters, truth: Truth) -> tuple[Integers, Floats]:
    """How many appointments fell out before each session, and the share of missed ones among them."""
    n, longest = truth.alliance.shape
    earlier = np.concatenate([np.zeros((n, 1)), truth.alliance[:, :-1]], axis=1)
    missed = np.minimum(0.5, p.missed * np.exp(-p.missed_slope * earlier))
    chance = np.minimum(0.95, missed + p.cancelled)
    again = random.random((n, longest, MOST_IN_A_ROW)) < chance[..., None]
    count = np.cumprod(again, axis=2).sum(2)
    count[:, 0] = 0
    return count, np.divide(missed, chance, out=np.zeros_like(missed), where=chance > 0)


def _days(gaps: Floats, first: Flags, starts: Integers) -> Integers:
    """The day of each appointment; gaps are three days or more, so moving weekends to Monday keeps the order."""
    run = np.cumsum(gaps).astype(np.int64)
    base = run[starts] - gaps[starts].astype(np.int64)
    day = run - np.repeat(base, np.diff(np.append(starts, first.size)))
    weekday = day % 7
    result: Integers = day + np.where(weekday >= 5, 7 - weekday, 0)
    return result
