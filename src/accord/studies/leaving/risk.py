"""Sessions at risk: one row per session held after which the client may have left, with what was known by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.studies.leaving.predictors import SCALES, Predictor, values_sql
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import DROPOUT, FEW

Floats = npt.NDArray[np.float64]
NOTED = 0.5  # share of ended courses whose ending must be noted, else the plan decides [design]
USUAL, WITHOUT_ENDINGS = "left_judged", "left_protocol"
# Under these definitions nobody can leave after later sessions, so these are not at risk.
AT_RISK: Mapping[str, str] = MappingProxyType(
    {"left_few": f"number < {FEW}", "left_protocol": "number < planned"}
)


@dataclass(frozen=True, eq=False)
class AtRisk:
    """Rows in order of course and session. `values`: (rows, predictors), empty ones replaced by the column's mean.

    `left` is 1 after the last session of who left, by `definition`. `filled` counts replaced values by predictor;
    `unknown` courses that have ended in a way that the definition cannot judge.
    """

    definition: str
    predictors: tuple[Predictor, ...]
    table: pa.Table
    means: Floats
    filled: Mapping[str, int]
    unknown: int

    @property
    def left(self) -> Floats:
        """The event, per row."""
        return np.asarray(self.table["left"].to_numpy(), float)

    @property
    def therapist(self) -> npt.NDArray[np.object_]:
        """Who held the session."""
        return np.asarray(self.table["therapist"].to_pylist(), object)

    @property
    def therapists(self) -> int:
        """How many there are."""
        return len(set(self.therapist))

    @property
    def courses(self) -> int:
        """How many there are."""
        return len(self.table["course"].unique())

    @property
    def events(self) -> int:
        """Clients who left."""
        return int(self.left.sum())

    def rows(self, chosen: npt.NDArray[np.bool_]) -> pa.Table:
        """The table of these rows."""
        return self.table.filter(pa.array(chosen))


def check_definition(wanted: str, where: str = "definition") -> None:
    """Raise `Faults` at `where` for a definition that there is not."""
    if wanted not in DROPOUT:
        near = hint(wanted, DROPOUT) or f"There are: {', '.join(DROPOUT)}."
        raise refuse(where, f"there is no '{wanted}'.", near)


def choose_definition(snapshot: Snapshot, wanted: str | None = None) -> str:
    """The definition asked for; else what staff noted, or where most endings are not noted, the plan."""
    if wanted is not None:
        check_definition(wanted)
        return wanted
    share = snapshot.query("SELECT avg((ending IS NOT NULL)::INT) AS noted FROM people WHERE ended")["noted"][
        0
    ]
    return WITHOUT_ENDINGS if (share.as_py() or 0.0) < NOTED else USUAL


def at_risk(snapshot: Snapshot, definition: str, predictors: tuple[Predictor, ...]) -> AtRisk:
    """Sessions of courses that the definition can judge, and those of open courses but the newest.

    The last session of a course that ended otherwise is not at risk: there was nothing left to leave.
    """
    snapshot.connection.execute(SCALES)
    names = ", ".join(f'told."{one.name}"' for one in predictors)
    found = snapshot.query(f"""
        SELECT course, number, rated.therapist, CAST(rated.last AND coalesce({definition}, false) AS INTEGER) AS "left",
               {names}
        FROM rated JOIN people USING (course) JOIN ({values_sql(predictors)}) AS told USING (course, number)
        WHERE rated.therapist IS NOT NULL
          AND CASE WHEN people.ended THEN {definition} AND ({AT_RISK.get(definition, "true")} OR rated.last)
                     OR NOT {definition} AND NOT rated.last AND ({AT_RISK.get(definition, "true")})
                   ELSE NOT rated.last AND ({AT_RISK.get(definition, "true")}) END
        ORDER BY course, number""")
    unknown = snapshot.query(
        f"SELECT count(*) AS n FROM people WHERE ended AND held > 0 AND {definition} IS NULL"
    )
    filled, means = {}, np.zeros(len(predictors))
    for place, one in enumerate(predictors):
        values = np.array(found[one.name].to_numpy(zero_copy_only=False), float)
        gaps = ~np.isfinite(values)
        means[place] = float(values[~gaps].mean()) if not gaps.all() else 0.0
        if gaps.any():
            filled[one.name] = int(gaps.sum())
        at = found.schema.get_field_index(one.name)
        found = found.set_column(at, one.name, pa.array(np.where(gaps, means[place], values)))
    return AtRisk(definition, predictors, found, means, filled, int(unknown["n"][0].as_py()))


def now(snapshot: Snapshot, risk: AtRisk) -> pa.Table:
    """The newest session of every course that goes on, with the same predictors, filled in the same way."""
    names = [one.name for one in risk.predictors]
    found = snapshot.query(f"""
        SELECT course, session, number, rated.therapist, {", ".join(f'told."{name}"' for name in names)}
        FROM rated JOIN people USING (course) JOIN ({values_sql(risk.predictors)}) AS told USING (course, number)
        WHERE NOT people.ended AND rated.last ORDER BY course""")
    for name, mean in zip(names, risk.means, strict=True):
        values = np.array(found[name].to_numpy(zero_copy_only=False), float)
        filled = pa.array(np.where(np.isfinite(values), values, mean), pa.float64())
        found = found.set_column(found.schema.get_field_index(name), name, filled)
    return found
