"""Who leaves: a hazard model per service with its card; it abstains where it knows too little."""

from accord.studies.findings.question import Question
from accord.studies.leaving.leaving import question

LEAVING: tuple[Question, ...] = (question(),)
