"""The five findings of the article, each tested on the service's own sessions; in the article's order."""

from accord.studies.findings import (
    alliance_outcome,
    dropout_alliance,
    session_three,
    therapist_treatment,
    whose_rating,
)
from accord.studies.question import Question

FINDINGS: tuple[Question, ...] = tuple(
    Question(one.ID, one.run)
    for one in (alliance_outcome, therapist_treatment, session_three, dropout_alliance, whose_rating)
)
