"""What staff see when they ask: one link and where it stands, the forms of a session, a form to fill in by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.basics.clock import now
from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Missing, Respondent
from accord.instruments.registry import all_instruments
from accord.instruments.registry import instrument as definition
from accord.instruments.text import NoText, languages, text_pack
from accord.instruments.wording import TextPack
from accord.web.checkin.form import Posted, read_form
from accord.web.checkin.models import Link, Message, Response
from accord.web.checkin.sending import no_way
from accord.web.people.models import Channel, Client, Service
from accord.web.therapy.models import Session

TWIN = "accord-check-in-therapist"
TENSION, STRENGTH = 5, 6


class State(StrEnum):
    """Where a link stands."""

    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OPENED = "opened"
    UNOPENED = "unopened"

    @property
    def open(self) -> bool:
        """Whether the client could still use it for the first time."""
        return self in (State.OPENED, State.UNOPENED)


# The word on the mark and the name of its icon and colour.
MARKS = {
    State.ANSWERED: (_l("Sent"), "check", "on-course"),
    State.DECLINED: (_l("Declined"), "too-few", "too-few"),
    State.WITHDRAWN: (_l("Withdrawn"), "covered", "covered"),
    State.EXPIRED: (_l("Closed"), "due", "due"),
    State.OPENED: (_l("Opened"), "phone", "ask"),
    State.UNOPENED: (_l("Link not opened"), "unopened", "unopened"),
}


def state_of(link: Link, at: datetime) -> State:
    """Where `link` stands at the instant `at`; what the client did comes before what the clock did."""
    if link.sent_at:
        return State.ANSWERED
    if link.declined_at:
        return State.DECLINED
    if link.withdrawn_at:
        return State.WITHDRAWN
    if link.expires_at <= at:
        return State.EXPIRED
    return State.OPENED if link.opened_at else State.UNOPENED


def told(instant: datetime | None, service: Service) -> str:
    """An instant on the clinic's clock, such as "19 November, 10:12"; empty for None."""
    if instant is None:
        return ""
    return formats.date_format(instant.astimezone(ZoneInfo(service.timezone)), "j F, H:i")


@dataclass(frozen=True)
class Asked:
    """One form of one session: its link, how far it got, and what staff can do now."""

    key: str
    instrument: str
    title: str
    state: State
    mark: str
    icon: str
    status: str
    sentence: str
    can_send: bool
    can_withdraw: bool
    can_reopen: bool


def asked(link: Link, client: Client, messages: Iterable[Message] = (), at: datetime | None = None) -> Asked:
    """How one link stands, in words. `messages` are those about links of this client."""
    present = at or now()
    state = state_of(link, present)
    mark, icon, status = MARKS[state]
    return Asked(
        key=link.key,
        instrument=link.instrument,
        title=definition(link.instrument).title,
        state=state,
        mark=str(mark),
        icon=f"icons/{icon}.html",
        status=status,
        sentence=_sentence(link, state, [one for one in messages if one.about == link.key]),
        can_send=state.open and reachable(client),
        can_withdraw=state.open,
        can_reopen=state in (State.WITHDRAWN, State.EXPIRED),
    )


def _sentence(link: Link, state: State, messages: list[Message]) -> str:
    service = link.service
    if state is State.ANSWERED:
        return _("The answers came on %(day)s.") % {"day": told(link.sent_at, service)}
    if state is State.DECLINED:
        return _("The client would rather not be asked this.")
    if state is State.WITHDRAWN:
        return _("Closed by staff on %(day)s.") % {"day": told(link.withdrawn_at, service)}
    if state is State.EXPIRED:
        return _("It closed on %(day)s without an answer.") % {"day": told(link.expires_at, service)}
    if state is State.OPENED:
        return _("Opened on %(day)s, nothing sent yet.") % {"day": told(link.opened_at, service)}
    return _way_out(messages, service)


def _way_out(messages: list[Message], service: Service) -> str:
    """How a link that nobody opened went out, or why it did not."""
    went = max((one.sent_at for one in messages if one.sent_at), default=None)
    if went:
        return _("It went out on %(day)s.") % {"day": told(went, service)}
    waiting = [one for one in messages if not one.sent_at and not one.dropped_at]
    if any(one.attempts for one in waiting):
        return _("The message could not be sent yet; Accord tries again.")
    if waiting:
        when = min(one.not_before for one in waiting)
        if when <= now():
            return _("The message is on its way out.")
        return _("It goes out on %(day)s.") % {"day": told(when, service)}
    if messages:
        return _("The message did not go out.")
    return _("Nothing was sent; the code works.")


def reachable(client: Client) -> bool:
    """Whether a message can go to this client by the way they chose."""
    return not no_way(client)


def way_words(client: Client) -> str:
    """How this client is reached, or why nothing can be sent, as a sentence."""
    if client.declined_all_at:
        return _("%(who)s asked not to get forms.") % {"who": client}
    if client.channel == Channel.NONE:
        return _("%(who)s is asked on screen or on paper; nothing is sent.") % {"who": client}
    if client.channel == Channel.SMS and no_way(client):
        return _("Text messages are not set up here, or there is no number.")
    if no_way(client):
        return _("There is no mail address.")
    way = _("by mail") if client.channel == Channel.MAIL else _("by text message")
    return _("%(who)s is reached %(way)s.") % {"who": client, "way": way}


@dataclass(frozen=True)
class Choice:
    """An instrument that can be asked, or why it cannot."""

    instrument: str
    title: str
    why_not: str = ""


def askable(language: str = "en") -> tuple[Choice, ...]:
    """Every client form: those that can be asked, and the others with the reason."""
    return tuple(
        Choice(one.id, one.title, why_not(one, language))
        for one in all_instruments()
        if one.respondent is Respondent.CLIENT
    )


def why_not(one: Instrument, language: str = "en") -> str:
    """Why this instrument has no form here; empty when it has one in any language."""
    if not one.enabled:
        return one.disabled_reason or _("This key is not enabled.")
    if not languages(one.id):
        return _("It has no words here. Load words you may use: accord instruments add-text %(id)s FILE") % {
            "id": one.id
        }
    try:
        pack_for(one.id, language)
    except NoText as reason:
        return reason.do
    return ""


def pack_for(instrument: str, *wanted: str) -> TextPack:
    """The words in the first of the `wanted` languages that there are, else in any; raises `NoText` without any."""
    there = languages(instrument)
    chosen = next((code for code in wanted if code in there), there[0] if there else wanted[0])
    return text_pack(instrument, chosen)


@dataclass(frozen=True)
class Field:
    """One item to be filled in by hand, with what was typed and what is wrong with it."""

    number: int
    kind: str
    prompt: str
    low: str
    high: str
    step: str
    low_anchor: str
    high_anchor: str
    help: str
    choices: tuple[tuple[str, str], ...]
    value: str
    skipped: bool
    fault: str
    risk: bool


def fields(
    instrument: Instrument, pack: TextPack, *, therapist: str, asks_safety: bool, posted: Posted | None = None
) -> tuple[Field, ...]:
    """The items of a form as staff fill them in, without the safety item where the service does not ask it."""
    return tuple(
        _field(item, pack, therapist, posted)
        for item in instrument.items
        if asks_safety or item.risk_at is None or not item.optional
    )


def _field(item: Item, pack: TextPack, therapist: str, posted: Posted | None) -> Field:
    words = pack.items[item.number]
    answer = posted.answers.get(item.number) if posted else None
    value = "" if answer is None or isinstance(answer, Missing) else f"{answer:g}"
    if item.kind is ItemKind.TEXT and posted:
        value = posted.texts.get(item.number, "")
    choices = tuple((f"{number:g}", label) for number, label in words.choices)
    if item.kind is ItemKind.YES_NO and not choices:
        choices = (("1", _("Yes")), ("0", _("No")))
    return Field(
        number=item.number,
        kind=item.kind.value,
        prompt=words.prompt.replace("{therapist}", therapist),
        low=_plain(item.low),
        high=_plain(item.high),
        step=_plain(item.step),
        low_anchor=words.low_anchor,
        high_anchor=words.high_anchor,
        help=words.help.replace("{therapist}", therapist),
        choices=choices,
        value=value,
        skipped=answer is Missing.DECLINED,
        fault=posted.faults.get(item.number, "") if posted else "",
        risk=item.risk_at is not None,
    )


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


@dataclass(frozen=True)
class Typed:
    """A paper form as it was typed in: answers, the day on the paper, and what is wrong, by field."""

    posted: Posted
    day: date
    faults: Mapping[str, str] = field(default_factory=dict)


def read_paper(
    instrument: Instrument, data: Mapping[str, str], session: Session, *, asks_safety: bool, has_answers: bool
) -> Typed:
    """The answers of a paper form and the day it was filled in; every fault is named, an empty form is one."""
    posted = read_form(instrument, data, asks_safety=asks_safety)
    faults: dict[str, str] = {}
    day = _day(data.get("day", ""))
    today = now().astimezone(ZoneInfo(session.service.timezone)).date()
    if day is None:
        faults["day"] = _("This is not a day. Write it like 2026-03-14.")
    elif day > today:
        faults["day"] = _("This day has not come yet.")
    elif day < session.day - timedelta(days=7):
        faults["day"] = _("This is long before the session. Is it the right session?")
    if not posted.faults and not said_anything(posted):
        faults["all"] = _(
            "Nothing was filled in. If the client left all of it empty, there is nothing to keep."
        )
    if has_answers and data.get("replace") != "1":
        faults["replace"] = _("There are answers already. Tick this if the paper should take their place.")
    return Typed(posted, day or session.day, faults)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def said_anything(posted: Posted) -> bool:
    """Whether at least one line was answered, declined or written."""
    answered = any(one not in (Missing.NOT_REACHED, Missing.NOT_ASKED) for one in posted.answers.values())
    return answered or any(posted.texts.values())


def filled_in_at(day: date, session: Session) -> datetime:
    """The instant a paper form counts from: the end of the session on its own day, else noon, never ahead of now."""
    service = session.service
    if session.starts_at is not None and day == session.day:
        instant = session.starts_at + timedelta(minutes=service.session_minutes)
    else:
        instant = datetime.combine(day, time(12), ZoneInfo(service.timezone))
    return min(instant, now())


def twin_answers(posted: Posted) -> dict[int, Answer]:
    """The therapist's answers; how strong a tension was is not asked of somebody who noticed none."""
    answers = dict(posted.answers)
    if answers.get(TENSION) == 0:
        answers[STRENGTH] = Missing.NOT_ASKED
    return answers


def current_answers(responses, session: Session, instrument: str) -> Response | None:
    """The client's newest answers to this form, among `responses`."""
    return responses.counting().filter(session=session, instrument=instrument, respondent="client").first()
