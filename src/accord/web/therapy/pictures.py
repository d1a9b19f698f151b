"""From a client's file to the values of its pictures: which sessions stand in them, and what is said at each point."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accord.basics.absence import TooFew
from accord.charts.line import Column, Line, LineWords
from accord.charts.outcome import Outcome
from accord.charts.small import Small, Spot
from accord.course.session import Attendance, Session, SessionKind
from accord.instruments.definition import Respondent
from accord.signals import attention
from accord.signals.signal import Place, Signal
from accord.web.attention.signal_words import title as signal_title
from accord.web.attention.words import capital, scale_name, short
from accord.web.therapy.client_reading import WELLBEING, ClientFile
from accord.web.therapy.client_repairs import marks as mended
from accord.web.therapy.expected import expected_bands
from accord.web.therapy.sentences import usual_here
from accord.web.therapy.usual import UsualRange, usual_of, usual_of_part

PARTS = ("BOND", "GOALS", "TASKS")
KINDS = {
    SessionKind.VIDEO: ("screen", lambda: _("online")),
    SessionKind.PHONE: ("phone", lambda: _("phone")),
    SessionKind.TEXT: ("text", lambda: _("in writing")),
}


@dataclass(frozen=True)
class Drawn:
    """One session as every picture has it, with the usual range by scale before it."""

    session: Session
    held: bool
    coming: bool
    covered: bool
    label: str
    day: str


def coming(file: ClientFile) -> Session | None:
    """The next talk: the first planned session that is not over and that nobody has rated."""
    for session in file.course.sessions:
        if (
            session.attendance is Attendance.PLANNED
            and not session.ratings
            and session.key not in file.covered
        ):
            if session.starts_at is not None:
                over = session.starts_at + timedelta(minutes=file.session_minutes) <= file.now
            else:
                over = session.day < file.today
            if not over:
                return session
    return None


def unnoted(file: ClientFile) -> tuple[Session, ...]:
    """Sessions that are over and of which nobody noted whether they took place."""
    planned = [one for one in file.course.sessions if one.attendance is Attendance.PLANNED]
    return tuple(
        one
        for one in planned
        if one.day < file.today
        or (one.starts_at is not None and one.starts_at + timedelta(minutes=file.session_minutes) <= file.now)
    )


def drawn(file: ClientFile) -> tuple[Drawn, ...]:
    """The sessions in a picture: held and missed ones, past ones still to be noted, and the talk to come."""
    ahead = coming(file)
    over = {one.key for one in unnoted(file)}
    found = []
    for one in file.course.sessions:
        rated = bool(one.ratings) or one.key in file.covered
        next_one = ahead is not None and one.key == ahead.key
        if not (one.attendance.held or one.attendance.missed or next_one or rated or one.key in over):
            continue
        found.append(
            Drawn(
                session=one,
                held=not one.attendance.missed,
                coming=next_one,
                covered=one.key in file.covered,
                label=_("missed") if one.attendance.missed else str(one.number or "–"),
                day=date_format(one.day, "j M"),
            )
        )
    return tuple(found)


def ratings(
    file: ClientFile, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> dict[str, float]:
    """The ratings that there are, by session."""
    points = file.course.line(instrument, scale, who)
    return {point.session.key: point.value for point in points if isinstance(point.value, float)}


def usual(file: ClientFile, scale: str) -> dict[str, UsualRange | TooFew]:
    """The usual range before each session by its key, of the total or of one part."""
    if scale == "TOTAL":
        return usual_of(file.course, file.learnt)
    return usual_of_part(file.course, file.learnt, scale, file.spreads)


def ranges(file: ClientFile, scale: str, columns: Sequence[Drawn]) -> list[UsualRange | None]:
    """The usual range before each drawn session, None where there are too few or no rating can come."""
    found = usual(file, scale)
    return [_seen(one, found.get(one.session.key)) for one in columns]


def _seen(one: Drawn, found: UsualRange | TooFew | None) -> UsualRange | None:
    shown = one.held and not one.coming and not one.covered
    return found if isinstance(found, UsualRange) and shown else None


def marks(file: ClientFile) -> dict[str, str]:
    """Sessions whose rating raised a signal that nobody said no to, each with what the signal is called."""
    found: dict[str, str] = {}
    for one in file.past:
        if not one.verdict and attention.place(one.signal) is Place.STRAIN and _on_rating(one.signal):
            dip = one.signal.rule == "dip"
            if dip or one.signal.about not in found:
                found[one.signal.about] = signal_title(one.signal)
    return found


def _on_rating(signal: Signal) -> bool:
    return any(one.session == signal.about and one.what == "rating" for one in signal.evidence)


def therapist_name(file: ClientFile, key: str | None) -> str:
    """Who held a session: you, or a name."""
    if key == file.viewer_key:
        return _("You")
    return next((one.name for one in file.periods if one.key == key), "")


def line_picture(file: ClientFile, title: str) -> Line:
    """The check-in, session by session."""
    columns = drawn(file)
    own = ratings(file, file.main, "TOTAL")
    theirs = ratings(file, file.twin, "TOTAL", Respondent.THERAPIST)
    known = usual(file, "TOTAL")
    bands = [_seen(one, known.get(one.session.key)) for one in columns]
    marked = marks(file)
    name = short(file.name)
    made, before = [], None
    for one, band in zip(columns, bands, strict=True):
        session = one.session
        changed = before is not None and session.therapist is not None and session.therapist != before
        kind = KINDS.get(session.kind)
        made.append(
            Column(
                label=one.label,
                day=one.day,
                client=own.get(session.key),
                therapist=theirs.get(session.key),
                usual=(band.low, band.high) if band else None,
                marked=session.key in marked and session.key in own,
                too_few=isinstance(known.get(session.key), TooFew) and not one.coming and not one.covered,
                held=one.held,
                coming=one.coming,
                covered=one.covered,
                kind=(kind[0], kind[1]()) if kind else None,
                therapist_name=therapist_name(file, session.therapist) if changed else "",
                said=_said(
                    file,
                    one,
                    own.get(session.key),
                    theirs.get(session.key),
                    band,
                    marked.get(session.key, ""),
                ),
            )
        )
        before = session.therapist or before
    rated = [(one, band) for one, band in zip(made, bands, strict=True) if one.client is not None]
    outside = usual_here(rated[-1][1], file.pronoun) if rated and rated[-1][1] and rated[-1][0].marked else ()
    last = [one.session.therapist for one in columns if one.session.key in theirs]
    words = LineWords(
        title=title,
        description=_described(name, [one for one, _band in rated], made),
        client=name,
        therapist=therapist_name(file, last[-1]) if last else "",
        too_few=_("too few to say"),
        coming=_("today")
        if any(one.coming and one.session.day == file.today for one in columns)
        else _("next"),
        outside=outside,
    )
    return Line(tuple(made), words, repairs=mended(file, columns))


def _said(
    file: ClientFile,
    one: Drawn,
    client: float | None,
    therapist: float | None,
    usual: UsualRange | None,
    marked: str = "",
) -> str:
    """What a point says on hover."""
    place = _("Session %(number)s, %(day)s") if one.held else _("Missed, %(day)s")
    parts = [place % {"number": one.label, "day": one.day}]
    if client is not None:
        parts.append(f"{short(file.name)} {client:.0f}")
    if therapist is not None:
        parts.append(f"{therapist_name(file, one.session.therapist) or _('therapist')} {therapist:.0f}")
    if usual is not None:
        parts.append(
            _("usual here: %(low)s to %(high)s") % {"low": round(usual.low), "high": round(usual.high)}
        )
    if marked and client is not None:
        parts.append(marked)
    return " · ".join(parts)


def _described(name: str, rated: Sequence[Column], columns: Sequence[Column]) -> str:
    """The picture in a sentence, for those who do not see it."""
    if not rated:
        return _("No ratings yet.")
    missed = sum(not one.held for one in columns)
    said = _("%(name)s: from %(first)s at session %(a)s to %(last)s at session %(b)s. %(missed)s missed.") % {
        "name": name,
        "first": round(rated[0].client or 0),
        "a": rated[0].label,
        "last": round(rated[-1].client or 0),
        "b": rated[-1].label,
        "missed": missed or _("None"),
    }
    last = rated[-1]
    below = last.client is not None and last.usual is not None and last.client < last.usual[0]
    return said + (f" {_('The last one lies below the usual wobble.')}" if below else "")


def part_picture(file: ClientFile, scale: str) -> Small:
    """One part of the alliance as a small line."""
    columns = [one for one in drawn(file) if not one.coming]
    own = ratings(file, file.main, scale)
    bands = ranges(file, scale, columns)
    spots = tuple(
        Spot(
            client=own.get(one.session.key),
            usual=(band.low, band.high) if band else None,
            held=one.held,
            at=one.label,
            said=_said(file, one, own.get(one.session.key), None, band),
        )
        for one, band in zip(columns, bands, strict=True)
    )
    name = capital(scale_name(scale))
    return Small(spots, _("%(part)s, session by session") % {"part": name})


def outcome_picture(file: ClientFile, title: str) -> Outcome | None:
    """Wellbeing on its own axis; None when it was never answered."""
    values = ratings(file, WELLBEING, "TOTAL")
    if not values:
        return None
    name, bands = short(file.name), expected_bands(file)
    columns = [
        Column(
            label=one.label,
            day="",
            client=values.get(one.session.key),
            usual=(band.low, band.high) if (band := bands.get(one.session.key)) else None,
            held=one.held,
            coming=one.coming and one.session.key not in values,
            said=_said(file, one, values.get(one.session.key), None, None),
        )
        for one in drawn(file)
    ]
    rated = [one for one in columns if one.client is not None]
    words = LineWords(title, _described(name, rated, columns), client=name, coming="")
    return Outcome(tuple(columns), words)
