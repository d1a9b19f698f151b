"""Acknowledged check-ins per second over real HTTP, beside the bare durable commits of the same rows on the same file.

The rows of one check-in are one response, its scores and its line of the trail, with the link marked as answered and
the head of the trail moved: the bare loop writes exactly those, with plain ``sqlite3`` and nothing else running.
"""

import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks._served import CLIENTS, forms, press, served

ROUNDS, COUNT, BARE, WARM_UP = 3, 1000, 600, 200
AIM, LIMIT = 0.25, 0.15
MOST_TAIL = 5.0


def rows() -> list[dict[str, Any]]:
    """Two rows: the rate, and the slowest one in a hundred. Both sides take turns, so that a busy disk slows both."""
    seconds: list[float] = []
    lasted = bare = 0.0
    with served() as clinic:
        paths = clinic.make_links(ROUNDS * COUNT + WARM_UP)
        clinic.start()
        press(clinic.port, forms(paths[-WARM_UP:]))
        for n in range(ROUNDS):
            load = press(clinic.port, forms(paths[n * COUNT : (n + 1) * COUNT]))
            if len(load.acknowledged) != COUNT:
                raise RuntimeError(
                    f"{COUNT - len(load.acknowledged)} of {COUNT} check-ins were not acknowledged"
                )
            seconds += load.seconds
            lasted += load.lasted
            bare += bare_commits(clinic.database, f"bare {n}", BARE)
    rate, bare = ROUNDS * COUNT / lasted, ROUNDS * BARE / bare
    median = statistics.median(seconds)
    tail = statistics.quantiles(seconds, n=100)[98]
    return [
        {
            "name": "check-ins acknowledged per second",
            "size": f"{ROUNDS * COUNT} from {CLIENTS} clients at once, synchronous=FULL",
            "result": f"{rate:.0f} of {bare:.0f} bare commits/s",
            "limit": f">= {LIMIT:.0%} of the bare commits, aim {AIM:.0%}",
            "ratio": rate / bare,
            "holds": rate / bare >= LIMIT,
        },
        {
            "name": "check-ins: slowest in a hundred",
            "size": f"{ROUNDS * COUNT} from {CLIENTS} clients at once",
            "result": f"p99 {1000 * tail:.0f} ms, median {1000 * median:.0f} ms",
            "limit": f"p99 <= {MOST_TAIL:.0f} x median",
            "ratio": tail / median,
            "holds": tail <= MOST_TAIL * median,
        },
    ]


def bare_commits(database: Path, name: str, count: int) -> float:
    """Seconds for `count` commits of the same rows: copies of what the server wrote last, under new keys."""
    db = sqlite3.connect(database, isolation_level=None, timeout=20)
    db.executescript("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on;")
    response = last(db, "checkin_response", "id = (select max(response_id) from checkin_score)")
    scores = last(db, "checkin_score", "response_id = (select max(response_id) from checkin_score)")
    entry = last(db, "audit_entry", "id = (select max(id) from audit_entry)")
    links = [key for (key,) in db.execute("select id from checkin_link limit ?", (count,))]
    number = entry[0]["number"]
    began = time.perf_counter()
    for n in range(count):
        key = f"{name} {n}"
        db.execute("begin immediate")
        made = insert(db, "checkin_response", response[0] | {"key": key, "idempotency_key": key})
        for score in scores:
            insert(db, "checkin_score", score | {"response_id": made})
        number += 1
        insert(db, "audit_entry", entry[0] | {"key": key, "number": number})
        db.execute("update checkin_link set sent_at = ? where id = ?", (key, links[n % len(links)]))
        db.execute("update audit_chain set count = ?, hash = ?", (number, key))
        db.execute("commit")
    lasted = time.perf_counter() - began
    db.close()
    return lasted


def last(db: sqlite3.Connection, table: str, which: str) -> list[dict[str, Any]]:
    """Rows of a table by column, without their numbers."""
    found = db.execute(f"select * from {table} where {which}")
    names = [column[0] for column in found.description]
    return [{name: value for name, value in zip(names, row, strict=True) if name != "id"} for row in found]


def insert(db: sqlite3.Connection, table: str, row: dict[str, Any]) -> int | None:
    """Write one row; gives its number."""
    names, places = ", ".join(row), ", ".join("?" * len(row))
    return db.execute(f"insert into {table} ({names}) values ({places})", list(row.values())).lastrowid
