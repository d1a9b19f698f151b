"""The page of working together as values: what to ask first, three axes over time, and what each said about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.evidence.claims import claim
from accord.instruments.text import NoText
from accord.web.attention.words import capital, long_day, number, short
from accord.web.checkin.asking import pack_for
from accord.web.therapy import sentences
from accord.web.therapy.client_reading import PREFERENCES, ClientFile
from accord.web.therapy.client_side import Said
from accord.web.therapy.sentences import listed, voice
from accord.web.therapy.together_axes import (
    APART_FROM,
    CHANGED_FROM,
    Ends,
    apart,
    changed_from,
    ends,
    place_words,
    side,
)
from accord.web.therapy.together_parts import Ask, Cnip, Profile, asks, cnip, profile, when
from accord.web.therapy.together_reading import GIVES, MATTERS, Reply, Told

PLACES = (100, 75, 50, 25, 0)  # where a therapist can tap, from the word on the left to the one on the right
MOST_DRAWN = 6  # times on an axis that are drawn, the latest ones; the table holds all of them
CLAIM = "preferences"


@dataclass(frozen=True)
class Row:
    """One time on one axis. `place` is percent of the way from left to right, None for no answer."""

    when: str
    place: float | None
    words: str
    changed: bool
    latest: bool
    therapist: bool


@dataclass(frozen=True)
class AxisLine:
    """One axis over time: the client's times, the therapist's last under them, and what changed in words."""

    item: int
    left: str
    right: str
    rows: tuple[Row, ...]
    changed: str


@dataclass(frozen=True)
class Question:
    """One open question and what the client wrote, the newest first."""

    asked: str
    answers: tuple[Said, ...]


@dataclass(frozen=True)
class GivesLine:
    """One axis to tap on: its question, its ends, its places as (value, words), and the one tapped before a fault."""

    item: int
    asked: str
    left: str
    right: str
    places: tuple[tuple[int, str], ...]
    tapped: str


@dataclass(frozen=True)
class GivesRow:
    """What was said to be given at one time, in words by axis."""

    when: str
    by: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TogetherPage:
    """Everything on the page, ready to be drawn. `matters_mine`: the client's words on identity are for this viewer."""

    file: ClientFile
    name: str
    short: str
    voice: sentences.Voice
    sentence: str
    lead: str
    worth_asking: bool
    mismatches: tuple[str, ...]
    evidence: tuple[str, ...]
    evidence_foot: str
    axes: tuple[AxisLine, ...]
    margins: str
    table: tuple[tuple[str, tuple[str, ...]], ...]
    questions: tuple[Question, ...]
    gives: tuple[GivesLine, ...]
    gives_rows: tuple[GivesRow, ...]
    still_so: bool
    profile: Profile
    cnip: Cnip
    matters: tuple[Question, ...]
    matters_mine: bool
    asks: tuple[Ask, ...]
    asked: str


def together_page(
    file: ClientFile, told: Told, *, language: str, tapped: Mapping[str, str] = MappingProxyType({})
) -> TogetherPage:
    """The page of one course; what is withheld, covered or for other eyes is not in `told`.

    `tapped` are the fields of a form that was refused, so that nobody taps twice.
    """
    mismatches = _mismatches(file, told)
    axes = tuple(_axis(one, file, told) for one in ends()) if told.preferences or told.gives else ()
    return TogetherPage(
        file=file,
        name=file.name,
        short=short(file.name),
        voice=voice(file.pronoun),
        sentence=_sentence(file, told, mismatches),
        lead=_lead(file, told, mismatches),
        worth_asking=bool(mismatches),
        mismatches=mismatches,
        evidence=_evidence(),
        evidence_foot=_sources(),
        axes=axes,
        margins=_margins(),
        table=tuple((when(one, file), _cells(one)) for one in reversed(told.preferences)),
        questions=_questions(PREFERENCES, (4, 5), told.preferences, file, language),
        gives=_gives(file, language, tapped),
        gives_rows=tuple(_gives_row(one, file) for one in reversed(told.gives)),
        still_so=any(one.mine for one in told.gives),
        profile=profile(file, told),
        cnip=cnip(file, told, language),
        matters=_questions(MATTERS, (1, 2), told.matters, file, language),
        matters_mine=file.mine,
        asks=asks(file, told, language),
        asked=_asked(file, told),
    )


def latest_given(told: Told) -> Reply | None:
    """What the therapist of now said last; what a therapist before them gave is history."""
    own = [one for one in told.gives if one.of_now]
    return own[-1] if own else None


def latest_wishes(told: Told) -> dict[int, float]:
    """The client's last answer on each axis; one left out at the last time stands as it was."""
    found: dict[int, float] = {}
    for one in told.preferences:
        found.update({item: value for item, value in one.numbers.items() if item <= 3})
    return found


def _mismatches(file: ClientFile, told: Told) -> tuple[str, ...]:
    """Each axis on which the two stand apart, in words; the widest first."""
    given, wished = latest_given(told), latest_wishes(told)
    if given is None:
        return ()
    return tuple(_mismatch(one, wished, given, file) for one in apart(wished, given.numbers))


def _mismatch(one: Ends, wished: dict[int, float], given: Reply, file: ClientFile) -> str:
    words = {
        "they": voice(file.pronoun).they,
        "gives": one.gives[side(given.numbers[one.item])],
        "wishes": one.wishes[side(wished[one.item])],
    }
    if given.mine:
        return _("You say you %(gives)s; %(they)s %(wishes)s.") % words
    return _("The therapist’s own word is that they %(gives)s; the client %(wishes)s.") % words


def _sentence(file: ClientFile, told: Told, mismatches: Sequence[str]) -> str:
    who = voice(file.pronoun).words
    if file.withheld:
        return sentences.withheld_headline(file.pronoun)
    if not told.preferences:
        if file.declined_all or PREFERENCES in file.declined:
            return _("%(They)s would rather not be asked how to work together.") % who
        return _("How %(they)s %(like)s to work has not been asked yet, or not been answered.") % who
    if mismatches:
        return mismatches[0]
    changed = _changed_now(told)
    if changed:
        return _("What %(they)s would like has changed: now %(places)s.") % {
            **who,
            "places": listed(changed),
        }
    wished = latest_wishes(told)
    leaning = [place_words(one, wished[one.item]) for one in ends() if side(wished.get(one.item, 50)) != 2]
    if not leaning:
        return _("%(They)s %(like)s some of both on every line.") % who
    return _("%(They)s would like %(places)s.") % {**who, "places": listed(leaning)}


def _changed_now(told: Told) -> list[str]:
    """Where the latest time differs from the place marked before, in words."""
    found = []
    for one in ends():
        values = [reply.numbers.get(one.item) for reply in told.preferences]
        if values and changed_from(values)[-1] is not None:
            found.append(place_words(one, values[-1]))
    return found


def _lead(file: ClientFile, told: Told, mismatches: Sequence[str]) -> str:
    if file.withheld:
        return ""
    if not told.preferences:
        return _("Three lines and two questions, about a minute. Neither end of a line is better.")
    if mismatches:
        more = len(mismatches) - 1
        if not more:
            return _("Worth asking how today should go.")
        said = ngettext(
            "Worth asking how today should go. There is one more line like this.",
            "Worth asking how today should go. There are %(count)s more lines like this.",
            more,
        )
        return said % {"count": number(more)}
    if _changed_now(told):
        return _("%(asked)s Worth asking what made the difference.") % {"asked": _asked(file, told)}
    if len(told.preferences) > 1:
        return _("%(asked)s Much as before.") % {"asked": _asked(file, told)}
    return _asked(file, told)


def _asked(file: ClientFile, told: Told) -> str:
    if not told.preferences:
        return ""
    if len(told.preferences) == 1:
        return _("Asked once, at %(when)s.") % {"when": when(told.preferences[-1], file)}
    return _("Asked %(count)s times, last at %(when)s.") % {
        "count": number(len(told.preferences)),
        "when": when(told.preferences[-1], file),
    }


def _evidence() -> tuple[str, ...]:
    """What is known about following preferences, from the claim; every figure has its home there."""
    found = claim(CLAIM)
    return (
        found.say_instead,
        *(f"{capital(one.about)}: {one.figure} ({one.source or found.sources[0]})." for one in found.effects),
        found.why,
    )


def _sources() -> str:
    found = claim(CLAIM)
    read = "" if found.reread else f" {_('Not re-read.')}"
    return _("Sources: %(sources)s.") % {"sources": ", ".join(found.sources)} + read


def _margins() -> str:
    return _(
        "“Changed” means %(changed)s points or more of 100, and two places count as apart from %(apart)s points on. "
        "Both margins are our own choice: nobody has measured how much these lines wobble."
    ) % {"changed": CHANGED_FROM, "apart": APART_FROM}


def _axis(one: Ends, file: ClientFile, told: Told) -> AxisLine:
    values = [reply.numbers.get(one.item) for reply in told.preferences]
    marks = changed_from(values)
    rows = [
        Row(
            when=capital(when(reply, file)),
            place=None if value is None else 100 - value,
            words=place_words(one, value),
            changed=mark is not None,
            latest=reply is told.preferences[-1],
            therapist=False,
        )
        for reply, value, mark in zip(told.preferences, values, marks, strict=True)
    ]
    given = latest_given(told)
    return AxisLine(
        item=one.item,
        left=one.left,
        right=one.right,
        rows=(*rows[-MOST_DRAWN:], *([_given_row(one, given, file)] if given else ())),
        changed=_changed_words(one, values, marks, file, told),
    )


def _given_row(one: Ends, given: Reply, file: ClientFile) -> Row:
    value = given.numbers.get(one.item)
    return Row(
        when=(_("You, %(day)s") if given.mine else _("Therapist, %(day)s"))
        % {"day": date_format(given.day, "j M")},
        place=None if value is None else 100 - value,
        words=place_words(one, value),
        changed=False,
        latest=True,
        therapist=True,
    )


def _changed_words(
    one: Ends, values: Sequence[float | None], marks: Sequence[int | None], file: ClientFile, told: Told
) -> str:
    """The last change in words; empty when there was none."""
    moved = [at for at, mark in enumerate(marks) if mark is not None]
    if not moved:
        return ""
    at = moved[-1]
    before = marks[at]
    return _("Changed by %(when)s: %(now)s. At %(then)s it was: %(was)s.") % {
        "when": when(told.preferences[at], file),
        "now": place_words(one, values[at]),
        "then": when(told.preferences[before], file),
        "was": place_words(one, values[before]),
    }


def _cells(reply: Reply) -> tuple[str, ...]:
    """The three places of one time, in words with the number from left to right."""
    found = []
    for one in ends():
        value = reply.numbers.get(one.item)
        found.append(
            place_words(one, value) if value is None else f"{place_words(one, value)} ({100 - value:.0f})"
        )
    return tuple(found)


def _questions(
    name: str, items: Sequence[int], replies: Sequence[Reply], file: ClientFile, language: str
) -> tuple[Question, ...]:
    """Open questions with every answer, the newest first; one that nobody answered is left out."""
    asked = _prompts(name, language)
    found = []
    for item in items:
        answers = tuple(
            Said(one.texts[item], f"{capital(when(one, file))}, {long_day(one.day, file.today)}")
            for one in reversed(replies)
            if one.texts.get(item)
        )
        if answers:
            found.append(Question(asked.get(item, ""), answers))
    return tuple(found)


def _prompts(name: str, language: str) -> dict[int, str]:
    """The questions as they are asked, in the viewer's language where there are words in it."""
    try:
        pack = pack_for(name, language)
    except NoText:
        return {}
    therapist = _("my therapist")
    return {item: words.prompt.replace("{therapist}", therapist) for item, words in pack.items.items()}


def _gives(file: ClientFile, language: str, tapped: Mapping[str, str]) -> tuple[GivesLine, ...]:
    """The lines a therapist taps on; none for others, and none where there is no session to keep it with."""
    if not file.mine or file.ended_on or not file.course.sessions:
        return ()
    asked = _prompts(GIVES, language)
    return tuple(
        GivesLine(
            item=one.item,
            asked=asked.get(one.item, ""),
            left=one.left,
            right=one.right,
            places=tuple((value, place_words(one, float(value))) for value in PLACES),
            tapped=tapped.get(f"item-{one.item}", ""),
        )
        for one in ends()
    )


def _gives_row(reply: Reply, file: ClientFile) -> GivesRow:
    return GivesRow(
        when=long_day(reply.day, file.today),
        by=_("you") if reply.mine else reply.by,
        cells=tuple(place_words(one, reply.numbers.get(one.item)) for one in ends()),
    )
