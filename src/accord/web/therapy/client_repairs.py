"""Repairs on one client's page: what is open, what closed, where one begins, and their marks under the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.charts.lane import RepairMark
from accord.repair.texts import ending
from accord.signals import attention
from accord.signals.signal import Place, Step
from accord.web.attention.noticed import Noticed
from accord.web.attention.repairing import begin_url, due
from accord.web.attention.words import address, long_day
from accord.web.repair.sentences import aged, waits_for
from accord.web.therapy.client_reading import ClientFile

ICONS = {
    one: one.replace("_", "-") for one in ("came_back", "rose_above", "unchanged", "left", "not_a_rupture")
}
TO_BEGIN_FROM = frozenset({Place.STRAIN, Place.CONCERN})


@dataclass(frozen=True)
class Open:
    """The repair that is open: how old it is, and what it waits for."""

    aged: str
    waits: str
    url: str
    due: bool


@dataclass(frozen=True)
class Was:
    """A repair that closed: when, and how."""

    when: str
    ending: str
    icon: str
    url: str


@dataclass(frozen=True)
class Repairs:
    """What the page says of repairs. `begin` is where one begins, empty where none can; `open` None: none is open."""

    open: Open | None
    closed: tuple[Was, ...]
    begin: str

    def begin_from(self, signal: str) -> str:
        """Where one begins from this signal (key)."""
        return f"{self.begin}?from=signal:{signal}" if self.begin else ""

    def begin_from_concern(self, response: str) -> str:
        """Where one begins from what the client raised (key of the response)."""
        return f"{self.begin}?from=concern:{response}" if self.begin else ""


def repairs_of(file: ClientFile) -> Repairs:
    """Repairs of this course as the person looking may know them."""
    going = file.repair
    return Repairs(
        open=Open(
            aged=aged(going),
            waits=waits_for(going, file.pronoun, file.today),
            url=address("repair:repair", going.key),
            due=file.mine and due(going),
        )
        if going
        else None,
        closed=tuple(
            Was(
                when=_span(file, one.begun_at, one.closed_at),
                ending=ending(one.ending).title,
                icon=f"icons/{ICONS[one.ending.value]}.html",
                url=address("repair:repair", one.key),
            )
            for one in file.repairs
        ),
        begin=begin_url(file.course_key) if file.begins and going is None and not file.ended_on else "",
    )


def begins_from(leading: Noticed | None) -> str:
    """The signal (key) of the first line that a repair can begin from; empty where it is about something else."""
    if leading is None or leading.signal.step is Step.COURSE:
        return ""
    return leading.key if attention.place(leading.signal) in TO_BEGIN_FROM else ""


def _span(file: ClientFile, begun_at: datetime, closed_at: datetime) -> str:
    """Sessions 3 to 4, or the days where no session lies before."""
    first, last = _number(file, begun_at), _number(file, closed_at)
    if first and last:
        if first == last:
            return _("session %(number)s") % {"number": first}
        return _("sessions %(first)s to %(last)s") % {"first": first, "last": last}
    return long_day(clinic_day(closed_at, file.timezone), file.today)


def _number(file: ClientFile, at: datetime) -> int | None:
    """The number of the last session that counts and had begun by then."""
    numbers = [one.number for one in file.course.sessions if one.number and _begun(file, one, at)]
    return max(numbers, default=None)


def _begun(file: ClientFile, session, at: datetime) -> bool:
    return session.starts_at <= at if session.starts_at else session.day <= clinic_day(at, file.timezone)


def marks(file: ClientFile, columns: Sequence) -> tuple[RepairMark, ...]:
    """The repairs as marks under the drawn sessions (`pictures.Drawn`), the oldest first: where one began and ended.

    It stands under the last session before, since it began from that; before the first one there is nothing to mark.
    """
    spans = [(one.begun_at, one.closed_at, one.ending.value) for one in reversed(file.repairs)]
    if file.repair:
        spans.append((file.repair.begun_at, None, ""))
    found = []
    for begun_at, closed_at, how in spans:
        first = _place(file, columns, begun_at)
        if first is None:
            continue
        last = _place(file, columns, closed_at) if closed_at else None
        words = _("repair; %(ending)s") % {"ending": ending(how).title.lower()} if how else _("repair, open")
        found.append(RepairMark(first, last, how, words))
    return tuple(found)


def _place(file: ClientFile, columns: Sequence, at: datetime) -> int | None:
    """The drawn session before this instant."""
    places = [n for n, one in enumerate(columns) if not one.coming and _begun(file, one.session, at)]
    return max(places, default=None)


def noted(file: ClientFile) -> dict[str, str]:
    """What the table says of repairs, by session (key): the same as the marks."""
    found: dict[str, list[str]] = {}
    rows = [(one.begun_at, _("a repair began")) for one in file.repairs]
    rows += [
        (one.closed_at, _("the repair closed: %(ending)s") % {"ending": ending(one.ending).title.lower()})
        for one in file.repairs
    ]
    if file.repair:
        rows.append((file.repair.begun_at, _("a repair began")))
    for at, words in sorted(rows):
        before = [one for one in file.course.sessions if _begun(file, one, at) and one.attendance.counts]
        if before:
            found.setdefault(before[-1].key, []).append(words)
    return {key: "; ".join(words) for key, words in found.items()}
