"""Cultural misattunement: the line about interest in the client's background is low, falling or left out.

Only what the client said about this line counts (*Accord Profile*, line 4), held against the three other qualities,
since clients who like their therapist rate all of them high (halo, TAO15, seen). Nothing about anybody's culture is
ever inferred from anything else. That *what matters to you* stays unanswered says nothing by itself, as it is optional:
it counts only beside a line that is low or left out. Claim 25 is partly supported (science.md 1.2; OWEN14, SG12).
"""

from dataclasses import dataclass
from statistics import fmean

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Missing, Respondent
from accord.signals.known import Known
from accord.signals.patterns.pattern import Pattern
from accord.signals.patterns.reading import PROFILE, answers_to, in_time, together
from accord.signals.reading import seen
from accord.signals.signal import Seen

VERSION = 1
HUMILITY, OTHERS = (
    4,
    (1, 2, 3),
)  # items of the profile: cultural humility, and the other qualities of the therapist
OTHERS_NEEDED = 2  # of the others, answered [design]
LOW = 40.0  # points [design]
UNDER = 15.0  # points under the other qualities, or fallen further than they did [design]
FALL = 20.0  # points between the first profile and the last [design]


@dataclass(frozen=True)
class _Profile:
    """One profile: the line about background (None: left out), and the mean of the other qualities."""

    session: Session
    humility: float | None
    others: float

    @property
    def low(self) -> bool:
        """Whether the line is low, also against the other qualities."""
        return self.humility is not None and self.humility <= LOW and self.others - self.humility >= UNDER


def detect(course: Course, known: Known) -> list[Pattern]:
    """One pattern: what the last two profiles agree on before a fall; one profile with *what matters* unanswered."""
    found = _profiles(together(course))
    if not found:
        return []
    shape = _shape(found, known.matters_unanswered)
    if not shape:
        return []
    run = found[-1:] if shape.endswith("_once") else found if shape == "falling" else found[-2:]
    last = run[-1]
    facts = {"line": last.humility or 0.0, "others": last.others, "profiles": float(len(run))}
    if shape == "falling":
        facts["fall"] = (run[0].humility or 0.0) - (last.humility or 0.0)
    return [
        Pattern(
            pattern="cultural_misattunement",
            version=VERSION,
            since=run[0].session.key,
            evidence=in_time(course, (one for profile in run for one in _evidence(profile))),
            shape=shape,
            facts=facts,
        )
    ]


def _shape(found: list[_Profile], matters_unanswered: bool) -> str:
    last, two = found[-1], found[-2:]
    if len(two) == 2 and all(one.humility is None for one in two):
        return "left_out"
    if len(two) == 2 and all(one.low for one in two):
        return "low"
    if _fell(found):
        return "falling"
    if matters_unanswered and last.humility is None:
        return "left_out_once"
    return "low_once" if matters_unanswered and last.low else ""


def _fell(found: list[_Profile]) -> bool:
    """Whether the line fell from the first profile to the last, and further than the other qualities did."""
    first, last = found[0], found[-1]
    if first.humility is None or last.humility is None:
        return False
    fall = first.humility - last.humility
    return fall >= FALL and fall - (first.others - last.others) >= UNDER


def _profiles(course: Course) -> list[_Profile]:
    """The profiles in order; one counts when enough of the other qualities were answered and this line was shown."""
    found = []
    for session in course.sessions:
        rating = session.rating(PROFILE)
        others = answers_to(session, PROFILE, OTHERS, Respondent.CLIENT)
        if rating is None or len(others) < OTHERS_NEEDED or HUMILITY not in rating.answers:
            continue
        answer = rating.answers[HUMILITY]
        if answer is not Missing.NOT_ASKED:
            line = answer if isinstance(answer, float) else None
            found.append(_Profile(session, line, fmean(others.values())))
    return found


def _evidence(one: _Profile) -> tuple[Seen, Seen]:
    return (
        seen(one.session, "interest in background", one.humility),
        seen(one.session, "other qualities", one.others),
    )


def lacks(course: Course, known: Known) -> str:
    """What is not there yet: a profile, or a second one."""
    profiles = len(_profiles(together(course)))
    if not profiles:
        return "profile"
    return "" if profiles > 1 or known.matters_unanswered else "second"
