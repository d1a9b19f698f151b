"""Answered before, now not: two sessions in a row without the check-in, or the same line skipped again and again.

Silence is no rating. It may be a phone without power or a way of moving away; informative missingness is why absence
is never scored (science.md 3.5). Two and three in a row are ours [design].
"""

from itertools import takewhile

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Missing
from accord.signals.known import FELT_OFF, MAIN, Known
from accord.signals.reading import held, seen, waited
from accord.signals.signal import FACT, Signal, Step

VERSION = 1
ANSWERED_BEFORE = 2  # check-ins, for "before" to mean something [design]
SILENT = 2  # sessions in a row [design]
SKIPPED = 3  # check-ins in a row, the same line [design]
LINES = (1, 2, 3, 4)  # the sliders
STRENGTH = {2: 0.6, 3: 0.8}  # by sessions in a row; more: 1 [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal: silent sessions before skipped lines."""
    sessions = held(course)
    if sessions and not _answered(sessions[-1]) and not waited(sessions[-1], known.at):
        sessions = sessions[:-1]  # its answer may still come
    return _silent(sessions) or _skipped([one for one in sessions if _answered(one)])


def _answered(session: Session) -> bool:
    """Whether there is a check-in in which something was said, be it only that the person would rather not."""
    rating = session.rating(MAIN)
    if rating is None:
        return False
    said = any(one is not Missing.NOT_REACHED for one in rating.answers.values())
    return said or any(isinstance(value, float) for value in rating.scores.values())


def _silent(sessions: list[Session]) -> list[Signal]:
    run = list(takewhile(lambda one: not _answered(one), reversed(sessions)))[::-1]
    before = sum(_answered(one) for one in sessions)
    if len(run) < SILENT or before < ANSWERED_BEFORE:
        return []
    return [
        Signal(
            rule="fell_silent",
            version=VERSION,
            since=run[0].key,
            about=run[-1].key,
            strength=STRENGTH.get(len(run), 1.0),
            evidence=tuple(seen(one, "check-in", None) for one in run),
            often=FACT,
            step=Step.REACH,
            shape="sessions",
            facts={"sessions": float(len(run)), "before": float(before)},
        )
    ]


def _skipped(answered: list[Session]) -> list[Signal]:
    """The line skipped for longest, at the latest check-in too."""
    runs = {item: _run(answered, item) for item in (*LINES, FELT_OFF)}
    item = max(runs, key=lambda one: len(runs[one]))  # the first of equals
    run = runs[item]
    if len(run) < SKIPPED:
        return []
    return [
        Signal(
            rule="fell_silent",
            version=VERSION,
            since=run[0].key,
            about=run[-1].key,
            strength=0.4,
            evidence=tuple(seen(one, f"line {item}", None) for one in run),
            often=FACT,
            step=Step.INVITE,
            shape="not_said" if item == FELT_OFF else "item",
            facts={"item": float(item), "sessions": float(len(run))},
        )
    ]


def _run(answered: list[Session], item: int) -> list[Session]:
    return list(takewhile(lambda one: _passed_over(one, item), reversed(answered)))[::-1]


def _passed_over(session: Session, item: int) -> bool:
    """Whether this line was left out while another was answered; of the optional one, whether it was declined."""
    rating = session.rating(MAIN)
    answers = rating.answers if rating else {}
    others = any(isinstance(answers.get(one), float) for one in LINES if one != item)
    if item == FELT_OFF:
        return others and answers.get(item) is Missing.DECLINED
    return others and answers.get(item) in (Missing.DECLINED, Missing.NOT_REACHED)
