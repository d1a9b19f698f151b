"""The quiet line on a client's page: worth a word before the next session, why, and what such a mark has meant here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.studies.texts import study_file
from accord.web.attention.words import address, long_day, number
from accord.web.learning.seen import LEAVING
from accord.web.people.viewer import Viewer
from accord.web.therapy.client_reading import ClientFile

HOLDS = timedelta(days=45)  # since the run began: the next comes after a month by itself [design]
CLAIM = "dropout-forecast"


@dataclass(frozen=True)
class Word:
    """What a run kept about a course: after which session (its key), why, when, and whether the word was had since."""

    session: str
    reasons: tuple[str, ...]
    run_at: datetime
    past: Mapping[str, float]
    talked: bool


@dataclass(frozen=True)
class WordLine:
    """The line. `about` is the session's key; `had`: it was talked about just now, which can be taken back."""

    about: str
    reasons: tuple[str, ...]
    what: str
    past: str
    computed: str
    url: str
    claim_url: str
    had: bool = False


def word_line(viewer: Viewer, file: ClientFile, just_now: str = "") -> WordLine | None:
    """The line on this page, if there is one; `just_now` is the session after which the word was said to be had."""
    word = _read(viewer, file)
    if word is None:
        return None
    had = word.talked and word.session == just_now
    if not stands(word, file, had=had) or _answered_since(viewer, word):
        return None
    notes = study_file(LEAVING).notes
    reasons = tuple(notes[key] for key in word.reasons if key in notes)
    held = next(one for one in file.course.sessions if one.key == word.session)
    day = long_day(clinic_day(word.run_at, file.timezone), file.today)
    return WordLine(
        about=word.session,
        reasons=reasons,
        what=_(
            "What was known after session %(number)s is like what was known here before other clients stopped coming. "
            "It is no verdict, and no number about anybody is kept."
        )
        % {"number": held.number},
        past=past_words(word.past),
        computed=_(
            "Computed on %(day)s from this service’s own sessions. It goes once you have talked about it, when another "
            "session was held, when the course ends, and in any case after %(days)s days, which is our own choice."
        )
        % {"day": day, "days": HOLDS.days},
        url=address("learning:talked", file.course_key),
        claim_url=address("public:claim", CLAIM),
        had=had,
    )


def stands(word: Word, file: ClientFile, *, had: bool = False) -> bool:
    """Whether the line may be on this page: it rests on the newest session, and on nothing hidden from who reads it.

    While an answer is covered, or kept from this therapist, its reasons would tell it.
    """
    held = [one.key for one in file.course.sessions if one.attendance.held]
    return (
        held[-1:] == [word.session]
        and file.ended_on is None
        and file.now - word.run_at <= HOLDS
        and not (file.covered or file.withheld)
        and (had or not word.talked)
    )


def past_words(past: Mapping[str, float]) -> str:
    """How often such a mark came, how often it was right, and how many who left had one, of ten each."""
    right = max(round(10 * past["right"]), 1)
    said = [
        _("In the past here such a mark would have come after about %(share)s of ten sessions.")
        % {"share": _of_ten(past["share"])},
        ngettext(
            "Of ten such marks about %(right)s was the last session; the others were not.",
            "Of ten such marks about %(right)s were the last session; the others were not.",
            right,
        )
        % {"right": _of_ten(past["right"])},
        _("Of ten clients who left, about %(caught)s had one before.") % {"caught": _of_ten(past["caught"])},
    ]
    return " ".join(said)


def _of_ten(share: float) -> str:
    return number(round(10 * share)) if share >= 0.05 else _("one, or fewer,")


def _read(viewer: Viewer, file: ClientFile) -> Word | None:
    """What the last run kept about the course; one query."""
    row = (
        viewer.words.filter(course__key=file.course_key)
        .values_list(
            "session__key", "reasons", "run__started_at", "run__facts__words", "session__talked_about"
        )
        .first()
    )
    if row is None or not row[3]:
        return None
    session, reasons, at, past, talked = row
    return Word(session, tuple(reasons), at, past, talked is not None)


def _answered_since(viewer: Viewer, word: Word) -> bool:
    """Whether the client answered about that session after the run began: the reasons may be out of date."""
    found = viewer.responses.filter(session__key=word.session, respondent="client")
    return found.filter(received_at__gt=word.run_at).exists()
