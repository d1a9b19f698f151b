"""YAML read with the line of every value, so that a fault can name the line a person has to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint

Place = tuple[str | int, ...]
MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Source:
    """A YAML file as data, with the line of each place in it (counted from 1)."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def where(self, place: Place) -> str:
        """File and line of `place`, or of the nearest thing around it that the file has."""
        while place not in self.lines and place:
            place = place[:-1]
        return f"{self.path.name}:{self.lines.get(place, 1)}"


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """The file as text; a fault when it is absent, larger than `most` bytes or not UTF-8."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "there is no such file.", "Check the name and the folder.") from None
    except OSError as failure:
        raise refuse(path.name, f"it cannot be read ({failure.strerror}).") from None
    if len(raw) > most:
        raise refuse(path.name, f"it has {len(raw):,} bytes; at most {most:,} are read.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        raise refuse(f"{path.name}:{line}", "this is not UTF-8.", "Save the file again as UTF-8.") from None


def read_yaml(path: Path) -> Source:
    """The file's data and lines; `Faults` for broken YAML and for a key that is written twice."""
    text = read_text(path)
    try:
        # The pure loader where the fast one is not compiled in; both give the same nodes.
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(failure, "problem", None) or "it cannot be read"
        raise refuse(f"{path.name}:{line}", f"this is not YAML: {problem}.") from None
    building = _Building(path.name)
    data = building.build(node, ()) if node is not None else None
    if building.faults:
        raise Faults(building.faults)
    return Source(path, data, building.lines)


class _Building:
    """One walk over the nodes of one file, which keeps the line of each place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {(): 1}
        self.faults: list[Fault] = []
        self._scalars = yaml.SafeLoader("")
        self._seen: set[int] = set()

    def build(self, node: Any, place: Place) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if id(node) in self._seen:  # an alias: a few of them inside each other could fill the memory
            self._fault(line, "an alias (*name) is used.", "Write the part out.")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*place, number)) for number, child in enumerate(node.value)]
        found: dict[Any, Any] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, line) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                self._fault(line, "this cannot be a name here.", "Put it in quotes.")
                continue
            if key in found:
                self._fault(line, f"'{key}' is written twice.", "Keep one of the two.")
            self.lines[(*place, key)] = line
            found[key] = self.build(child, (*place, key))
        return found

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Any:
        try:
            return self._scalars.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            self._fault(line, "this value cannot be read.", "Put it in quotes.")
            return None

    def _fault(self, line: int, what: str, do: str) -> None:
        self.faults.append(Fault(f"{self.name}:{line}", what, do))


Form = TypeVar("Form", bound=BaseModel)

WORDS = {
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


def validated(source: Source, model: type[Form]) -> Form:
    """The file in the form of `model`; `Faults` with every place that does not fit, its line and the near name."""
    try:
        return model.model_validate(source.data)
    except ValidationError as failure:
        raise Faults(_form_fault(source, error, model) for error in failure.errors()) from None


def _form_fault(source: Source, error: Any, model: type[BaseModel]) -> Fault:
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"
    where = source.where(place)
    if error["type"] == "extra_forbidden":
        known = list(_part_at(model, place[:-1]).model_fields)
        do = hint(str(place[-1]), known) or f"Known here: {', '.join(known)}."
        return Fault(where, f"{name}: '{place[-1]}' is not known here.", do)
    if error["type"] == "value_error":
        return Fault(where, f"{name}: {error['ctx']['error']}")
    what, do = WORDS.get(error["type"], (f"{error['msg'][:1].lower()}{error['msg'][1:]}.", ""))
    return Fault(where, f"{name}: {what}", do)


def _part_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """The part of the form that stands at `place`: the names that are known there."""
    for step in place:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        model = (_model_in(field.annotation) if field else None) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((part for part in found if part is not None), None)
