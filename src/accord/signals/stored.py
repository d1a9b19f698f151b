"""A signal as plain values to store, and back."""

from typing import Any

from accord.instruments.definition import Confidence, Evidence
from accord.signals.signal import Basis, Often, Seen, Signal, Step


def as_json(signal: Signal) -> dict[str, Any]:
    """Plain values; evidence as short rows, since a service keeps many of them."""
    return {
        "rule": signal.rule,
        "version": signal.version,
        "since": signal.since,
        "about": signal.about,
        "strength": signal.strength,
        "evidence": [[s.session, s.number, s.what, s.value, s.low, s.high] for s in signal.evidence],
        "often": [signal.often.basis.value, signal.often.rate, signal.often.real, signal.often.source],
        "step": signal.step.value,
        "reliable": [signal.reliable[0], signal.reliable[1].confidence.value, signal.reliable[1].source]
        if signal.reliable
        else None,
        "shape": signal.shape,
        "facts": dict(signal.facts),
        "learnt": signal.learnt,
    }


def from_json(kept: dict[str, Any]) -> Signal:
    """Back from `as_json`."""
    basis, rate, real, source = kept["often"]
    reliable = kept["reliable"]
    return Signal(
        rule=kept["rule"],
        version=kept["version"],
        since=kept["since"],
        about=kept["about"],
        strength=kept["strength"],
        evidence=tuple(Seen(*row) for row in kept["evidence"]),
        often=Often(Basis(basis), rate, real, source),
        step=Step(kept["step"]),
        reliable=(reliable[0], Evidence(Confidence(reliable[1]), reliable[2])) if reliable else None,
        shape=kept["shape"],
        facts=kept["facts"],
        learnt=kept["learnt"],
    )
