"""The client's page of asking for erasure, as values: how the newest request stands, and what the law keeps."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.basics.clock import now
from accord.web.voice.doors import page_address
from accord.web.voice.erasing_parts import PARTS
from accord.web.voice.me_frame import Frame, frame_of, told_day
from accord.web.voice.me_reading import erasures_of
from accord.web.voice.models import Door, Erasure


@dataclass(frozen=True)
class ErasingPage:
    """Asking for erasure: how the newest request stands, and what the law keeps.

    `stands` is none, waiting, overdue or decided.
    """

    frame: Frame
    action: str
    stands: str
    asked: str
    by: str
    days: int
    record_law: str
    outcome: str
    decision: str
    decided: str
    erased: tuple[str, ...]


def erasing_page(door: Door) -> ErasingPage:
    """The newest request that was not taken back, and the way to make one."""
    service = door.service
    newest = erasures_of(door.client).filter(taken_back_at=None).first()
    return ErasingPage(
        frame=frame_of(door),
        action=page_address(door, "erasing"),
        stands=_stands(newest),
        asked=told_day(newest.at, service) if newest else "",
        by=told_day(newest.decide_by, service) if newest else "",
        days=service.erasure_days,
        record_law=service.record_law,
        outcome=_outcome(newest),
        decision=newest.decision if newest else "",
        decided=_("%(name)s, on %(day)s")
        % {"name": newest.decided_by.name, "day": told_day(newest.decided_at, service)}
        if newest and newest.decided_by
        else "",
        erased=tuple(_(PARTS[name].told) for name in newest.erased if name in PARTS) if newest else (),
    )


def _stands(newest: Erasure | None) -> str:
    if newest is None:
        return "none"
    if newest.decided_at:
        return "decided"
    return "overdue" if newest.decide_by < now() else "waiting"


def _outcome(newest: Erasure | None) -> str:
    return {
        Erasure.Outcome.GRANTED: _("It was erased."),
        Erasure.Outcome.PART: _("A part of it was erased."),
        Erasure.Outcome.REFUSED: _("It was not erased."),
    }.get(newest.outcome if newest else "", "")
