"""The same answer to every question, session after session, below the top: the form was filled in, little was said.

Many respondents choose one option throughout (science.md 3.5, MEI22b, seen). At the top this is the ceiling's case.
"""

from accord.course.ceiling import NEAR_TOP
from accord.course.course import Course
from accord.course.session import Rating, Session
from accord.signals.known import MAIN, PARTS, Known
from accord.signals.reading import seen
from accord.signals.signal import FACT, Signal, Step

VERSION = 1
IN_A_ROW = 3  # forms [design]
QUESTIONS = (1, 2, 3, 4)
FEWEST = 3  # of the four answered, as the total needs
SCALES = (*PARTS, "OVERALL")  # each is one question, for when only scores are known
TOP = 100 * (1 - NEAR_TOP)


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the last three forms or more hold one and the same answer, below the top."""
    run: list[tuple[Session, float]] = []
    for session in reversed(course.sessions):
        rating = session.rating(MAIN)
        answers = _answers(rating) if rating else ()
        if not answers:
            continue  # nothing was said here, so it neither ends the run nor belongs to it
        if len(answers) < FEWEST or set(answers) != {run[-1][1] if run else answers[0]}:
            break
        run.append((session, answers[0]))
    if len(run) < IN_A_ROW or run[0][1] >= TOP:
        return []
    run.reverse()
    return [
        Signal(
            rule="invariant",
            version=VERSION,
            since=run[0][0].key,
            about=run[-1][0].key,
            strength=0.5,
            evidence=tuple(seen(session, "rating", value) for session, value in run),
            often=FACT,
            step=Step.INVITE,
            facts={"sessions": float(len(run)), "answer": run[-1][1]},
        )
    ]


def _answers(rating: Rating) -> tuple[float, ...]:
    """The answers to the four lines; from the scores of the parts where no answers are known."""
    given = (
        [rating.answers.get(number) for number in QUESTIONS]
        if rating.answers
        else [rating.scores.get(scale) for scale in SCALES]
    )
    return tuple(one for one in given if isinstance(one, float))
