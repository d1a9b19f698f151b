"""The expert trap: one mends, the other is mended, and the work suits the client less than the person does.

Three things at once: goals or tasks lie well under the bond over time (the rule `split`); the client would rather have
space, or find out together (*Accord Preferences*, lines 1 and 3); and what the therapist says they give leans the other
way on the same line. The article's claim is unverifiable as worded (science.md 1.2, claim 24); working as clients
prefer goes with outcome by d = .28 (SWI18, seen), with a null in 470 clients (COO21, seen).
"""

from accord.course.course import Course
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, PARTS, Known
from accord.signals.patterns.pattern import Pattern
from accord.signals.patterns.reading import GIVEN, PREFERENCES, in_time, last_of, latest, together
from accord.signals.reading import rated, seen
from accord.signals.rules import split

VERSION = 1
AXES = {1: "direction", 3: "advice"}  # 100 is direction and advice, 0 is space and discovery
MIDDLE = 50.0
LEAN = 15.0  # points from the middle from which an answer leans to a side [design]
SHOWN = 4  # of the ratings, as evidence; all of them count


def detect(course: Course, known: Known) -> list[Pattern]:
    """One pattern while the parts lie apart and what is wanted and what is given lean to opposite sides."""
    ours = together(course)
    wants = latest(course, PREFERENCES, AXES, Respondent.CLIENT)
    gives = latest(ours, GIVEN, AXES, Respondent.THERAPIST)
    if wants is None or gives is None:
        return []
    (asked, wanted), (told, given) = wants, gives
    apart = [item for item in AXES if _opposed(wanted.get(item), given.get(item))]
    under = split.detect(ours, known)
    if not apart or not under:
        return []
    parts = under[0]
    sessions = list(dict.fromkeys(one.session for one in parts.evidence))[-SHOWN:]
    sides = [
        one
        for item in apart
        for one in (
            seen(asked, f"wants {AXES[item]}", wanted[item]),
            seen(told, f"gives {AXES[item]}", given[item]),
        )
    ]
    return [
        Pattern(
            pattern="expert_trap",
            version=VERSION,
            since=last_of(course, (parts.since, asked.key, told.key)),
            evidence=in_time(course, [*(one for one in parts.evidence if one.session in sessions), *sides]),
            shape="both" if len(apart) == len(AXES) else AXES[apart[0]],
            facts={"part": parts.shape, "points": parts.facts["points"], "ratings": parts.facts["ratings"]},
        )
    ]


def _opposed(wanted: float | None, given: float | None) -> bool:
    """Whether the client leans to space or discovery and the therapist to the other side; no answer is no side."""
    return wanted is not None and given is not None and wanted <= MIDDLE - LEAN and given >= MIDDLE + LEAN


def lacks(course: Course, known: Known) -> str:
    """What is not there yet: ratings, the client's preferences, or what the therapist gives."""
    ours = together(course)
    if len(rated(ours, MAIN, PARTS[0])) < split.LEAST:
        return "ratings"
    if latest(course, PREFERENCES, AXES, Respondent.CLIENT) is None:
        return "preferences"
    return "" if latest(ours, GIVEN, AXES, Respondent.THERAPIST) else "giving"
