"""Things to try: short, in a person's own pronouns, and honest about what stands behind them."""

import re

import pytest

from accord.instruments.definition import Confidence
from accord.signals.sentences import ADDRESSED, SPOKEN_OF
from accord.signals.signal import Step
from accord.signals.steps import steps_file, suggestions

SHE = {"they": "she", "They": "She", "their": "her", "Their": "Her", "them": "her", "name": "Ana"}
ALL = [(step, one) for step in Step for one in suggestions(step)]
IDS = [f"{step} {n}" for step in Step for n, _ in enumerate(suggestions(step), start=1)]


@pytest.mark.parametrize("step", Step)
def test_every_kind_of_step_has_up_to_three(step):
    assert 1 <= len(suggestions(step)) <= 3


@pytest.mark.parametrize(("step", "one"), ALL, ids=IDS)
def test_a_suggestion_is_short_and_speaks_of_this_person(step, one):
    for therapist in (ADDRESSED, SPOKEN_OF):
        said = one.words({**SHE, **therapist})
        assert len(said) <= 100
        assert "{" not in said
    # What lies outside a quotation and means the therapist is a word that knows who reads it.
    assert not re.search(
        r"\b(you|yours?|yourself)\b", re.sub("“[^”]*”", "", one.say.replace("{your}", "")), re.I
    )
    # "she go" for "they go": after {they} only a past or a helping verb reads right for everybody
    assert set(re.findall(r"\{they\} (\w+)", one.say)) <= {"would", "said", "gave", "raised", "needed"}


@pytest.mark.parametrize(("step", "one"), ALL, ids=IDS)
def test_what_backs_it_is_honest(step, one):
    backing = one.backed_by
    assert re.fullmatch(r"Accord|[A-Z0-9]+[a-z]?", backing.source)
    if backing.source == "Accord":
        assert backing.confidence is not Confidence.SEEN
    if backing.confidence in (Confidence.KNOWN_HIGH, Confidence.KNOWN_MEDIUM):
        assert "not re-read" in backing.known
    assert backing.confidence is not Confidence.KNOWN_LOW
    assert not re.search("rupture|proves|ensures", backing.known)


def test_the_file_says_its_version_and_its_day_and_that_no_wording_was_studied():
    file = steps_file()
    assert file.version >= 1
    assert file.written.year >= 2026
    assert "studied" in file.note
