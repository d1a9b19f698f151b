"""A small snapshot written by hand: courses as few words, what is not said filled in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from accord.course.layout import LAYOUT, MARK, SCHEMAS

BEGAN = date(2026, 1, 5)
ALLIANCE, TWIN, OUTCOME = "accord-check-in", "accord-check-in-therapist", "accord-wellbeing"


@dataclass(frozen=True)
class Told:
    """One course. `ratings` holds (place, instrument, value) or (place, instrument, value, {columns})."""

    client: str
    attendance: Sequence[str] = ("attended",)
    therapist: str | None = "t1"
    by: Mapping[int, str | None] = field(
        default_factory=dict
    )  # the therapist of a place, where it is another
    ratings: Sequence[tuple[Any, ...]] = ()
    felt_off: Mapping[int, float | None] = field(default_factory=dict)
    ended: bool = True
    ending: str | None = None
    planned: int | None = None
    days: bool = True


def make_snapshot(folder: Path, courses: Sequence[Told], **rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write a snapshot of `courses`; `rows` adds rows to tables by name."""
    tables: dict[str, list[Mapping[str, Any]]] = {name: [] for name in SCHEMAS}
    for told in courses:
        _add(tables, told)
    for name, more in rows.items():
        tables[name] += more
    folder.mkdir(parents=True)
    for name, schema in SCHEMAS.items():
        # Columns in which a test puts an impossible cell are written as they come.
        free = pa.schema([one.with_nullable(True) for one in schema])
        pq.write_table(pa.Table.from_pylist(tables[name], schema=free), folder / f"{name}.parquet")
    about = {
        "layout": LAYOUT,
        "services": ["harbour"],
        "simulated": True,
        "taken_at": "2026-06-01T08:00:00+00:00",
        "accord": "0",
    }
    (folder / MARK).write_text(json.dumps(about), encoding="utf-8")
    return folder


def _add(tables: dict[str, list[Mapping[str, Any]]], told: Told) -> None:
    course = f"k-{told.client}"
    last = BEGAN + timedelta(days=7 * len(told.attendance))
    tables["courses"].append(
        {
            "course": course,
            "client": told.client,
            "service": "harbour",
            "therapist": told.therapist,
            "started_on": BEGAN,
            "ended_on": last if told.ended else None,
            "ending": told.ending,
            "planned": told.planned,
            "treatment": None,
            "language": "en",
        }
    )
    number = 0
    for place, attendance in enumerate(told.attendance, 1):
        held = attendance in ("attended", "late")
        number += held
        tables["sessions"].append(
            {
                "session": f"{course}-{place}",
                "course": course,
                "client": told.client,
                "therapist": told.by.get(place, told.therapist),
                "number": number if held else None,
                "day": BEGAN + timedelta(days=7 * place) if told.days else None,
                "order": place,
                "kind": "in_person",
                "attendance": attendance,
            }
        )
    for place, form, value, *more in told.ratings:
        tables["ratings"].append(
            {
                "session": f"{course}-{place}",
                "course": course,
                "instrument": form,
                "version": 1,
                "respondent": "therapist" if form == TWIN else "client",
                "scale": "TOTAL",
                "value": value,
                "reason": None if value is not None else "declined",
                **(more[0] if more else {}),
            }
        )
    for place, answer in told.felt_off.items():
        tables["items"].append(
            {
                "session": f"{course}-{place}",
                "course": course,
                "instrument": ALLIANCE,
                "version": 1,
                "respondent": "client",
                "item": 5,
                "value": answer,
                "reason": None if answer is not None else "declined",
            }
        )
