"""The panel that explains a signal: every rule's signals, from the cases that clinicians read."""

from datetime import date

import pytest

from accord.signals.examples import build, rule_file
from accord.signals.learnt import PUBLISHED
from accord.signals.rules import RULES, rule
from accord.signals.signal import Basis, Seen
from accord.web.attention.noticed import Noticed
from accord.web.therapy.why import chance_of, data_of, why

TODAY = date(2026, 3, 2)


def signals():
    """One signal for each shape that the cases of each rule have."""
    for one in RULES:
        shapes = set()
        for case in rule_file(one.id).cases:
            course, known = build(case)
            for signal in one.detect(course, known):
                if signal.shape not in shapes:
                    shapes.add(signal.shape)
                    yield pytest.param(course, signal, id=f"{one.id}-{signal.shape}")


def panel(course, signal, learnt=PUBLISHED):
    from accord.basics.clock import now

    told = Noticed("key", signal, now(), True)
    return why(told, course, learnt, pronoun="she", name="Ana M.", today=TODAY)


def dips():
    for case in rule_file("dip").cases:
        course, known = build(case)
        for signal in rule("dip").detect(course, known):
            yield course, signal


@pytest.mark.parametrize(("course", "signal"), list(signals()))
def test_every_signal_explains_itself(course, signal):
    found = panel(course, signal)
    said = [found.heading, found.sentence, found.rule, found.chance_words, found.real_words, found.version]
    assert all(said) and found.pill.words
    assert "{" not in "".join(said) and found.sentence[0].isupper() | found.sentence[0].isdigit()
    assert found.data.sessions and found.data.lines
    assert all(len(line.cells) == len(found.data.sessions) for line in found.data.lines)
    assert any(cell for line in found.data.lines for cell in line.cells)
    assert f"“{signal.rule}”, version {signal.version}" in found.version


@pytest.mark.parametrize(("course", "signal"), list(signals()))
def test_doubt_is_counted_where_it_was_measured_and_said_where_it_was_not(course, signal):
    found = panel(course, signal)
    match signal.often.basis:
        case Basis.SIMULATED:
            assert (
                sum(found.chance.shapes) == round(signal.often.rate * 100) and len(found.chance.shapes) == 100
            )
        case Basis.FACT:
            assert found.chance is None and "no chance in it" in found.chance_words
        case Basis.UNKNOWN:
            assert found.chance is None and "Nobody has measured" in found.chance_words


def test_a_dip_says_what_was_expected_and_how_often_it_is_real():
    course, signal = next(dips())
    found = panel(course, signal)
    assert [line.label for line in found.data.lines] == ["Rated", "Expected"]
    assert found.data.lines[0].cells[-1] == "66"
    assert "–" in found.data.lines[1].cells[-1]
    assert found.chance_words == "Of 100 steady sessions, about 4 set this off for no reason."
    assert found.real.words.startswith(f"Of {found.real.of} alarms like this, about {found.real.filled} ")
    assert found.may_be_no_dip and found.may_be_useless
    assert "published settings" in found.version


def test_the_first_ratings_have_no_range_yet():
    course, signal = next(dips())
    early = Seen("s1", 1, "rating", 83.0)
    cells = data_of((early, *signal.evidence[-2:]), course).lines[-1].cells
    assert cells[0] == "too few"


def test_what_somebody_said_is_not_called_useless_and_no_dip_but_a_dip_is():
    for one in RULES:
        for case in rule_file(one.id).cases:
            course, known = build(case)
            for signal in one.detect(course, known):
                found = panel(course, signal)
                assert found.may_be_useless == (one.id not in ("risk", "concern"))
                assert found.may_be_no_dip == (one.id == "dip")


@pytest.mark.parametrize(("rate", "filled"), [(0.04, 4), (0.006, 1), (0.001, 0), (0.15, 15)])
def test_a_share_of_a_hundred(rate, filled):
    assert chance_of(rate).filled == filled
    assert ("fewer than one" in chance_of(rate).words) == (filled == 0)
