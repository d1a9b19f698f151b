"""One client's page as values: the sentence first, then why, the line, its parts, the outcome, and what is beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accord.charts.line import Line
from accord.charts.outcome import Outcome
from accord.charts.small import Small
from accord.course.ceiling import at_ceiling
from accord.course.dependability import dependability
from accord.course.plan import Standing
from accord.course.review import REVIEW_AT
from accord.course.session import Attendance, Session, SessionKind
from accord.course.usual import UsualRange, usual_range
from accord.instruments.definition import Respondent
from accord.instruments.registry import instrument as definition
from accord.web.attention.words import address, capital, clock, local, long_day, number, scale_name, short
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_reading import (
    PREFERENCES,
    WELLBEING,
    ClientFile,
    Given,
    OpenLink,
    OtherCourse,
    Period,
    SafetyAnswer,
)
from accord.web.therapy.pictures import PARTS, drawn, ratings
from accord.web.therapy.sentences import Latest, PartLatest, voice

MOST_WORDS = 4  # of the client's lines beside the page; the rest are in the table
MOST_DATA = 4  # ratings shown as the data behind a judgement


@dataclass(frozen=True)
class Said:
    """A line that the client wrote, and when."""

    text: str
    about: str


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
class Axis:
    """One of the client's preferences: where on the way from one word to the other, 0 to 100."""

    left: str
    right: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Row:
    """One session in the table."""

    key: str
    label: str
    day: str
    how: str
    therapist: str
    client: str
    own: str
    parts: tuple[str, ...]
    wellbeing: str
    usual: str
    note: str
    words: str


@dataclass(frozen=True)
class DueLine:
    """A form that is due or out: what, for which session, and where to ask for it."""

    title: str
    session: str
    standing: str
    show_url: str
    card_url: str


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
        rows=_rows(file),
        said=_said(file),
        axes=_axes(file),
        axes_asked=_axes_asked(file),
        dues=_dues(file),
        declined=_declined(file),
        unnoted=tuple((one.key, _session_words(one)) for one in pictures.unnoted(file)),
        upcoming=_upcoming(file),
        therapists=_therapists(file),
        others=file.others,
        review=_review(file),
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
    if covered:
        return sentences.covered_headline([one.number for one in covered], file.pronoun)
    if latest.value is None and file.declined_all:
        return _("%(They)s would rather not be asked. Nothing is sent.") % voice(file.pronoun).words
    if latest.value is None and not drawn(file):
        return _("No session yet.")
    return sentences.headline(latest, file.pronoun)


def _lead(file: ClientFile, latest: Latest, parts: Sequence[PartLatest]) -> str:
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
        "when": _when(file, session),
        "how": how(session.kind),
    }


def _when(file: ClientFile, session: Session) -> str:
    time = clock(local(session.starts_at, file.timezone)) if session.starts_at else ""
    day = _("today") if session.day == file.today else long_day(session.day, file.today)
    return f"{day} {time}".strip()


def how(kind: SessionKind) -> str:
    """How people meet, in a sentence."""
    return {
        SessionKind.IN_PERSON: _("in the room"),
        SessionKind.VIDEO: _("online"),
        SessionKind.PHONE: _("by phone"),
        SessionKind.TEXT: _("in writing"),
    }[kind]


def attendance_words(attendance: Attendance) -> str:
    """How a session fell out."""
    return {
        Attendance.PLANNED: _("planned"),
        Attendance.ATTENDED: _("came"),
        Attendance.LATE: _("came late"),
        Attendance.CANCELLED: _("cancelled"),
        Attendance.MISSED_WITH_NOTICE: _("missed, with notice"),
        Attendance.MISSED_WITHOUT_NOTICE: _("missed, without notice"),
    }[attendance]


def _session_words(session: Session) -> str:
    return _("session %(number)s, %(day)s") % {
        "number": session.number,
        "day": date_format(session.day, "j F"),
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
    return f"{said} {_('There is no expected course yet: this service has too few finished courses to draw one from.')}"


def _rows(file: ClientFile) -> tuple[Row, ...]:
    """Every session with its numbers, the same that the pictures show; absences in words."""
    shown = {one.session.key: one for one in drawn(file)}
    bands = dict(zip(shown, pictures.ranges(file, "TOTAL", tuple(shown.values())), strict=True))
    texts = {
        one.session: one.text
        for one in file.given
        if one.text and not one.superseded and one.standing != "after_reading"
    }
    rows = []
    for session in file.course.sessions:
        place = shown.get(session.key)
        future = session.attendance is Attendance.PLANNED and place is None
        if future or (place is not None and place.coming):
            continue
        band = bands.get(session.key)
        rows.append(
            Row(
                key=session.key,
                label=place.label if place and place.held else str(session.number or "–"),
                day=date_format(session.day, "j M Y"),
                how=how(session.kind) if session.attendance.held else attendance_words(session.attendance),
                therapist=pictures.therapist_name(file, session.therapist),
                client=_cell(file, session, file.main, "TOTAL"),
                own=_cell(file, session, file.twin, "TOTAL", Respondent.THERAPIST),
                parts=tuple(_cell(file, session, file.main, scale) for scale in PARTS),
                wellbeing=_cell(file, session, WELLBEING, "TOTAL"),
                usual=f"{band.low:.0f}–{band.high:.0f}" if band else _("too few"),
                note=_note(file, session.key),
                words="" if session.key in file.covered else texts.get(session.key, ""),
            )
        )
    return tuple(reversed(rows))


def _cell(
    file: ClientFile, session: Session, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> str:
    """One number of the table, or why there is none."""
    if not (session.attendance.held or session.attendance is Attendance.PLANNED):
        return "–"
    rating = session.rating(instrument, who)
    if rating is not None and scale in rating.scores:
        value = rating.scores[scale]
        return f"{value:.0f}" if isinstance(value, float) else sentences.absence(value)
    if who is Respondent.CLIENT:
        if session.key in file.covered and instrument == file.main:
            return pgettext("answers not shown yet", "covered")
        if file.declined_all or instrument in file.declined:
            return _("declined")
    return _("not rated") if who is Respondent.THERAPIST else _("no answer")


def _note(file: ClientFile, session: str) -> str:
    """How answers arrived, where it was not in the usual way."""
    notes = []
    for one in file.given:
        if one.session != session or one.instrument != file.main:
            continue
        if one.superseded:
            notes.append(_("answered once more; the last answers count"))
        if one.standing == "late":
            notes.append(_("sent after the link had closed"))
        if one.standing == "after_reading":
            notes.append(
                _("changed after it was read on %(day)s; the line keeps the first answers")
                % {"day": date_format(one.day, "j M")}
            )
        if one.channel == "paper":
            notes.append(_("from paper"))
    return "; ".join(dict.fromkeys(notes))


def _said(file: ClientFile) -> tuple[Said, ...]:
    """The client's last lines, newest first; those under the cover are not in the file at all."""
    found = [one for one in reversed(file.given) if one.text and not one.superseded and not one.covered]
    return tuple(Said(one.text, _about(file, one)) for one in found[:MOST_WORDS])


def _about(file: ClientFile, given: Given) -> str:
    day = long_day(given.day, file.today)
    if given.standing == "after_reading":
        return _("%(day)s · changed after it was read") % {"day": day}
    return _("%(day)s · one thing to change") % {"day": day}


def _newest_preferences(file: ClientFile) -> Given | None:
    asked = [one for one in file.given if one.instrument == PREFERENCES and one.axes and not one.superseded]
    return asked[-1] if asked else None


def _axes(file: ClientFile) -> tuple[Axis, ...]:
    """Three ways of working, each between two words of which neither is better."""
    given = _newest_preferences(file)
    if given is None or not given.axes:
        return ()
    ends = (
        (1, _("direction"), _("space")),
        (2, _("feelings"), _("solving")),
        (3, _("advice"), _("discovery")),
    )
    return tuple(_axis(left, right, given.axes.get(item)) for item, left, right in ends)


def _axis(left: str, right: str, value: float | None) -> Axis:
    """100 is the word on the left, as the instrument defines it; drawn from left to right."""
    if value is None:
        return Axis(left, right, None, _("no answer"))
    place = 100 - value
    if abs(place - 50) < 5:
        return Axis(left, right, place, _("in the middle"))
    nearer = left if place < 50 else right
    much = _("much more %(end)s") if abs(place - 50) > 30 else _("more %(end)s")
    return Axis(left, right, place, much % {"end": nearer})


def _axes_asked(file: ClientFile) -> str:
    given = _newest_preferences(file)
    if given is None:
        return ""
    number_ = next((one.number for one in file.course.sessions if one.key == given.session), None)
    said = (
        _("Asked at session %(number)s.") % {"number": number_}
        if number_
        else _("Asked on %(day)s.") % {"day": long_day(given.day, file.today)}
    )
    return f"{said} {_('A way into a talk, not a match.')}"


def title_of(instrument: str) -> str:
    """What a form is called: its words' title is the client's, so staff get the instrument's own."""
    return definition(instrument).title.removeprefix("Accord ")


def _dues(file: ClientFile) -> tuple[DueLine, ...]:
    """Forms that are due, overdue or out, the latest session first; a form that the client declined is not asked."""
    links = {(one.session, one.instrument): one for one in file.links}
    waiting = [one for one in reversed(file.dues) if one.standing in (Standing.DUE, Standing.OVERDUE)]
    if file.declined_all or file.ended_on:
        return ()
    return tuple(_due(one.session, one.number, one.instrument, one.standing, links) for one in waiting[:5])


def _due(
    session: str, number_: int, instrument: str, standing: Standing, links: dict[tuple[str, str], OpenLink]
) -> DueLine:
    link = links.get((session, instrument))
    said = _("overdue") if standing is Standing.OVERDUE else _("due")
    if link is not None:
        said += ", " + (
            _("link expired") if link.expired else _("link opened") if link.opened else _("link not opened")
        )
    return DueLine(
        title=title_of(instrument),
        session=_("session %(number)s") % {"number": number_},
        standing=said,
        show_url=address("ask:qr", session, instrument),
        card_url=address("ask:card", link.key) if link else "",
    )


def _declined(file: ClientFile) -> str:
    if file.declined_all:
        return _("%(They)s would rather not be asked at all. Nothing is sent.") % voice(file.pronoun).words
    if file.declined:
        names = sentences.listed(sorted(title_of(one) for one in file.declined))
        return _("%(They)s would rather not be asked: %(forms)s.") % {
            **voice(file.pronoun).words,
            "forms": names,
        }
    return ""


def _upcoming(file: ClientFile) -> tuple[tuple[str, str, str], ...]:
    """The next planned sessions: key, when and how."""
    over = {one.key for one in pictures.unnoted(file)}
    planned = [one for one in file.course.sessions if one.attendance is Attendance.PLANNED]
    ahead = [one for one in planned if one.day >= file.today and one.key not in over]
    return tuple((one.key, _when(file, one), how(one.kind)) for one in ahead[:3])


def _therapists(file: ClientFile) -> tuple[str, ...]:
    """Who was the therapist before, with the days; empty while there was only one."""
    if len(file.periods) < 2:
        return ()
    return tuple(_period(one, file.today) for one in file.periods)


def _period(one: Period, today: date) -> str:
    if one.until is None:
        return _("%(name)s, since %(since)s") % {"name": one.name, "since": long_day(one.since, today)}
    return _("%(name)s, %(since)s to %(until)s") % {
        "name": one.name,
        "since": long_day(one.since, today),
        "until": long_day(one.until, today),
    }


def _review(file: ClientFile) -> str:
    """Where the session-3 review stands: done, ready, or not yet."""
    held = sum(one.attendance.held for one in file.course.sessions)
    if file.reviewed_on:
        return _("looked at on %(day)s") % {"day": long_day(file.reviewed_on, file.today)}
    if held >= REVIEW_AT:
        return _("ready")
    left = REVIEW_AT - held
    return ngettext("after one more session", "after %(count)s more sessions", left) % {"count": number(left)}
