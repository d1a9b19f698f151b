"""Answers with the scores they must give (``examples.yaml``): what a clinician can check by hand, run as tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.instruments.definition import Answer, Instrument, ItemKind, Missing
from accord.instruments.reading import Source, read_yaml, validated
from accord.instruments.schema import Numbers, Part, item_numbers
from accord.instruments.scoring import Score, risk_items, score


class NonePart(Part):
    """No score, and some words of the reason."""

    none: Annotated[str, Field(min_length=3)]


def _real(written: object) -> object:
    return float(written) if isinstance(written, int) and not isinstance(written, bool) else written


Real = Annotated[float, BeforeValidator(_real)]


class ExamplePart(Part):
    """One example; `answers` by item or by range of items, what is left out was not reached."""

    name: Annotated[str, Field(min_length=3)]
    answers: Annotated[dict[str | int, Real | str], Field(min_length=1)]
    scores: Annotated[dict[str, Real | NonePart], Field(min_length=1)]
    positive: Numbers = ()


@dataclass(frozen=True)
class Example:
    """Answers, the scores they give (a number, or words of the reason why there is none), and positive safety items."""

    name: str
    answers: Mapping[int, Answer]
    scores: Mapping[str, float | str]
    positive: tuple[int, ...]
    where: str


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples in a file; `Faults` with every place that is not one."""
    source = read_yaml(path)
    if not isinstance(source.data, list) or not source.data:
        raise Faults(
            [Fault(source.where(()), "this is not a list of examples.", "Start each with '- name:'.")]
        )
    faults: list[Fault] = []
    found = []
    for place in range(len(source.data)):
        inner = Source(source.path, source.data[place], _within(source, place))
        try:
            found.append(_example(inner, validated(inner, ExamplePart)))
        except Faults as wrong:
            faults += wrong.faults
    if faults:
        raise Faults(faults)
    return tuple(found)


def _within(source: Source, place: int) -> dict[tuple[str | int, ...], int]:
    return {at[1:]: line for at, line in source.lines.items() if at and at[0] == place}


def _example(source: Source, part: ExamplePart) -> Example:
    faults = []
    answers: dict[int, Answer] = {}
    for key, written in part.answers.items():
        try:
            numbers = TypeAdapter(Numbers).validate_python(item_numbers(key))
            answer = written if isinstance(written, float) else Missing(written.replace(" ", "_"))
        except (ValueError, ValidationError):
            what = f"'{key}: {written}' is no answer."
            faults.append(
                Fault(source.where(("answers", key)), what, "Write for example 1-8: 2, or 9: declined.")
            )
            continue
        twice = [number for number in numbers if number in answers]
        if twice:
            faults.append(Fault(source.where(("answers", key)), f"item {twice[0]} is answered twice."))
        answers.update(dict.fromkeys(numbers, answer))
    if faults:
        raise Faults(faults)
    scores = {name: one.none if isinstance(one, NonePart) else one for name, one in part.scores.items()}
    return Example(part.name, answers, scores, part.positive, source.where(()))


def example_faults(instrument: Instrument, examples: tuple[Example, ...]) -> Iterator[Fault]:
    """Every example that the key does not fulfil, and what no example shows."""
    for example in examples:
        yield from _wrong(instrument, example)
    if instrument.enabled:
        yield from _not_shown(instrument, examples)


def _wrong(instrument: Instrument, example: Example) -> Iterator[Fault]:
    known = {item.number for item in instrument.items}
    for number in sorted(example.answers.keys() - known):
        yield Fault(example.where, f"'{example.name}': there is no item {number}.")
    scores = score(instrument, example.answers)
    for name, expected in example.scores.items():
        if name not in scores:
            yield Fault(example.where, f"'{example.name}': there is no scale {name}.", hint(name, scores))
        elif not fulfils(scores[name], expected):
            told = scores[name].reason if scores[name].value is None else f"{scores[name].value:g}"
            what = f"'{example.name}': {name} should be {expected if isinstance(expected, str) else f'{expected:g}'}"
            yield Fault(example.where, f"{what}, the key gives {told}.")
    positive = risk_items(instrument, example.answers)
    if positive != tuple(sorted(example.positive)):
        told = ", ".join(map(str, positive)) or "none"
        yield Fault(example.where, f"'{example.name}': the key finds these safety items positive: {told}.")


def fulfils(given: Score, expected: float | str) -> bool:
    """Whether a score is the expected number (to seven digits), or is refused with the expected words."""
    if isinstance(expected, str):
        return given.value is None and expected in (given.reason or "")
    return given.value is not None and isclose(given.value, expected, rel_tol=1e-7, abs_tol=1e-9)


def _not_shown(instrument: Instrument, examples: tuple[Example, ...]) -> Iterator[Fault]:
    if not examples:
        return
    where = examples[-1].where
    scored = {
        item.number for item in instrument.items if item.kind is not ItemKind.TEXT and not item.optional
    }
    for scale in instrument.scales:
        shown = [one.scores[scale.id] for one in examples if scale.id in one.scores]
        for edge in (scale.low, scale.high):
            if edge not in shown:
                yield Fault(where, f"no example shows {scale.id} at {edge:g}.", "Add one at each edge.")
    if not any(_lacks(one, scored) for one in examples):
        yield Fault(where, "no example has a missing answer.", "Add one.")
    if instrument.risk_numbers and not any(one.positive for one in examples):
        yield Fault(where, "no example has a positive safety item.", "Add one.")


def _lacks(example: Example, numbers: set[int]) -> bool:
    return any(isinstance(example.answers.get(number, Missing.NOT_REACHED), Missing) for number in numbers)
