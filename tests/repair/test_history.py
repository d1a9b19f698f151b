"""Many histories at once: the batch path, the table and the one-by-one path say the same."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repair.walks import BEGAN, anything, event, unhurried, walks

from accord.basics.faults import Faults
from accord.repair.event import Ending, Kind, Origin, Step, Strain
from accord.repair.history import NONE, as_columns, moment, replay_many
from accord.repair.state import Stage, replay
from accord.repair.table import as_table, from_table

DAY = timedelta(days=1)


def told(many, place):
    """One repair of the batch path in the words of the one-by-one path."""
    return {
        "stage": list(Stage)[many.stage[place]],
        "origin": list(Origin)[many.origin[place]],
        "strain": list(Strain)[many.strain[place]],
        "ending": None if many.ending[place] == NONE else list(Ending)[many.ending[place]],
        **{name: moment(getattr(many, name)[place]) for name in TIMES},
        "steps": {
            step: (moment(many.first[place, n]), moment(many.last[place, n]))
            for n, step in enumerate(Step)
            if moment(many.first[place, n])
        },
    }


TIMES = ("begun_at", "looked_at", "asked_at", "closed_at", "last_at")


def expected(history):
    state = replay(history)
    return {
        **{name: getattr(state, name) for name in ("stage", "origin", "strain", "ending", *TIMES)},
        "steps": {step: (one.first_at, one.at) for step, one in state.steps.items()},
    }


def refused(history):
    """The number of the first event that cannot be, 0 without one."""
    for n in range(1, len(history) + 1):
        try:
            replay(history[:n])
        except ValueError:
            return n
    return 0 if history else 1


@unhurried
@given(st.lists(walks(), min_size=1, max_size=6))
def test_together_is_as_one_by_one(histories):
    many = replay_many(as_columns(histories))
    assert not many.refused.any()
    for place, history in enumerate(histories):
        assert told(many, place) == expected(history)


@unhurried
@given(st.lists(anything() | walks(), min_size=1, max_size=8))
def test_what_is_refused_one_by_one_is_refused_together_at_the_same_event(histories):
    many = replay_many(as_columns(histories))
    assert many.refused.tolist() == [refused(history) for history in histories]
    for place, history in enumerate(histories):
        if many.refused[place]:
            assert many.stage[place] == NONE
        else:
            assert told(many, place) == expected(history)


@unhurried
@given(st.lists(walks(most=5), min_size=1, max_size=5))
def test_a_table_says_what_the_events_say(histories):
    keyed = {f"r{n}": history for n, history in enumerate(histories)}
    table = as_table(keyed)
    same(from_table(table), as_columns(histories))
    plain = pa.table(
        {
            name: table.column(name).cast(pa.string())
            if pa.types.is_dictionary(table.schema.field(name).type)
            else table.column(name)
            for name in table.column_names
        }
    )
    same(from_table(plain), as_columns(histories))
    same(from_table(pa.concat_tables([table.slice(0, 1), table.slice(1)])), as_columns(histories))


def same(one, other):
    for name in ("starts", "kind", "at", "known", "origin", "strain", "step", "ending"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_it_goes_through_parquet(tmp_path):
    story = (event(Kind.BEGAN), event(Kind.TOOK, BEGAN + DAY), event(Kind.CLOSED, BEGAN + 2 * DAY))
    pq.write_table(as_table({"r1": story, "r2": story[:1]}), tmp_path / "repairs.parquet")
    many = replay_many(from_table(pq.read_table(tmp_path / "repairs.parquet")))
    assert [told(many, place) for place in (0, 1)] == [expected(story), expected(story[:1])]


def test_an_empty_table_has_no_repairs():
    many = replay_many(from_table(as_table({})))
    assert len(many.stage) == 0


TABLE = as_table({"r1": (event(Kind.BEGAN), event(Kind.LOOKED, BEGAN + DAY)), "r2": (event(Kind.BEGAN),)})


def with_column(name, values, type=None):
    place = TABLE.schema.get_field_index(name)
    return TABLE.set_column(place, name, pa.array(values, type))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE.drop_columns(["step", "by"]), "the table has no column by, step."),
        (with_column("kind", ["began", "lookd", "began"]), "'lookd' in the column 'kind' is unknown."),
        (with_column("repair", ["r1", "r2", "r1"]), "do not stand together"),
        (with_column("repair", ["r1", None, "r1"]), "has no repair or no time"),
        (with_column("at", [0, 1, 2], pa.timestamp("us")), "have no zone"),
        (with_column("at", ["a", "b", "c"]), "have no zone"),
    ],
)
def test_a_table_that_cannot_be_is_refused_in_words(table, said):
    with pytest.raises(Faults, match=said):
        from_table(table)


def test_nobody_is_not_somebody():
    table = with_column("by", ["ruiz", None, ""])
    assert replay_many(from_table(table)).refused.tolist() == [2, 1]
