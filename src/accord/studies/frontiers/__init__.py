"""Questions that research has not settled, asked of the service's own sessions: same form as the findings."""

from accord.studies.frontiers import equity, invariance, modality, structure, training
from accord.studies.question import Question

FRONTIERS: tuple[Question, ...] = (
    Question(training.ID, training.run),
    Question(modality.ID, modality.run),
    Question(equity.ID, equity.run),
    Question(invariance.ID, invariance.run),
    Question(structure.ID, structure.run),
)
