"""Mind the gap, on a page: the two views in a sentence, and at most two prompts, without what is covered."""

import pytest
from django.template.loader import render_to_string
from tests.web.therapy.telling import even, tell

from accord.web.people.actions import set_consent
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.gap_words import gap_prompts_of
from accord.web.therapy.reading import present


def prompts(viewer, course):
    return gap_prompts_of(read_client(viewer, course, present()))


@pytest.mark.parametrize(
    ("meetings", "words"),
    [
        ([even(90, 60)] * 3, "Over three sessions your ratings lie 30 points under hers."),
        ([even(60, 86)] * 4, "Over four sessions your ratings lie 26 points above hers."),
        ([even(80, 80)] * 3, "Over three sessions the two views are alike on average."),
    ],
)
def test_the_two_views_in_a_sentence(clinic, meetings, words):
    told = tell(clinic, meetings)
    found = prompts(told.viewer, told.course)
    assert words in found.sentence
    assert found.think and found.say.startswith("“")
    assert "RUB18a" in found.evidence and "SINC" in found.evidence


def test_a_lead_reads_of_the_therapist(clinic):
    told = tell(clinic, [even(90, 60)] * 3)
    found = prompts(clinic.of("lead"), told.course)
    assert "the therapist’s ratings lie 30 points under hers" in found.sentence
    assert not found.mine


def test_too_few_is_said_and_nothing_is_prompted(clinic):
    told = tell(clinic, [even(90, 60)] * 2)
    found = prompts(told.viewer, told.course)
    assert found.sentence.startswith("Two sessions were rated by both, too few")
    assert (found.think, found.say, found.evidence) == ("", "", "")
    assert prompts(told.viewer, tell(clinic, [even(90)], code="Ben K.").course).sentence.startswith(
        "No session"
    )


def test_a_covered_session_is_no_pair_and_whoever_is_kept_out_gets_none(clinic):
    told = tell(clinic, [even(90, 60), even(90, 60), even(20, skipped=False)])
    assert prompts(told.viewer, told.course).sentence.startswith("Two sessions")
    set_consent(viewer=clinic.of("lead"), client=told.client, purpose="therapist", granted=False)
    assert prompts(told.viewer, told.course) is None


def test_it_is_drawn(clinic):
    told = tell(clinic, [even(90, 60)] * 3)
    drawn = render_to_string("therapy/_gap_prompts.html", {"gap_prompts": prompts(told.viewer, told.course)})
    assert "Mind the gap" in drawn
    assert 'class="said"' in drawn
    assert render_to_string("therapy/_gap_prompts.html", {"gap_prompts": None}).strip() == ""
