"""What therapists said about dips is counted, and nobody is named."""

import pytest
from tests.web.therapy.telling import even, tell

from accord.web.attention.models import Signal
from accord.web.attention.signal_actions import say
from accord.web.learning.said import Said, read_said, said_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(0, 0, 0), "No dip has been told here yet."),
        (
            Said(1, 0, 0),
            "1 dip was told here so far. Nobody has said of one that it was none, or not useful.",
        ),
        (Said(14, 2, 1), "14 dips were told here so far. 2 were called no dip, 1 not useful."),
    ],
)
def test_the_counts_in_words(said, words):
    assert said_words(said) == words


def test_a_dip_that_was_none_is_counted_for_the_lead_and_not_for_the_neighbour(clinic, neighbour):
    told = tell(clinic, [even(value, 80) for value in (83, 85, 84, 86, 60)])
    dip = Signal.objects.get(course=told.course, rule="dip")
    say(viewer=clinic.of("therapist"), signal=dip, said="not_a_dip")
    assert read_said(clinic.of("lead")) == Said(1, 1, 0)
    assert read_said(neighbour.of("lead")) == Said(0, 0, 0)
