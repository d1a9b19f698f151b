"""Promise: an import is at least 20 times as fast as saving the same records one by one through the ORM.

Side by side in one process, on a new SQLite database with Accord's own settings. The import is all of it: reading the
file, the map, every check, scoring, writing, the trail. Against it stand only the saves, each its own commit, as a
script would do it; a second row, without a promise, puts all saves into one transaction.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._alone import measured_alone

FILE_ROWS, SAVED_ROWS, PER_CLIENT = 20_000, 1_000, 10
LIMIT = 20.0
MAP = """
about: PHQ-9 answers made up for a benchmark
a_row_is: session
client: {column: client}
session: {number: session, undated: {first_day: 2020-01-06}}
forms:
  - instrument: phq-9
    items: "q{item}"
"""


def rows() -> list[dict[str, Any]]:
    """One row for saves that commit one by one, one for saves in a single transaction."""
    return measured_alone("benchmarks.importing")


def measure(folder: Path) -> list[dict[str, Any]]:
    """Seconds per row of the import and of the saves, and the rows of the table."""
    from accord.web import standalone

    standalone.start()
    standalone.prepare()
    from django.db import transaction

    from accord.web.people.actions import make_service

    service = make_service(name="Benchmark", slug="benchmark")
    imported = [_import(service, folder, "a")]
    single = [_saves(service, "x")]
    with transaction.atomic():
        together = _saves(service, "y")
    imported.append(_import(service, folder, "b"))
    single.append(_saves(service, "z"))
    ours = min(imported)
    return [
        _row("import against one save each", ours, min(single), LIMIT),
        _row("import against saves in one transaction (for comparison)", ours, together, None),
    ]


def _row(name: str, ours: float, other: float, limit: float | None) -> dict[str, Any]:
    ratio = other / ours
    return {
        "name": name,
        "size": f"{FILE_ROWS:,} rows of 9 answers",
        "result": f"{1e6 * ours:.0f} µs a row against {1e6 * other:.0f} µs",
        "limit": f">= {limit:g} x as fast" if limit else "no promise",
        "ratio": ratio,
        "holds": limit is None or ratio >= limit,
    }


def _import(service: Any, folder: Path, prefix: str) -> float:
    from datetime import date

    from accord.exchange.incoming import read_incoming
    from accord.exchange.layout import lay_out
    from accord.exchange.mapping import read_map
    from accord.exchange.table import read_table
    from accord.web.checkin.importing import bring_in

    table_path, map_path = folder / f"{prefix}.csv", folder / "map.yaml"
    map_path.write_text(MAP)
    lines = ["client,session," + ",".join(f"q{item}" for item in range(1, 10))]
    for row in range(FILE_ROWS):
        answers = ",".join(str((row + item) % 4 if item < 9 else 0) for item in range(1, 10))
        lines.append(f"{prefix}{row // PER_CLIENT},{row % PER_CLIENT + 1},{answers}")
    table_path.write_text("\n".join(lines) + "\n")
    start = perf_counter()
    chosen = read_map(map_path)
    table = read_table(table_path, chosen.file)
    layout = lay_out(chosen, table.columns, map_name="map.yaml", table_name=table.name)
    incoming = read_incoming(table, chosen, layout, clinic_zone=service.timezone, today=date(2026, 1, 1))
    done = bring_in(service=service, incoming=incoming, chosen=chosen, map_name="map.yaml")
    seconds = perf_counter() - start
    if not done.written or done.responses != FILE_ROWS:
        raise AssertionError("the import did not write every row")
    return seconds / FILE_ROWS


def _saves(service: Any, prefix: str) -> float:
    """Seconds per file row for the same records, each through `save`."""
    from datetime import UTC, date, datetime, timedelta

    from accord.basics.clock import now
    from accord.instruments.registry import instrument
    from accord.instruments.scoring import score
    from accord.web.checkin.models import Response, Score
    from accord.web.people.models import Client
    from accord.web.therapy.models import Course, Session

    answers = {item: float(item % 4) if item < 9 else 0.0 for item in range(1, 10)}
    scored = score(instrument("phq-9"), answers)
    raw = {str(number): value for number, value in answers.items()}
    start = perf_counter()
    for row in range(SAVED_ROWS):
        number = row % PER_CLIENT
        if number == 0:
            client = Client(service=service, code=f"{prefix}{row}")
            client.save()
            course = Course(service=service, client=client, started_on=date(2020, 1, 6))
            course.save()
        session = Session(
            service=service,
            course=course,
            day=date(2020, 1, 6) + timedelta(days=7 * number),
            order=number + 1,
            day_assumed=True,
            attendance="attended",
        )
        session.save()
        response = Response(
            service=service,
            session=session,
            instrument="phq-9",
            version=1,
            respondent="client",
            items=raw,
            finished_at=datetime(2020, 1, 6, 11, tzinfo=UTC),
            received_at=now(),
            channel="import",
            language="en",
            idempotency_key=f"{prefix}{row}",
            origin=f"{prefix}.csv row {row}",
        )
        response.save()
        for scale, one in scored.items():
            Score(
                service=service,
                response=response,
                scale=scale,
                value=one.value,
                reason=one.reason,
                answered=one.answered,
                scorer=1,
            ).save()
    return (perf_counter() - start) / SAVED_ROWS


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
