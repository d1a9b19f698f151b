"""YAML read with the line of every value, so that a fault can name the line a person has to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from accord.basics.faults import Fault, Faults, refuse

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


def read_text(path: Path) -> str:
    """The file as text; a fault when it is absent, too large or not UTF-8."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "there is no such file.", "Check the name and the folder.") from None
    except OSError as failure:
        raise refuse(path.name, f"it cannot be read ({failure.strerror}).") from None
    if len(raw) > MOST_BYTES:
        raise refuse(path.name, f"it has {len(raw):,} bytes; at most {MOST_BYTES:,} are read.")
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
            return self._scalars.construct_object(node, deep=True)  # type: ignore[no-untyped-call]
        except (yaml.YAMLError, ValueError):
            self._fault(line, "this value cannot be read.", "Put it in quotes.")
            return None

    def _fault(self, line: int, what: str, do: str) -> None:
        self.faults.append(Fault(f"{self.name}:{line}", what, do))
