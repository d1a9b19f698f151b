"""The session-3 review: ready, done, too few, not yet; what it counts and what it leaves covered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.web.therapy.telling import Meeting, even

from accord.web.audit.models import Entry
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.models import Review
from accord.web.therapy.reading import present
from accord.web.therapy.review_page import review_page

BEN = [Meeting(84, 68, 79, 81, 70), Meeting(91, 75, 86, 88, 71), Meeting(95, 79, 90, 92, 78)]


def page_of(made):
    course = type(made.course).objects.select_related("client", "service", "therapist").get(pk=made.course.pk)
    return review_page(read_client(made.viewer, course, present()))


def test_three_ratings_are_put_together(past):
    page = page_of(past(BEN))
    assert page.state == "ready"
    assert page.sentence == "Three ratings, average 84. Goals sit below bond, which is worth asking about."
    assert page.lead == "Together they are dependable enough to lean on (0.91). Any single one is not."
    assert [(row.label, round(row.mean)) for row in page.intervals.rows] == [
        ("Overall", 84),
        ("Bond", 90),
        ("Tasks", 85),
        ("Goals", 74),
    ]
    assert page.gap_words.startswith("You rate lower by 11 on average. Most therapists")
    assert "TRY07" in page.gap_source
    assert [round(value, 2) for value in page.steps.values] == [0.77, 0.87, 0.91, 0.93]
    assert page.steps.here == 3 and not page.steps.own and "CC11" in page.steps_words
    assert "different by spring" in page.to_say


@pytest.mark.parametrize(
    "meetings, state, sentence",
    [
        ([], "not_yet", "The review comes after three more sessions."),
        ([even(80, 75)] * 2, "not_yet", "Two ratings, average 80. No part stands clearly below another."),
        ([Meeting()] * 3, "too_few", "No rating to review yet."),
        ([even(80, 75), Meeting(), Meeting()], "too_few", "One rating so far, too few to put together."),
    ],
)
def test_states_without_a_review(past, meetings, state, sentence):
    page = page_of(past(meetings))
    assert (page.state, page.sentence) == (state, sentence)


def test_a_covered_session_is_not_counted(past):
    page = page_of(past([*BEN, even(10, None, skipped=False)]))
    assert page.intervals.rows[0].mean == pytest.approx(sum((78, 85, 89)) / 3)
    assert len(page.covered) == 1


def test_it_is_marked_as_looked_at_once(past, signed_in, clinic):
    made = past(BEN)
    browser = signed_in(clinic.staff["therapist"])
    address = reverse("therapy:reviewed", args=[made.client.key])
    assert browser.get(address).status_code == 405
    for _ in range(2):
        assert browser.post(address).status_code == 302
    assert Review.objects.filter(course=made.course).count() == 1
    assert Entry.objects.filter(verb="reviewed").count() == 1
    shown = browser.get(reverse("therapy:review", args=[made.client.key])).content.decode()
    assert "Looked at on" in shown and "Mark as looked at" not in shown


def test_a_supervisor_looks_but_does_not_mark(past, signed_in, clinic):
    made = past(BEN)
    made.client.consents.create(
        service=clinic.service, purpose="supervision", granted=True, at=present() - timedelta(days=1)
    )
    browser = signed_in(clinic.staff["supervisor"])
    shown = browser.get(reverse("therapy:review", args=[made.client.key]))
    assert shown.status_code == 200 and "Mark as looked at" not in shown.content.decode()
    assert browser.post(reverse("therapy:reviewed", args=[made.client.key])).status_code == 403
