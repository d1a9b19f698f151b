"""A published rule over a table of courses, as a preset states it: for comparison, never the default."""

from collections.abc import Iterator

import numpy as np

from accord.basics.faults import refuse
from accord.exchange.course_alarms import Judged
from accord.exchange.course_blocks import whole
from accord.exchange.course_table import CourseTable, Range
from accord.signals.presets import Preset, alarms, scores, version

MOST_CELLS = 30_000_000  # a rule may need all clients at once, since it counts in the SD of all
ROWS = 1 << 16  # given out at a time
NO_ANSWER, TOO_FEW, HOLDS, NOT = range(4)


def judge_by(preset: Preset, table: CourseTable, scale: Range) -> Iterator[Judged]:
    """What the rule says of each row, at its own limit; it knows nothing of therapists, days and other reports."""
    width = int(table.session.max()) + 1
    if len(table.clients) * width > MOST_CELLS:
        do = "Split the table, or number each client's sessions from 1."
        raise refuse(table.name, "it is too large for a preset, which needs all clients at once.", do)
    block = whole(table)
    ratings = block.observed.ratings
    score = block.of(scores(preset, ratings, scale.low, scale.high))
    found = block.of(alarms(preset, ratings, scale.low, scale.high))
    cannot = np.isneginf(score)
    reason = np.select([np.isnan(score), cannot, found], [NO_ANSWER, TOO_FEW, HOLDS], NOT)
    alarm = np.select([np.isnan(score) | cannot, found], [-1, 1], 0)
    for start in range(0, len(table), ROWS):
        rows = slice(start, min(start + ROWS, len(table)))
        yield Judged(
            rows=rows,
            p_dip=np.full(rows.stop - rows.start, np.nan),
            alarm=alarm[rows],
            reason=reason[rows],
            rule=preset.id,
            version=f"presets {version()}",
            words=words(preset),
        )


def words(preset: Preset) -> list[str]:
    """The reasons, by their places."""
    return [
        "no answer",
        "too few answers for this rule",
        f"the rule holds: {preset.rule}",
        "the rule does not hold",
    ]
