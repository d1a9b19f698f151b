"""What a simulated service is made of: numbers with their range, source and confidence, read from one YAML.

`parameters.yaml` beside this file names every parameter once; a file of one's own changes some of them, either
``name: value`` or ``name: {value: …}`` (the form of ours, so that a copy of it can be edited).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from math import isclose, isfinite
from pathlib import Path
from typing import Any

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.course.session import SessionKind
from accord.instruments.definition import Confidence
from accord.instruments.reading import Source, read_yaml

OWN_FILE = Path(__file__).with_name("parameters.yaml")
DESCRIBED = {"value", "sweep", "limits", "confidence", "source"}

Shares = tuple[tuple[float, float], ...]
Value = float | Shares


@dataclass(frozen=True)
class Parameters:
    """Every parameter by name; shares are (outcome, probability) pairs. Meanings and units stand in the YAML."""

    caseload: float
    caseload_imbalance: float
    course_lengths: Shares
    intake_days: float
    therapist_sd: float
    client_sd: float
    state_sd: float
    state_phi: float
    error_sd: float
    component_sd: float
    growth: float
    growth_sd: float
    video_shift: float
    dip_onset: float
    dip_size: float
    dip_size_sd: float
    dip_size_least: float
    dip_repair: float
    dip_longest: float
    slow_repair: float
    felt_off_sensitivity: float
    felt_off_false: float
    sag: float
    sag_sd: float
    arrival_error_sd: float
    arrival_registers: float
    missing: float
    missing_informative: float
    missing_slope: float
    item_skipped: float
    straight_lining: float
    twin_shift: float
    twin_loading: float
    twin_own_sd: float
    twin_state_sd: float
    twin_registers: float
    twin_skipped: float
    leaving: float
    leaving_alliance: float
    leaving_dip: float
    leaving_time: float
    outcome_loading: float
    outcome_missing: float
    outcome_missing_left: float
    wellbeing_start: float
    wellbeing_start_sd: float
    wellbeing_gain: float
    wellbeing_gain_sd: float
    wellbeing_state_sd: float
    wellbeing_item_sd: float
    before_missing: float
    session_kinds: Shares
    kind_switch: float
    spacing_days: Shares
    late: float
    late_dip: float
    cancelled: float
    missed: float
    missed_slope: float
    missed_notice: float
    leaving_no_show: float
    treatments: Shares
    treatment_sd: float
    therapist_outcome_sd: float
    groups: Shares
    group_alliance: float
    group_missing: float
    group_leaving: float
    trained: float
    training_effect: float
    training_day: float
    training_day_spread: float


NAMES = tuple(field.name for field in fields(Parameters))
SHARES = ("course_lengths", "session_kinds", "spacing_days", "treatments", "groups")
KINDS = tuple(SessionKind)  # session_kinds holds positions in this tuple


@dataclass(frozen=True)
class Description:
    """What the YAML says about one parameter besides its value."""

    name: str
    value: Value
    sweep: tuple[float, float] | None
    limits: tuple[float, float] | None
    confidence: Confidence
    source: str


@cache
def descriptions() -> Mapping[str, Description]:
    """Every parameter as our own YAML describes it."""
    source = read_yaml(OWN_FILE)
    return {name: _description(name, source.data[name]) for name in NAMES}


def _description(name: str, entry: Mapping[str, Any]) -> Description:
    value = entry["value"]
    return Description(
        name=name,
        value=_shares(name, value) if name in SHARES else float(value),
        sweep=(float(entry["sweep"][0]), float(entry["sweep"][1])) if "sweep" in entry else None,
        limits=(float(entry["limits"][0]), float(entry["limits"][1])) if "limits" in entry else None,
        confidence=Confidence(entry["confidence"]),
        source=entry["source"],
    )


def read_parameters(path: Path | None = None) -> Parameters:
    """Our parameters, changed by those in the file at `path`; `Faults` with every fault of that file at once."""
    values = {name: one.value for name, one in descriptions().items()}
    if path is not None:
        values |= _changes(read_yaml(path))
    return Parameters(**values)  # type: ignore[arg-type]


def change_parameters(changes: Mapping[str, Any]) -> Parameters:
    """Our parameters, changed by `changes` as they would stand in a file; `Faults` with every fault at once."""
    values = {name: one.value for name, one in descriptions().items()}
    return Parameters(**values | _changes(Source(Path("parameters"), dict(changes), {})))  # type: ignore[arg-type]


def _changes(source: Source) -> dict[str, Value]:
    """The parameters that a file changes; raises `Faults` when something in it cannot be used."""
    if source.data is None:
        return {}
    if not isinstance(source.data, dict):
        raise Faults(
            [Fault(source.where(()), "this is no list of parameters.", "Write lines like missing: 0.2")]
        )
    found: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, entry in source.data.items():
        where = source.where((name,))
        if name not in NAMES:
            faults.append(Fault(where, f"there is no parameter '{name}'.", hint(str(name), NAMES)))
            continue
        value = entry
        if isinstance(entry, dict) and not (name in SHARES and "value" not in entry):
            faults += _described_faults(source, name, entry)
            value = entry.get("value")
        problems = list(_value_faults(name, value, where))
        faults += problems
        if not problems:
            found[name] = _shares(name, value) if name in SHARES else float(value)
    if not faults:
        faults += _together(found, source)
    if faults:
        raise Faults(faults)
    return found


def _described_faults(source: Source, name: str, entry: Mapping[Any, Any]) -> list[Fault]:
    return [
        Fault(
            source.where((name, key)), f"'{key}' says nothing about a parameter.", hint(str(key), DESCRIBED)
        )
        for key in entry
        if key not in DESCRIBED
    ]


def _value_faults(name: str, value: object, where: str) -> list[Fault]:
    limits = descriptions()[name].limits
    if name not in SHARES:
        return _number_faults(name, value, limits, where)
    if not isinstance(value, dict) or not value:
        return [Fault(where, f"'{name}' needs shares.", "Write them as {8: 0.5, 12: 0.5}.")]
    faults = []
    for key, share in value.items():
        if name == "session_kinds":
            if key not in KINDS:
                faults.append(Fault(where, f"there is no session kind '{key}'.", hint(str(key), KINDS)))
        elif not isinstance(key, int) or isinstance(key, bool):
            faults.append(Fault(where, f"'{key}' in '{name}' is no whole number.", "Give whole numbers."))
        else:
            faults += _number_faults(name, key, limits, where)
        faults += _number_faults(f"{name}: {key}", share, (0.0, 1.0), where)
    if not faults and not isclose(sum(value.values()), 1.0, abs_tol=1e-6):
        faults.append(Fault(where, f"the shares of '{name}' do not add up to 1.", "Change one of them."))
    return faults


def _number_faults(name: str, value: object, limits: tuple[float, float] | None, where: str) -> list[Fault]:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        return [Fault(where, f"'{name}' is no number.", "Give a number, with a point for decimals.")]
    if limits and not limits[0] <= value <= limits[1]:
        return [
            Fault(where, f"'{name}' lies outside {limits[0]:g} to {limits[1]:g}.", "Give a value inside.")
        ]
    return []


def _together(found: Mapping[str, Value], source: Source) -> list[Fault]:
    """Faults of values that are right alone but not with each other."""
    values = {name: one.value for name, one in descriptions().items()} | dict(found)
    faults = []
    for name in ("dip_longest",):
        if float(values[name]) != int(values[name]):  # type: ignore[arg-type]
            faults.append(Fault(source.where((name,)), f"'{name}' is no whole number.", "Round it."))
    if values["sag_sd"] and not values["sag"]:
        faults.append(Fault(source.where(("sag",)), "a sag of 0 cannot vary.", "Set sag_sd to 0 as well."))
    return faults


def _shares(name: str, value: Mapping[Any, Any]) -> Shares:
    keys = [KINDS.index(key) if name == "session_kinds" else float(key) for key in value]
    return tuple(zip(map(float, keys), map(float, value.values()), strict=True))


def as_plain(parameters: Parameters) -> dict[str, Any]:
    """Parameters as they would stand in a file."""
    return {
        name: {f"{key:g}": share for key, share in value} if isinstance(value, tuple) else value
        for name, value in asdict(parameters).items()
    }
