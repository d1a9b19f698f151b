"""A pattern in words, and its cases, as its ``<id>.yaml`` tells them: the cases of rules, and four forms more."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from accord.course.course import Course
from accord.course.session import Rating, Session
from accord.instruments.definition import Answer, Missing, Respondent
from accord.signals import examples
from accord.signals.examples import Case, CaseKind
from accord.signals.known import Known
from accord.signals.patterns.pattern import Pattern
from accord.signals.patterns.reading import GIVEN, PREFERENCES, PROFILE

Items = list[dict[int, float | str] | None]


class PatternCase(Case):
    """A case of a rule, and: `wants`, `gives`, `profile`, what was answered on those forms at each appointment.

    `spoke`, `tended`: appointments by place, from 1 (see `Known`).
    """

    wants: Items = []
    gives: Items = []
    profile: Items = []
    spoke: list[int] = []
    tended: list[int] = []
    matters_unanswered: bool = False


class PatternFile(BaseModel):
    """A pattern in words: its title, what it means, a sentence for each shape, and the one question to ask.

    `words` says a fact that is a name in words; `claim` is the article's claim that it comes from, whose verdict stands
    beside it, and `beside` are other claims (`evidence/claims.yaml`); `lacking` says what is not there to look with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    means: str
    sentences: dict[str, str]
    words: dict[str, str] = {}
    question: str
    claim: str
    beside: tuple[str, ...] = ()
    lacking: dict[str, str]
    without: dict[CaseKind, str] = {}
    cases: list[PatternCase]


@cache
def pattern_file(id: str) -> PatternFile:
    """The words and cases of the pattern with this id."""
    text = (files("accord.signals") / "patterns" / f"{id}.yaml").read_text(encoding="utf-8")
    return PatternFile.model_validate(examples.absences(yaml.safe_load(text)))


def sentence(pattern: Pattern, voice: Mapping[str, str]) -> str:
    """What was seen, with its facts in whole points; `voice` as for the sentences of rules."""
    file = pattern_file(pattern.pattern)
    facts = {
        name: f"{value:.0f}" if isinstance(value, float) else file.words.get(value, value)
        for name, value in pattern.facts.items()
    }
    return file.sentences[pattern.shape].format_map({**facts, **voice})


def build(case: PatternCase) -> tuple[Course, Known]:
    """The course of a case and what is known beside it."""
    added = (
        (PREFERENCES, Respondent.CLIENT, case.wants),
        (GIVEN, Respondent.THERAPIST, case.gives),
        (PROFILE, Respondent.CLIENT, case.profile),
    )
    count = case.appointments or max(
        len(given) for name in Case.model_fields if isinstance(given := getattr(case, name), list)
    )
    most = max(count, len(case.wants), len(case.gives), len(case.profile))
    course, known = examples.build(case.model_copy(update={"appointments": most}))
    sessions = tuple(
        replace(session, ratings=(*session.ratings, *_added(session, place, added)))
        for place, session in enumerate(course.sessions)
    )
    return replace(course, sessions=sessions), replace(
        known,
        spoke=frozenset(f"s{place}" for place in case.spoke),
        tended=frozenset(f"s{place}" for place in case.tended),
        matters_unanswered=case.matters_unanswered,
    )


def _added(session: Session, place: int, forms: tuple[tuple[str, Respondent, Items], ...]) -> list[Rating]:
    """The ratings with these forms at one appointment; patterns read their answers, so no scores are made."""
    return [
        Rating(f"{session.key}:{form}", form, 1, who, {}, session.starts_at, answers=_answers(given))
        for form, who, values in forms
        if place < len(values) and (given := values[place])
    ]


def _answers(given: Mapping[int, float | str]) -> dict[int, Answer]:
    return {item: Missing(one) if isinstance(one, str) else float(one) for item, one in given.items()}
