"""A signal as it stands now: the stored one keeps how it was raised, and time goes on.

"Down 14 since last time" is no longer so once there is a newer rating, and three sessions in a row become four. The
rule is asked again about what the person looking may see, so nothing that is covered speaks in it.
"""

from dataclasses import replace

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.rules import rule
from accord.web.attention.noticed import Noticed

# What these rest on (answers to safety items, what was talked about, what is due) is not in the course itself.
AS_STORED = frozenset({"risk", "concern", "overdue"})


def as_it_stands(one: Noticed, course: Course, known: Known) -> Noticed:
    """The same signal with the words and evidence of today; as it was raised where the rule does not find it so."""
    if one.signal.rule in AS_STORED:
        return one
    for found in rule(one.signal.rule).detect(course, known):
        if found.since == one.signal.since:
            raised = one.signal
            kept = {
                "version": raised.version,
                "about": raised.about,
                "often": raised.often,
                "learnt": raised.learnt,
            }
            return replace(one, signal=replace(found, **kept))
    return one
