"""Simulated services for tests of who leaves: one seen while courses go on, one in which something was filed late."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accord.simulate.snapshot import simulate_snapshot


def going_on(folder: Path) -> Path:
    """A service in which every third course goes on, with its last two appointments still to come."""
    simulate_snapshot(folder, clients=1200, seed=3)
    courses = pq.read_table(folder / "courses.parquet")
    third = pa.array([place % 3 == 0 for place in range(len(courses))])
    for name in ("ended_on", "ending"):
        at = courses.schema.get_field_index(name)
        kept = pc.if_else(third, pa.nulls(len(courses), courses.schema.field(name).type), courses[name])
        courses = courses.set_column(at, courses.schema.field(name), kept)
    pq.write_table(courses, folder / "courses.parquet")
    sessions = pq.read_table(folder / "sessions.parquet")
    last = sessions.group_by("course").aggregate([("order", "max")])
    cut = dict(zip(last["course"].to_pylist(), last["order_max"].to_pylist(), strict=True))
    going = set(courses.filter(third)["course"].to_pylist())
    rows = zip(sessions["course"].to_pylist(), sessions["order"].to_pylist(), strict=True)
    keep = [course not in going or place <= max(1, cut[course] - 2) for course, place in rows]
    pq.write_table(sessions.filter(pa.array(keep)), folder / "sessions.parquet")
    return folder


def file_late(folder: Path) -> Path:
    """Most who left have two appointments that fell out filed just before their last session held, where none were."""
    courses = pq.read_table(folder / "courses.parquet").to_pylist()
    left = {one["course"] for place, one in enumerate(courses) if one["ending"] == "left" and place % 5}
    sessions = pq.read_table(folder / "sessions.parquet")
    rows = sessions.to_pylist()
    held = {one["course"]: one for one in rows if one["number"] is not None and one["course"] in left}
    for one in rows:
        last = held.get(one["course"])
        if last is not None and one["order"] >= last["order"]:
            one["order"] += 2
    for last in list(held.values()):
        for place in (1, 2):
            late = {"session": f"{last['session']}-{place}", "order": last["order"] - place, "number": None}
            rows.append({**last, **late, "attendance": "cancelled"})
    pq.write_table(pa.Table.from_pylist(rows, schema=sessions.schema), folder / "sessions.parquet")
    return folder
