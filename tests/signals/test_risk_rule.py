"""An open safety answer is never lost, whatever the course looks like."""

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.rules import RULES, detect
from accord.signals.signal import Place


def test_an_alert_whose_session_is_not_in_the_course_still_counts():
    (found,) = detect(Course("ana", ()), Known(risk=frozenset({"gone"})))
    assert (found.rule, found.since) == ("risk", "gone")
    assert [(one.session, one.number) for one in found.evidence] == [("gone", None)]


def test_risk_is_the_first_line_of_the_table():
    assert (RULES[0].id, RULES[0].place) == ("risk", Place.RISK)
