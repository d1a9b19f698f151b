"""Avoiding negative feedback: the top of the scale for ever, and never a word beside it, is low information.

Eight ratings or more in a row at the top of the scale, and in all the time with this therapist no concern, no tension
and no written line. Fewer are enough where the therapist sees something that the numbers do not say: their own line
comes down, or they reported tension and the client did not. Ceilings are common and stable (science.md 3.5, MEI22), and
of 547 clients 72.6 % said they had lied about therapy itself (BLA16, seen). Claim 26 is partly supported.
"""

from collections.abc import Mapping, Sequence

from accord.course.ceiling import at_ceiling
from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, TOTAL, TWIN, Known
from accord.signals.patterns.pattern import Pattern
from accord.signals.patterns.reading import spoke_up, therapist_felt_tension, together
from accord.signals.reading import rated, seen
from accord.signals.rules import slide
from accord.signals.signal import Seen

VERSION = 1
LONG = 8  # ratings in a row at the top [design]
ENOUGH = 5  # where the therapist saw something else [design]
SHOWN = 6  # of the latest sessions, as evidence


def detect(course: Course, known: Known) -> list[Pattern]:
    """One pattern while the run at the top goes on and nothing was ever said beside it."""
    ours = together(course)
    points = rated(ours, MAIN, TOTAL)
    top = at_ceiling([value for _session, value in points])
    if top is None or top.sessions < ENOUGH or any(spoke_up(one, known) for one in ours.sessions):
        return []
    run = points[-top.sessions :]
    since = ours.sessions[[one.key for one in ours.sessions].index(run[0][0].key) :]
    keys = {one.key for one in since}
    own = {one.key: value for one, value in rated(ours, TWIN, TOTAL, Respondent.THERAPIST) if one.key in keys}
    fall = slide.falling(list(own.values()), known.spreads[TOTAL].within)
    shape = "own_falling" if fall else "tension_alone" if _tension(since) else "plain"
    if shape == "plain" and top.sessions < LONG:
        return []
    facts: dict[str, float | str] = {"sessions": float(top.sessions)}
    if fall:
        facts["fall"] = fall.points
    return [
        Pattern(
            pattern="avoiding_feedback",
            version=VERSION,
            since=run[0][0].key,
            evidence=_evidence(since, {one.key: value for one, value in run}, own),
            shape=shape,
            facts=facts,
        )
    ]


def _tension(since: Sequence[Session]) -> bool:
    """Whether the therapist reported tension; that the client did not is what brought us here."""
    return any(therapist_felt_tension(one) for one in since)


def _evidence(
    since: Sequence[Session], run: Mapping[str, float], own: Mapping[str, float]
) -> tuple[Seen, ...]:
    """The latest sessions: the client's rating, the therapist's, and whether the therapist reported tension."""
    found: list[Seen] = []
    for one in [one for one in since if one.attendance.held][-SHOWN:]:
        found.append(seen(one, "rating", run.get(one.key)))
        if own:
            found.append(seen(one, "therapist", own.get(one.key)))
        if therapist_felt_tension(one):
            found.append(seen(one, "tension, therapist", 1.0))
    return tuple(found)


def lacks(course: Course, known: Known) -> str:
    """What is not there yet: ratings."""
    return "ratings" if len(rated(together(course), MAIN, TOTAL)) < ENOUGH else ""
