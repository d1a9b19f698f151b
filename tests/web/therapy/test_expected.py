"""Wellbeing beside the service's expected course: band, pill and words agree with the rule; absence is said."""

from dataclasses import replace

import pytest
from django.core.cache import cache
from tests.studies.expected.test_bands import AT_THE_END, CHANGED, TOLD
from tests.web.attention.test_judge import current
from tests.web.therapy.telling import MISSED, Meeting, even, tell
from tests.web.therapy.test_client_page import address, body, page_of

from accord.basics.clock import now
from accord.course.ending import Ending
from accord.course.expected import ExpectedCourse, Lack, NoCourse
from accord.signals.examples import EXPECTED
from accord.signals.learnt import PUBLISHED
from accord.signals.stored import from_json
from accord.studies.expected import bands, courses, fitting
from accord.studies.expected.fitting import fit_expected
from accord.web.attention import learning
from accord.web.attention.judge import judge_course, judged_stamp
from accord.web.attention.learning import expected_course, refit
from accord.web.attention.learnt import learnt_of
from accord.web.attention.past import read_past
from accord.web.attention.signal_actions import keep_version
from accord.web.therapy.actions import end_course
from accord.web.therapy.expected import no_course_words


def wellbeing(*values):
    return [even(80, 78, wellbeing=value) for value in values]


@pytest.fixture
def knowing(clinic):
    """A service that knows its expected course."""
    keep_version(clinic.service, replace(PUBLISHED, expected=EXPECTED), replay={})
    return clinic


def test_below_the_band_there_is_a_signal_a_pill_and_the_same_numbers(knowing):
    made = tell(knowing, wellbeing(60, 62, 61, 48))
    (row,) = current(made.course, "off_track")
    signal, page = from_json(row.value), page_of(made)
    assert (signal.learnt, row.learnt) == ("1", "1")
    low = EXPECTED.band(60, {}, 4).low
    assert signal.evidence[-1].low == pytest.approx(low)
    assert [one.usual and round(one.usual[0], 6) for one in page.outcome.columns] == [
        None,
        *(round(EXPECTED.band(60, {}, n).low, 6) for n in (2, 3, 4, 5)),
    ]
    assert page.outcome_pill.words == "Off the expected course"
    assert page.outcome_words == (
        "48 of 100, from 60 at first. It is lower than what people who started like her usually report by session 4. "
        "Eight of ten lie between 51 and 82; n = 212, this service."
    )


@pytest.mark.parametrize(
    ("values", "pill", "said"),
    [
        ((60, 62, 61, 65), "On the expected course", "inside what people who started like her"),
        ((60, 62, 61, 95), "Better than the expected course", "higher than what people who started like her"),
        ((60,), None, "From the next answer on"),
        ((None, None, 60, 20), None, "too late to compare"),
        ((60, *[62] * 11, 20), None, "Too few people here were rated at a session this late"),
    ],
)
def test_otherwise_it_is_said_where_they_are_or_why_it_cannot_be(knowing, values, pill, said):
    made = tell(knowing, wellbeing(*values))
    page = page_of(made)
    assert not current(made.course, "off_track")
    assert (page.outcome_pill and page.outcome_pill.words) == pill
    assert said in page.outcome_words


def test_a_service_that_does_not_know_it_yet_says_what_it_takes(past, clinic, signed_in):
    made = past(wellbeing(60, 62, 61, 20))
    page = page_of(made)
    assert page.outcome_pill is None and all(one.usual is None for one in page.outcome.columns)
    assert (
        "no expected course to compare it with yet: it takes 80 courses that have ended, of 5 therapists or more."
        in page.outcome_words
    )
    shown = body(signed_in(clinic.staff["therapist"]).get(address(made)))
    assert "legend__mark--expected" not in shown and "expected course" in shown


def test_the_page_draws_the_band_and_names_it(knowing, signed_in):
    made = tell(knowing, [*wellbeing(60, 62), Meeting(attendance=MISSED), *wellbeing(61, 48)])
    shown = body(signed_in(knowing.staff["therapist"]).get(address(made)))
    assert "legend__mark--expected" in shown and "Off the expected course" in shown
    picture = shown[shown.index("picture--outcome") :]
    assert (
        picture[: picture.index("</svg>")].count('class="picture__band"') == 2
    )  # broken where a session was missed


def test_what_a_service_learns_is_fitted_from_courses_that_have_ended(clinic, monkeypatch):
    """The nightly refit: courses as values, their ends from the database, and judged courses know it from then on."""
    asked = []

    def first(told, instrument):
        asked.append(int(told.followed.sum()))
        found = fit_expected(told, instrument, needed=6)
        return found if isinstance(found, ExpectedCourse) else NoCourse(Lack.COURSES, found.n, found.needed)

    monkeypatch.setattr(bands, "course_in_use", first)
    monkeypatch.setattr(fitting, "AT_A_SESSION", 3)
    monkeypatch.setattr(learning, "learn", lambda past, therapists, **settings: PUBLISHED)
    lines = [
        (40, 44, 50, 52),
        (60, 61, 66, 70),
        (50, 55, 51, 60, 61),
        (30, 37, 33, 41),
        (45, 47, 50),
        (55, 52, 60, 63, 66),
    ]
    told = [tell(clinic, wellbeing(*line), code=f"C{n}", planned=False) for n, line in enumerate(lines)]
    for one in told[:5]:
        end_course(viewer=one.viewer, course=one.course, on=now().date(), ending=Ending.AS_PLANNED)
    assert expected_course(clinic.service, read_past(clinic.service)) == NoCourse(Lack.COURSES, 5, 6)
    end_course(viewer=told[5].viewer, course=told[5].course, on=now().date(), ending=Ending.AS_PLANNED)
    learnt = refit(clinic.service)
    expected = learnt.expected
    assert asked == [5, 6]
    assert (expected.courses, expected.therapists, expected.ratings) == (6, 1, sum(map(len, lines)) - 6)
    assert learnt_of(clinic.service).expected == expected
    new = tell(clinic, wellbeing(60, 61, 5), code="New", planned=False)
    assert [from_json(row.value).learnt for row in current(new.course, "off_track")] == [learnt.version]


@pytest.fixture
def learns(clinic, monkeypatch):
    """What the service learns at night from a past that is told as arrays."""
    monkeypatch.setattr(learning, "learn", lambda past, therapists, **settings: PUBLISHED)

    def call(told):
        monkeypatch.setattr(courses, "of_courses", lambda *past: told)
        return refit(clinic.service)

    return call


def low_at_last(clinic, code):
    return tell(clinic, wellbeing(60, 62, 61, 2), code=code, planned=False)


@pytest.mark.parametrize("told", [AT_THE_END, CHANGED], ids=["at the end of the scale", "changed half way"])
def test_bands_that_do_not_hold_here_silence_the_rule_and_the_page_says_why(learns, clinic, signed_in, told):
    none = learns(told).expected
    assert learnt_of(clinic.service).expected == none and none.lack is Lack.BANDS
    made = low_at_last(clinic, "Ana M.")
    page = page_of(made)
    assert not current(made.course, "off_track")
    assert page.outcome_pill is None and all(one.usual is None for one in page.outcome.columns)
    assert (
        f"the range meant to hold 80 of 100 people here held {round(100 * none.inside)}, so nobody is judged by it."
        in page.outcome_words
    )
    assert "legend__mark--expected" not in body(signed_in(clinic.staff["therapist"]).get(address(made)))


def test_a_signal_by_bands_that_were_found_wrong_is_taken_back(learns, clinic):
    """Old signals keep the version they were raised with; but not one by which nobody should be judged."""
    learns(TOLD)
    made = low_at_last(clinic, "Ana M.")
    assert current(made.course, "off_track")
    learns(TOLD)
    judge_course(made.course.pk, now())
    assert current(made.course, "off_track")
    cache.set(judged_stamp(clinic.service.pk), "today")
    learns(AT_THE_END)
    assert cache.get(judged_stamp(clinic.service.pk)) is None  # the worker judges everyone again, at once
    judge_course(made.course.pk, now())
    assert not current(made.course, "off_track")


@pytest.mark.parametrize("lack", Lack)
def test_every_lack_has_words_of_its_own(lack):
    said = no_course_words(NoCourse(lack, 3, 5, 0.93))
    assert said.startswith("There is no expected course to compare it with") and "%" not in said
    assert len({no_course_words(NoCourse(one)) for one in Lack}) == len(Lack)
