"""Parts of the page of working together: the profile line by line, the C-NIP's four scales, and what can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.course.session import Attendance
from accord.instruments.definition import Confidence, Scale, Side
from accord.instruments.registry import instrument as definition
from accord.web.attention.words import address, long_day
from accord.web.checkin.asking import why_not
from accord.web.therapy.client_reading import PREFERENCES, ClientFile
from accord.web.therapy.client_side import title_of
from accord.web.therapy.sentences import listed
from accord.web.therapy.together_reading import CNIP, MATTERS, PROFILE, Reply, Told

MOST_BARS = 6  # times of the profile that are drawn, the latest ones; the table holds all of them
BAR_STEP, BAR_HEIGHT = 16, 30  # in pixels of the little picture


@dataclass(frozen=True)
class Bar:
    """One time of one quality in the little picture; `height` None: no answer. `latest` is drawn full."""

    x: int
    y: float
    height: float | None
    latest: bool


@dataclass(frozen=True)
class Quality:
    """One line of the profile over time: its bars, the latest number, and the same in words."""

    name: str
    bars: tuple[Bar, ...]
    width: int
    latest: str
    words: str


@dataclass(frozen=True)
class Profile:
    """Four qualities of the therapist beside four contributions of the client. There is no total."""

    qualities: tuple[Quality, ...]
    contributions: tuple[Quality, ...]
    times: tuple[str, ...]
    asked: str
    held_back: int


def qualities() -> tuple[tuple[int, str], ...]:
    """The therapist's, by item."""
    return (
        (1, _("empathic attunement")),
        (2, _("positive regard")),
        (3, _("authenticity")),
        (4, _("cultural humility")),
    )


def contributions() -> tuple[tuple[int, str], ...]:
    """The client's, by item."""
    return ((5, _("engagement")), (6, _("hope")), (7, _("honesty")), (8, _("feedback")))


def profile(file: ClientFile, told: Told) -> Profile:
    """Every line for itself, over the times at which it was asked."""
    times = told.profile
    return Profile(
        qualities=tuple(_quality(name, item, file, times) for item, name in qualities() if times),
        contributions=tuple(_quality(name, item, file, times) for item, name in contributions() if times),
        times=tuple(when(one, file) for one in times),
        asked=_("asked at %(times)s; the full bar is the latest")
        % {"times": listed([when(one, file) for one in times])}
        if times
        else "",
        held_back=told.held_back,
    )


def _quality(name: str, item: int, file: ClientFile, times: Sequence[Reply]) -> Quality:
    values = [one.numbers.get(item) for one in times]
    shown = values[-MOST_BARS:]
    said = [
        f"{when(one, file)}: {_('no answer') if value is None else f'{value:.0f}'}"
        for one, value in zip(times, values, strict=True)
    ]
    return Quality(
        name=name,
        bars=tuple(_bar(place, value, place == len(shown) - 1) for place, value in enumerate(shown)),
        width=BAR_STEP * MOST_BARS,
        latest=_("no answer") if values[-1] is None else f"{values[-1]:.0f}",
        words="; ".join(said),
    )


def _bar(place: int, value: float | None, latest: bool) -> Bar:
    height = None if value is None else max(1.0, round(value / 100 * BAR_HEIGHT, 1))
    return Bar(place * BAR_STEP, BAR_HEIGHT - (height or 0), height, latest)


def when(reply: Reply, file: ClientFile) -> str:
    """When something was said: the session's number, or the day where it has none."""
    if reply.number is None:
        return long_day(reply.day, file.today)
    said = _("session %(number)s, again") if reply.again else _("session %(number)s")
    return said % {"number": reply.number}


@dataclass(frozen=True)
class Strong:
    """A published limit beyond which a wish counts as strong: where it stands, and what it means."""

    place: float
    words: str


@dataclass(frozen=True)
class Wish:
    """One scale of the C-NIP: its two ends, where the answers put it (None: no score, and why), and its limits."""

    left: str
    right: str
    place: float | None
    words: str
    strong: bool
    limits: tuple[Strong, ...]


@dataclass(frozen=True)
class Cnip:
    """The C-NIP as far as it is here. `state` is no_words, not_asked or answered; `how` says how it comes."""

    state: str
    how: str
    asked: str
    wishes: tuple[Wish, ...]
    reread: bool


def cnip(file: ClientFile, told: Told, language: str) -> Cnip:
    """The four scales of the latest C-NIP as places between two ends, or how it comes."""
    key = definition(CNIP)
    reread = all(one.evidence.confidence is Confidence.SEEN for scale in key.scales for one in scale.cutoffs)
    if told.cnip:
        latest = told.cnip[-1]
        wishes = tuple(_wish(key.scale(name), left, right, latest) for name, left, right in _cnip_ends())
        return Cnip("answered", "", when(latest, file), wishes, reread)
    missing = why_not(key, language)
    return Cnip("no_words" if missing else "not_asked", missing, "", (), reread)


def _cnip_ends() -> tuple[tuple[str, str, str], ...]:
    """The four scales, each from its highest to its lowest: what the highest score leans to stands on the left."""
    return (
        ("DIRECTIVENESS", _("direction by the therapist"), _("direction by the client")),
        ("INTENSITY", _("emotional intensity"), _("emotional reserve")),
        ("PAST", _("the past"), _("the present")),
        ("SUPPORT", _("warm support"), _("focused challenge")),
    )


def _wish(scale: Scale, left: str, right: str, reply: Reply) -> Wish:
    value = reply.scores.get(scale.id)
    met = [one for one in scale.cutoffs if value is not None and _meets(value, one.value, one.side)]
    if value is None:
        words = _("no score: %(reason)s") % {"reason": reply.reasons.get(scale.id, "")}
    elif met:
        words = _("a strong wish: %(end)s") % {"end": left if met[0].side is Side.AT_OR_ABOVE else right}
    else:
        words = _("no strong wish")
    return Wish(
        left=left,
        right=right,
        place=None if value is None else _place(scale, value),
        words=words,
        strong=bool(met),
        limits=tuple(
            Strong(_place(scale, one.value), left if one.side is Side.AT_OR_ABOVE else right)
            for one in scale.cutoffs
        ),
    )


def _meets(value: float, limit: float, side: Side) -> bool:
    return {
        Side.BELOW: value < limit,
        Side.AT_OR_BELOW: value <= limit,
        Side.AT_OR_ABOVE: value >= limit,
    }[side]


def _place(scale: Scale, value: float) -> float:
    """From the highest score on the left to the lowest on the right, in percent of the way."""
    return round((scale.high - value) / (scale.high - scale.low) * 100, 1)


@dataclass(frozen=True)
class Ask:
    """One form that can be asked now: where its code is, or why it cannot be."""

    title: str
    url: str
    words: str


def asks(file: ClientFile, told: Told, language: str) -> tuple[Ask, ...]:
    """The forms of this page with the way to ask each; none once the course has ended."""
    if file.ended_on or file.declined_all:
        return ()
    # What matters to a client is asked by whoever reads it, so others are not told whether it was asked.
    own = [(MATTERS, told.matters)] if file.mine else []
    found = [(PREFERENCES, told.preferences), (PROFILE, told.profile), *own, (CNIP, told.cnip)]
    return tuple(_ask(name, replies, file, language) for name, replies in found)


def _ask(name: str, replies: Sequence[Reply], file: ClientFile, language: str) -> Ask:
    latest = replies[-1] if replies else None
    said = _("asked at %(when)s") % {"when": when(latest, file)} if latest else _("not asked yet")
    title = title_of(name) if name != CNIP else "C-NIP"
    if name in file.declined:
        return Ask(title, "", _("would rather not be asked"))
    if why_not(definition(name), language):
        return Ask(title, "", _("no words here yet"))
    session = session_to_ask(file, [one.session for one in replies])
    if not session:
        return Ask(title, "", _("%(said)s; book a session to ask again") % {"said": said})
    return Ask(title, address("ask:qr", session, name), said)


def session_to_ask(file: ClientFile, answered: Sequence[str]) -> str:
    """The session a form is asked with: the one held last, or the next one where that has its answers; may be empty."""
    held = [one.key for one in file.course.sessions if one.attendance.held]
    if held and held[-1] not in answered:
        return held[-1]
    planned = [
        one.key
        for one in file.course.sessions
        if one.attendance is Attendance.PLANNED and one.key not in answered
    ]
    return planned[0] if planned else ""
