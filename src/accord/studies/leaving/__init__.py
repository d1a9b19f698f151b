"""Who leaves: a hazard model per service with its card; it abstains where it knows too little."""

from accord.studies.leaving.leaving import question
from accord.studies.question import Question

LEAVING: tuple[Question, ...] = (question(),)
