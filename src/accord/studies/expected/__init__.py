"""The expected course of a client, with its band, and who is not on track."""

from accord.studies.expected.expected_course import run
from accord.studies.question import Question

EXPECTED: tuple[Question, ...] = (Question("expected_course", run),)
