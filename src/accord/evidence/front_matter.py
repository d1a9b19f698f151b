"""The front matter of an article: YAML between two lines of ``---``, read from events with the line of every value.

An article comes from anybody, so nothing is built that could grow: no aliases, no tags, a few levels of depth. What is
wrong is collected, not raised: an article shows all its faults at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

Place = tuple[str | int, ...]
DEEPEST = 6  # levels of lists and names inside each other; ours need three

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the pure one where the fast one is not compiled in
_SCALARS = yaml.SafeLoader("")
_PLAIN = {"str", "int", "float", "bool", "null", "timestamp"}


@dataclass(frozen=True)
class Wrong:
    """Something in the YAML that cannot be used: `bomb` when it is made to grow."""

    line: int
    what: str
    bomb: bool = False


@dataclass
class FrontMatter:
    """Names and values, the line of each place (counted from 1 in the whole file), and where the body begins."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=lambda: {(): 1})
    wrong: list[Wrong] = field(default_factory=list)
    body: str = ""
    body_line: int = 1
    found: bool = False

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def split(text: str) -> FrontMatter:
    """The front matter and the body of an article."""
    read = FrontMatter()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        read.body = "\n".join(lines)
        return read
    read.found = True
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        read.wrong.append(Wrong(1, "the front matter has no end."))
        return read
    read.body = "\n".join(lines[end + 1 :])
    read.body_line = end + 2
    _read(read, "\n".join(lines[1:end]) + "\n")
    return read


class _Stop(Exception):
    """Nothing that follows can be read."""


def _read(read: FrontMatter, text: str) -> None:
    """Fill `values` and `lines` from the YAML in `text`, which begins on line 2 of the file."""
    try:
        events = _watched(read, yaml.parse(text, Loader=_LOADER))
        root = next(events, None)
        if root is None:
            return
        value = _value(read, events, root, ())
        if isinstance(value, Mapping):
            read.values = dict(value)
        else:
            read.wrong.append(Wrong(2, "this is no list of names and values."))
    except _Stop:
        return
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        problem = str(getattr(failure, "problem", "") or "it cannot be read")
        read.wrong.append(Wrong((mark.line if mark else 0) + 2, f"this is not YAML: {problem}."))


def _watched(read: FrontMatter, events: Any) -> Iterator[Any]:
    """The events that carry something; stops at what is made to grow."""
    depth = 0
    for event in events:
        line = event.start_mark.line + 2
        if isinstance(event, yaml.AliasEvent):
            read.wrong.append(Wrong(line, "an alias (*name) is used.", bomb=True))
            raise _Stop
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > DEEPEST:
                read.wrong.append(
                    Wrong(line, f"lists lie more than {DEEPEST} deep in each other.", bomb=True)
                )
                raise _Stop
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        elif not isinstance(event, yaml.ScalarEvent):
            continue
        yield event


def _value(read: FrontMatter, events: Iterator[Any], event: Any, place: Place) -> Any:
    read.lines.setdefault(place, event.start_mark.line + 2)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(read, event)
    if isinstance(event, yaml.SequenceStartEvent):
        found: list[Any] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            found.append(_value(read, events, inner, (*place, len(found))))
        return found
    return _names(read, events, place)


def _names(read: FrontMatter, events: Iterator[Any], place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarEvent):
            read.wrong.append(Wrong(line, "this cannot be a name here."))
            raise _Stop
        name = str(key.value)
        if name in found:
            read.wrong.append(Wrong(line, f"'{name}' is written twice."))
        read.lines[(*place, name)] = line
        found[name] = _value(read, events, next(events), (*place, name))
    return found


def _scalar(read: FrontMatter, event: Any) -> Any:
    """Text, number, yes or no, date, or nothing. A date that does not exist stays text, for the check to name."""
    if event.tag is not None:
        read.wrong.append(Wrong(event.start_mark.line + 2, "a tag (!name) is used."))
        return None
    # PyYAML has no types here.
    tag: str = _SCALARS.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    if tag.rpartition(":")[2] not in _PLAIN:
        return event.value
    try:
        value: Any = _SCALARS.construct_object(yaml.ScalarNode(tag, event.value), deep=True)
    except (yaml.YAMLError, ValueError, OverflowError):
        return event.value
    return value.date() if isinstance(value, datetime) else value


def as_date(written: object) -> date | None:
    """A day, from YAML's own form or from text like 2024-01-31; None when it is none."""
    if isinstance(written, date):
        return written
    if not isinstance(written, str):
        return None
    try:
        return datetime.fromisoformat(written.strip()).date()
    except ValueError:
        return None
