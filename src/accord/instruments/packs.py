"""Words on their way in: a clinic's YAML pack or FHIR R4 Questionnaire becomes one file per language, or nothing.

Nothing is guessed: an item without words, a choice without a label or a value that the key does not have is a fault,
and then nothing is written.
"""

import os
import re
import tempfile
from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field

from accord.basics.faults import Fault, Faults, refuse
from accord.instruments.definition import Instrument, Item, ItemKind
from accord.instruments.reading import Source, read_yaml, validated
from accord.instruments.registry import LIBRARY
from accord.instruments.schema import Part
from accord.instruments.wording import ItemText, TextPack, direction

LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
PLACEHOLDER = re.compile(r"\{[^}]*\}")
FHIR_SUFFIXES = (".json",)


def _real(written: object) -> object:
    return float(written) if isinstance(written, int) and not isinstance(written, bool) else written


Choices = dict[Annotated[float, BeforeValidator(_real)], Annotated[str, Field(min_length=1)]]


class AnchorsPart(Part):
    """The words at the two ends of every slider that has none of its own."""

    low: str
    high: str


class ItemTextPart(Part):
    prompt: Annotated[str, Field(min_length=1)]
    low: str | None = None
    high: str | None = None
    help: str = ""
    choices: Choices = Field(default_factory=dict)


class PackPart(Part):
    """A whole text pack. `anchors` and `choices` hold for each item that says nothing else."""

    instrument: str
    version: Annotated[int, Field(ge=1)]
    language: Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$")]
    title: Annotated[str, Field(min_length=1)]
    lead: str = ""
    unvalidated: bool
    source: Annotated[str, Field(min_length=3)]
    note: str = ""
    source_file: str = ""
    replaces_shipped: bool = False
    anchors: AnchorsPart | None = None
    choices: Choices = Field(default_factory=dict)
    items: Annotated[dict[int, ItemTextPart], Field(min_length=1)]


def read_pack(instrument: Instrument, path: Path) -> TextPack:
    """The words in a YAML pack; `Faults` with every item that has none, and every value the key does not have."""
    source = read_yaml(path)
    pack = _pack(instrument, validated(source, PackPart))
    faults = pack_faults(instrument, pack, source)
    if faults:
        raise Faults(faults)
    return pack


def _pack(instrument: Instrument, part: PackPart) -> TextPack:
    kinds = {item.number: item.kind for item in instrument.items}
    language = part.language.lower().replace("_", "-")
    return TextPack(
        instrument=part.instrument,
        version=part.version,
        language=language,
        direction=direction(language),
        title=part.title,
        lead=part.lead,
        items={number: _item_text(part, one, kinds.get(number)) for number, one in part.items.items()},
        unvalidated=part.unvalidated,
        source=part.source,
        note=part.note,
        source_file=part.source_file,
        replaces_shipped=part.replaces_shipped,
    )


def _item_text(part: PackPart, one: ItemTextPart, kind: ItemKind | None) -> ItemText:
    anchors = part.anchors if kind is ItemKind.SLIDER else None
    choices = one.choices or (part.choices if kind is ItemKind.CHOICE else {})
    return ItemText(
        prompt=one.prompt,
        low_anchor=one.low if one.low is not None else anchors.low if anchors else "",
        high_anchor=one.high if one.high is not None else anchors.high if anchors else "",
        choices=tuple(sorted(choices.items())),
        help=one.help,
    )


def pack_faults(instrument: Instrument, pack: TextPack, source: Source | None = None) -> list[Fault]:
    """What keeps `pack` from being a form of `instrument`, each with its line where `source` knows it."""

    def fault(place: tuple[str | int, ...], what: str, do: str = "") -> Fault:
        return Fault(source.where(place) if source else f"{pack.instrument} ({pack.language})", what, do)

    faults = []
    if pack.instrument != instrument.id:
        faults.append(
            fault(("instrument",), f"these words are for '{pack.instrument}', not {instrument.id}.")
        )
    if pack.version != instrument.version:
        what = f"these words are for version {pack.version}; the key is version {instrument.version}."
        faults.append(fault(("version",), what, "Check them against the key, then change the number."))
    numbers = {item.number: item for item in instrument.items}
    for number in sorted(pack.items.keys() - numbers.keys()):
        what = f"{instrument.id} has no item {number}."
        faults.append(fault(("items", number), what, f"It has items 1 to {len(numbers)}."))
    for number, item in sorted(numbers.items()):
        if number not in pack.items:
            faults.append(
                fault(("items",), f"item {number} has no words.", "Every item of the key needs them.")
            )
        else:
            problems = _item_faults(item, pack.items[number])
            faults += [fault(("items", number), what, do) for what, do in problems]
    return faults


def _item_faults(item: Item, words: ItemText) -> list[tuple[str, str]]:
    number, faults = item.number, []
    for text in (words.prompt, words.help):
        strange = [name for name in PLACEHOLDER.findall(text) if name != "{therapist}"]
        if strange:
            faults.append(
                (f"item {number} has the placeholder {strange[0]}.", "Only {therapist} is filled in.")
            )
    if "{" in words.low_anchor + words.high_anchor + "".join(label for _, label in words.choices):
        faults.append((f"item {number}: nothing is filled in here.", "Leave out the braces."))
    if item.kind is ItemKind.SLIDER and not (words.low_anchor and words.high_anchor):
        faults.append((f"item {number} is a slider and needs words at both ends.", "Write low and high."))
    if item.kind is not ItemKind.CHOICE or item.low is None or item.high is None:
        if words.choices and item.kind is not ItemKind.YES_NO:
            faults.append((f"item {number} is no choice and takes no choices.", "Leave them out."))
        elif words.choices and [value for value, _ in words.choices] != [0.0, 1.0]:
            faults.append((f"item {number} is answered yes or no.", "Its choices are 0 (no) and 1 (yes)."))
        return faults
    steps = int((item.high - item.low) / item.step) + 1
    needed = {item.low + step * item.step for step in range(steps)}
    given = {value for value, _ in words.choices}
    if lacking := sorted(needed - given):
        faults.append((f"item {number} has no words for the answer {_plain(lacking)}.", "Write each choice."))
    if beyond := sorted(given - needed):
        faults.append(
            (
                f"item {number} has no answer {_plain(beyond)} in the key.",
                f"It takes {_plain(sorted(needed))}.",
            )
        )
    labels = [label for _, label in words.choices]
    if len(set(labels)) < len(labels):
        faults.append(
            (f"item {number} has the same words for two answers.", "Write them so that they differ.")
        )
    return faults


def _plain(values: list[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def add(
    instrument: Instrument, path: Path, folder: Path, *, language: str | None = None, replace: bool = False
) -> tuple[TextPack, tuple[str, ...]]:
    """Take the words in `path` into `folder`; gives the pack and notes on what was left out or assumed.

    `language` names the language where the file does not; `replace` lets the words take the place of Accord's own or of
    ones that are there. `Faults` and no file when anything is uncertain.
    """
    _refuse_wrong_target(instrument, language)
    pack, notes = _taken(instrument, path, language)
    shipped = (LIBRARY / instrument.id / "text" / f"{pack.language}.yaml").is_file()
    target = folder / instrument.id / f"{pack.language}.yaml"
    if (shipped or target.exists()) and not replace:
        whose = "Accord ships words" if shipped else "there are words already"
        raise refuse(
            instrument.id, f"{whose} in '{pack.language}'.", "Use --replace to put yours in their place."
        )
    pack = changed(pack, source_file=path.name, replaces_shipped=shipped)
    faults = pack_faults(instrument, pack)
    if faults:
        raise Faults(faults)
    try:
        write_pack(instrument, pack, target)
    except OSError as failure:
        raise refuse(str(target.parent), f"the words cannot be kept here ({failure.strerror}).") from None
    return pack, notes


def _refuse_wrong_target(instrument: Instrument, language: str | None) -> None:
    if not instrument.enabled:
        raise refuse(instrument.id, f"this key is not enabled: {instrument.disabled_reason}")
    if language is not None and not LANGUAGE.fullmatch(language):
        raise refuse("--language", f"'{language}' is no language code.", "Write for example en, es or pt-BR.")


def _taken(instrument: Instrument, path: Path, language: str | None) -> tuple[TextPack, tuple[str, ...]]:
    if path.suffix.lower() in FHIR_SUFFIXES:
        from accord.instruments.questionnaire import (
            read_questionnaire,
        )  # the FHIR models take a while to load

        return read_questionnaire(instrument, path, language)
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise refuse(
            path.name,
            "this is neither YAML nor JSON.",
            "Give a YAML pack or a FHIR R4 Questionnaire in JSON.",
        )
    data = read_yaml(path).data
    if isinstance(data, dict) and "resourceType" in data:
        what = "this is a vendor's YAML form of FHIR, not FHIR R4, so it cannot be checked."
        raise refuse(path.name, what, "Have the vendor's system export the Questionnaire as FHIR R4 JSON.")
    pack = read_pack(instrument, path)
    if language is not None and language.lower().replace("_", "-") != pack.language:
        raise refuse(path.name, f"it says its language is '{pack.language}', you say '{language}'.")
    return pack, ()


def write_pack(instrument: Instrument, pack: TextPack, target: Path) -> None:
    """The pack as YAML, read back before it takes its place: whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            yaml.safe_dump(_as_data(pack), out, allow_unicode=True, sort_keys=False, width=110)
            out.flush()
            os.fsync(out.fileno())
        read_pack(instrument, Path(name))
        Path(name).chmod(0o644)  # words are no secret, and the server may run as another user
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _as_data(pack: TextPack) -> dict[str, Any]:
    whole = {
        "instrument": pack.instrument,
        "version": pack.version,
        "language": pack.language,
        "title": pack.title,
        "lead": pack.lead,
        "unvalidated": pack.unvalidated,
        "source": pack.source,
        "note": pack.note,
        "source_file": pack.source_file,
        "replaces_shipped": pack.replaces_shipped,
        "items": {number: _item_data(words) for number, words in sorted(pack.items.items())},
    }
    return {name: value for name, value in whole.items() if value != ""}


def _item_data(words: ItemText) -> dict[str, Any]:
    choices = {int(v) if v.is_integer() else v: label for v, label in words.choices}
    whole = {
        "prompt": words.prompt,
        "low": words.low_anchor,
        "high": words.high_anchor,
        "help": words.help,
        "choices": choices,
    }
    return {name: value for name, value in whole.items() if value}
