"""A snapshot of services: the database as Parquet, in the layout that studies open.

Everything is read at one instant, in one transaction that only reads. Tables with a row per session lie in parts, one
per service and month in which courses began. All of it is read each time, since nothing says cheaply and surely that a
session of last year was not corrected or erased since; but a part that comes out the same as in an earlier snapshot is
that very file again (a hard link), so that keeping and copying snapshots costs only what changed.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path

from django.db import connection

from accord import __version__
from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.course.layout import LAYOUT, MARK, SCHEMAS
from accord.exchange.folder import SNAPSHOT, whole_folder
from accord.exchange.snapshot import Asked, reading_postgresql, write_answers, write_sqlite_elsewhere
from accord.web.audit import actions as audit
from accord.web.learning.snapshot_sql import DIALECTS, question
from accord.web.people.actions import SYSTEM
from accord.web.people.models import Service

LIBPQ = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
LIBPQ_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "service", "passfile")


@dataclass(frozen=True)
class Taken:
    """What was written: rows by table, and how many of the files are those of an earlier snapshot."""

    services: tuple[str, ...]
    simulated: bool
    rows: dict[str, int]
    files: int
    reused: int


def take_snapshot(
    out: Path,
    *,
    service: Service | None = None,
    add: Path | None = None,
    replace: bool = False,
    by: str = SYSTEM,
) -> Taken:
    """Write a snapshot of one service, or of all, to the folder `out`: whole or not at all.

    `add` names an earlier snapshot whose unchanged files are used again; `replace` allows `out` to be one. Noted in the
    trail. Raises `Faults` when there is no service, for a folder that may not be written, and for a full disk.
    """
    services = [service] if service else list(Service.objects.order_by("slug"))
    if not services:
        raise refuse("services", "there is none yet.", "Make one: accord users add --help, or accord demo.")
    if add is not None and not (add / MARK).is_file():
        raise refuse(str(add), "this is no earlier snapshot.", "Name the folder of one, or leave --add out.")
    taken_at = now()
    simulated = any(one.simulated for one in services)
    slugs = tuple(one.slug for one in services)
    try:
        with whole_folder(out, replace=replace, kind=SNAPSHOT) as folder:
            rows = _write(folder, services)
            reused = _reuse(folder, add) if add else 0
            files = sum(1 for _ in folder.rglob("*.parquet"))
            about = {
                "layout": LAYOUT,
                "services": slugs,
                "simulated": simulated,
                "taken_at": taken_at.isoformat(timespec="seconds"),
                "accord": __version__,
                "rows": rows,
            }
            (folder / MARK).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
            for one in services:
                audit.record(
                    service_id=one.pk,
                    actor=by,
                    verb="took",
                    kind="snapshot",
                    subject=one.key,
                    rows=sum(rows.values()),
                )
    except OSError as failure:
        reason = os.strerror(failure.errno) if failure.errno else "the system refused"
        raise refuse(
            str(out), f"it cannot be written ({reason}).", "Nothing was left behind there."
        ) from None
    return Taken(slugs, simulated, rows, files, reused)


def questions(services: Sequence[Service]) -> Iterator[Asked]:
    """What is asked of the database, table by table."""
    dialect = DIALECTS[connection.vendor]
    for table in SCHEMAS:
        for one in services:
            yield Asked(table, one.slug, one.timezone, question(table, one.pk, dialect))


def _write(folder: Path, services: Sequence[Service]) -> dict[str, int]:
    if connection.vendor == "sqlite":
        return write_sqlite_elsewhere(str(connection.settings_dict["NAME"]), questions(services), folder)
    with reading_postgresql(conninfo()) as read:
        return write_answers(read, questions(services), folder)


def conninfo() -> str:
    """How libpq reaches the database of this installation."""
    settings = connection.settings_dict
    parts = [(name, settings[key]) for name, key in LIBPQ.items() if settings.get(key)]
    parts += [(name, value) for name, value in settings["OPTIONS"].items() if name in LIBPQ_OPTIONS]
    return " ".join(f"{name}={_quoted(str(value))}" for name, value in parts)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _reuse(folder: Path, former: Path) -> int:
    """Put the file of the former snapshot in the place of each that came out the same; returns how many."""
    reused = 0
    for file in sorted(folder.rglob("*.parquet")):
        before = former / file.relative_to(folder)
        if before.is_file() and cmp(before, file, shallow=False):
            link = file.with_suffix(".link")
            try:
                link.hardlink_to(before)
            except OSError:  # another file system, or one without links: the copy stays
                continue
            link.replace(file)
            reused += 1
    return reused
