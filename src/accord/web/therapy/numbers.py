"""The numbers of one client's page as rows of a file: the same that the pictures show, absences in words."""

from collections.abc import Iterator

from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.web.therapy.client_reading import WELLBEING, ClientFile
from accord.web.therapy.pictures import PARTS, drawn, ranges, therapist_name

COLUMNS = (
    "session", "day", "attendance", "kind", "therapist", "client_total", "client_bond", "client_goals", "client_tasks",
    "usual_low", "usual_high", "therapist_total", "wellbeing",
)  # fmt: skip


def number_rows(file: ClientFile) -> Iterator[tuple[str, ...]]:
    """One row per session; a number is written as it is stored, and a reason where there is none."""
    shown = drawn(file)
    bands = dict(zip((one.session.key for one in shown), ranges(file, "TOTAL", shown), strict=True))
    for session in file.course.sessions:
        band = bands.get(session.key)
        yield (
            str(session.number or ""),
            session.day.isoformat(),
            session.attendance.value,
            session.kind.value,
            _safe(therapist_name(file, session.therapist)),
            *(_value(file, session, file.main, scale) for scale in ("TOTAL", *PARTS)),
            f"{band.low:.1f}" if band else "",
            f"{band.high:.1f}" if band else "",
            _value(file, session, file.twin, "TOTAL", Respondent.THERAPIST),
            _value(file, session, WELLBEING, "TOTAL"),
        )


def _value(
    file: ClientFile, session: Session, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> str:
    rating = session.rating(instrument, who)
    if rating is None:
        hidden = who is Respondent.CLIENT and instrument == file.main and session.key in file.covered
        declined = who is Respondent.CLIENT and (file.declined_all or instrument in file.declined)
        return "covered" if hidden else "declined" if declined else "no answer"
    value = rating.scores.get(scale)
    return f"{value:g}" if isinstance(value, float) else "no score"


def _safe(words: str) -> str:
    """Words that a spreadsheet does not take for a formula."""
    return f"'{words}" if words[:1] in "=+-@\t\r" and words else words
