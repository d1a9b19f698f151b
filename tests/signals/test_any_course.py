"""Whatever a course looks like, every rule answers with signals that can be told; none raises."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.test_rules import VOICE

from accord.basics.absence import Absence, NotScored
from accord.course.course import Course, ScoreRow, SessionRow, build_course
from accord.course.session import Attendance, Rating, Session, SessionKind
from accord.instruments.definition import Missing, Respondent
from accord.signals.known import ARRIVAL, MAIN, PARTS, TENSION, TENSION_TWIN, TOTAL, TWIN, WELLBEING, Known
from accord.signals.rules import RULES, detect
from accord.signals.sentences import sentence
from accord.signals.signal import Basis, Signal

CLIENT, THERAPIST = Respondent.CLIENT, Respondent.THERAPIST
FORMS = {
    **dict.fromkeys((MAIN, ARRIVAL, TENSION, WELLBEING), CLIENT),
    TWIN: THERAPIST,
    TENSION_TWIN: THERAPIST,
}
OTHERS = {"srs": CLIENT, "wai-sr": CLIENT}  # what a service may have used before
values = st.one_of(
    st.sampled_from([0.0, 50.0, 70.0, 97.5, 100.0]), st.floats(-300, 400), st.integers(0, 100).map(float)
)
answers = st.one_of(values, st.sampled_from(list(Missing)))
scales = st.sampled_from([TOTAL, *PARTS, "OVERALL", "TENSION", "STRENGTH"])


@st.composite
def ratings(draw, key: str, forms: dict[str, Respondent]) -> tuple[Rating, ...]:
    """Up to a rating per form: scores that may be outside the scale or absent, answers that may be all missing."""
    made = []
    for form in draw(st.lists(st.sampled_from(list(forms)), unique=True)):
        scores: dict[str, float | Absence] = draw(
            st.dictionaries(scales, st.one_of(values, st.just(NotScored("none"))), max_size=5)
        )
        items = draw(st.one_of(st.just({}), st.dictionaries(st.integers(1, 12), answers, max_size=8)))
        at = draw(st.sampled_from([None, datetime(2026, 1, 5, tzinfo=UTC)]))
        made.append(
            Rating(f"{key}:{form}", form, draw(st.integers(1, 3)), forms[form], scores, at, answers=items)
        )
    return tuple(made)


@st.composite
def courses(draw) -> Course:
    """Two sessions may share a day, any may fall out or lack a time or a therapist, the instrument may change."""
    count, changes = draw(st.integers(0, 12)), draw(st.integers(0, 12))
    sessions, day, number = [], date(2026, 1, 5), 0
    for place in range(count):
        day += timedelta(days=draw(st.sampled_from([0, 7, 7, 30])))
        attendance = draw(st.sampled_from([Attendance.ATTENDED, Attendance.ATTENDED, *Attendance]))
        number += attendance.counts
        timed = draw(st.booleans())
        sessions.append(
            Session(
                key=f"s{place}",
                day=day,
                number=number if attendance.counts else None,
                kind=draw(st.sampled_from(list(SessionKind))),
                attendance=attendance,
                therapist=draw(st.sampled_from(["t1", "t1", "t2", None])),
                starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC) if timed else None,
                ratings=draw(ratings(f"s{place}", FORMS if place >= changes else OTHERS)),
            )
        )
    return Course("c1", tuple(sessions))


def told(course: Course, known: Known | None = None) -> list[Signal]:
    """The signals of a course, held to what every signal promises."""
    found = detect(course, known)
    assert isinstance(found, list)
    places = {session.key for session in course.sessions}
    for signal in found:
        assert sentence(signal, VOICE).strip()
        assert "nan" not in sentence(signal, VOICE).split()
        assert 0 <= signal.strength <= 1
        assert signal.since in places
        assert signal.about in places
        assert {one.session for one in signal.evidence} <= places
        assert (signal.often.rate is not None) == (signal.often.basis is Basis.SIMULATED)
    rules = [signal.rule for signal in found]
    assert len(rules) == len(set(rules))  # one signal per rule
    return found


@given(courses(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_course_gives_signals_that_can_be_told(course, looked_at):
    known = Known(at=datetime(2026, 6, 1, tzinfo=UTC) if looked_at else None)
    told(course, known)


@given(courses())
@settings(max_examples=60, deadline=None)
def test_the_same_course_gives_the_same_signals(course):
    assert told(course) == told(course)


def line(*answered: float | None, days: list[int] | None = None, form: str = MAIN) -> Course:
    """A course as an import builds it; None is a session with a form that holds no score."""
    day = days or [7 * place for place in range(len(answered))]
    return build_course(
        "c1",
        [
            SessionRow(f"s{place}", day=date(2026, 1, 5) + timedelta(days=day[place]), order=place)
            for place in range(len(answered))
        ],
        [
            ScoreRow(
                f"s{place}", f"r{place}", form, 1, CLIENT, TOTAL, value, None if value is not None else "no"
            )
            for place, value in enumerate(answered)
        ],
    )


@pytest.mark.parametrize(
    "course",
    [Course("c1", ()), line(80.0), line(None), line(None, None, None, None)],
    ids=["no session", "one answer", "one without", "only missing"],
)
def test_nothing_is_said_where_nothing_can_be_known(course):
    judging = {"slide", "low_start", "split", "gap", "missed_by_therapist", "invariant", "outcome_worse"}
    assert not judging & {signal.rule for signal in told(course)}


def test_two_sessions_on_one_day_count_in_their_order():
    falling = (92.0, 87.0, 83.0, 78.0, 73.0, 68.0)
    same_day = told(line(*falling, days=[0, 0, 7, 7, 14, 14]))
    assert "slide" in {one.rule for one in same_day}
    assert "slide" not in {one.rule for one in told(line(*falling[::-1], days=[0, 0, 7, 7, 14, 14]))}


def test_times_out_of_order_are_put_in_order():
    falling = (92.0, 87.0, 83.0, 78.0, 73.0, 68.0)
    assert "slide" in {one.rule for one in told(line(*falling[::-1], days=[35, 28, 21, 14, 7, 0]))}


def test_another_instrument_begins_anew():
    """Ratings of one instrument are never set against those of another."""
    before, after = line(92.0, 92.0, 92.0, form="srs"), line(60.0, 60.0)
    joined = Course("c1", (*before.sessions, *(_later(one) for one in after.sessions)))
    assert not {"slide", "low_start", "missed_by_therapist"} & {one.rule for one in told(joined)}


def _later(session: Session) -> Session:
    return Session(
        f"{session.key}b", session.day + timedelta(days=60), session.number, ratings=session.ratings
    )


def test_a_score_outside_the_scale_is_told_like_any_other():
    assert "low_start" in {one.rule for one in told(line(-20.0, 130.0, 40.0))}


def test_every_rule_is_looked_at():
    assert len({one.id for one in RULES}) == len(RULES) >= 8
