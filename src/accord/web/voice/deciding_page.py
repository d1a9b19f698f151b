"""Requests to erase as a lead reads and decides them, as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from accord.basics.clock import now
from accord.web.voice.erasing import LONGEST_DECISION
from accord.web.voice.erasing_parts import PARTS
from accord.web.voice.me_frame import told_day
from accord.web.voice.models import Erasure


@dataclass(frozen=True)
class Request:
    """One request in the lead's list. `late`: the day by which it should have been decided has passed."""

    key: str
    client: str
    client_key: str
    asked: str
    by: str
    late: bool
    outcome: str = ""
    decided: str = ""


@dataclass(frozen=True)
class Requests:
    """Requests that wait, the first due one first, and those that are over, the newest first."""

    waiting: tuple[Request, ...]
    over: tuple[Request, ...]


def requests_page(rows: Iterable[Erasure]) -> Requests:
    """The list from the rows that the viewer may see."""
    found = sorted(rows, key=lambda one: (one.decide_by, one.pk))
    free = [one for one in found if not one.decided_at and not one.taken_back_at]
    over = [one for one in found if one.decided_at or one.taken_back_at]
    return Requests(tuple(_request(one) for one in free), tuple(_request(one) for one in reversed(over)))


def _request(one: Erasure) -> Request:
    service = one.service
    outcome = _("Taken back by the client") if one.taken_back_at else ""
    if one.decided_at:
        outcome = {
            Erasure.Outcome.GRANTED: _("Granted"),
            Erasure.Outcome.PART: _("Granted in part"),
        }.get(one.outcome, _("Refused"))
    return Request(
        key=one.key,
        client=str(one.client),
        client_key=one.client.key,
        asked=told_day(one.at, service),
        by=told_day(one.decide_by, service),
        late=one.decide_by < now() and not outcome,
        outcome=outcome,
        decided=_("%(name)s, on %(day)s")
        % {"name": one.decided_by.name, "day": told_day(one.decided_at, service)}
        if one.decided_by and one.decided_at
        else "",
    )


@dataclass(frozen=True)
class PartLine:
    """One part that can be erased, with whether it is ticked."""

    name: str
    title: str
    help: str
    ticked: bool


@dataclass(frozen=True)
class Deciding:
    """The page on which a lead decides; `over` says that nothing can be decided any more."""

    request: Request
    over: bool
    record_law: str
    outcomes: tuple[tuple[str, str, str], ...]
    outcome: str
    decision: str
    decision_made: str
    parts: tuple[PartLine, ...]
    known: bool
    longest: int
    faults: Mapping[str, str]


def deciding_page(one: Erasure, typed: QueryDict | None, faults: Mapping[str, str]) -> Deciding:
    """The form of one request, with what was typed and what is wrong with it."""
    ticked = set(typed.getlist("parts")) if typed is not None else {n for n, p in PARTS.items() if p.before}
    return Deciding(
        request=_request(one),
        over=bool(one.decided_at or one.taken_back_at),
        record_law=one.service.record_law,
        outcomes=(
            ("granted", _("Granted"), _("All of it is erased.")),
            (
                "part",
                _("Granted in part"),
                _("What is ticked is erased; the reason says why the rest is kept."),
            ),
            ("refused", _("Refused"), _("Nothing is erased; the reason says why.")),
        ),
        outcome=typed.get("outcome", "") if typed is not None else "",
        decision=typed.get("decision", "") if typed is not None else "",
        decision_made=one.decision,
        parts=tuple(
            PartLine(name, str(part.title), str(part.help), name in ticked) for name, part in PARTS.items()
        ),
        known=typed is not None and typed.get("known") == "1",
        longest=LONGEST_DECISION,
        faults=faults,
    )
