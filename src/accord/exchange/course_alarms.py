"""Every row of a table of courses with what the dip filter makes of it, and why."""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from accord.exchange.course_blocks import Block, first_therapist
from accord.exchange.course_cells import Floats
from accord.exchange.course_table import CourseTable
from accord.exchange.table import Numbers
from accord.signals.dip import batch
from accord.signals.dip.alarm import EARLIER_NEEDED, alarms, eligible
from accord.signals.dip.observed import Filtered, Flags, Observed
from accord.signals.learnt import Learnt

DIP = "dip"
LOWER_END = 1.645  # SDs under what is expected: the lower end of a range that holds 90 % of answers
LIKELY = 0.5  # a dip is likelier than none


class Reason(Enum):
    """Why a row has an alarm, has none, or cannot be judged."""

    NO_ANSWER = "no answer"
    AT_TOP = "at the top: an answer there never alarms"
    TOO_FEW = "too few earlier answers ({count} of {needed})"
    TOO_FEW_HERE = "too few earlier answers with this therapist ({count} of {needed})"
    BELOW = "below the range that earlier ratings lead to expect"
    LOWER = "lower than earlier ratings lead to expect"
    REPORTED = "what else was reported, with the rating, points to a dip that begins"
    LASTS = "a dip that began earlier may last; an alarm comes when one begins"
    NOT_ENOUGH = (
        "below the range that earlier ratings lead to expect, but not enough for an alarm at this setting"
    )
    WITHIN = "no lower than earlier ratings lead to expect"


def reason_words() -> tuple[list[str], dict[tuple[Reason, int], int]]:
    """All reasons in words, and the place of each (with its count of earlier answers) among them."""
    words: list[str] = []
    places: dict[tuple[Reason, int], int] = {}
    for reason in Reason:
        for count in range(EARLIER_NEEDED) if "{count}" in reason.value else (0,):
            places[reason, count] = len(words)
            words.append(reason.value.format(count=count, needed=EARLIER_NEEDED))
    return words, places


WORDS, PLACES = reason_words()


@dataclass(frozen=True)
class Judged:
    """Rows of a table with what was made of them: `alarm` 1, 0, or -1 where it cannot be judged; `p_dip` NaN unknown.

    `reason` has places in `words`. Rule and version are the same for all rows.
    """

    rows: slice
    p_dip: Floats
    alarm: Numbers
    reason: Numbers
    rule: str
    version: str
    words: list[str]


def judge(block: Block, table: CourseTable, learnt: Learnt, threshold: float) -> Judged:
    """What the dip filter says of each row of a block."""
    observed = with_levels(block, table, learnt)
    filtered = batch.run(learnt.parameters, observed)
    found = alarms(filtered, observed, threshold)
    able = eligible(observed)
    alarm = np.where(found, 1, np.where(able, 0, -1))
    reason = _reasons(filtered, observed, found, able, learnt)
    return Judged(
        rows=block.rows,
        p_dip=block.of(filtered.p_dip),
        alarm=block.of(alarm),
        reason=block.of(reason),
        rule=DIP,
        version=learnt.version,
        words=WORDS,
    )


def with_levels(block: Block, table: CourseTable, learnt: Learnt) -> Observed:
    """The block's observations, with where each client's level starts where their therapist is one learnt about."""
    first = first_therapist(table)
    if first is None or not learnt.therapists:
        return block.observed
    par, known = learnt.parameters, {key: (shift, error) for key, shift, error in learnt.therapists}
    own = par.level_sd**2 * (1 - par.therapist_share)
    shifts = np.array([known.get(key, (0.0, np.nan)) for key in table.therapists] or [(0.0, np.nan)])
    shift, error = shifts[first[block.clients]].T
    unknown = (first[block.clients] < 0) | np.isnan(error)
    return replace(
        block.observed,
        level=par.level + np.where(unknown, 0.0, shift),
        level_variance=np.where(unknown, par.level_sd**2, own + np.nan_to_num(error) ** 2),
    )


def _reasons(
    filtered: Filtered, observed: Observed, found: Flags, able: Flags, learnt: Learnt
) -> npt.NDArray[np.int64]:
    """The place in `WORDS` of every cell's reason; the first that applies counts."""
    ratings = observed.ratings
    answered = ~np.isnan(ratings)
    before, here = _earlier(observed, answered)
    below = ratings < filtered.expected - LOWER_END * filtered.expected_sd
    reported = np.zeros(ratings.shape, bool)
    for answers in (observed.felt_off, observed.tension):
        reported |= False if answers is None else answers > 0.5
    for beside in (observed.arrival, observed.twin):
        reported |= False if beside is None else ~np.isnan(beside)
    cases: list[tuple[Flags, Reason, int]] = [
        (~answered, Reason.NO_ANSWER, 0),
        *((~able & (before == n) & ~here, Reason.TOO_FEW, n) for n in range(EARLIER_NEEDED)),
        *((~able & (before == n) & here, Reason.TOO_FEW_HERE, n) for n in range(EARLIER_NEEDED)),
        (ratings >= learnt.parameters.at_top, Reason.AT_TOP, 0),
        (found & below, Reason.BELOW, 0),
        (found & reported, Reason.REPORTED, 0),
        (found, Reason.LOWER, 0),
        (filtered.p_dip >= LIKELY, Reason.LASTS, 0),
        (below, Reason.NOT_ENOUGH, 0),
    ]
    return np.select(
        [flags for flags, _, _ in cases],
        [PLACES[reason, count] for _, reason, count in cases],
        default=PLACES[Reason.WITHIN, 0],
    )


def _earlier(observed: Observed, answered: Flags) -> tuple[Numbers, Flags]:
    """Earlier answers with the same therapist, and whether there was another therapist before."""
    before: Numbers = np.cumsum(answered, axis=1) - answered
    if observed.restart is None:
        return before, np.zeros(answered.shape, bool)
    since = np.maximum.accumulate(np.where(observed.restart, before, 0), axis=1)
    return before - since, np.logical_or.accumulate(observed.restart, axis=1)
