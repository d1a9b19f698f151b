"""The trail as a page shows it: lines in words, filters, and whether it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from accord.web.audit.models import Entry
from accord.web.checkin.asking import told
from accord.web.people.models import Service

PER_PAGE = 50
SHORT = 8  # digits of a key that tell records apart on a page; the first ones are only the hour of its making
CLIENT, ACCORD = "client", "accord"


@dataclass(frozen=True)
class Filter:
    """What is looked for: one person's doings, or one record's history."""

    actor: str = ""
    kind: str = ""
    subject: str = ""

    @property
    def query(self) -> str:
        """The filter as part of an address, to go on from page to page."""
        from urllib.parse import urlencode

        return urlencode({name: value for name, value in vars(self).items() if value})

    @property
    def on(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.actor or self.kind or self.subject)


def read_filter(data: Mapping[str, str]) -> Filter:
    """The filter in an address; anything too long to be a key is cut."""
    return Filter(*(data.get(name, "").strip()[:64] for name in ("actor", "kind", "subject")))


@dataclass(frozen=True)
class Line:
    """One line of the trail in words. `number` None: not told, since lines are left out and a gap would say so."""

    number: int | None
    when: str
    who: str
    verb: str
    kind: str
    record: str
    subject: str
    detail: str


@dataclass(frozen=True)
class Trail:
    """One page of the trail."""

    lines: tuple[Line, ...]
    page: int
    pages: int
    total: str
    earlier: int | None
    later: int | None
    people: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]


def page_of(
    entries: QuerySet[Entry],
    wanted: Filter,
    number: str,
    names: Mapping[str, str],
    service: Service,
    *,
    numbered: bool = True,
) -> Trail:
    """The wanted page, newest line first; `names` are those of staff by key, `numbered` whether lines have numbers."""
    found = entries.order_by("-number")
    if wanted.actor:
        found = found.filter(actor=wanted.actor)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.subject:
        found = found.filter(subject__endswith=wanted.subject)
    page = Paginator(found, PER_PAGE).get_page(number)
    known = {CLIENT: _("a client"), ACCORD: _("Accord itself"), **names}
    return Trail(
        lines=tuple(_line(entry, known, service, numbered) for entry in page.object_list),
        page=page.number,
        pages=page.paginator.num_pages,
        total=formats.number_format(page.paginator.count, use_l10n=True, force_grouping=True),
        earlier=page.next_page_number() if page.has_next() else None,
        later=page.previous_page_number() if page.has_previous() else None,
        people=tuple(sorted(known.items(), key=lambda pair: pair[1].lower())),
        kinds=tuple(entries.order_by("kind").values_list("kind", flat=True).distinct()),
    )


def _line(entry: Entry, known: Mapping[str, str], service: Service, numbered: bool) -> Line:
    detail = "; ".join(
        f"{name.replace('_', ' ')}: {_plain(value, known)}" for name, value in entry.detail.items()
    )
    return Line(
        number=entry.number if numbered else None,
        when=told(entry.at, service),
        who=known.get(entry.actor, _("somebody who left")),
        verb=entry.verb,
        kind=entry.kind,
        record=known.get(entry.subject, f"…{entry.subject[-SHORT:]}"),
        subject=entry.subject,
        detail=detail,
    )


def _plain(value: object, known: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one, known) for one in value)
    text = str(value)
    if text in known:
        return known[text]
    return f"…{text[-SHORT:]}" if len(text) == 32 and text.isalnum() else text
