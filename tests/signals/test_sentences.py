"""Facts as a person would say them."""

from tests.signals.test_rules import VOICE

from accord.signals.sentences import sentence
from accord.signals.signal import FACT, Signal, Step


def test_points_are_told_whole():
    fall = {"down": 19.6, "value": 66.2, "wobble": 7.57, "steady": 2.0, "low": 78.8, "high": 93.9}
    one = Signal("dip", 1, "s5", "s5", 0.8, (), FACT, Step.ASK, shape="after_steady", facts=fall)
    said = sentence(one, VOICE)
    assert all(whole in said for whole in ("20", "66", "8"))
    assert not any(str(value) in said for value in fall.values())
