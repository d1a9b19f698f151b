"""Scores from raw answers: pure, and the same for one answer as for a million (`batch.py`).

Formulas: science.md 2.1. Reverse ``(low + high) - x``; prorated total ``k * sum / n``; a safety item is never
filled in, so a scale that holds one is refused when it is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accord.basics.faults import Fault
from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Method, Missing, Scale

SCORER_VERSION = 1


@dataclass(frozen=True)
class Score:
    """One score; `value` is None exactly when `reason` says why. `answered` counts the scale's answered items."""

    value: float | None
    reason: str | None
    answered: int


def score(instrument: Instrument, answers: Mapping[int, Answer]) -> dict[str, Score]:
    """The score of every scale. An item that is not in `answers` was not reached."""
    items = {item.number: item for item in instrument.items}
    if not instrument.enabled:
        reason = f"the key is not enabled: {instrument.disabled_reason}"
        return {s.id: Score(None, reason, len(_answered(s, answers))) for s in instrument.scales}
    return {scale.id: score_scale(scale, items, answers) for scale in instrument.scales}


def score_scale(scale: Scale, items: Mapping[int, Item], answers: Mapping[int, Answer]) -> Score:
    """The score of one scale; `items` by number."""
    given = _answered(scale, answers)
    reason = _refusal(scale, items, answers, given)
    if reason is not None:
        return Score(None, reason, len(given))
    total = 0.0
    for place, number in enumerate(scale.items):
        if number in given:
            value = reverse(items[number], given[number]) if number in scale.reversed else given[number]
            total += scale.weights[place] * value if scale.method is Method.WEIGHTED_SUM else value
    return Score(combine(scale, total, len(given)), None, len(given))


def reverse(item: Item, value: float) -> float:
    """The answer seen from the other end of the item's range."""
    if item.low is None or item.high is None:
        raise ValueError(f"item {item.number} has no range and cannot be reversed")
    return (item.low + item.high) - value


def combine(scale: Scale, total: float, answered: int) -> float:
    """The scale's value from the sum of its answered items; prorated only when some are missing."""
    size = len(scale.items)
    if scale.method in (Method.MEAN, Method.SCALED_MEAN):
        value = total / answered
    elif answered < size:
        value = size * total / answered
    else:
        value = total
    return value * scale.factor if scale.method in (Method.SCALED_SUM, Method.SCALED_MEAN) else value


def _answered(scale: Scale, answers: Mapping[int, Answer]) -> dict[int, float]:
    found = {}
    for number in scale.items:
        answer = answers.get(number, Missing.NOT_REACHED)
        if not isinstance(answer, Missing):
            found[number] = float(answer)
    return found


def _refusal(
    scale: Scale, items: Mapping[int, Item], answers: Mapping[int, Answer], given: Mapping[int, float]
) -> str | None:
    """Why this scale has no score, or None when it has one."""
    outside = [number for number, value in given.items() if not items[number].allows(value)]
    if outside:
        return f"{_named(outside)} out of range"
    missing = [number for number in scale.items if number not in given]
    if not missing:
        return None
    if all(answers.get(number) is Missing.NOT_ASKED for number in missing) and not given:
        return "not asked"
    safety = [number for number in missing if items[number].risk_at is not None]
    if safety:
        return f"{_named(safety)} without an answer; a safety item is never filled in"
    if len(missing) > scale.may_miss:
        allowed = f"at most {scale.may_miss} may be" if scale.may_miss else "none may be"
        return f"{len(missing)} of {len(scale.items)} items without an answer ({_kinds(missing, answers)}); {allowed}"
    fixed = [number for number in missing if scale.may_miss_only and number not in scale.may_miss_only]
    return f"{_named(fixed)} without an answer and cannot be filled in" if fixed else None


def _named(numbers: list[int]) -> str:
    return f"item{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _kinds(missing: list[int], answers: Mapping[int, Answer]) -> str:
    kinds = [answers.get(number, Missing.NOT_REACHED) for number in missing]
    counts = [(kind, kinds.count(kind)) for kind in Missing]
    return ", ".join(f"{kind.value.replace('_', ' ')}: {count}" for kind, count in counts if count)


def out_of_range(instrument: Instrument, answers: Mapping[int, Answer]) -> tuple[Fault, ...]:
    """A fault for each answer that cannot be one: an unknown item, a value outside its range or off its steps."""
    items = {item.number: item for item in instrument.items}
    faults = []
    for number, answer in sorted(answers.items()):
        item = items.get(number)
        if item is None:
            faults.append(
                Fault(
                    f"item {number}",
                    f"{instrument.id} has no such item.",
                    f"It has items 1 to {len(instrument.items)}.",
                )
            )
        elif not isinstance(answer, Missing) and item.kind is not ItemKind.TEXT and not item.allows(answer):
            faults.append(Fault(f"item {number}", "the answer is out of range.", allowed(item)))
    return tuple(faults)


def allowed(item: Item) -> str:
    """The sentence that says which answers an item takes."""
    if item.low is None or item.high is None:
        return "It takes words, not a number."
    steps = f", in steps of {item.step:g}" if item.stepped else ""
    return f"It takes {item.low:g} to {item.high:g}{steps}."


def risk_items(instrument: Instrument, answers: Mapping[int, Answer]) -> tuple[int, ...]:
    """Numbers of the safety items with a positive answer: a prompt to ask at once, whatever any total says."""
    positive = []
    for item in instrument.items:
        answer = answers.get(item.number, Missing.NOT_REACHED)
        if item.risk_at is not None and not isinstance(answer, Missing) and answer >= item.risk_at:
            positive.append(item.number)
    return tuple(positive)
