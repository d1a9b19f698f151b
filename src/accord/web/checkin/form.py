"""Reading a sent form: from posted fields to answers, every fault named, nothing guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Missing

MOST_TEXT = 2000


@dataclass(frozen=True)
class Posted:
    """What a form said: answers and free lines by item number, and faults by item number."""

    answers: dict[int, Answer]
    texts: dict[int, str]
    faults: dict[int, str]


def read_form(instrument: Instrument, data: Mapping[str, str], *, asks_safety: bool = True) -> Posted:
    """Answers from the fields ``item-N``, ``skip-N`` and ``text-N``.

    An empty field is *not reached*, a ticked skip is *declined*; a value that is no answer becomes a fault, never a
    guess. Fields the form does not have are ignored.
    """
    answers: dict[int, Answer] = {}
    texts: dict[int, str] = {}
    faults: dict[int, str] = {}
    for item in instrument.items:
        if item.kind is ItemKind.TEXT:
            text = " ".join(_clean(data.get(f"text-{item.number}", "")).split())
            if len(text) > MOST_TEXT:
                faults[item.number] = f"This line has {len(text)} letters; please keep it under {MOST_TEXT}."
            texts[item.number] = text
        elif item.risk_at is not None and item.optional and not asks_safety:
            answers[item.number] = Missing.NOT_ASKED
        else:
            _read_item(item, data, answers, faults)
    return Posted(answers, texts, faults)


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text)


def _read_item(
    item: Item, data: Mapping[str, str], answers: dict[int, Answer], faults: dict[int, str]
) -> None:
    written = data.get(f"item-{item.number}", "").strip()
    if data.get(f"skip-{item.number}") == "1" or written == Missing.DECLINED.value:
        answers[item.number] = Missing.DECLINED
    elif written in ("", Missing.NOT_REACHED.value):
        # A tick box that stays empty says no more than that nobody ticked it.
        answers[item.number] = Missing.NOT_REACHED
    else:
        value = _number(written)
        low, high = item.low if item.low is not None else 0.0, item.high if item.high is not None else 1.0
        if value is None:
            faults[item.number] = (
                f"This is not a number. Write one from {low:g} to {high:g}, or skip this line."
            )
        elif not low <= value <= high:
            faults[item.number] = f"Write a number from {low:g} to {high:g}, or skip this line."
        else:
            answers[item.number] = low + round((value - low) / item.step) * item.step if item.step else value


def _number(written: str) -> float | None:
    """A number in Western, Arabic or Persian digits, with point or comma; None for anything else."""
    if len(written) > 12:
        return None
    digits = "".join(str(ord(c) & 0xF) if "٠" <= c <= "٩" or "۰" <= c <= "۹" else c for c in written)
    return float(digits.replace(",", ".")) if re.fullmatch(r"\d+([.,]\d*)?", digits) else None
