"""What the client's pages show, as values: the form, the page after sending, who sees the answers, and problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.charts import line as pictures
from accord.instruments.definition import Answer, Instrument, ItemKind, Missing
from accord.instruments.text import TextPack, languages
from accord.web.checkin.links import token
from accord.web.checkin.models import Link
from accord.web.therapy.models import Session

OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية"}


@dataclass(frozen=True)
class Crisis:
    """The numbers of the service's place, shown first and last."""

    number: str
    local_number: str
    local_label: str = ""


@dataclass(frozen=True)
class FormItem:
    """One line of the form with what was answered, skipped or at fault."""

    number: int
    kind: str
    prompt: str
    low_anchor: str
    high_anchor: str
    choices: tuple[tuple[str, str], ...]
    low: str
    high: str
    step: str
    value: str | None
    skipped: bool
    fault: str
    help: str
    risk: bool


@dataclass(frozen=True)
class Form:
    """One form, ready to be drawn."""

    key: str
    action: str
    idempotency_key: str
    version: int
    title: str
    lead: str
    day_with: str
    recipient: str
    who_url: str
    decline_url: str
    language: str
    direction: str
    languages: tuple[tuple[str, str, str], ...]
    items: tuple[FormItem, ...]
    crisis: Crisis
    watched: bool
    faults: tuple[str, ...]
    correcting: bool
    unvalidated: bool
    simulated: bool
    started_at: str


def crisis_of(service) -> Crisis:
    """The crisis numbers of a service."""
    return Crisis(service.crisis_number, service.crisis_local_number)


def recipient_of(link: Link) -> str:
    """Whom the answers go to, by name."""
    therapist = link.session.course.therapist or link.session.therapist
    return therapist.name if therapist else link.service.name


def day_with(link: Link) -> str:
    """The weekday and the therapist, such as "Thursday with Dr Ruiz"."""
    weekday = formats.date_format(link.session.day, "l")
    return _("%(weekday)s with %(therapist)s") % {"weekday": weekday, "therapist": recipient_of(link)}


def form_page(
    link: Link,
    instrument: Instrument,
    pack: TextPack,
    *,
    idempotency_key: str,
    answers: Mapping[int, Answer] | None = None,
    texts: Mapping[int, str] | None = None,
    faults: Mapping[int, str] | None = None,
    correcting: bool = False,
) -> Form:
    """The form of `instrument` in the words of `pack`; `answers` and `texts` fill it only for a correction or a fault."""
    address = reverse("checkin:form", args=[token(link)])
    therapist = recipient_of(link)
    items = tuple(
        _item(
            item,
            pack,
            therapist,
            (answers or {}).get(item.number),
            (texts or {}).get(item.number, ""),
            faults or {},
        )
        for item in instrument.items
        if not (item.risk_at is not None and item.optional and not link.service.asks_safety)
    )
    return Form(
        key=link.key,
        action=address,
        idempotency_key=idempotency_key,
        version=instrument.version,
        title=pack.title,
        lead=pack.lead,
        day_with=day_with(link),
        recipient=therapist,
        who_url=reverse("checkin:who", args=[token(link)]),
        decline_url=reverse("checkin:decline", args=[token(link)]),
        language=pack.language,
        direction=pack.direction,
        languages=tuple(
            (code, OWN_NAMES.get(code, code), f"{address}?lang={code}") for code in languages(instrument.id)
        ),
        items=items,
        crisis=crisis_of(link.service),
        watched=False,
        faults=tuple((faults or {}).values()),
        correcting=correcting,
        unvalidated=pack.unvalidated,
        simulated=link.service.simulated,
        started_at=now().isoformat(),
    )


def _item(item, pack: TextPack, therapist: str, answer, text: str, faults: Mapping[int, str]) -> FormItem:
    words = pack.items[item.number]
    value = None if answer is None or isinstance(answer, Missing) else f"{answer:g}"
    return FormItem(
        number=item.number,
        kind=item.kind.value,
        prompt=words.prompt.replace("{therapist}", therapist),
        low_anchor=words.low_anchor or "",
        high_anchor=words.high_anchor or "",
        choices=tuple((f"{value:g}", label) for value, label in words.choices),
        low=f"{item.low:g}" if item.low is not None else "",
        high=f"{item.high:g}" if item.high is not None else "",
        step=f"{item.step:g}" if item.step else "any",
        value=text or None if item.kind is ItemKind.TEXT else value,
        skipped=answer is Missing.DECLINED,
        fault=faults.get(item.number, ""),
        help=(words.help or "").replace("{therapist}", therapist),
        risk=item.risk_at is not None,
    )


@dataclass(frozen=True)
class Sent:
    """The page after sending."""

    recipient: str
    next_day: str | None
    own_line_svg: str | None
    seen_by: str
    concern: bool
    positive_risk: bool
    already: bool
    late: bool
    after_reading: bool
    can_change: bool
    change_url: str
    who_url: str
    contact: str
    crisis: Crisis
    simulated: bool
    more: tuple[tuple[str, str], ...] = ()
    spoke_up: tuple[dict, ...] = field(default=())


def next_day(link: Link) -> str | None:
    """The day of the next planned session, or None when none is booked."""
    today = clinic_day(now(), link.service.timezone)
    upcoming = (
        Session.objects.filter(course=link.session.course, day__gte=today, attendance="planned")
        .exclude(pk=link.session_id)
        .order_by("day", "starts_at")
        .first()
    )
    return formats.date_format(upcoming.day, "l j F") if upcoming else None


def own_line(values: list[float | None]) -> str | None:
    """The client's own line as inline SVG; None with fewer than two ratings."""
    if sum(value is not None for value in values) < 2:
        return None
    return pictures.own_line_svg(values, today=_("today"), title=_("Your line so far"))
