"""Words from a FHIR R4 Questionnaire: items by LOINC code, answers by LOINC answer code or ordinal value.

What is uncertain is a fault; what is left out or taken from elsewhere is a note. The file's own expressions are never
run: scores come from the key alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.valueset import ValueSet
from pydantic import ValidationError

from accord.basics.faults import Fault, Faults, refuse
from accord.instruments.definition import Instrument, Item, ItemKind
from accord.instruments.reading import read_text
from accord.instruments.wording import ItemText, TextPack, direction

LOINC = "http://loinc.org"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
)
# Not an answer but the wish not to give one; every form of ours has that by itself.
DECLINING = ("asked-declined", "asked-unknown", "not-asked", "unknown")
ASKED = ("choice", "open-choice", "boolean", "integer", "decimal", "quantity", "string", "text", "date")
Json = dict[str, Any]


@dataclass
class Reading:
    """One walk over one file, with what was found wrong and what a person should know."""

    path: Path
    language: str = ""
    own_language: str = ""
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, place: str, what: str, do: str = "") -> None:
        self.faults.append(Fault(f"{self.path.name} {place}".strip(), what, do))

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def read_questionnaire(
    instrument: Instrument, path: Path, language: str | None = None
) -> tuple[TextPack, tuple[str, ...]]:
    """The words in a Questionnaire and notes on them; `Faults` with every reason why they cannot be matched."""
    reading = Reading(path)
    form = _form(reading)
    reading.own_language = str(form.get("language", "")).lower()
    reading.language = (language or reading.own_language).lower().replace("_", "-")
    if not reading.language:
        reading.fault("", "it does not say its language.", "Add --language, for example --language en.")
    if not any(item.loinc for item in instrument.items):
        reading.fault(
            "", f"the key of {instrument.id} has no LOINC codes to match by.", "Write a YAML pack instead."
        )
    matched = _matched(reading, instrument, form)
    words = {
        number: _item_text(reading, instrument, form, instrument.item(number), found)
        for number, found in sorted(matched.items())
    }
    lead = _lead(reading, form, {str(found.get("linkId")) for found in matched.values()})
    title = _words(reading, form, "title", "") or instrument.title
    if reading.faults:
        raise Faults(reading.faults)
    reading.note(f"The title a client sees is '{title}'.")
    if not lead:
        reading.note("The file has no opening line; make sure that the items say which time they are about.")
    pack = TextPack(
        instrument=instrument.id,
        version=instrument.version,
        language=reading.language,
        direction=direction(reading.language),
        title=title,
        lead=lead,
        items=words,
        unvalidated=False,
        source=str(form.get("url") or form.get("publisher") or path.name),
    )
    return pack, tuple(reading.notes)


def _form(reading: Reading) -> Json:
    form = _json(reading.path)
    kind = form.get("resourceType")
    if kind != "Questionnaire":
        what = f"this is a {kind}, not a Questionnaire." if kind else "this is no FHIR resource."
        raise refuse(reading.path.name, what, "Give the Questionnaire in FHIR R4 JSON.")
    try:
        Questionnaire.model_validate(form)
    except ValidationError as failure:
        _tell_invalid(reading, failure)
    if reading.faults:
        raise Faults(reading.faults)
    return form


def _json(path: Path) -> Json:
    def once(pairs: list[tuple[str, Any]]) -> Json:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise refuse(path.name, f"'{name}' stands twice in the same place.", "Keep one of the two.")
        return dict(pairs)

    try:
        data = json.loads(read_text(path), object_pairs_hook=once)
    except json.JSONDecodeError as failure:
        raise refuse(f"{path.name}:{failure.lineno}", f"this is not JSON: {failure.msg}.") from None
    except RecursionError:
        raise refuse(path.name, "it is nested too deeply.") from None
    if not isinstance(data, dict):
        raise refuse(path.name, "this is no FHIR resource.", "Give the Questionnaire in FHIR R4 JSON.")
    return data


def _tell_invalid(reading: Reading, failure: ValidationError) -> None:
    for error in failure.errors():
        place = [part for part in error["loc"] if part != "__root__"]
        at = ".".join(map(str, place))
        what = f"this is not valid FHIR R4: {error['msg'][:1].lower()}{error['msg'][1:]}"
        # The narrative and the scoring expressions are never used, so a flaw there cannot spoil the words.
        if place[:1] == ["text"]:
            reading.note("The narrative of the file is not valid FHIR R4; it is not used.")
        elif "valueExpression" in place:
            reading.note(
                "An expression in the file is not valid FHIR R4; the file's expressions are not used."
            )
        else:
            reading.fault(at, what, "Have the system that wrote it export FHIR R4.")


def _every_item(form: Json) -> Iterator[Json]:
    waiting = list(form.get("item", ()))
    while waiting:
        item = waiting.pop(0)
        yield item
        waiting = list(item.get("item", ())) + waiting


def _matched(reading: Reading, instrument: Instrument, form: Json) -> dict[int, Json]:
    """The file's items by number of the key; the rest is told as left out."""
    numbers = {item.loinc: item.number for item in instrument.items if item.loinc}
    found: dict[int, Json] = {}
    for item in _every_item(form):
        codes = [code for code in item.get("code", ()) if code.get("code") in numbers]
        if any(code.get("system", LOINC) != LOINC for code in codes):
            reading.fault(str(item["linkId"]), f"its code belongs to {codes[0]['system']}, not to LOINC.")
        elif not codes:
            _tell_left_out(reading, instrument, item)
        elif numbers[codes[0]["code"]] in found:
            reading.fault(str(item["linkId"]), f"the code {codes[0]['code']} stands here a second time.")
        else:
            if "system" not in codes[0]:
                reading.note(
                    "The items' codes name no system; they match the LOINC codes of the key one by one."
                )
            found[numbers[codes[0]["code"]]] = item
    lacking = [str(item.loinc) for item in instrument.items if item.loinc and item.number not in found]
    if lacking and numbers:
        do = (
            f"{instrument.id} needs every item. Is this the form of another instrument, or one without codes?"
        )
        reading.fault("", f"no item has the LOINC code {', '.join(lacking)}.", do)
    return found


def _tell_left_out(reading: Reading, instrument: Instrument, item: Json) -> None:
    if any("calculatedExpression" in one["url"] for one in item.get("extension", ())):
        reading.note(
            f"{item['linkId']}: its total is computed by an expression, which is not used; the key scores."
        )
    elif item["type"] in ASKED:
        weighted = any(_weight(option) is not None for option in item.get("answerOption", ()))
        extra = " It carries weights, which the key does not count." if weighted else ""
        reading.note(f"{item['linkId']} is not part of the key of {instrument.id} and is left out.{extra}")


def _item_text(reading: Reading, instrument: Instrument, form: Json, item: Item, found: Json) -> ItemText:
    place = str(found["linkId"])
    if item.kind is not ItemKind.CHOICE or found["type"] != "choice":
        reading.fault(place, f"it is a {found['type']}, the key has a {item.kind.value}.")
        return ItemText("")
    prompt = _words(reading, found, "text", place)
    if not prompt:
        reading.fault(place, "it has no text.")
    choices: dict[float, str] = {}
    for option in _options(reading, form, found):
        value = _value(reading, instrument, place, option)
        label = _words(reading, option, "display", place)
        if value is None:
            continue
        if value in choices:
            reading.fault(place, f"two of its answers have the value {value:g}.")
        elif not label:
            reading.fault(place, f"its answer {value:g} has no words.")
        choices[value] = label
    _tell_range(reading, place, item, choices)
    return ItemText(prompt, choices=tuple(sorted(choices.items())))


def _tell_range(reading: Reading, place: str, item: Item, choices: dict[float, str]) -> None:
    assert item.low is not None and item.high is not None  # every choice of a checked key has both
    needed = {item.low + step for step in range(int(item.high - item.low) + 1)}
    if choices.keys() != needed:
        told = ", ".join(f"{value:g}" for value in sorted(choices)) or "none"
        what = f"its answers have the values {told}; the key has {item.low:g} to {item.high:g}."
        reading.fault(place, what, "Mend the form, or write a YAML pack.")


def _options(reading: Reading, form: Json, item: Json) -> list[Json]:
    """The answers of an item as codings, with the option's own extensions among theirs."""
    if item.get("answerOption"):
        options = []
        for option in item["answerOption"]:
            coding = option.get("valueCoding")
            if coding is None:
                reading.fault(
                    str(item["linkId"]), "one of its answers is no coding.", "Codes are needed to match."
                )
                continue
            options.append(
                {**coding, "extension": [*option.get("extension", ()), *coding.get("extension", ())]}
            )
        return options
    address = item.get("answerValueSet")
    if not address:
        reading.fault(str(item["linkId"]), "it has no answers.")
        return []
    return _concepts(_value_set(reading, form, item, str(address)))


def _value_set(reading: Reading, form: Json, item: Json, address: str) -> Json:
    """The set of answers, from inside the file or from a ValueSet file beside it with that very address."""
    for one in form.get("contained", ()):
        if one.get("resourceType") == "ValueSet" and address in (f"#{one.get('id')}", one.get("url")):
            if not address.startswith("#"):
                reading.note(
                    f"{item['linkId']} names its answers by an outside address; the same set is in the file."
                )
            return dict(one)
    for path in sorted(reading.path.parent.glob("*ValueSet*.json")):
        try:
            one = _json(path)
            ValueSet.model_validate(one)
        except (Faults, ValidationError):
            continue
        if one.get("url") == address:
            reading.note(f"The answers were taken from {path.name}, which lies beside the file.")
            return one
    what = f"its answers lie elsewhere ({address})."
    reading.fault(str(item["linkId"]), what, "Put that ValueSet as JSON beside the file; nothing is fetched.")
    return {}


def _concepts(values: Json) -> list[Json]:
    if values.get("expansion"):
        return list(values["expansion"].get("contains", ()))
    including = values.get("compose", {}).get("include", ())
    return [{"system": part.get("system"), **one} for part in including for one in part.get("concept", ())]


def _value(reading: Reading, instrument: Instrument, place: str, option: Json) -> float | None:
    """The value of an answer by its LOINC code and by its weight, which must agree where both are there."""
    code, weight = str(option.get("code", "")), _weight(option)
    if code in DECLINING:
        reading.note(
            f"The answer '{code}' is left out: every form offers not to answer, and that is no number."
        )
        return None
    by_code = instrument.code_values.get(code) if option.get("system", LOINC) in (LOINC, None) else None
    if by_code is None and weight is None:
        what = f"its answer {code or '(without a code)'} has no value: no LOINC answer code of the key and no weight."
        reading.fault(place, what, "Add an ordinalValue to each answer, or write a YAML pack.")
    elif by_code is not None and weight is not None and by_code != weight:
        reading.fault(place, f"its answer {code} has the weight {weight:g}, in the key it is {by_code:g}.")
    elif by_code is None:
        reading.note(f"{place}: the answer {code} was matched by its weight {weight:g} alone.")
    else:
        _tell_other_code(reading, instrument, place, code, by_code)
    return by_code if by_code is not None else weight


def _tell_other_code(reading: Reading, instrument: Instrument, place: str, code: str, value: float) -> None:
    first = next(one for one, of in instrument.answer_codes if of == value)
    if code != first:
        reading.note(
            f"{place} uses the code {code} for {value:g}, where most forms have {first}; both mean the same."
        )


def _weight(option: Json) -> float | None:
    for one in (*option.get("extension", ()), *option.get("valueCoding", {}).get("extension", ())):
        if one.get("url") in WEIGHTS:
            given = one.get("valueDecimal", one.get("valueInteger"))
            if isinstance(given, int | float):
                return float(given)
    return None


def _words(reading: Reading, part: Json, name: str, place: str) -> str:
    """The words of `part` in the language asked for: its own, or a translation that stands beside them."""
    if not reading.own_language or _same(reading.own_language, reading.language):
        return str(part.get(name, "")).strip()
    for language, words in _translations(part, name):
        if _same(language, reading.language):
            return words.strip()
    if part.get(name) and place:
        what = f"the file is in '{reading.own_language}' and has no '{reading.language}' words here."
        reading.fault(place, what, f"Load it as --language {reading.own_language}.")
    return ""


def _same(one: str, other: str) -> bool:
    return one.lower().split("-")[0] == other.lower().split("-")[0]


def _translations(part: Json, name: str) -> Iterator[tuple[str, str]]:
    for extension in part.get(f"_{name}", {}).get("extension", ()):
        if extension.get("url") == TRANSLATION:
            inner = {
                one["url"]: one.get("valueCode", one.get("valueString", "")) for one in extension["extension"]
            }
            yield inner.get("lang", ""), inner.get("content", "")
    for one in part.get("designation", ()):
        yield one.get("language", ""), one.get("value", "")


def _lead(reading: Reading, form: Json, matched: set[str]) -> str:
    """The line that opens the items: a display or the group's text before the first of them."""
    lead = ""
    for item in _every_item(form):
        if item["linkId"] in matched:
            return lead
        if item["type"] in ("display", "group"):
            lead = _words(reading, item, "text", str(item["linkId"])) or lead
    return ""
