"""What is wrong with a definition, its examples or its words: every fault at once, each with its line."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from accord.basics.faults import Fault
from accord.basics.near import hint
from accord.instruments.reading import Place, Source

FAULT_WORDS = {
    "missing": ("this is missing.", "Add it."),
    "bool_type": ("this is not true or false.", "Write true or false."),
    "int_type": ("this is not a whole number.", ""),
    "float_type": ("this is not a number.", ""),
    "string_type": ("this is not text.", "Put it in quotes."),
    "string_too_short": ("this is too short.", "Write it out."),
    "tuple_type": ("this is not a list.", ""),
    "dict_type": ("this is not a set of names and values.", ""),
    "model_type": ("this is not a set of names and values.", ""),
    "too_short": ("this is empty.", "Write at least one."),
}


def schema_faults(source: Source, failure: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """The faults that pydantic found, in our words, with line and near name."""
    return [_schema_fault(source, error, model) for error in failure.errors()]


def _schema_fault(source: Source, error: Any, model: type[BaseModel]) -> Fault:
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    name = ".".join(str(part + 1) if isinstance(part, int) and part < 0 else str(part) for part in place)
    where, kind = source.where(place), error["type"]
    if kind == "extra_forbidden":
        known = list(_part_at(model, place[:-1]).model_fields)
        do = hint(str(place[-1]), known) or f"Known here: {', '.join(known)}."
        return Fault(where, f"'{name}' is not known.", do)
    if kind == "value_error":
        return Fault(where, f"{name}: {error['ctx']['error']}.")
    what, do = FAULT_WORDS.get(kind, (f"{error['msg'][:1].lower()}{error['msg'][1:]}.", ""))
    return Fault(where, f"{name or 'the file'}: {what}", do)


def _part_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """The part of the form that stands at `place`: the names that are known there."""
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            inner = _model_in(model.model_fields[step].annotation)
            if inner is not None:
                model = inner
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
