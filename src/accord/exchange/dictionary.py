"""The data dictionary of an export: what every column means, and every instrument, item and scale that occurs in it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Instrument, Missing, Respondent
from accord.repair.event import Ending, Kind, Origin, Step, Strain


@dataclass(frozen=True)
class Note:
    """One column of one table. `labels` pairs each value with its meaning, where there is a closed set."""

    table: str
    column: str
    type: str
    meaning: str
    unit: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Declared:
    """A scale that came with imported scores, as it was declared; Accord has no key for it."""

    instrument: str
    scale: str
    title: str
    source: str
    low: float
    high: float
    higher_is_better: bool


def _labels(kinds: Iterable[str], words: dict[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    return tuple((str(kind), (words or {}).get(str(kind), str(kind).replace("_", " "))) for kind in kinds)


_ABSENT = _labels(
    Missing,
    {
        "declined": "the person chose not to answer",
        "not_reached": "the person stopped before, or left it blank",
        "not_asked": "nobody asked",
    },
)
_STANDING = (
    ("current", "arrived while the link was open"),
    ("late", "arrived after the link had closed"),
    ("after_reading", "changed after the therapist had read it; not counted"),
)
_ATTENDANCE = _labels(
    Attendance, {"missed_notice": "missed, with notice", "missed_no_notice": "missed, without notice"}
)

CLIENT = ("client", "string", "pseudonym of the client")
RESEARCH_ID = "random, made for this export only"

_SESSION_KEYS = (
    Note("sessions", "session", "string", "key of the session"),
    Note("sessions", "course", "string", "key of the course of therapy"),
    Note("sessions", *CLIENT),
    Note("sessions", "therapist", "string", "key of the therapist; empty where nobody is named"),
    Note(
        "sessions",
        "number",
        "int",
        "place among the course's sessions that count; empty for those that fell out",
    ),
)
_SESSION_WHAT = (
    Note("sessions", "kind", "string", "how people met", labels=_labels(SessionKind)),
    Note("sessions", "attendance", "string", "whether it took place", labels=_ATTENDANCE),
)
_FORM = (
    ("instrument", "string", "id of the instrument"),
    ("version", "int", "version of its key"),
    ("respondent", "string", "who answered"),
)


def _form(table: str) -> tuple[Note, ...]:
    keys = (
        Note(table, "response", "string", "key of the response: all answers to one form at one time"),
        Note(table, "session", "string", "key of the session"),
        Note(table, *CLIENT),
    )
    what = tuple(
        Note(table, *one, labels=_labels(Respondent) if one[0] == "respondent" else ()) for one in _FORM
    )
    return (*keys, *what)


_ITEM = (
    Note("responses", "item", "int", "number of the item"),
    Note("responses", "value", "float", "the raw answer, before any reversal; empty where there is none"),
    Note("responses", "absent", "string", "why there is no answer", labels=_ABSENT),
)
_HOW = (
    Note("responses", "channel", "string", "how it came in", labels=(("link", "by link"), ("screen", "on a screen"),
         ("paper", "typed in from paper"), ("import", "from a table"), ("demo", "simulated"))),
    Note("responses", "language", "string", "language of the form"),
)  # fmt: skip
_STANDS = (
    ("standing", "string", "how it arrived", "", _STANDING),
    ("superseded", "bool", "a later response of the same session took its place", "", ()),
)
_SCORE = (
    Note("scores", "scale", "string", "id of the scale"),
    Note("scores", "value", "float", "the score; empty where there is none", "points of the scale"),
    Note("scores", "reason", "string", "why there is no score"),
    Note("scores", "answered", "int", "items answered; 0 for a score that came without its answers", "items"),
    Note("scores", "scorer", "int", "version of the scorer; 0: imported as a score, never computed here"),
)

CLINIC = (
    *_SESSION_KEYS,
    Note("sessions", "day", "date", "the clinic's day"),
    Note(
        "sessions",
        "day_assumed",
        "bool",
        "the day was assumed by an import without dates: only the order is known",
    ),
    Note("sessions", "starts_at", "timestamp", "when it began; empty where only the day is known", "UTC"),
    *_SESSION_WHAT,
    Note("sessions", "course_started_on", "date", "first day of the course"),
    Note("sessions", "course_ended_on", "date", "last day of the course; empty while it goes on"),
    Note("sessions", "course_ended_how", "string", "how it ended, in the words of the staff or of an import"),
    *_form("responses"),
    *_ITEM,
    Note(
        "responses",
        "finished_at",
        "timestamp",
        "when it was finished; noon where a file had only the day",
        "UTC",
    ),
    Note("responses", "received_at", "timestamp", "when it arrived here", "UTC"),
    *_HOW,
    *(Note("responses", *one) for one in _STANDS),
    Note("responses", "origin", "string", "file, row and SHA-256 of an import"),
    *_form("scores"),
    *_SCORE,
    *(Note("scores", *one) for one in _STANDS),
)

_REPAIRS = (
    Note("repairs", "repair", "string", "key of the repair; it has a row for each of its events"),
    Note("repairs", "course", "string", "key of the course of therapy"),
    Note("repairs", *CLIENT),
    Note("repairs", "event", "int", "place of the event in the repair, from 1"),
    Note("repairs", "kind", "string", "what happened", labels=_labels(Kind)),
    Note("repairs", "at", "timestamp", "when", "UTC"),
    Note("repairs", "by", "string", "key of the staff who did it"),
    Note("repairs", "session", "string", "key of the session in or after which it was noted"),
    Note("repairs", "origin", "string", "what it began from", labels=_labels(Origin)),
    Note("repairs", "strain", "string", "how the strain shows, where it was said", labels=_labels(Strain)),
    Note("repairs", "step", "string", "which step was noted", labels=_labels(Step)),
    Note("repairs", "signs", "string", "ids of what was ticked, with a space between them"),
    Note(
        "repairs", "ways", "string", "ids of the ways to say it that were chosen, with a space between them"
    ),
    Note("repairs", "ending", "string", "how it closed", labels=_labels(Ending)),
)
# Events of repairs are for the clinic alone, and what was written in them is in no export.
CLINIC = (*CLINIC, *_REPAIRS)

RESEARCH = (
    *_SESSION_KEYS,
    Note(
        "sessions",
        "day",
        "int",
        "days since the first session of the course; empty where the day was assumed",
        "days",
    ),
    *_SESSION_WHAT,
    Note("sessions", "course_ended", "bool", "the course has ended"),
    *_form("responses"),
    *_ITEM,
    Note("responses", "day", "int", "days from the first session of the course to this response", "days"),
    *_HOW,
    *(Note("responses", *one) for one in _STANDS),
    *_form("scores"),
    *_SCORE,
    *(Note("scores", *one) for one in _STANDS),
)

TABLES = ("sessions", "responses", "scores")


def columns(notes: Iterable[Note], table: str) -> list[str]:
    """Names of a table's columns, in order."""
    return [note.column for note in notes if note.table == table]


def dictionary(
    notes: Iterable[Note], instruments: Iterable[Instrument], declared: Iterable[Declared]
) -> dict[str, list[dict[str, object]]]:
    """The dictionary as plain rows under ``columns``, ``items`` and ``scales``."""
    known = list(instruments)
    return {
        "columns": [{**asdict(note), "labels": [list(pair) for pair in note.labels]} for note in notes],
        "items": [row for one in known for row in _items(one)],
        "scales": [*(row for one in known for row in _scales(one)), *(_declared(one) for one in declared)],
    }


def _items(one: Instrument) -> Iterator[dict[str, object]]:
    for item in one.items:
        yield {
            "instrument": one.id,
            "version": one.version,
            "item": item.number,
            "kind": item.kind.value,
            "low": item.low,
            "high": item.high,
            "step": item.step if item.stepped else None,
            "domain": item.domain,
            "safety_from": item.risk_at,
            "reversed_in": [scale.id for scale in one.scales if item.number in scale.reversed],
        }


def _scales(one: Instrument) -> Iterator[dict[str, object]]:
    for scale in one.scales:
        yield {
            "instrument": one.id,
            "version": one.version,
            "scale": scale.id,
            "title": one.title,
            "respondent": one.respondent.value,
            "low": scale.low,
            "high": scale.high,
            "higher_is_better": scale.higher_is_better,
            "method": scale.method.value,
            "items": list(scale.items),
            "reversed": list(scale.reversed),
            "may_miss": scale.may_miss,
            "validated": one.validated,
            "source": scale.key.source,
            "confidence": scale.key.confidence.value,
        }


def _declared(one: Declared) -> dict[str, object]:
    return {
        "instrument": one.instrument,
        "version": 1,
        "scale": one.scale,
        "title": one.title,
        "respondent": None,
        "low": one.low,
        "high": one.high,
        "higher_is_better": one.higher_is_better,
        "method": "imported",
        "items": [],
        "reversed": [],
        "may_miss": None,
        "validated": None,
        "source": one.source,
        "confidence": None,
    }
