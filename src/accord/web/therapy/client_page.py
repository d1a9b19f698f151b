"""One client's page as values: the sentence first, then why, the line, its parts, the outcome, and what is beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.charts.line import Line
from accord.charts.outcome import Outcome
from accord.charts.small import Small
from accord.course.ceiling import at_ceiling
from accord.course.dependability import dependability
from accord.course.usual import UsualRange, usual_range
from accord.instruments.definition import Respondent
from accord.instruments.registry import instrument as definition
from accord.web.attention.words import address, capital, long_day, scale_name, short
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_reading import WELLBEING, ClientFile, OtherCourse, SafetyAnswer
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
from accord.web.therapy.meeting_words import how, session_words, when
from accord.web.therapy.pictures import PARTS, drawn, ratings
from accord.web.therapy.sentences import Latest, PartLatest, voice

MOST_DATA = 4  # ratings shown as the data behind a judgement


@dataclass(frozen=True)
class Concern:
    """A concern that the client raised: told even under the cover, without the answers around it."""

    response: str
    words: str
    day: str
    wants_to_talk: bool
    talked: bool
    covered: bool


@dataclass(frozen=True)
class Covered:
    """One session whose answers wait until the therapist has rated it, or said that they did not."""

    session: str
    number: str
    day: str
    rate_url: str
    skip_url: str


@dataclass(frozen=True)
class Datum:
    """One rating behind the judgement: session, value, and the range it was held against."""

    session: str
    rated: str
    usual: str
    latest: bool


@dataclass(frozen=True)
class Why:
    """Why this page says what it says."""

    rule: str
    data: tuple[Datum, ...]
    reliability: str
    often: str
    marks: tuple[bool, ...]
    version: str


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
    ask: tuple[str, ...]
    line: Line
    axis_words: str
    signs: tuple[str, ...]
    parts: tuple[Part, ...]
    outcome: Outcome | None
    outcome_words: str
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
    worth_asking = _outside(latest)
    return ClientPage(
        file=file,
        name=file.name,
        short=short(file.name),
        voice=voice(file.pronoun),
        next=_next(file),
        sentence=_sentence(file, latest, covered if newest_covered else ()),
        lead="" if newest_covered else _lead(file, latest, parts),
        steady=not worth_asking,
        alerts=file.alerts,
        concerns=_concerns(file),
        covered=covered,
        why=_why(file, latest),
        ask=sentences.could_ask(outside) if worth_asking and not newest_covered else (),
        line=picture,
        axis_words=_axis_words(picture),
        signs=_signs(picture),
        parts=tuple(_part(file, one) for one in parts) if latest.rated else (),
        outcome=pictures.outcome_picture(file, _("Wellbeing")),
        outcome_words=_outcome_words(file),
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


def _latest(file: ClientFile, scale: str) -> Latest:
    values = list(ratings(file, file.main, scale).values())
    if not values:
        return Latest(None, None, usual_range([], file.spreads[scale]), 0)
    usual = usual_range(values[:-1], file.spreads[scale])
    ceiling = at_ceiling(values) if scale == "TOTAL" else None
    return Latest(values[-1], values[-2] if len(values) > 1 else None, usual, len(values), ceiling)


def _part_latest(file: ClientFile, scale: str) -> PartLatest:
    """The part at the session of the latest total; None where it was skipped there."""
    whole = list(ratings(file, file.main, "TOTAL"))
    own = ratings(file, file.main, scale)
    if not whole:
        return PartLatest(scale, None, None, usual_range([], file.spreads[scale]))
    earlier = [value for key, value in own.items() if key != whole[-1]]
    return PartLatest(
        scale, own.get(whole[-1]), earlier[-1] if earlier else None, usual_range(earlier, file.spreads[scale])
    )


def _outside(latest: Latest) -> bool:
    usual = latest.usual
    return latest.value is not None and isinstance(usual, UsualRange) and not usual.holds(latest.value)


def _newest_is_covered(file: ClientFile) -> bool:
    answered = [one.session.key for one in drawn(file) if one.covered or one.session.rating(file.main)]
    return bool(answered) and answered[-1] in file.covered


def _sentence(file: ClientFile, latest: Latest, covered: tuple[Covered, ...]) -> str:
    if file.withheld:
        return sentences.withheld_headline(file.pronoun)
    if covered:
        return sentences.covered_headline([one.number for one in covered], file.pronoun)
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


def _concerns(file: ClientFile) -> tuple[Concern, ...]:
    """Raised concerns, those not yet talked about first and in full; of the others the latest."""
    raised = [one for one in file.given if one.raised and not one.superseded]
    open_ones = [one for one in reversed(raised) if not one.talked]
    done = [one for one in reversed(raised) if one.talked][:1]
    return tuple(
        Concern(one.key, one.text, long_day(one.day, file.today), one.wants_to_talk, one.talked, one.covered)
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


def _why(file: ClientFile, latest: Latest) -> Why | None:
    """The rule, its data, and how far it can be trusted; None before the first rating."""
    if latest.value is None:
        return None
    columns = drawn(file)
    own = ratings(file, file.main, "TOTAL")
    bands = pictures.ranges(file, "TOTAL", columns)
    rated = [
        (one, own[one.session.key], band)
        for one, band in zip(columns, bands, strict=True)
        if one.session.key in own
    ]
    judged = [(value, band) for _one, value, band in rated if band is not None]
    outside = [not band.holds(value) for value, band in judged]
    data = tuple(
        Datum(
            session=one.label,
            rated=f"{value:.0f}",
            usual=f"{band.low:.0f}–{band.high:.0f}" if band else _("too few"),
            latest=place == len(rated) - 1,
        )
        for place, (one, value, band) in enumerate(rated)
    )
    name = definition(file.main)
    return Why(
        rule=sentences.rule_words(latest, file.pronoun),
        data=data[-MOST_DATA:],
        reliability=sentences.reliability_words(dependability(1, file.spreads["TOTAL"])),
        often=sentences.outside_words(sum(outside), len(judged), file.pronoun),
        marks=tuple(sorted(outside, reverse=True))[:40],
        version=_("Rule “usual wobble”, interim · %(title)s, version %(version)s, not yet validated")
        % {"title": name.title, "version": name.version},
    )


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
    return f"{said} {_('There is no expected course to compare it with yet.')}"
