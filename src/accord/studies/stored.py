"""A study, or a run of several, as plain values to store, and back: the same values, absences as values with a reason.

Extra keys are passed over on the way back, so that whoever shows a study may put words beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from math import isfinite
from typing import Any

from accord.basics.absence import Absence, AtCeiling, NotAsked, NotScored, TooFew
from accord.studies.result import Line, Published, Run, Study, Table, Verdict

ABSENCES: Mapping[str, Callable[..., Absence]] = {
    "not_scored": NotScored,
    "too_few": TooFew,
    "at_ceiling": AtCeiling,
    "not_asked": NotAsked,
}


def as_json(told: Study | Run) -> dict[str, Any]:
    """Plain values that JSON can hold."""
    if isinstance(told, Study):
        return _study(told)
    return {
        "service": told.service,
        "simulated": told.simulated,
        "taken_at": told.taken_at.isoformat(),
        "finished_at": told.finished_at.isoformat(),
        "version": told.version,
        "studies": [_study(one) for one in told.studies],
    }


def run_from_json(kept: Mapping[str, Any]) -> Run:
    """A run back from `as_json`."""
    return Run(
        service=kept["service"],
        simulated=kept["simulated"],
        taken_at=datetime.fromisoformat(kept["taken_at"]),
        finished_at=datetime.fromisoformat(kept["finished_at"]),
        version=kept["version"],
        studies=tuple(study_from_json(one) for one in kept["studies"]),
    )


def study_from_json(kept: Mapping[str, Any]) -> Study:
    """A study back from `as_json`."""
    return Study(
        id=kept["id"],
        verdict=Verdict(kept["verdict"]),
        main=kept["main"],
        lines=tuple(
            Line(**{**_known(Line, one), "value": _value_back(one["value"]), **_ends_back(one)})
            for one in kept["lines"]
        ),
        published=tuple(Published(**_known(Published, one)) for one in kept["published"]),
        n=dict(kept["n"]),
        facts={name: _value_back(one) for name, one in kept["facts"].items()},
        tables=tuple(_table_back(one) for one in kept["tables"]),
        dropped=dict(kept["dropped"]),
        kept_back=dict(kept["kept_back"]),
        notes=tuple(kept["notes"]),
        look_at=tuple(kept["look_at"]),
    )


def _study(told: Study) -> dict[str, Any]:
    return {
        "id": told.id,
        "verdict": told.verdict.value,
        "main": told.main,
        "lines": [_line(one) for one in told.lines],
        "published": [asdict(one) for one in told.published],
        "n": dict(told.n),
        "facts": {name: _value(one) for name, one in told.facts.items()},
        "tables": [
            {
                "name": one.name,
                "columns": list(one.columns),
                "rows": [[_value(cell) for cell in row] for row in one.rows],
            }
            for one in told.tables
        ],
        "dropped": dict(told.dropped),
        "kept_back": dict(told.kept_back),
        "notes": list(told.notes),
        "look_at": list(told.look_at),
    }


def _line(told: Line) -> dict[str, Any]:
    return {
        "name": told.name,
        "value": _value(told.value),
        "low": _value(told.low),
        "high": _value(told.high),
        "unit": told.unit,
        "n": dict(told.n),
        "method": told.method,
        "by": told.by,
    }


def _value(value: object) -> Any:
    """A cell as JSON has it; numbers that JSON has no sign for, and absences, become small objects."""
    if isinstance(value, Absence):
        return {"absent": _name(value), **asdict(value)}
    if isinstance(value, float) and not isfinite(value):
        return {"number": str(value)}
    return value


def _name(value: Absence) -> str:
    return next(name for name, kind in ABSENCES.items() if kind is type(value))


def _value_back(kept: Any) -> Any:
    if not isinstance(kept, Mapping):
        return kept
    if "number" in kept:
        return float(kept["number"])
    return ABSENCES[kept["absent"]](**{name: one for name, one in kept.items() if name != "absent"})


def _ends_back(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {"low": _value_back(kept["low"]), "high": _value_back(kept["high"]), "n": dict(kept["n"])}


def _table_back(kept: Mapping[str, Any]) -> Table:
    rows = tuple(tuple(_value_back(cell) for cell in row) for row in kept["rows"])
    return Table(kept["name"], tuple(kept["columns"]), rows)


def _known(kind: type, kept: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}
