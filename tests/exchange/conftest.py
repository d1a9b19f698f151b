"""A file and a map as text, read and brought in as the command does it."""

from datetime import date
from pathlib import Path

import pytest

from accord.exchange.incoming import read_incoming
from accord.exchange.layout import lay_out
from accord.exchange.mapping import read_map
from accord.exchange.table import read_table

SHARED = Path(__file__).parents[2] / "../shared/data"
MAPS = Path(__file__).parents[2] / "docs" / "maps"
TODAY = date(2026, 3, 2)

PHQ = """
about: nine answers a session
a_row_is: session
client: {column: client}
session: {date: {column: day, formats: ["%d.%m.%Y", iso]}}
forms:
  - {instrument: phq-9, items: "q{item}", absent: {"-9": declined}}
"""
HEADER = "client,day," + ",".join(f"q{item}" for item in range(1, 10))


def phq_row(client: str, day: str, *answers: object) -> str:
    """A row of the PHQ file; answers that are not given are 1, but 0 for the safety item."""
    filled = [*answers, *([1] * 8 + [0])[len(answers) :]]
    return ",".join(map(str, (client, day, *filled)))


def phq_file(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


LONG = """
about: one answer a row
a_row_is: answer
client: {column: who}
session: {number: nr, undated: {first_day: 2020-01-06}}
forms:
  - {instrument: gad-7, item: what, value: value, names: {first: 1}, only: {column: form, equals: G}}
  - {instrument: bdi-total, scale: what, value: value, names: {sum: TOTAL}, only: {column: form, equals: B}}
declares:
  - instrument: bdi-total
    title: totals
    source: somewhere
    scores: {TOTAL: {low: 0, high: 63, higher_is_better: false}}
"""


def long_file(*more: str) -> str:
    answers = [f"ana,1,G,{'first' if item == 1 else item},{item % 4}" for item in range(1, 8)]
    return "\n".join(["who,nr,form,what,value", *answers, "ana,1,B,sum,30", *more]) + "\n"


@pytest.fixture
def read(tmp_path):
    """Read a table by a map; both may be text or paths. Gives the map and what comes in."""

    def call(table, chosen, *, today=TODAY, zone="Europe/Madrid", name="ratings.csv"):
        map_path, table_path = chosen, table
        if not isinstance(chosen, Path):
            map_path = tmp_path / "map.yaml"
            map_path.write_text(chosen, encoding="utf-8")
        if not isinstance(table, Path):
            table_path = tmp_path / name
            table_path.write_bytes(table if isinstance(table, bytes) else table.encode())
        made = read_map(map_path)
        found = read_table(table_path, made.file)
        layout = lay_out(made, found.columns, map_name=map_path.name, table_name=found.name)
        return made, read_incoming(found, made, layout, clinic_zone=zone, today=today)

    return call


@pytest.fixture
def bring(read, db):
    """Bring a table into a service; gives what was done."""
    from accord.web.checkin.importing import bring_in

    def call(service, table, chosen, *, partial=False, dry_run=False, **more):
        made, incoming = read(table, chosen, **more)
        return bring_in(
            service=service,
            incoming=incoming,
            chosen=made,
            map_name="map.yaml",
            partial=partial,
            dry_run=dry_run,
        )

    return call


@pytest.fixture(scope="session")
def shared():
    """The folder of open data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the open data sets (../shared/data) are not beside this checkout")
    return SHARED
