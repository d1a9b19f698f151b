"""Estimates per therapist: shrunken, with intervals, adjusted for who came; no ranks."""

from accord.studies.question import Question
from accord.studies.therapists.therapists import run

THERAPISTS: tuple[Question, ...] = (Question("therapists", run),)
