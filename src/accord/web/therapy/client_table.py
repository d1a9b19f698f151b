"""The table of one client's page: every session with the numbers that the pictures show, absences in words."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accord.basics.absence import TooFew
from accord.course.session import Attendance, Session
from accord.instruments.definition import Respondent
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_reading import WELLBEING, ClientFile
from accord.web.therapy.client_repairs import noted
from accord.web.therapy.meeting_words import attendance_words, how
from accord.web.therapy.pictures import PARTS, drawn
from accord.web.therapy.usual import UsualRange, seen_from_today


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
    seen_now: str
    note: str
    words: str


def table_rows(file: ClientFile) -> tuple[Row, ...]:
    """Every session with its numbers, the same that the pictures show; absences in words."""
    shown = {one.session.key: one for one in drawn(file)}
    bands = pictures.usual(file, "TOTAL")
    seen_now = seen_from_today(file.course, file.learnt)
    texts = {
        one.session: one.text
        for one in file.given
        if one.text and not one.superseded and one.standing != "after_reading"
    }
    mended = noted(file)
    rows = []
    for session in file.course.sessions:
        place = shown.get(session.key)
        future = session.attendance is Attendance.PLANNED and place is None
        if future or (place is not None and place.coming):
            continue
        told = place is not None and place.held and not place.covered
        band = bands.get(session.key) if told else None
        rows.append(
            Row(
                key=session.key,
                label=place.label if place and place.held else str(session.number or "–"),
                day=date_format(session.day, "j M Y"),
                how=how(session.kind) if session.attendance.held else attendance_words(session.attendance),
                therapist=_other(file, session),
                client=_cell(file, session, file.main, "TOTAL"),
                own=_cell(file, session, file.twin, "TOTAL", Respondent.THERAPIST),
                parts=tuple(_cell(file, session, file.main, scale) for scale in PARTS),
                wellbeing=_cell(file, session, WELLBEING, "TOTAL"),
                usual=_usual(band),
                seen_now=_usual(seen_now.get(session.key) if told else None),
                note="; ".join(
                    part for part in (_note(file, session.key), mended.get(session.key, "")) if part
                ),
                words="" if session.key in file.covered else texts.get(session.key, ""),
            )
        )
    return tuple(reversed(rows))


def _other(file: ClientFile, session: Session) -> str:
    """Who held the session, where that is not the person looking."""
    return "" if session.therapist == file.viewer_key else pictures.therapist_name(file, session.therapist)


def _usual(band: UsualRange | TooFew | None) -> str:
    """The usual range before a session; nothing where no rating could come, too few where it cannot be said."""
    if isinstance(band, UsualRange):
        return f"{band.low:.0f}–{band.high:.0f}"
    return "–" if band is None else _("too few")


def _cell(
    file: ClientFile, session: Session, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> str:
    """One number of the table, or why there is none."""
    rating = session.rating(instrument, who)
    if rating is not None and scale in rating.scores:
        value = rating.scores[scale]
        return f"{value:.0f}" if isinstance(value, float) else sentences.absence(value)
    if not session.attendance.counts:
        return "–"
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
