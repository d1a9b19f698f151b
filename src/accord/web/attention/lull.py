"""When there is time to learn from answers: there are new ones, and nobody is answering just now."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from accord.web.checkin.models import Response

ENOUGH = 30  # answers; below that nothing would be learnt that is not published [design]
QUIET = timedelta(minutes=5)  # without an answer: whoever answers never shares the processor with learning


def can_learn(answers: QuerySet[Response], last: datetime | None, at: datetime) -> bool:
    """Whether to learn from these answers at this instant; `last`: when that was done before, None for never."""
    newest = answers.aggregate(newest=Max("received_at"))["newest"]
    if newest is None or newest > at - QUIET:
        return False
    return newest > last if last else answers.count() >= ENOUGH
