"""One study in short, as a card of the learning page."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from accord.charts.of_study import Drawn, axis_words, main_picture, shows
from accord.studies.result import Line, Study, Verdict
from accord.studies.texts import filled, notes_of, sentence, study_file, without_claims
from accord.web.attention.words import address
from accord.web.learning.study_words import Pill, line_words, pill, published_words


@dataclass(frozen=True)
class Picture:
    """A picture in two widths, and whose values it shows."""

    wide: SafeString
    narrow: SafeString
    title: str


@dataclass(frozen=True)
class Card:
    """One study in short: what it claims, the picture, what studies and what own sessions say, the verdict."""

    id: str
    eyebrow: str
    title: str
    axis: str
    picture: Picture | None
    studies: tuple[tuple[str, str], ...]  # what was published, and where
    here: str
    pill: Pill
    sentence: str
    why: tuple[str, ...]  # what stands in the way, where nothing can be told
    look_at: tuple[str, ...]
    url: str


def card(study: Study, eyebrow: str) -> Card:
    """One study in short."""
    words, line = study_file(study.id), study.line(study.main)
    known = [one for one in study.published if one.line == study.main]
    return Card(
        id=study.id,
        eyebrow=eyebrow,
        title=words.title,
        axis=axis_words(study),
        picture=_main(study),
        studies=tuple((published_words(one, line.unit), one.source) for one in known),
        here=without_claims(sentence(study)) if _is_count(line) else line_words(line),
        pill=pill(study.verdict, words.pills.get(study.verdict, "")),
        sentence=without_claims(sentence(study)),
        why=_why_not(study),
        look_at=tuple(filled(words.look_at[key], study.facts) for key in study.look_at),
        url=address("learning:study", study.id),
    )


def _why_not(study: Study) -> tuple[str, ...]:
    """Why nothing can be told although there is a number; an absence says so itself."""
    if study.verdict is Verdict.CANNOT_TELL:
        return notes_of(study)
    there = isinstance(study.line(study.main).value, int | float)
    return (without_claims(sentence(study)),) if there and study.verdict is Verdict.TOO_FEW else ()


def _is_count(line: Line) -> bool:
    """Whether a line counts things, and says nothing without what of: a card then has the sentence."""
    return line.unit == "count" and isinstance(line.value, int | float)


def _main(study: Study) -> Picture | None:
    """The main picture; None where neither studies nor own sessions give it anything to show."""
    found = main_picture(study)
    return drawn(found) if shows(found) else None


def drawn(one: Drawn) -> Picture:
    """A picture for a page; made by `charts`, which escapes."""
    return Picture(mark_safe(one.svg()), mark_safe(one.svg(narrow=True)), one.title)
