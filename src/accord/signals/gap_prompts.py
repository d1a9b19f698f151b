"""Mind the gap: which way and how far the two views lie apart, and what to think of and to say (``gap_prompts.yaml``).

The gap is therapist minus client over the latest sessions that both rated, as the rule `gap` has it, and it is large
when that rule calls it unusual. About six points under is usual for therapists (TRY07, seen), so there the size is
*usual*. Where the whole is not far apart, one part may be. It describes; whether agreement helps is open
(science.md 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import sqrt
from statistics import fmean

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.basics.absence import TooFew
from accord.course.course import Course
from accord.course.review import TUKEY_95
from accord.course.session import Rating, Session
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, PARTS, TOTAL, TWIN, Known
from accord.signals.rules import gap

AROUND = 8.0  # points around the usual gap that are still usual [design]
# One line has an error of 6 points (science.md 3.5, design), and both views have it; that of a part against the mean
# of the two others has half of it again.
PART_ERROR = 2 * 6.0**2 * (1 + 1 / (len(PARTS) - 1))
PART_LEAST = 10.0  # points that one part lies further apart than the two others [design]


class Direction(StrEnum):
    """Which way the two views lie apart."""

    LOWER = "lower"  # the therapist rates lower
    HIGHER = "higher"
    PARTS = "parts"  # alike on the whole, apart on one part


class Size(StrEnum):
    """How far."""

    USUAL = "usual"
    MODERATE = "moderate"
    LARGE = "large"


@dataclass(frozen=True)
class Apart:
    """The gap in points (therapist minus client, below 0 is lower) over so many pairs, and what is usual.

    `part` is the scale that lies apart and `points` how much further than the two others; None where none does.
    """

    direction: Direction
    size: Size
    bias: float
    usual: float
    pairs: int
    part: str | None = None
    points: float | None = None


@dataclass(frozen=True)
class Prompts:
    """At most two prompts for a gap: one to think of, one to say; `evidence` is what is known, in one line."""

    apart: Apart
    think: str
    say: str
    evidence: str


class _Cell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    think: list[str] = Field(min_length=1)
    say: list[str] = Field(min_length=1)


class PromptFile(BaseModel):
    """The file: its version and day, what is known, the prompts by direction and size, and the parts in words."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    written: date
    evidence: str
    prompts: dict[Direction, dict[Size, _Cell]]
    parts: dict[str, str]


@cache
def prompt_file() -> PromptFile:
    """All prompts."""
    text = (files("accord.signals") / "gap_prompts.yaml").read_text(encoding="utf-8")
    return PromptFile.model_validate(yaml.safe_load(text))


def apart(course: Course, known: Known) -> Apart | TooFew:
    """How the two views lie over the latest pairs with the same therapist; too few below three pairs."""
    both = _both(course)
    pairs = [gap.Pair(one, own[TOTAL], theirs[TOTAL]) for one, own, theirs in both]
    if len(pairs) < gap.LEAST:
        return TooFew(len(pairs), gap.LEAST)
    last, spread = pairs[-gap.MOST :], known.spreads[TOTAL]
    bias = fmean(one.therapist - one.client for one in last)
    usual = gap.USUAL * sqrt(spread.between + spread.within)
    size = _size(bias, usual, gap.apart(pairs, spread) is not None)
    whole = Apart(Direction.LOWER if bias < 0 else Direction.HIGHER, size, bias, usual, len(last))
    part = _part([(own, theirs) for _one, own, theirs in both[-gap.MOST :]])
    return whole if part is None or size is Size.LARGE else _on_part(whole, *part)


def _size(bias: float, usual: float, unusual: bool) -> Size:
    if unusual:
        return Size.LARGE
    # Closer than usual is no gap, however far from the usual one.
    return Size.USUAL if usual - AROUND <= bias <= max(0.0, usual + AROUND) else Size.MODERATE


def _on_part(whole: Apart, scale: str, points: float, needed: float) -> Apart:
    size = Size.LARGE if abs(points) >= 2 * needed else Size.MODERATE
    return Apart(Direction.PARTS, size, whole.bias, whole.usual, whole.pairs, scale, points)


def _part(both: Sequence[tuple[dict[str, float], dict[str, float]]]) -> tuple[str, float, float] | None:
    """The part whose gap differs most from that of the two others, by how much, and by how much it would have to."""
    whole = [(own, theirs) for own, theirs in both if all(one in own and one in theirs for one in PARTS)]
    if len(whole) < gap.LEAST:
        return None
    biases = {scale: fmean(theirs[scale] - own[scale] for own, theirs in whole) for scale in PARTS}
    away = {scale: biases[scale] - fmean(biases[one] for one in PARTS if one != scale) for scale in PARTS}
    needed = max(PART_LEAST, TUKEY_95[len(PARTS)] * sqrt(PART_ERROR / len(whole)))
    scale = max(away, key=lambda one: abs(away[one]))
    return (scale, away[scale], needed) if abs(away[scale]) > needed else None


def _both(course: Course) -> list[tuple[Session, dict[str, float], dict[str, float]]]:
    """Sessions that both rated with the therapist of the last of them, each with the two views by scale."""
    found: list[tuple[Session, dict[str, float], dict[str, float]]] = []
    for session in course.sessions:
        own = _values(session.rating(MAIN))
        theirs = _values(session.rating(TWIN, Respondent.THERAPIST))
        if TOTAL in own and TOTAL in theirs:
            if found and found[-1][0].therapist != session.therapist:
                found = []
            found.append((session, own, theirs))
    return found


def _values(rating: Rating | None) -> dict[str, float]:
    return {scale: one for scale, one in rating.scores.items() if isinstance(one, float)} if rating else {}


def prompts(found: Apart, voice: Mapping[str, str]) -> Prompts:
    """What to think of and what to say; others come with every session that both rated, and in turn.

    `voice` as for the sentences of rules (`signals.sentences`).
    """
    file = prompt_file()
    cell = file.prompts[found.direction][found.size]
    words = {**voice, "part": file.parts[found.part.lower()] if found.part else ""}
    return Prompts(
        apart=found,
        think=_turn(cell.think, found.pairs).format_map(words),
        say=_turn(cell.say, found.pairs).format_map(words),
        evidence=file.evidence,
    )


def _turn(among: Sequence[str], pairs: int) -> str:
    return among[pairs % len(among)]
