"""The tables: nothing of the truth in what is observed, totals as the definitions score them, names that go on."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from accord.instruments.registry import instrument
from accord.instruments.scoring import score
from accord.simulate.block import make_blocks
from accord.simulate.parameters import read_parameters
from accord.simulate.tables import COLUMNS, RATED, SCHEMAS, Numbering, make_tables


def tables_of(clients: int, instruments=RATED, seed: int = 5):
    made, before = [], Numbering()
    for block in make_blocks(read_parameters(), seed, clients=clients):
        made.append(make_tables(block, before, instruments))
        before = before.after(block)
    return {name: pa.concat_tables([getattr(one, name) for one in made]) for name in COLUMNS}


@pytest.fixture(scope="module")
def tables():
    return tables_of(500)


def test_the_truth_is_in_a_table_of_its_own(tables):
    hidden = {column.name for column in COLUMNS["truth"]} - {"client", "slot"}
    for name in set(COLUMNS) - {"truth"}:
        shared = hidden & set(tables[name].column_names)
        assert shared <= {"outcome"}, name  # the service's own, with gaps: checked below
    known = tables["clients"]["outcome"]
    assert 0 < known.null_count < len(known)


def test_tables_are_what_their_dictionary_says_and_marked_as_simulated(tables):
    for name, table in tables.items():
        assert table.schema.equals(SCHEMAS[name])
        assert table.schema.metadata == {b"simulated": b"true"}
        assert all(column.meaning.endswith(".") for column in COLUMNS[name])


def test_keys_are_unique_and_lead_somewhere(tables):
    clients = tables["clients"]["client"].to_pylist()
    assert clients == sorted(set(clients)) and len(clients) == 500
    keys = list(
        zip(tables["sessions"]["client"].to_pylist(), tables["sessions"]["slot"].to_pylist(), strict=True)
    )
    assert len(set(keys)) == len(keys)
    assert (
        list(zip(tables["truth"]["client"].to_pylist(), tables["truth"]["slot"].to_pylist(), strict=True))
        == keys
    )
    held = {key for key, number in zip(keys, tables["sessions"]["number"].to_pylist(), strict=True) if number}
    for name in ("answers", "ratings"):
        table = tables[name]
        forms = list(
            zip(*(table[column].to_pylist() for column in ("client", "slot", "instrument")), strict=True)
        )
        assert len(set(forms)) == len(forms)
        assert {form[:2] for form in forms} == held


def test_therapists_of_one_block_are_not_those_of_the_next(tables):
    therapists = tables["clients"]["therapist"].to_pylist()
    assert not set(therapists[:250]) & set(therapists[250:])


def test_totals_are_what_the_definitions_score(tables):
    ratings = {
        (row["client"], row["slot"], row["instrument"]): row for row in tables["ratings"].slice(0).to_pylist()
    }
    rows = tables["answers"].to_pylist()
    chosen = [row for row in rows if row["reason"]] + rows[::50]
    assert {row["reason"] for row in chosen} == {None, "declined", "not_reached"}
    for row in chosen:
        definition = instrument(row["instrument"])
        answers = {item: float(row[f"item{item}"]) for item in range(1, 6) if row[f"item{item}"] is not None}
        assert all(definition.item(item).allows(value) for item, value in answers.items())
        scored = score(definition, answers)["TOTAL"].value
        rating = ratings[row["client"], row["slot"], row["instrument"]]
        assert rating["value"] == (pytest.approx(scored) if isinstance(scored, float) else None)
        assert (rating["value"] is None) == (rating["reason"] is not None)
        assert rating["respondent"] == row["respondent"] == definition.respondent.value


def test_absence_is_never_zero(tables):
    """Where no form came there is no number, neither in the items nor in the total."""
    answers = tables["answers"].filter(pc.equal(tables["answers"]["reason"], "not_reached"))
    assert len(answers) > 500
    assert all(answers[f"item{item}"].null_count == len(answers) for item in range(1, 6))
    gone = tables["ratings"].filter(pc.is_valid(tables["ratings"]["reason"]))
    assert gone["value"].null_count == len(gone)
    fell_out = tables["truth"].filter(pc.is_null(tables["sessions"]["number"]))
    assert len(fell_out) > 100
    assert fell_out["alliance"].null_count == len(fell_out)


def test_only_the_instruments_asked_for_are_rated():
    tables = tables_of(20, ("srs",))
    assert set(tables["ratings"]["instrument"].to_pylist()) == {"srs", "accord-arrival", "accord-wellbeing"}
    assert set(tables["answers"]["instrument"].to_pylist()) == {"accord-arrival", "accord-wellbeing"}
    assert set(tables_of(20, ("accord-check-in",))["answers"]["instrument"].to_pylist()) == {
        "accord-check-in",
        "accord-check-in-therapist",
        "accord-arrival",
        "accord-wellbeing",
    }


def test_the_last_session_of_those_who_left_is_known_to_the_truth(tables):
    left = tables["truth"].filter(pc.fill_null(tables["truth"]["left"], False))
    dropped = tables["clients"].filter(tables["clients"]["dropped_out"])
    assert left["client"].to_pylist() == dropped["client"].to_pylist()
    assert np.all(left["hazard"].to_numpy() > 0)
