"""Answers that came in, and whose course is still to be judged by the rules.

An answer is kept with a line on this list in one transaction, as short as can be, so that a whole waiting room passes
at once. The worker judges within about a second; whoever opens a page before that has it judged first. What is on the
list is never lost, and judging twice changes nothing. A safety answer does not wait: its alert is kept with the answer.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import DatabaseError, transaction

from accord.web.attention.judge import change_of, judge_course, log
from accord.web.attention.models import Waiting
from accord.web.prepared import write

AT_ONCE = 20  # courses in one go, some tens of milliseconds
LISTED = 1000  # rows looked at in one go


def wait_for_judging(course_id: int, at: datetime, corrected: str | None = None) -> None:
    """Put a course on the list, in the transaction that keeps the answers.

    `corrected` is the key of the session whose answers were sent again.
    """
    write([Waiting(course_id=course_id, at=at, corrected=corrected or "")])


def judge_waiting(courses: Collection[int] | None = None) -> int:
    """Judge courses that wait, of these `courses` if given, those that came first, `AT_ONCE` at most; gives how many.

    Judging takes no turn to write. Only what it changes does, and crossing it off the list.
    """
    listed: dict[int, list[tuple]] = defaultdict(list)
    for course, *row in Waiting.objects.order_by("pk").values_list("course", "pk", "at", "corrected")[
        :LISTED
    ]:
        if courses is None or course in courses:
            listed[course].append(tuple(row))
    chosen = list(listed.items())[:AT_ONCE]
    changing = [course for course, rows in chosen if _changes(course, rows)]
    if chosen:
        with transaction.atomic():
            for course in changing:
                judge_course(course, *_when(listed[course]))
            done = [row[0] for _, rows in chosen for row in rows]
            Waiting.objects.filter(pk__in=done).delete()
    return len(chosen)


def _changes(course: int, rows: list[tuple]) -> bool:
    try:
        return bool(change_of(course, *_when(rows)))
    except DatabaseError:
        raise
    except Exception as problem:  # whatever is odd about this course, the others are judged
        log.error("a course could not be judged (%s)", type(problem).__name__)
        return False


def _when(rows: list[tuple]) -> tuple[datetime, frozenset[str]]:
    """The instant of the newest answers, and the sessions whose answers were sent again."""
    return max(at for _, at, _ in rows), frozenset(corrected for _, _, corrected in rows if corrected)
