"""Four pitfalls as a panel of values: what was seen over time, one question to ask, and how well the claim stands.

Nothing that is covered or withheld is looked at. Patterns are computed for the page and kept nowhere; only that one was
put away is a record.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.course.course import Course
from accord.evidence.claims import Claim, Verdict, claim
from accord.signals.patterns import WATCHED, Watched
from accord.signals.patterns.examples import pattern_file, sentence
from accord.signals.patterns.pattern import Pattern
from accord.web.attention.signal_words import spoken
from accord.web.attention.words import address, capital, long_day, number
from accord.web.people.viewer import Viewer
from accord.web.therapy import models
from accord.web.therapy.client_reading import ClientFile
from accord.web.therapy.pattern_reading import known_beside, resting, visible
from accord.web.therapy.why import Data, data_of

COUNTS = ("ratings", "sessions", "profiles")  # facts that are said as words
VERDICTS = {  # the mark beside a verdict's word
    Verdict.SUPPORTED: "agrees",
    Verdict.PARTLY: "steady",
    Verdict.NOT_SUPPORTED: "differs",
    Verdict.UNVERIFIABLE: "too-few",
    Verdict.CONTESTED: "differs",
}


@dataclass(frozen=True)
class Stands:
    """A claim beside a pattern: what is said, how well it stands in words with its mark, and why."""

    says: str
    verdict: str
    icon: str
    why: str
    sources: str
    url: str


@dataclass(frozen=True)
class Told:
    """One pattern on the page: since when, what was seen, one question to ask, and what stands behind it."""

    id: str
    title: str
    since: str
    seen: str
    question: str
    means: str
    data: Data
    stands: tuple[Stands, ...]
    url: str


@dataclass(frozen=True)
class Away:
    """A pattern that somebody said is not so: until when it rests, and who said it."""

    id: str
    title: str
    words: str
    url: str


@dataclass(frozen=True)
class Patterns:
    """The panel. `sentence` says what was found; `lacking` what could not be looked at, and why."""

    sentence: str
    told: tuple[Told, ...]
    away: tuple[Away, ...]
    lacking: tuple[str, ...]
    mine: bool
    may_change: bool


def patterns_panel(file: ClientFile, viewer: Viewer) -> Patterns:
    """The panel of one course as this viewer may see it, without what rests; five queries."""
    if file.withheld:
        return Patterns(
            _("The client keeps the answers, so nothing is looked for."), (), (), (), file.mine, False
        )
    course, beside = visible(file), known_beside(file, viewer)
    away = {row.pattern: row for row in resting(file, viewer)}
    looked = {one: one.detect(course, beside) for one in WATCHED if one.id not in away}
    found = [pattern for patterns in looked.values() for pattern in patterns]
    lacking = tuple(
        _lacking(one, words, file)
        for one, patterns in looked.items()
        if not patterns and (words := one.lacks(course, beside))
    )
    return Patterns(
        sentence=_sentence(len(found), len(lacking), len(looked)),
        told=tuple(_told(one, course, file) for one in found),
        away=tuple(_away(row, file, viewer) for row in away.values()),
        lacking=lacking,
        mine=file.mine,
        may_change="all" in viewer.may or file.mine,
    )


def _sentence(found: int, lacking: int, looked: int) -> str:
    if found:
        said = ngettext(
            "%(count)s pattern is worth a question.", "%(count)s patterns are worth a question.", found
        )
        return capital(said % {"count": number(found)})
    if lacking == looked:
        return _("Too little to look with yet.") if looked else _("All are put away.")
    return _("None shows. That is no proof that all is well.")


def _told(found: Pattern, course: Course, file: ClientFile) -> Told:
    words = pattern_file(found.pattern)
    counted = {
        name: number(round(value))
        for name, value in found.facts.items()
        if name in COUNTS and isinstance(value, float) and 1 <= round(value) <= 10
    }
    voice = spoken(file.pronoun, file.name, mine=file.mine)
    told = sentence(replace(found, facts={**found.facts, **counted}), voice)
    return Told(
        id=found.pattern,
        title=words.title,
        since=_since(found, course, file),
        seen=capital(told),
        question=words.question,
        means=words.means,
        data=_data(found, course),
        stands=tuple(_stands(id) for id in (words.claim, *words.beside)),
        url=_url(found.pattern, file),
    )


def _since(found: Pattern, course: Course, file: ClientFile) -> str:
    session = next(one for one in course.sessions if one.key == found.since)
    if session.number:
        return _("since session %(number)s") % {"number": session.number}
    return _("since %(day)s") % {"day": long_day(session.day, file.today)}


def _data(found: Pattern, course: Course) -> Data:
    """The evidence as a table, its lines in the words of a page."""
    labels = {
        capital(what): said
        for what, said in (
            ("wants direction", _("Would like direction")),
            ("gives direction", _("Gives direction")),
            ("wants advice", _("Would like advice")),
            ("gives advice", _("Gives advice")),
            ("interest in background", _("Interest in background")),
            ("other qualities", _("Other qualities, mean")),
        )
    }
    made = data_of(found.evidence, course)
    return replace(
        made, lines=tuple(replace(one, label=labels.get(one.label, one.label)) for one in made.lines)
    )


def _stands(id: str) -> Stands:
    found = claim(id)
    return Stands(
        says=found.says,
        verdict=capital(found.verdict.words),
        icon=f"icons/{VERDICTS[found.verdict]}.html",
        why=found.why,
        sources=_sources(found),
        url=address("public:claim", id),
    )


def _sources(found: Claim) -> str:
    """Where it is known from, and whether that was read; empty where there is nothing."""
    named = ", ".join(found.sources)
    return named if found.reread or not named else _("%(sources)s; not re-read") % {"sources": named}


def _away(row: models.PatternSaid, file: ClientFile, viewer: Viewer) -> Away:
    words = {
        "day": long_day(row.until, file.today),
        "name": _("you") if row.by_id == viewer.staff.pk else row.by.name,
    }
    return Away(
        id=row.pattern,
        title=_title(row.pattern),
        words=_("Put away by %(name)s until %(day)s.") % words,
        url=_url(row.pattern, file),
    )


def _title(id: str) -> str:
    return pattern_file(id).title if id in {one.id for one in WATCHED} else id


def _lacking(one: Watched, words: str, file: ClientFile) -> str:
    file_words = pattern_file(one.id)
    voice = spoken(file.pronoun, file.name, mine=file.mine)
    return f"{file_words.title}: {file_words.lacking[words].format_map(voice)}"


def _url(pattern: str, file: ClientFile) -> str:
    return f"{address('therapy:pattern', file.client, pattern)}?course={file.course_key}"
