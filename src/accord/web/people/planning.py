"""The plan as a page edits it: which form is asked when, read from what was posted, every fault at its field."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accord.web.checkin.asking import askable
from accord.web.therapy.models import Moment, PlanLine

LAST_SESSION = 200
MOST_EVERY = 50


@dataclass(frozen=True)
class Row:
    """One form in the plan: whether it is asked, before or after, at which sessions and how often."""

    instrument: str
    title: str
    asked: bool
    before: bool
    every: str
    at: str
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """When it is asked, as a sentence."""
        if not self.asked:
            return _("Not asked.")
        parts = []
        if self.at:
            parts.append(_("at session %(at)s") % {"at": self.at})
        if self.every == "1":
            parts.append(_("at every session"))
        elif self.every:
            numbers = ", ".join(str(int(self.every) * n) for n in (1, 2, 3)) if self.every.isdigit() else ""
            parts.append(_("at sessions %(numbers)s …") % {"numbers": numbers})
        moment = _("Before") if self.before else _("After")
        return f"{moment}: {_(' and ').join(parts)}"


def rows(lines: Iterable[PlanLine]) -> tuple[Row, ...]:
    """Every form that can be asked, with what the plan says about it now."""
    planned = {line.instrument: line for line in lines}
    return tuple(_row(choice, planned.get(choice.instrument)) for choice in askable() if not choice.why_not)


def _row(choice, line: PlanLine | None) -> Row:
    if line is None:
        return Row(choice.instrument, choice.title, False, False, "", "")
    return Row(
        instrument=choice.instrument,
        title=choice.title,
        asked=True,
        before=line.moment == Moment.BEFORE,
        every=str(line.every or ""),
        at=", ".join(map(str, line.at)),
    )


def read_plan(data: Mapping[str, str]) -> tuple[tuple[Row, ...], tuple[PlanLine, ...]]:
    """The rows as posted with their faults, and the lines to keep where there is no fault."""
    read = tuple(_read(choice, data) for choice in askable() if not choice.why_not)
    lines = tuple(
        PlanLine(
            instrument=row.instrument,
            moment=Moment.BEFORE if row.before else Moment.AFTER,
            every=int(row.every) if row.every else None,
            at=_numbers(row.at) or [],
        )
        for row in read
        if row.asked and not row.faults
    )
    return read, lines


def _read(choice, data: Mapping[str, str]) -> Row:
    name = choice.instrument
    asked = data.get(f"asked-{name}") == "1"
    every, at = data.get(f"every-{name}", "").strip()[:6], data.get(f"at-{name}", "").strip()[:80]
    faults: dict[str, str] = {}
    if asked:
        if every and not (every.isdecimal() and 1 <= int(every) <= MOST_EVERY):
            faults["every"] = _("Write a number from 1 to %(most)s, or leave it empty.") % {
                "most": MOST_EVERY
            }
        if at and _numbers(at) is None:
            faults["at"] = _("Write session numbers such as 1, 3, 6 (up to %(last)s).") % {
                "last": LAST_SESSION
            }
        if not every and not at:
            faults["every"] = _("Say when: every so many sessions, or at which ones.")
    return Row(name, choice.title, asked, data.get(f"moment-{name}") == Moment.BEFORE, every, at, faults)


def _numbers(text: str) -> list[int] | None:
    """Session numbers from "1, 3 6", sorted and each once; None when something else stands there."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    if not all(word.isdecimal() and 1 <= int(word) <= LAST_SESSION for word in words):
        return None
    return sorted({int(word) for word in words})
