"""Simulated services as snapshots, made once."""

import shutil
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from accord.simulate.block import make_blocks
from accord.simulate.parameters import change_parameters
from accord.simulate.snapshot import write_snapshot
from accord.studies.findings import FINDINGS
from accord.studies.result import Options
from accord.studies.running import run_studies
from accord.studies.snapshot.opened import open_snapshot


def simulated(folder: Path, *, clients: int, seed: int = 1, **parameters) -> Path:
    """A service with the check-in and its twin only, which are what findings read."""
    chosen = change_parameters(parameters)
    blocks = make_blocks(chosen, seed, clients=clients)
    write_snapshot(blocks, folder, parameters=chosen, instruments=("accord-check-in",))
    return folder


def findings(folder: Path, *ids: str, **options) -> dict:
    """Every finding by its id, or those with `ids` only."""
    asked = [one for one in FINDINGS if not ids or one.id in ids]
    with open_snapshot(folder) as snapshot:
        return {one.id: one for one in run_studies(snapshot, asked, Options(**options)).studies}


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Path:
    """Four hundred clients with 24 therapists and two kinds of treatment, and one that hardly anyone has."""
    place = tmp_path_factory.mktemp("findings") / "service"
    return simulated(place, clients=400, seed=3, treatments={1: 0.5, 2: 0.495, 3: 0.005})


@pytest.fixture
def changed(service, tmp_path):
    """A copy of the service with one column of a table changed: `change(table, column, function of the table)`."""
    folder = tmp_path / "changed"
    shutil.copytree(service, folder)

    def change(table, column=None, values=lambda rows: None, keep=None):
        file = folder / f"{table}.parquet"
        rows = pq.read_table(file)
        if keep is not None:
            rows = rows.filter(keep(rows))
        if column is not None:
            place = rows.schema.get_field_index(column)
            field = rows.schema.field(place).with_nullable(True)
            made = values(rows)
            rows = rows.set_column(
                place, field, pc.cast(made, field.type) if hasattr(made, "type") else [made]
            )
        pq.write_table(rows, file)
        return folder

    return change
