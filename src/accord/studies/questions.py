"""Every question there is, in the order in which pages and reports tell them."""

from accord.studies.expected import expected_course
from accord.studies.findings import FINDINGS
from accord.studies.frontiers import FRONTIERS
from accord.studies.leaving import leaving
from accord.studies.question import Question
from accord.studies.therapists import therapists

QUESTIONS: tuple[Question, ...] = (
    *FINDINGS,
    Question(expected_course.ID, expected_course.run),
    Question(therapists.ID, therapists.run),
    Question(leaving.ID, leaving.run),
    *FRONTIERS,
)
