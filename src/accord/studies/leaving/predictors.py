"""What may foretell that a client leaves: each with when it is known, so that nothing from later slips in.

A predictor is an expression of SQL over `rated` joined with what `people` says of the course, one value per session
held. It may look at this session and those before it: the windows `so_far` (this one included) and `before` are there.
`leaving_scales.wobble` is by how much ratings of a course usually differ from their mean so far.

The list is that of science.md 6, without the therapist's own mean (the random intercept stands for the therapist)
and without how many sessions are planned: who leaves before the plan ends would be told by it.
"""

from dataclasses import dataclass
from enum import StrEnum

from accord.studies.snapshot.opened import Snapshot

FALL = 1.5  # wobbles below the mean before, from two ratings on: the fall that counts as one of a dip's size [design]
CLOSE = 1e-9  # values that differ by less are the same
PROBE = 3  # the session up to which a course is cut to see whether a predictor looks ahead


class Known(StrEnum):
    """When the value of a predictor is known."""

    AT_START = "at_start"
    AT_SESSION = "at_session"  # by the end of this session
    AT_END = "at_end"  # when the course has ended; such a one foretells nothing


@dataclass(frozen=True)
class Predictor:
    """`name` is its key in the words of the study; `sql` gives a number, empty where it is not known."""

    name: str
    known: Known
    sql: str


PREDICTORS = (
    Predictor("alliance_so_far", Known.AT_SESSION, "avg(alliance) OVER so_far"),
    Predictor("alliance_now", Known.AT_SESSION, "coalesce(alliance - avg(alliance) OVER so_far, 0)"),
    Predictor(
        "fall",
        Known.AT_SESSION,
        f"""CAST(coalesce(
            count(alliance) OVER before >= 2
            AND avg(alliance) OVER before - alliance >= {FALL} * (SELECT wobble FROM leaving_scales),
            false) AS INTEGER)""",
    ),
    Predictor("not_rated", Known.AT_SESSION, "CAST(alliance IS NULL AS INTEGER)"),
    Predictor("fell_out", Known.AT_SESSION, "least(fell_out_before, 2)"),
    Predictor("log_session", Known.AT_SESSION, "ln(number)"),
    Predictor(
        "intake",
        Known.AT_SESSION,
        "coalesce(max(outcome) FILTER (number = 1) OVER so_far, max(outcome) FILTER (number = 2) OVER so_far)",
    ),
)

SCALES = """
CREATE OR REPLACE TABLE leaving_scales AS
SELECT coalesce(nullif(stddev_pop(apart), 0), 1) AS wobble FROM (
  SELECT alliance - avg(alliance) OVER (PARTITION BY course ORDER BY number) AS apart, number FROM rated
  WHERE alliance IS NOT NULL
) WHERE number > 1
"""
_WINDOWS = """WINDOW so_far AS (PARTITION BY course ORDER BY number ROWS UNBOUNDED PRECEDING),
  before AS (PARTITION BY course ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"""
_BOTH = "client, therapist, service, ended"  # `rated` has these too
_FROM_THE_START = "treatment, language, started_on, planned"


def values_sql(predictors: tuple[Predictor, ...], *, until: int | None = None) -> str:
    """A query for course, number and the predictors' values; `until` cuts every course after that session.

    In a course that is cut nothing is said of what comes later: not which session was the last, nor what
    `people` says of the whole.
    """
    values = ", ".join(f'CAST({one.sql} AS DOUBLE) AS "{one.name}"' for one in predictors)
    return f"SELECT course, number, {values} FROM ({_source(until)}) AS rated {_WINDOWS}"


def _source(until: int | None) -> str:
    if until is None:
        people = f"SELECT * EXCLUDE ({_BOTH}) FROM people"
        return f"SELECT rated.*, told.* EXCLUDE (course) FROM rated JOIN ({people}) AS told USING (course)"
    start = f"SELECT course, {_FROM_THE_START} FROM people"
    later = f"SELECT * EXCLUDE (course, {_BOTH}, {_FROM_THE_START}) FROM people LIMIT 0"
    cut = f"""SELECT rated.* REPLACE (NULL::BOOLEAN AS last, NULL::BOOLEAN AS ended), told.* EXCLUDE (course)
        FROM rated JOIN ({start}) AS told USING (course) WHERE number <= {until}"""
    return f"SELECT cut.*, later.* FROM ({cut}) AS cut LEFT JOIN ({later}) AS later ON true"


def looking_ahead(snapshot: Snapshot, predictors: tuple[Predictor, ...]) -> set[str]:
    """Those whose value at a session changes once later sessions, and the end, are taken away."""
    whole, cut = values_sql(predictors), values_sql(predictors, until=PROBE)
    apart = ", ".join(
        f"""count(*) FILTER (whole."{one.name}" IS DISTINCT FROM cut."{one.name}"
            AND NOT coalesce(abs(whole."{one.name}" - cut."{one.name}") < {CLOSE}, false)) AS "{one.name}"
        """
        for one in predictors
    )
    joined = f"FROM ({whole}) AS whole JOIN ({cut}) AS cut USING (course, number)"
    (found,) = snapshot.query(f"SELECT {apart} {joined}").to_pylist()
    return {name for name, rows in found.items() if rows}
