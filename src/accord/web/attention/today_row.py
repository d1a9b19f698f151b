"""One person of the day as a row of Today: the status, one sentence, and what can be done. Values alone."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.charts.small import look_first_svg
from accord.signals.signal import Place
from accord.web.attention import words
from accord.web.attention.day import Person, Said
from accord.web.attention.judging import FIRST, Reading
from accord.web.attention.repairing import link
from accord.web.attention.sentences import Pill, own_rating, pill, sentence
from accord.web.attention.signal_words import title
from accord.web.attention.words import address
from accord.web.repair.sentences import aged


@dataclass(frozen=True)
class Button:
    """Something to do: a link, or a form when `post`."""

    words: str
    url: str
    kind: str = "second"
    post: bool = False
    icon: str = ""
    last: bool = False  # stands at the end of its line

    @property
    def picture(self) -> str:
        """The template of its icon, if it has one."""
        return f"icons/{self.icon}.html" if self.icon else ""


@dataclass(frozen=True)
class Quote:
    """The client's own words, and when they wrote them."""

    text: str
    when: str


@dataclass(frozen=True)
class Row:
    """One person of the day. A `card` shows everything, a row the sentence only."""

    when: str
    name: str
    number: str
    pill: Pill | None
    sentence: str
    place: Place
    quote: Quote | None = None
    own: str = ""
    more: str = ""
    picture: SafeString = field(default_factory=SafeString)
    picture_words: str = ""
    buttons: tuple[Button, ...] = ()
    url: str = ""


def row_of(person: Person, reading: Reading, at: datetime, zone: str) -> Row:
    """This person at the instant `at` on the clock of `zone`; everything about them where they are looked at first."""
    on = clinic_day(at, zone)
    card = reading.place <= FIRST
    number = next((one.number for one in person.course.sessions if one.key == person.session), None)
    begins = words.local(person.at, zone) if person.at else None
    said = person.raised if reading.status == "raised" else person.words
    picture = _picture(person, reading) if card and not person.covered else mark_safe("")
    return Row(
        when=words.clock(begins),
        name=person.name,
        number=_number(person, number, on),
        pill=pill(person, reading),
        sentence=sentence(person, reading, at, zone),
        place=reading.place,
        quote=_quote(person, said, zone, on) if card and said and said.text else None,
        own=own_rating(person, reading) if card and reading.place is Place.STRAIN else "",
        more=_more(person, reading),
        picture=picture,
        picture_words=words.shaded(person.pronoun) if picture else "",
        buttons=_buttons(person, reading),
        url=address("therapy:client", person.client),
    )


def _number(person: Person, number: int | None, on: date) -> str:
    parts = []
    if number is not None:
        parts.append(_("session %(number)s") % {"number": number})
    elif person.session is None and person.next_day:
        parts.append(_("next session %(day)s") % {"day": words.day(person.next_day, on)})
    if not person.mine and person.therapist:
        parts.append(_("with %(therapist)s") % {"therapist": person.therapist})
    return " · ".join(parts)


def _quote(person: Person, said: Said, zone: str, on: date) -> Quote:
    written = words.local(said.at, zone)
    day = words.day(written.date(), on)
    name = words.short(person.name)
    ended = said.session_ended
    if ended and timedelta(0) <= said.at - ended < timedelta(hours=2):
        when = _("%(name)s, %(day)s, %(span)s after the session") % {
            "name": name,
            "day": day,
            "span": words.span(said.at - ended),
        }
    else:
        when = _("%(name)s, %(day)s") % {"name": name, "day": day}
    return Quote(said.text, when)


def _picture(person: Person, reading: Reading) -> SafeString:
    if not any(isinstance(point.value, float) for point in reading.points):
        return mark_safe("")
    title = _("Last ratings of %(name)s, with the usual wobble") % {"name": words.short(person.name)}
    return mark_safe(
        look_first_svg(
            reading.points,
            [(one.low, one.high) if one else None for one in reading.ranges],
            marked=reading.marked,
            title=title,
        )
    )  # made by `charts`, which escapes


def _buttons(person: Person, reading: Reading) -> tuple[Button, ...]:
    """What can be done, the one that matters first."""
    page = address("therapy:client", person.client)
    repair = link(person, reading)
    if reading.status == "repair" and repair:
        made = [Button(*repair, "primary"), Button(_open_words(person), page, "quiet")]
    elif reading.place <= FIRST:
        made = _to_look_first(person, reading, page, repair)
    elif reading.status == "review":
        made = [Button(_("Open review"), address("therapy:review", person.client))]
    elif reading.status == "covered" and person.covered:
        made = [Button(_("Rate"), address("ask:rate", person.covered)), Button(_("Open"), page, "quiet")]
    elif reading.status in ("unopened", "opened") and person.open:
        form = person.open
        made = [Button(_("Show QR"), address("ask:qr", form.session, form.instrument), icon="qr")]
        if form.sent_at:
            made.append(Button(_("Send again"), address("ask:send", form.link), "quiet", post=True))
    else:
        made = [Button(_("Open"), page)]
    return tuple(one for one in made if one.url)


def _to_look_first(
    person: Person, reading: Reading, page: str, repair: tuple[str, str] | None
) -> list[Button]:
    made = [Button(_open_words(person), page, "primary")]
    if repair:
        made.append(Button(*repair))
    if reading.place >= Place.STRAIN and page:
        made.append(Button(_("Why am I seeing this?"), f"{page}#why", "quiet"))
    if person.raised:
        talked = address("attention:talked_about", person.raised.response)
        made.append(Button(_("We talked about it"), talked, post=True))
    if person.covered and person.mine:
        made.append(Button(_("Rate that session"), address("ask:rate", person.covered)))
    if reading.place >= Place.STRAIN and person.mine:
        snooze = address("attention:snooze", person.course_key)
        made.append(Button(_("Snooze"), snooze, "quiet", icon="snoozed", last=True))
    return made


def _open_words(person: Person) -> str:
    return _("Open %(name)s’s page") % {"name": words.short(person.name)}


def _more(person: Person, reading: Reading) -> str:
    """The person's further signals, by name, and that a repair is open."""
    going = aged(person.repair) if person.repair and reading.status != "repair" else ""
    # The own rating under the sentence says already that the fall may not have been seen.
    said = {"missed_by_therapist"} if reading.leading and reading.leading.signal.rule == "dip" else set()
    names = [title(one.signal).lower() for one in reading.others if one.signal.rule not in said]
    also = _("Also: %(signals)s.") % {"signals": ", ".join(dict.fromkeys(names))} if names else ""
    return " ".join(part for part in (also, going) if part)


def later_row(person: Person, on: date) -> Row:
    """A concern that waits for the next session, in the side."""
    when = words.day(person.next_day, on) if person.next_day else _("no session booked")
    return Row(
        when=when,
        name=person.name,
        number="",
        pill=None,
        sentence="",
        place=Place.CONCERN,
        buttons=(),
        url=address("therapy:client", person.client),
    )


def quieter(row: Row) -> Row:
    """Only the loudest row of a page has the primary button."""
    buttons = tuple(replace(one, kind="second") if one.kind == "primary" else one for one in row.buttons)
    return replace(row, buttons=buttons)


def one_button(row: Row) -> Row:
    """A row about somebody else's client: to look, no more."""
    look = [one for one in row.buttons if one.kind != "quiet"][:1]
    if row.place <= FIRST:
        look = [replace(one, words=_("Open"), kind="second") for one in look]
    return replace(row, buttons=tuple(look))
