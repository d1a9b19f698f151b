"""A dip: the client's rating has fallen below where their own earlier ratings lead one to expect it.

The dip filter (`signals/dip`, docs/method/dip.md) asks after every answer how much likelier it is that a dip begins now
than that there is none. The threshold is set so that the stated share of clean sessions alarms, and no more. A dip is
not a rupture: a low number can also follow a hard, good session (science.md 3.3).
"""

from accord.course.course import Course
from accord.course.dependability import dependability
from accord.signals.dip.alarm import EARLIER_NEEDED
from accord.signals.dip.track import Tracked, track, usual_range
from accord.signals.known import TOTAL, Known
from accord.signals.reading import seen
from accord.signals.signal import Basis, Often, Seen, Signal, Step

VERSION = 1
STILL = 0.5  # P(dip) from which a dip that was told is taken to go on [design]
STALE = 2  # sessions held since the last rating: then it says little about now [design]
MOST_EVIDENCE = 4  # ratings shown behind a signal


def detect(course: Course, known: Known) -> list[Signal]:
    """A signal when the last rating begins a dip, or when a dip that began earlier goes on."""
    tracked = track(course, known)
    rated = [one for one in tracked if one.rating is not None]
    if not rated or len(tracked) - tracked.index(rated[-1]) > STALE:
        return []
    begun = _begun(rated, known.learnt.setting.threshold)
    return [] if begun is None else [_signal(rated, begun, known)]


def alarms(one: Tracked, threshold: float) -> bool:
    """Whether this answer raises an alarm: enough earlier ones, and odds above the threshold."""
    return one.told.earlier >= EARLIER_NEEDED and one.told.score > threshold


def _begun(rated: list[Tracked], threshold: float) -> int | None:
    """Where the dip began that the last rating belongs to, at its first alarm; None when it belongs to none."""
    begun = None
    for place in range(len(rated) - 1, -1, -1):
        if alarms(rated[place], threshold):
            begun = place
        elif rated[place].told.p_dip < STILL:
            break
    return begun


def _signal(rated: list[Tracked], begun: int, known: Known) -> Signal:
    learnt, first, last = known.learnt, rated[begun], rated[-1]
    reliable = dependability(1, known.spreads[TOTAL])
    before = rated[begun - 1].rating or 0.0
    value = first.rating or 0.0
    low, high = usual_range(first.told, learnt.parameters.low, learnt.parameters.high)
    facts: dict[str, float | str] = {
        "value": value,
        "down": before - value,
        "low": low,
        "high": high,
        "wobble": (high - low) / 2,
        "steady": float(_steady(rated[:begun], known)),
        "latest": last.rating or 0.0,
        "sessions": float(len(rated) - begun),
    }
    return Signal(
        rule="dip",
        version=VERSION,
        since=first.session.key,
        about=last.session.key,
        strength=last.told.p_dip,
        evidence=tuple(_evidence(one, known) for one in rated[-MOST_EVIDENCE:]),
        often=Often(Basis.SIMULATED, learnt.chosen, learnt.setting.real, "this service's model, simulated"),
        step=Step.ASK,
        reliable=(reliable.one_session, reliable.evidence),
        shape=_shape(facts, last is first),
        facts=facts,
        learnt=learnt.version,
    )


def _shape(facts: dict[str, float | str], new: bool) -> str:
    """Which sentence fits: still low, a fall, a fall after steady sessions, or low only with what else was said."""
    if not new:
        return "still"
    if float(facts["value"]) >= float(facts["low"]):
        return "together"
    if float(facts["down"]) < 1:
        return "low"
    return "after_steady" if float(facts["steady"]) >= 2 else "fall"


def _steady(rated: list[Tracked], known: Known) -> int:
    """How many ratings in a row before the dip lay inside the usual range."""
    count = 0
    for one in reversed(rated):
        low, high = usual_range(one.told, known.learnt.parameters.low, known.learnt.parameters.high)
        if one.rating is None or one.told.earlier < EARLIER_NEEDED or not low <= one.rating <= high:
            break
        count += 1
    return count


def _evidence(one: Tracked, known: Known) -> Seen:
    if one.told.earlier < EARLIER_NEEDED:
        return seen(one.session, "rating", one.rating)
    low, high = usual_range(one.told, known.learnt.parameters.low, known.learnt.parameters.high)
    return seen(one.session, "rating", one.rating, low, high)
