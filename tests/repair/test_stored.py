"""An event kept as plain values comes back as it was, and what does not belong is refused."""

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from tests.repair.walks import BEGAN, event, unhurried, walks

from accord.basics.faults import Faults
from accord.repair.event import Kind
from accord.repair.stored import as_json, from_json


@unhurried
@given(walks())
def test_every_event_comes_back_as_it_was(history):
    for one in history:
        assert from_json(json.loads(json.dumps(as_json(one)))) == one


def test_only_what_was_said_is_kept():
    assert as_json(event(Kind.LOOKED)) == {"kind": "looked", "by": "ruiz", "at": "2026-03-02T10:00:00+00:00"}


def test_a_time_in_another_zone_is_the_same_instant():
    there = event(Kind.LOOKED, BEGAN.astimezone(ZoneInfo("Asia/Kolkata")))
    assert from_json(as_json(there)).at == BEGAN


KEPT = as_json(event(Kind.BEGAN))


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (KEPT | {"note": "what she said"}, "'note' is no part of an event."),
        (KEPT | {"step": "nam"}, "'step' cannot be read: it is one of notice, name, own, agree."),
        ({"kind": "began"}, "'by' is missing."),
        (KEPT | {"at": "2026-03-02T10:00"}, "'at' cannot be read: the time has no zone"),
        (KEPT | {"at": "yesterday"}, "'at' cannot be read"),
        (KEPT | {"at": 3}, "'at' cannot be read: a text is needed"),
        (KEPT | {"signs": "late"}, "'signs' cannot be read: a list of ids is needed"),
    ],
)
def test_what_does_not_belong_is_refused_in_words(kept, said):
    with pytest.raises(Faults) as refused:
        from_json(kept)
    assert said in str(refused.value)
    assert "what she said" not in str(refused.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(Faults) as refused:
        from_json({"knd": "began", "by": 1, "at": "?"})
    assert len(refused.value.faults) == 4
    assert "kind" in str(refused.value.faults[0])
