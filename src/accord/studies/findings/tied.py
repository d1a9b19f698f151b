"""Truth and bias: how the therapist's rating follows the client's, and itself (science.md 4; West and Kenny's model).

Assimilation is told without an interval. A rating that follows the one before carries the client's own level along, so
the model's interval for it is too narrow (it held what is true in 20 of 30 simulated services) and its value somewhat
too high; a model of the differences within clients errs to the other side. Tracking is not touched by that.
"""

from collections.abc import Iterator

from accord.basics.absence import Absence, NotScored, TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.findings.asked import told
from accord.studies.result import Line, Table
from accord.studies.snapshot.opened import Snapshot

PAIRS = 3  # sessions that both rated, fewer say nothing about following
PAIRED = f"""
SELECT course, therapist, own, client, before FROM (
  SELECT course, coalesce(people.therapist, course) AS therapist, number,
         therapist_rating - mean AS own, alliance - mean AS client,
         lag(therapist_rating - mean) OVER of_course AS before, lag(number) OVER of_course AS earlier
  FROM (SELECT course, number, alliance, therapist_rating, avg(alliance) OVER (PARTITION BY course) AS mean
        FROM rated WHERE alliance IS NOT NULL AND therapist_rating IS NOT NULL)
  JOIN people USING (course)
  WHERE people.pairs >= {PAIRS}
  WINDOW of_course AS (PARTITION BY course ORDER BY number)
) WHERE earlier = number - 1 ORDER BY course, number
"""
MODEL = Model("own", ("client", "before"), (Random("course", ("1", "client")), Random("therapist")))
NAMES = {"1": "start", "client": "tracking", "before": "assimilation"}
GROUPS = {"course": "clients", "therapist": "therapists"}
METHOD = "truth-and-bias mixed model, REML"


def tied(snapshot: Snapshot, needed: int) -> tuple[list[Line], Table]:
    """Tracking and assimilation as lines, and the whole model as a table; nothing below `needed` sessions."""
    rows = snapshot.query(PAIRED)
    n = {"sessions": rows.num_rows}
    if rows.num_rows < needed:
        return _absent(TooFew(rows.num_rows, needed), n)
    fitted = fit(MODEL, rows)
    if isinstance(fitted, NotFitted):
        return _absent(NotScored(fitted.reason), n)
    n = {"sessions": fitted.n["rows"], "clients": fitted.n["course"], "therapists": fitted.n["therapist"]}
    known = {one.name: one for one in fitted.fixed}
    lines = []
    for column in ("client", "before"):
        one = known.get(column)
        found = Estimate(one.estimate, one.se, one.low, one.high, df=one.df) if one else None
        if found and column == "before":
            found = Estimate(found.value)
        lines.append(told(NAMES[column], found, unit="coefficient", n=n, method=METHOD))
    return lines, _table(_terms(fitted))


Term = tuple[str, float, float | None, float | None]


def _absent(why: Absence, n: dict[str, int]) -> tuple[list[Line], Table]:
    lines = [told(NAMES[one], why, unit="coefficient", n=n, method=METHOD) for one in ("client", "before")]
    return lines, _table(())


def _table(terms: Iterator[Term] | tuple[Term, ...]) -> Table:
    return Table("truth_and_bias", ("term", "estimate", "low", "high"), tuple(terms))


def _terms(fitted: Fit) -> Iterator[Term]:
    for one in fitted.fixed:
        sure = one.name == "client"
        yield (NAMES[one.name], one.estimate, one.low if sure else None, one.high if sure else None)
    for group in fitted.random:
        for column, sd in zip(group.columns, group.sd, strict=True):
            yield (f"SD over {GROUPS[group.group]}: {NAMES[column]}", sd, None, None)
    yield ("SD within clients", fitted.residual_sd, None, None)
