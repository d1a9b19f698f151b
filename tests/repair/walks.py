"""Repairs drawn at random: events that may happen, and events that may not."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain
from accord.repair.state import WAYS

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
IDS = st.sampled_from([(), ("short_answers",), ("late", "rushed"), ("name_pace_fast",)])
unhurried = settings(deadline=None, max_examples=60)  # a busy machine is no fault of the code
SAID = st.none() | st.sampled_from(Strain)


def event(kind, at=BEGAN, by="ruiz", **more):
    """An event of this kind with what such a one needs."""
    needed = {
        Kind.BEGAN: {"origin": Origin.SENSE},
        Kind.TOOK: {"step": Step.NAME},
        Kind.CLOSED: {"ending": Ending.UNCHANGED},
    }
    return Event(kind, by, at, **{**needed.get(kind, {}), **more})


def events(kind, at):
    """Any event of this kind that is complete."""
    more = {
        Kind.BEGAN: {
            "origin": st.sampled_from(Origin),
            "strain": SAID,
            "session": st.sampled_from(["", "s1"]),
        },
        Kind.TOOK: {"step": st.sampled_from(Step), "strain": SAID, "signs": IDS, "ways": IDS},
        Kind.CLOSED: {"ending": st.sampled_from(Ending)},
    }
    who = st.sampled_from(["ruiz", "okafor"])
    return st.builds(Event, kind=st.just(kind), by=who, at=st.just(at), **more.get(kind, {}))


@st.composite
def walks(draw, most=9):
    """A history that can be: a walk over what may happen when."""
    stage, found, at = None, [], BEGAN
    for minutes in draw(st.lists(st.integers(0, 20_000), min_size=1, max_size=most)):
        kind = draw(st.sampled_from(sorted(WAYS[stage])))
        stage = WAYS[stage][kind]
        at += timedelta(minutes=minutes)
        found.append(draw(events(kind, at)))
    return tuple(found)


def anything(most=8):
    """Events in any order: mostly such that cannot be, some incomplete or from nobody."""
    one = st.builds(
        Event,
        kind=st.sampled_from(Kind),
        by=st.sampled_from(["ruiz", "okafor", "okafor", ""]),
        at=st.integers(0, 500).map(lambda minutes: BEGAN + timedelta(minutes=minutes)),
        origin=st.none() | st.sampled_from(Origin),
        strain=SAID,
        step=st.none() | st.sampled_from(Step),
        ending=st.none() | st.sampled_from(Ending),
    )
    return st.lists(one, max_size=most).map(tuple)
