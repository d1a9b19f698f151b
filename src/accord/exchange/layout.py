"""A map laid on a table: every column, instrument, item and scale found, or all that is wrong told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.exchange.mapping import Column, DeclaredPart, FormPart, ImportMap
from accord.instruments.definition import Instrument, ItemKind, Respondent
from accord.instruments.registry import identifiers
from accord.instruments.registry import instrument as registered

DECLARED_VERSION = 1


@dataclass(frozen=True)
class Cell:
    """One item or scale: its name, and its column for each session (one for all where a row is a session)."""

    name: str
    columns: tuple[str, ...]
    number: int = 0  # of an item


@dataclass(frozen=True)
class Form:
    """One form of the file: an instrument that Accord scores (`definition`), or declared scores that it only keeps."""

    part: FormPart
    instrument: str
    version: int
    respondent: Respondent
    cells: tuple[Cell, ...]
    definition: Instrument | None = None
    declared: DeclaredPart | None = None

    @property
    def is_scores(self) -> bool:
        """Whether only scores come in."""
        return self.part.is_scores

    def fault_of(self, name: str, value: float) -> str | None:
        """What is wrong with a number for this item or scale, or None."""
        if self.definition is not None and not self.is_scores:
            item = self.definition.item(int(name))
            return (
                None
                if item.allows(value)
                else f"this is out of range: {item.low:g} to {item.high:g}"
                + (f" in steps of {item.step:g}." if item.stepped else ".")
            )
        low, high = self.range_of(name)
        return None if low <= value <= high else f"this is out of range: {low:g} to {high:g}."

    def range_of(self, scale: str) -> tuple[float, float]:
        """The range of an imported score."""
        if self.declared is not None:
            return self.declared.scores[scale].low, self.declared.scores[scale].high
        assert self.definition is not None
        found = self.definition.scale(scale)
        return found.low, found.high


@dataclass(frozen=True)
class Layout:
    """The forms of a map with their columns, and the columns of the file that the map does not mention."""

    forms: tuple[Form, ...]
    unknown: tuple[str, ...]


def lay_out(chosen: ImportMap, columns: list[str], *, map_name: str, table_name: str) -> Layout:
    """Lay the map on a table with these columns; raises `Faults` with all that does not fit."""
    faults: list[Fault] = []
    declared = {one.instrument: one for one in chosen.declares}
    forms = []
    for place, part in enumerate(chosen.forms, 1):
        where = f"{map_name}: form {place} ({part.instrument})"
        made = _form(part, declared, chosen, columns, where, faults)
        if made is not None:
            forms.append(made)
    for where, column in _named(chosen):
        if column not in columns:
            do = (
                hint(column, columns)
                or f"{table_name} has: {', '.join(columns[:12])}{' …' if columns[12:] else ''}"
            )
            faults.append(Fault(f"{map_name}: {where}", f"{table_name} has no column '{column}'.", do))
    faults += _twice(forms, chosen, map_name)
    if faults:
        raise Faults(faults)
    used = {column for _, column in _named(chosen)} | {
        c for f in forms for cell in f.cells for c in cell.columns
    }
    return Layout(tuple(forms), tuple(one for one in columns if one not in used and one not in chosen.ignore))


def _twice(forms: list[Form], chosen: ImportMap, map_name: str) -> Iterator[Fault]:
    seen: set[tuple[str, Respondent, object]] = set()
    for form in forms:
        key = (form.instrument, form.respondent, form.part.only)
        if key in seen:
            yield Fault(map_name, f"{form.instrument} comes twice.", "Put its items or scores into one form.")
        seen.add(key)
    for one in chosen.declares:
        if one.instrument in identifiers():
            do = "Use its scales, or declare yours under another name."
            yield Fault(map_name, f"{one.instrument} is declared, but Accord has a key for it.", do)
        if one.instrument not in {part.instrument for part in chosen.forms}:
            yield Fault(
                map_name, f"{one.instrument} is declared, but no form brings it.", "Add the form or drop it."
            )


def _named(chosen: ImportMap) -> Iterator[tuple[str, str]]:
    """Columns that the map names outside of items and scores, with the place in the map."""
    session = chosen.session
    parts = {
        "client": chosen.client.column,
        "session: number": session.number,
        "session: date": session.date.column if session.date else None,
        "session: kind": session.kind_column.column if session.kind_column else None,
        "session: attendance": session.attendance.column if session.attendance else None,
        "therapist": chosen.therapist.column if chosen.therapist else None,
        "client: language": chosen.client.language_column.column if chosen.client.language_column else None,
        "course: ending": chosen.course.ending.column if chosen.course.ending else None,
        "course: treatment": chosen.course.treatment,
        "course: planned": chosen.course.planned,
    }
    yield from ((where, column) for where, column in parts.items() if column is not None)
    for part in chosen.forms:
        for name in ("item", "scale", "value"):
            if (column := getattr(part, name)) is not None:
                yield f"form {part.instrument}: {name}", column
        if part.only is not None:
            yield f"form {part.instrument}: only", part.only.column
    yield from (("ignore", column) for column in chosen.ignore)


def _form(
    part: FormPart,
    declared: Mapping[str, DeclaredPart],
    chosen: ImportMap,
    columns: list[str],
    where: str,
    faults: list[Fault],
) -> Form | None:
    own = declared.get(part.instrument)
    if own is not None:
        definition = None
        if not part.is_scores:
            faults.append(
                Fault(where, "a declared instrument has scores only.", "Accord has no key for its items.")
            )
            return None
        names = list(own.scores)
        version, respondent = DECLARED_VERSION, own.respondent
    else:
        try:
            definition = registered(part.instrument, part.version)
        except Faults as unknown:
            do = "A score that Accord has no key for is stated under 'declares'." if part.is_scores else ""
            faults += [Fault(where, fault.what, f"{fault.do} {do}".strip()) for fault in unknown.faults]
            return None
        names = (
            [scale.id for scale in definition.scales]
            if part.is_scores
            else [str(item.number) for item in definition.items if item.kind is not ItemKind.TEXT]
        )
        version, respondent = definition.version, definition.respondent
    before = len(faults)
    cells = tuple(_cells(part, names, chosen, columns, where, faults))
    if len(faults) > before:
        return None
    return Form(part, part.instrument, version, respondent, cells, definition, own)


def _cells(
    part: FormPart, names: list[str], chosen: ImportMap, columns: list[str], where: str, faults: list[Fault]
) -> Iterator[Cell]:
    """The items or scales that the map brings, each with its column per session."""
    if part.value is not None:
        for stands_for in part.names.values():
            if str(stands_for) not in names:
                faults.append(_no_such(part, str(stands_for), names, where))
        yield from (Cell(name, (part.value,), int(name) if name.isdigit() else 0) for name in names)
        return
    if isinstance(part.items, str):
        if "{item}" not in part.items:
            faults.append(Fault(where, "'items' has no {item} in it.", "Write a pattern such as q{item}."))
            return
        written: dict[str, str | dict[int, Column]] = {
            name: part.items.replace("{item}", name) for name in names
        }
    elif part.items is not None:
        written = {str(number): column for number, column in part.items.items()}
    else:
        written = dict(part.scores or {})
    for name, column in written.items():
        if name not in names:
            faults.append(_no_such(part, name, names, where))
            continue
        found = _columns(column, chosen.session.numbers, where, faults)
        missing = [one for one in found if one not in columns]
        if missing:
            more = f" ({len(missing) - 1} more of this kind)" if len(missing) > 1 else ""
            faults.append(
                Fault(where, f"there is no column '{missing[0]}'{more}.", hint(missing[0], columns))
            )
            continue
        yield Cell(name, tuple(found), int(name) if name.isdigit() else 0)


def _columns(
    column: str | dict[int, Column], numbers: tuple[int, ...], where: str, faults: list[Fault]
) -> tuple[str, ...]:
    if isinstance(column, dict):
        absent = [number for number in numbers if number not in column]
        beyond = [number for number in column if number not in numbers]
        if absent or beyond:
            what = f"sessions {', '.join(map(str, absent or beyond))} {'have no column' if absent else 'are unknown'}."
            faults.append(
                Fault(where, what, "'session: numbers' and the columns must name the same sessions.")
            )
            return ()
        return tuple(column[number] for number in numbers)
    if not numbers:
        return (column,)
    if not re.search(r"\{session\}", column):
        faults.append(
            Fault(where, f"'{column}' has no {{session}} in it.", "Write a pattern such as bdi_s{session}.")
        )
        return ()
    return tuple(column.replace("{session}", str(number)) for number in numbers)


def _no_such(part: FormPart, name: str, names: list[str], where: str) -> Fault:
    if part.is_scores:
        return Fault(where, f"it has no scale '{name}'.", hint(name, names) or f"It has: {', '.join(names)}.")
    return Fault(where, f"it has no item {name} that takes a number.", f"It has: {names[0]} to {names[-1]}.")
