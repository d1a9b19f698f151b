"""One client's page as values: the sentence first, then why, the line, its parts, the outcome, and what is beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.charts.line import Line
from accord.charts.outcome import Outcome
from accord.charts.small import Small
from accord.course.dependability import dependability
from accord.instruments.definition import Confidence, Respondent
from accord.signals import attention
from accord.signals.dip.alarm import EARLIER_NEEDED
from accord.signals.signal import Place
from accord.signals.steps import Suggestion
from accord.web.attention import signal_words
from accord.web.attention.fresh import as_it_stands
from accord.web.attention.judging import known_of, of
from accord.web.attention.noticed import Noticed
from accord.web.attention.words import address, capital, long_day, number, scale_name, short
from accord.web.repair.tools_words import links
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_reading import WELLBEING, ClientFile, OtherCourse, SafetyAnswer
from accord.web.therapy.client_repairs import Repairs, begins_from, repairs_of
from accord.web.therapy.client_side import (
    Axis,
    DueLine,
    Said,
    declined_words,
    last_words,
    preference_axes,
    preferences_asked,
    review_words,
    therapists,
    upcoming_sessions,
    waiting_forms,
)
from accord.web.therapy.client_table import Row, table_rows
from accord.web.therapy.expected import expected_pill, expected_words
from accord.web.therapy.meeting_words import how, session_words, when
from accord.web.therapy.pictures import PARTS, drawn, ratings
from accord.web.therapy.sentences import Latest, PartLatest, voice
from accord.web.therapy.usual import UsualRange
from accord.web.therapy.why import Data, Why, chance_of, settings_words, why
from accord.web.therapy.why import Line as DataLine

MOST_DATA = 4  # ratings shown as the data behind a judgement
TOLD_ABOVE = frozenset({Place.RISK, Place.CONCERN})  # these have a card of their own over the first line
NO_FIRST_LINE = TOLD_ABOVE | {Place.REVIEW}  # what is due stands beside the page


@dataclass(frozen=True)
class Concern:
    """A concern that the client raised: told even under the cover, without the answers around it."""

    response: str
    words: str
    day: str
    wants_to_talk: bool
    talked: bool
    covered: bool
    begin: str = ""


@dataclass(frozen=True)
class Covered:
    """One session whose answers wait until the therapist has rated it, or said that they did not."""

    session: str
    number: str
    day: str
    rate_url: str
    skip_url: str


@dataclass(frozen=True)
class Try:
    """One thing to try, and what is known about it."""

    words: str
    known: str
    source: str


@dataclass(frozen=True)
class Rest:
    """A snooze in force: until when, and why."""

    until: str
    wrote: str


@dataclass(frozen=True)
class Part:
    """One part of the alliance: its small line and the words under it."""

    scale: str
    name: str
    picture: Small
    value: str
    words: str
    outside: bool


@dataclass(frozen=True)
class ClientPage:
    """Everything on the page, ready to be drawn."""

    file: ClientFile
    name: str
    short: str
    voice: sentences.Voice
    next: str
    sentence: str
    lead: str
    steady: bool
    alerts: tuple[SafetyAnswer, ...]
    concerns: tuple[Concern, ...]
    covered: tuple[Covered, ...]
    why: Why | None
    more: tuple[Why, ...]
    steps: tuple[Try, ...]
    steps_heading: str
    steps_for: str
    tools: tuple[tuple[str, str], ...]
    rest: Rest | None
    repairs: Repairs
    begin: str
    ask: tuple[str, ...]
    rated: bool
    line: Line
    axis_words: str
    signs: tuple[str, ...]
    parts: tuple[Part, ...]
    outcome: Outcome | None
    outcome_words: str
    outcome_pill: signal_words.Pill | None
    rows: tuple[Row, ...]
    said: tuple[Said, ...]
    axes: tuple[Axis, ...]
    axes_asked: str
    dues: tuple[DueLine, ...]
    declined: str
    unnoted: tuple[tuple[str, str], ...]
    upcoming: tuple[tuple[str, str, str], ...]
    therapists: tuple[str, ...]
    others: tuple[OtherCourse, ...]
    review: str
    ended: str


def client_page(file: ClientFile) -> ClientPage:
    """The page of one client from its file."""
    latest, parts = _latest(file, "TOTAL"), tuple(_part_latest(file, scale) for scale in PARTS)
    picture = pictures.line_picture(file, _("Check-in, session by session"))
    covered = _covered(file)
    newest_covered = _newest_is_covered(file)
    outside = [one.scale for one in parts if one.outside]
    signals = _signals(file, newest_covered)
    entry = _entry(file, signals)
    leading, more = _leading(signals, entry)
    tries = entry.steps if entry.place is not Place.REVIEW else ()  # what is due has its own place beside
    repairs = repairs_of(file)
    worth_asking = leading is not None and attention.place(leading.signal) is Place.STRAIN
    return ClientPage(
        file=file,
        name=file.name,
        short=short(file.name),
        voice=voice(file.pronoun),
        next=_next(file),
        sentence=_sentence(file, latest, covered if newest_covered else (), leading),
        lead="" if newest_covered else _lead(file, latest, parts),
        steady=leading is None or attention.place(leading.signal) is Place.REST,
        alerts=file.alerts,
        concerns=_concerns(file, repairs),
        covered=covered,
        why=_told(file, leading) if leading else None if newest_covered else _judged(file, latest),
        more=tuple(_told(file, one) for one in more),
        steps=tuple(_try(file, one) for one in tries),
        steps_heading=_tries(len(tries), mine=file.mine),
        steps_for=signal_words.title(entry.leading) if entry.leading else "",
        tools=links(entry.leading.rule) if entry.leading and tries else (),
        rest=_rest(file),
        repairs=repairs,
        begin=repairs.begin_from(begun) if (begun := begins_from(leading)) else "",
        ask=sentences.could_ask(outside) if worth_asking else (),
        rated=latest.value is not None,
        line=picture,
        axis_words=_axis_words(picture),
        signs=_signs(picture),
        parts=tuple(_part(file, one) for one in parts) if latest.rated else (),
        outcome=pictures.outcome_picture(file, _("Wellbeing")),
        outcome_words=_outcome_words(file),
        outcome_pill=expected_pill(file),
        rows=table_rows(file),
        said=last_words(file),
        axes=preference_axes(file),
        axes_asked=preferences_asked(file),
        dues=waiting_forms(file),
        declined=declined_words(file),
        unnoted=tuple((one.key, session_words(one)) for one in pictures.unnoted(file)),
        upcoming=upcoming_sessions(file),
        therapists=therapists(file),
        others=file.others,
        review=review_words(file),
        ended=_("This course ended on %(day)s.") % {"day": long_day(file.ended_on, file.today)}
        if file.ended_on
        else "",
    )


def _signals(file: ClientFile, newest_covered: bool) -> tuple[Noticed, ...]:
    """The signals that may be told here: while the newest answers are covered, only what is never covered."""
    known = known_of(file.learnt, file.spreads, file.now)
    return tuple(
        as_it_stands(one, file.course, known)
        for one in file.signals
        if not newest_covered or attention.place(one.signal) in TOLD_ABOVE
    )


def _entry(file: ClientFile, signals: Sequence[Noticed]) -> attention.Entry:
    """All of them in order: a snooze keeps them off Today, and hides nothing from who opens the page."""
    person = attention.Person(key=file.course_key, signals=tuple(one.signal for one in signals))
    return attention.entry(person, file.today)


def _leading(
    signals: Sequence[Noticed], entry: attention.Entry
) -> tuple[Noticed | None, tuple[Noticed, ...]]:
    """The signal that gives the first line, and the others that are not told elsewhere on the page."""
    calling = [entry.leading, *entry.others] if entry.leading else list(entry.others)
    found = [of(signals, one) for one in calling if attention.place(one) not in TOLD_ABOVE]
    first = next((one for one in found if attention.place(one.signal) not in NO_FIRST_LINE), None)
    return first, tuple(one for one in found if one is not first)


def _told(file: ClientFile, one: Noticed) -> Why:
    return why(one, file.course, file.learnt, pronoun=file.pronoun, name=file.name, today=file.today)


def _try(file: ClientFile, one: Suggestion) -> Try:
    named = signal_words.spoken(file.pronoun, file.name, mine=file.mine)
    backing = one.backed_by
    own = backing.confidence is Confidence.DESIGN
    return Try(one.words(named), backing.known, _("our own judgement") if own else backing.source)


def _tries(count: int, *, mine: bool) -> str:
    said = (
        ngettext("%(count)s thing to try", "%(count)s things to try", count)
        if mine
        else ngettext(
            "%(count)s thing the therapist could try", "%(count)s things the therapist could try", count
        )
    )
    return capital(said % {"count": number(count)})


def _rest(file: ClientFile) -> Rest | None:
    if file.snooze is None:
        return None
    return Rest(
        until=long_day(file.snooze.until, file.today),
        wrote=_("You wrote: “%(reason)s”") % {"reason": file.snooze.reason}
        if file.snooze.mine
        else _("by %(name)s") % {"name": file.snooze.by},
    )


def _latest(file: ClientFile, scale: str) -> Latest:
    own = ratings(file, file.main, scale)
    if not own:
        return Latest(None, None, TooFew(0, EARLIER_NEEDED), 0)
    values = list(own.values())
    found = pictures.usual(file, scale)[next(reversed(own))]
    return Latest(values[-1], values[-2] if len(values) > 1 else None, found, len(values))


def _part_latest(file: ClientFile, scale: str) -> PartLatest:
    """The part at the session of the latest total; None where it was skipped there."""
    whole = list(ratings(file, file.main, "TOTAL"))
    own = ratings(file, file.main, scale)
    if not whole:
        return PartLatest(scale, None, None, TooFew(0, EARLIER_NEEDED))
    earlier = [value for key, value in own.items() if key != whole[-1]]
    found = pictures.usual(file, scale)[whole[-1]]
    return PartLatest(scale, own.get(whole[-1]), earlier[-1] if earlier else None, found)


def _outside(latest: Latest) -> bool:
    usual = latest.usual
    return latest.value is not None and isinstance(usual, UsualRange) and not usual.holds(latest.value)


def _newest_is_covered(file: ClientFile) -> bool:
    answered = [one.session.key for one in drawn(file) if one.covered or one.session.rating(file.main)]
    return bool(answered) and answered[-1] in file.covered


def _sentence(file: ClientFile, latest: Latest, covered: tuple[Covered, ...], leading: Noticed | None) -> str:
    if file.withheld:
        return sentences.withheld_headline(file.pronoun)
    if covered:
        return sentences.covered_headline([one.number for one in covered], file.pronoun)
    if leading is not None:
        return signal_words.told(leading.signal, file.pronoun, file.name, mine=leading.mine)
    if latest.value is None and file.declined_all:
        return _("%(They)s would rather not be asked. Nothing is sent.") % voice(file.pronoun).words
    if latest.value is None and not drawn(file):
        return _("No session yet.")
    return sentences.headline(latest, file.pronoun)


def _lead(file: ClientFile, latest: Latest, parts: Sequence[PartLatest]) -> str:
    if file.withheld:
        return _("A safety answer would still be told to you. The decision is under consent.")
    if latest.value is None:
        return _("The line begins with the first check-in after a session.") if drawn(file) else ""
    words = [sentences.parts_sentence(parts, whole_outside=_outside(latest))]
    own = ratings(file, file.twin, "TOTAL", Respondent.THERAPIST)
    session = list(ratings(file, file.main, "TOTAL"))[-1]
    if session in own:
        held = next(one for one in file.course.sessions if one.key == session)
        name = "" if held.therapist == file.viewer_key else pictures.therapist_name(file, held.therapist)
        words.append(sentences.beside_own(latest.value, own[session], file.pronoun, name))
    unrated = [one for one in drawn(file) if one.held and not one.coming and not one.covered]
    if unrated and unrated[-1].session.key != session:
        words.append(
            _("The last session has no check-in; this is about session %(number)s.")
            % {"number": next(one.label for one in drawn(file) if one.session.key == session)}
        )
    return " ".join(word for word in words if word)


def _next(file: ClientFile) -> str:
    session = pictures.coming(file)
    if session is None:
        return _("no session is booked")
    return _("next: session %(number)s, %(when)s, %(how)s") % {
        "number": session.number,
        "when": when(file, session),
        "how": how(session.kind),
    }


def _concerns(file: ClientFile, repairs: Repairs) -> tuple[Concern, ...]:
    """Raised concerns, those not yet talked about first and in full; of the others the latest."""
    raised = [one for one in file.given if one.raised and not one.superseded]
    open_ones = [one for one in reversed(raised) if not one.talked]
    done = [one for one in reversed(raised) if one.talked][:1]
    return tuple(
        Concern(
            one.key,
            one.text,
            long_day(one.day, file.today),
            one.wants_to_talk,
            one.talked,
            one.covered,
            repairs.begin_from_concern(one.key),
        )
        for one in [*open_ones, *done]
    )


def _covered(file: ClientFile) -> tuple[Covered, ...]:
    return tuple(
        Covered(
            session=one.session.key,
            number=one.label,
            day=long_day(one.session.day, file.today),
            rate_url=address("ask:rate", one.session.key),
            skip_url=address("ask:skip", one.session.key),
        )
        for one in reversed(drawn(file))
        if one.covered
    )


def _judged(file: ClientFile, latest: Latest) -> Why | None:
    """How the line is judged while no signal leads; None before the first rating."""
    if latest.value is None:
        return None
    own = ratings(file, file.main, "TOTAL")
    known = pictures.usual(file, "TOTAL")
    numbers = {one.key: str(one.number or "–") for one in file.course.sessions}
    shown = list(own)[-MOST_DATA:]
    bands = [known.get(key) for key in shown]
    expected = tuple(
        f"{one.low:.0f}–{one.high:.0f}" if isinstance(one, UsualRange) else _("too few") for one in bands
    )
    chance = chance_of(file.learnt.chosen)
    return Why(
        key="",
        heading="",
        pill=None,
        sentence="",
        rule=sentences.rule_words(latest, file.pronoun),
        data=Data(
            tuple(numbers[key] for key in shown),
            (
                DataLine(_("Rated"), tuple(f"{own[key]:.0f}" for key in shown)),
                DataLine(_("Expected"), expected),
            ),
        ),
        chance=chance,
        chance_words=chance.words,
        real=None,
        real_words="",
        reliability=sentences.reliability_words(dependability(1, file.spreads["TOTAL"])),
        version=f"{_looked(file)} · {settings_words(file.learnt.version, file.learnt, file.today)}",
    )


def _looked(file: ClientFile) -> str:
    """What the filter says where no signal leads: it found nothing, or somebody said that it was none."""
    refused = any(one.signal.rule == "dip" and one.verdict and one.ended_at is None for one in file.past)
    if refused:
        return _("Rule “dip” found one, and it was said to be none")
    return _("Rule “dip” looked and found nothing")


def _axis_words(picture: Line) -> str:
    """Where the axis starts, said in words, and what a gap is."""
    low, high, start = (f"{value:.0f}" for value in (picture.low, picture.high, picture.start))
    scale = (
        _("%(low)s to %(high)s, drawn from %(start)s.") % {"low": low, "high": high, "start": start}
        if picture.start > picture.low
        else _("%(low)s to %(high)s.") % {"low": low, "high": high}
    )
    return f"{scale} {_('A gap is a session without a rating.')}"


def _signs(picture: Line) -> tuple[str, ...]:
    """Signs in the picture that the legend has to name: only those that occur."""
    found = []
    if any(not one.held for one in picture.columns):
        found.append("missed")
    if any(one.covered for one in picture.columns):
        found.append("covered")
    return tuple(found)


def _part(file: ClientFile, part: PartLatest) -> Part:
    return Part(
        scale=part.scale,
        name=capital(scale_name(part.scale)),
        picture=pictures.part_picture(file, part.scale),
        value=_("skipped") if part.value is None else f"{part.value:.0f}",
        words=sentences.part_words(part, file.pronoun),
        outside=part.outside,
    )


def _outcome_words(file: ClientFile) -> str:
    values = list(ratings(file, WELLBEING, "TOTAL").values())
    if WELLBEING in file.declined and not values:
        return _("%(They)s would rather not answer this one.") % voice(file.pronoun).words
    if not values:
        return _("Not answered yet. It is asked before each session.")
    said = (
        _("%(value)s of 100.") % {"value": round(values[-1])}
        if len(values) == 1
        else _("%(value)s of 100, from %(first)s at first.")
        % {"value": round(values[-1]), "first": round(values[0])}
    )
    return f"{said} {expected_words(file)}"
