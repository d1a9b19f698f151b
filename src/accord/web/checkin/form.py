"""Reading a sent form: from posted fields to answers, every fault named, nothing guessed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from accord.basics.clock import now
from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Missing

MOST_TEXT = 2000
MOST_DIGITS = 12
EARLIEST_YEAR = 2000  # a device that is set earlier than this does not know what day it is


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
    posted = Posted({}, {}, {})
    for item in instrument.items:
        if item.kind is ItemKind.TEXT:
            _read_text(item, data, posted)
        elif item.risk_at is not None and item.optional and not asks_safety:
            posted.answers[item.number] = Missing.NOT_ASKED
        else:
            _read_item(item, data, posted)
    return posted


def _read_text(item: Item, data: Mapping[str, str], posted: Posted) -> None:
    text = " ".join(_clean(data.get(f"text-{item.number}", "")).split())
    posted.texts[item.number] = text
    if len(text) > MOST_TEXT:
        posted.faults[item.number] = _("This line has %(length)s letters; please keep it under %(most)s.") % {
            "length": len(text),
            "most": MOST_TEXT,
        }


def _clean(text: str) -> str:
    """`text` without control characters and halves of characters, which no database stores."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", " ", text)


def _read_item(item: Item, data: Mapping[str, str], posted: Posted) -> None:
    typed = data.get(f"item-{item.number}", "").strip()
    if data.get(f"skip-{item.number}") == "1" or typed == Missing.DECLINED.value:
        posted.answers[item.number] = Missing.DECLINED
        return
    if typed in ("", Missing.NOT_REACHED.value):
        # A tick box that stays empty says no more than that nobody ticked it.
        posted.answers[item.number] = Missing.NOT_REACHED
        return
    value = _number(typed)
    low, high = item.low if item.low is not None else 0.0, item.high if item.high is not None else 1.0
    limits = {"low": f"{low:g}", "high": f"{high:g}"}
    if value is None:
        posted.faults[item.number] = (
            _("This is not a number. Write one from %(low)s to %(high)s, or skip this line.") % limits
        )
    elif not low <= value <= high:
        posted.faults[item.number] = _("Write a number from %(low)s to %(high)s, or skip this line.") % limits
    else:
        posted.answers[item.number] = (
            low + round((value - low) / item.step) * item.step if item.step else value
        )


def _number(typed: str) -> float | None:
    """A number in Western, Arabic or Persian digits, with point or comma; None for anything else."""
    if len(typed) > MOST_DIGITS:
        return None
    digits = "".join(str(ord(c) & 0xF) if "٠" <= c <= "٩" or "۰" <= c <= "۹" else c for c in typed)
    digits = re.sub("[,٫]", ".", digits).replace("−", "-")
    return float(digits) if re.fullmatch(r"-?[0-9]+(\.[0-9]*)?", digits) else None


def written(instrument: Instrument, data: Mapping[str, str], posted: Posted) -> dict[int, str]:
    """What was typed into the lines at fault, to be shown again beside the fault."""
    kept = {item.number: f"item-{item.number}" for item in instrument.items if item.kind is not ItemKind.TEXT}
    return {n: data.get(kept[n], "")[:MOST_DIGITS] for n in posted.faults if n in kept}


def once(link_key: str, device_key: str) -> str:
    """The idempotency key of one answer of one link: 64 hex digits, whatever a device made up."""
    return hashlib.sha256(f"{link_key}:{device_key}".encode(errors="replace")).hexdigest()


def instant(text: str) -> datetime | None:
    """An instant in UTC from an ISO text of the device; None for anything that is none, lies ahead or is impossible."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is None or read.year < EARLIEST_YEAR:
            return None
        in_utc = read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return in_utc if in_utc <= now() else None
