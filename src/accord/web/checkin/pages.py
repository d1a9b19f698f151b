"""What the form shows, as values: its lines, its languages, whom the answers go to, the crisis numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accord.basics.clock import now
from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Missing
from accord.instruments.registry import LIBRARY
from accord.instruments.text import languages, packs_folder
from accord.instruments.wording import TextPack
from accord.web.checkin.links import token
from accord.web.checkin.models import Link
from accord.web.checkin.reasons import known
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.therapy.cover import withheld_courses
from accord.web.voice.loop import Heard, heard

OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية"}


@dataclass(frozen=True)
class Crisis:
    """The numbers of the service's place, shown first and last."""

    number: str
    local_number: str


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
    value: str
    skipped: bool
    fault: str
    help: str


@dataclass(frozen=True)
class Filled:
    """What a form starts with: nothing, or answers that are corrected, refused or could not be saved."""

    idempotency_key: str
    answers: Mapping[int, Answer]
    texts: Mapping[int, str]
    written: Mapping[int, str]  # fields as they were typed, where they are no answer
    faults: Mapping[int, str]
    notice: str = ""
    correcting: bool = False
    started_at: str = ""


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
    faults: tuple[str, ...]
    correcting: bool
    unvalidated: bool
    simulated: bool
    started_at: str
    off_url: str
    heard: Heard | None


def offered(name: str) -> tuple[str, ...]:
    """Languages with words for an instrument, looked up again only when a folder of words has changed."""
    return _offered(
        name, tuple(_changed(folder) for folder in (LIBRARY / name / "text", packs_folder() / name))
    )


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=128)
def _offered(name: str, changed: tuple[int, ...]) -> tuple[str, ...]:
    return languages(name) if known(name) else ()


def crisis_of(service: Service) -> Crisis:
    """The crisis numbers of a service."""
    return Crisis(service.crisis_number, service.crisis_local_number)


def recipient_of(link: Link) -> str:
    """Whom the answers go to, by name: the therapist, or the service where the client keeps them from the therapist."""
    therapist = link.session.course.therapist or link.session.therapist
    return therapist.name if therapist and shared_with_therapist(link) else link.service.name


def shared_with_therapist(link: Link) -> bool:
    """Whether the therapist sees the answers: not where the client has decided otherwise."""
    course = link.session.course
    return course.therapist is None or not withheld_courses(Viewer(course.therapist), [course.pk])


def day_with(link: Link) -> str:
    """The weekday and the therapist, such as "Thursday with Dr Ruiz"."""
    weekday = formats.date_format(link.session.day, "l")
    return _("%(weekday)s with %(therapist)s") % {"weekday": weekday, "therapist": recipient_of(link)}


def page_address(link: Link, page: str, **query: str) -> str:
    """The address of one of a link's pages, in the language that is being read."""
    query = {"lang": get_language() or "en"} | query
    address = _address(page).replace("/TOKEN/", f"/{token(link)}/")
    return address + "?" + "&".join(f"{name}={value}" for name, value in query.items())


@cache
def _address(page: str) -> str:
    return reverse(f"checkin:{page}", args=["TOKEN"])


def form_page(link: Link, instrument: Instrument, pack: TextPack, filled: Filled) -> Form:
    """The form of `instrument` in the words of `pack`."""
    address = reverse("checkin:form", args=[token(link)])
    therapist = recipient_of(link)
    return Form(
        key=link.key,
        action=address,
        idempotency_key=filled.idempotency_key,
        version=instrument.version,
        title=pack.title,
        lead=pack.lead,
        day_with=day_with(link),
        recipient=therapist,
        who_url=page_address(link, "who"),
        decline_url=page_address(link, "decline"),
        language=pack.language,
        direction=pack.direction,
        languages=tuple(
            (code, OWN_NAMES.get(code, code), f"{address}?lang={code}") for code in offered(instrument.id)
        ),
        items=tuple(
            _item(item, pack, therapist, filled)
            for item in instrument.items
            if item.risk_at is None or not item.optional or link.service.asks_safety
        ),
        crisis=crisis_of(link.service),
        faults=(filled.notice,) if filled.notice else tuple(filled.faults.values()),
        correcting=filled.correcting,
        unvalidated=pack.unvalidated,
        simulated=link.service.simulated,
        started_at=filled.started_at or now().isoformat(),
        off_url=page_address(link, "off"),
        heard=None if filled.correcting else heard(link),
    )


def _item(item: Item, pack: TextPack, therapist: str, filled: Filled) -> FormItem:
    words = pack.items[item.number]
    answer = filled.answers.get(item.number)
    value = "" if answer is None or isinstance(answer, Missing) else f"{answer:g}"
    if item.kind is ItemKind.TEXT:
        value = filled.texts.get(item.number, "")
    return FormItem(
        number=item.number,
        kind=item.kind.value,
        prompt=words.prompt.replace("{therapist}", therapist),
        low_anchor=words.low_anchor,
        high_anchor=words.high_anchor,
        choices=_choices(item, words.choices),
        low=f"{item.low:g}" if item.low is not None else "",
        high=f"{item.high:g}" if item.high is not None else "",
        step=f"{item.step:g}",
        value=filled.written.get(item.number, value),
        skipped=answer is Missing.DECLINED,
        fault=filled.faults.get(item.number, ""),
        help=words.help.replace("{therapist}", therapist),
    )


def _choices(item: Item, given: tuple[tuple[float, str], ...]) -> tuple[tuple[str, str], ...]:
    if item.kind is ItemKind.YES_NO and not given:
        return (("1", _("Yes")), ("0", _("No")))
    return tuple((f"{value:g}", label) for value, label in given)
