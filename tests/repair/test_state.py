"""A repair is its events: what may happen when, who and when always, and no state without a way out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repair.walks import BEGAN, anything, event, events, unhurried, walks

from accord.repair.event import Ending, Kind, Origin, Step, Strain
from accord.repair.state import WAYS, Refused, Stage, after, replay

DAY = timedelta(days=1)
BEGUN = (event(Kind.BEGAN),)
CLOSED = (*BEGUN, event(Kind.CLOSED, BEGAN + DAY))
ASKED = (*BEGUN, event(Kind.ASKED, BEGAN + DAY))


def folded(history):
    """Every state on the way."""
    found, stage = [], None
    for one in history:
        stage = after(stage, one)
        found.append(stage)
    return found


@unhurried
@given(walks())
def test_replaying_the_events_gives_the_same_state_after_each_of_them(history):
    for n, state in enumerate(folded(history), start=1):
        assert replay(history[:n]) == state
        assert state.events == n
        assert state.last_at == history[n - 1].at


@unhurried
@given(walks())
def test_from_every_state_there_is_a_way_on_and_a_way_to_the_end(history):
    state = replay(history)
    assert WAYS[state.stage]
    later = history[-1].at + DAY
    for kind in WAYS[state.stage]:
        assert after(state, event(kind, later)).stage is WAYS[state.stage][kind]
    if state.open:
        assert after(state, event(Kind.CLOSED, later)).stage is Stage.CLOSED
    else:
        assert after(state, event(Kind.REOPENED, later)).open


def test_every_stage_can_be_reached_and_left():
    reached, waiting = set(), [None]
    while waiting:
        for stage in set(WAYS[waiting.pop()].values()) - reached:
            reached.add(stage)
            waiting.append(stage)
    assert reached == set(Stage)
    for stage in Stage:
        assert set(WAYS[stage].values()) - {stage}


@unhurried
@given(walks(), st.data())
def test_nothing_happens_without_somebody_and_a_time(history, data):
    place = data.draw(st.integers(0, len(history) - 1))
    before = replay(history[:place]) if place else None
    for wrong in (
        replace(history[place], by=""),
        replace(history[place], at=history[place].at.replace(tzinfo=None)),
    ):
        with pytest.raises(Refused):
            after(before, wrong)


@unhurried
@given(walks(), st.sampled_from(Kind))
def test_a_refused_event_changes_nothing(history, kind):
    state = replay(history)
    kept, steps = replace(state), dict(state.steps)
    wrong = event(kind, BEGAN - DAY)  # before the first, so refused whatever it is
    with pytest.raises(Refused):
        after(state, wrong)
    assert state == kept
    assert state.steps == steps
    with pytest.raises(Refused, match=f"Event {len(history) + 1}: "):
        replay([*history, wrong])


@unhurried
@given(anything() | walks())
def test_any_events_give_a_state_that_can_be_or_are_refused(history):
    try:
        state = replay(history)
    except ValueError as reason:
        assert str(reason)
        return
    assert (state.stage is Stage.CLOSED) == (state.ending is not None) == (state.closed_at is not None)
    assert (state.stage is Stage.SUPERVISION) == (state.asked_at is not None and state.open)


@unhurried
@given(walks())
def test_only_closing_closes(history):
    for one, before, now in zip(history[1:], folded(history), folded(history)[1:], strict=False):
        if before.open and not now.open:
            assert one.kind is Kind.CLOSED
            assert (now.ending, now.closed_at) == (one.ending, one.at)


@unhurried
@given(walks())
def test_steps_are_kept_whatever_else_happens(history):
    state = replay(history)
    for step in Step:
        noted = [one for one in history if one.step is step]
        assert (step in state.steps) == bool(noted)
        if noted:
            taken = state.steps[step]
            assert (taken.first_at, taken.at) == (noted[0].at, noted[-1].at)
            assert (taken.by, taken.signs, taken.ways) == (noted[-1].by, noted[-1].signs, noted[-1].ways)


@unhurried
@given(st.data())
def test_how_it_began_stays(data):
    first = data.draw(events(Kind.BEGAN, BEGAN))
    later = event(
        Kind.TOOK, BEGAN + DAY, step=Step.NOTICE, by="okafor", session="s7", strain=Strain.WITHDRAWAL
    )
    state = replay([first, later])
    assert (state.origin, state.session, state.begun_by, state.begun_at) == (
        first.origin,
        first.session,
        first.by,
        first.at,
    )
    assert state.strain is Strain.WITHDRAWAL


REFUSED = [
    ((), event(Kind.TOOK), "A repair begins before anything else can happen to it; 'took' came first."),
    ((), event(Kind.BEGAN, origin=None), "An event of the kind 'began' needs its origin."),
    ((), event(Kind.BEGAN, by=""), "Who did this is not known: an event needs the key of a person."),
    (
        (),
        event(Kind.BEGAN, datetime(2026, 3, 2, 10)),
        "When this happened is not certain: its time has no zone.",
    ),
    (
        BEGUN,
        event(Kind.BEGAN, BEGAN + DAY),
        "'began' cannot happen to a repair that is open; what can: took, looked, asked, closed.",
    ),
    (BEGUN, event(Kind.TOOK, BEGAN + DAY, step=None), "An event of the kind 'took' needs its step."),
    (BEGUN, event(Kind.CLOSED, BEGAN + DAY, ending=None), "An event of the kind 'closed' needs its ending."),
    (
        BEGUN,
        event(Kind.LOOKED, BEGAN - DAY),
        "This happened before the event that is there already; events come in order.",
    ),
    (
        ASKED,
        event(Kind.ASKED, BEGAN + 2 * DAY),
        "'asked' cannot happen to a repair that is in supervision; what can: took, looked, returned, closed.",
    ),
    (
        CLOSED,
        event(Kind.CLOSED, BEGAN + 2 * DAY),
        "'closed' cannot happen to a repair that is closed; what can: reopened.",
    ),
]


@pytest.mark.parametrize(
    ("history", "wrong", "said"), REFUSED, ids=[f"{n} {one[1].kind}" for n, one in enumerate(REFUSED)]
)
def test_what_cannot_be_is_refused_in_words(history, wrong, said):
    with pytest.raises(Refused) as refused:
        after(replay(history) if history else None, wrong)
    assert str(refused.value) == said


def test_a_repair_without_any_event_is_none():
    with pytest.raises(ValueError, match="at least the event"):
        replay([])


def test_two_events_at_one_instant_are_in_order():
    assert after(replay(BEGUN), event(Kind.LOOKED)).looked_at == BEGAN


def test_a_story_told_by_its_events():
    """Begun from a dip, named and owned, looked at, to supervision and back, agreed, closed, and opened again."""
    story = [
        event(Kind.BEGAN, origin=Origin.SIGNAL, session="s6", strain=Strain.WITHDRAWAL),
        event(Kind.TOOK, BEGAN + DAY, step=Step.NOTICE, signs=("short_answers",)),
        event(Kind.TOOK, BEGAN + 2 * DAY, step=Step.NAME, ways=("name_pace_fast",)),
        event(Kind.LOOKED, BEGAN + 8 * DAY),
        event(Kind.ASKED, BEGAN + 9 * DAY),
        event(Kind.RETURNED, BEGAN + 12 * DAY, by="okafor"),
        event(Kind.TOOK, BEGAN + 13 * DAY, step=Step.AGREE),
        event(Kind.CLOSED, BEGAN + 20 * DAY, ending=Ending.CAME_BACK),
        event(Kind.REOPENED, BEGAN + 30 * DAY),
    ]
    states = folded(story)
    assert [state.stage for state in states] == [Stage.OPEN] * 4 + [
        Stage.SUPERVISION,
        Stage.OPEN,
        Stage.OPEN,
        Stage.CLOSED,
        Stage.OPEN,
    ]
    assert (states[4].asked_at, states[5].asked_at) == (BEGAN + 9 * DAY, None)
    assert (states[7].ending, states[8].ending) == (Ending.CAME_BACK, None)
    assert states[8].looked_at == BEGAN + 8 * DAY
    assert set(states[8].steps) == {Step.NOTICE, Step.NAME, Step.AGREE}
