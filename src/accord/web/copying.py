"""The whole database as plain rows, for backups: the same on SQLite and PostgreSQL, encrypted fields left encrypted.

Each table is JSON lines: first its name and columns with their kinds, then one list per row. Left out are sign-in
sessions (everyone signs in anew), the cache, and the list of migrations, which the restoring program applies by itself.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from accord import __version__
from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.exchange.archive import Archive
from accord.instruments.text import packs_folder
from accord.web.audit import actions as audit
from accord.web.people.actions import SYSTEM
from accord.web.people.models import Service
from accord.web.secrecy import lock, unlock
from accord.web.tables import insert_raw, reset_sequences, told_plainly

LEFT_OUT = {"django_session", "django_migrations"}
# Written by migrations into every new database; a backup brings its own rows of them.
FILLED_BY_MIGRATIONS = ("auth_permission", "django_content_type")
TABLES, PACKS = "tables/", "text-packs/"
KEY_CHECK = "the key fits"


def copy_all() -> Archive:
    """Everything in the database at one instant, and the clinic's text packs; not the secret key."""
    with _snapshot():
        parts = {f"{TABLES}{model._meta.db_table}.jsonl": _dumped(model) for model in _models()}
        applied = sorted(MigrationExecutor(connection).loader.applied_migrations)
    folder = packs_folder()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            parts[PACKS + path.relative_to(folder).as_posix()] = path.read_bytes()
    rows = {name: data.count(b"\n") - 1 for name, data in parts.items() if name.startswith(TABLES)}
    about = {
        "made_by": f"accord {__version__}",
        "made_at": now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": [list(one) for one in applied],
        "rows": rows,
        "key_check": lock(KEY_CHECK),
    }
    return Archive(about, parts)


def note_backup(sha256: str, *, by: str = SYSTEM) -> None:
    """A line in the trail of each service: everything was copied, into the file with this SHA-256."""
    with transaction.atomic():
        for service in Service.objects.order_by("pk"):
            audit.record(service_id=service.pk, actor=by, verb="backed up", kind="database", subject=sha256)


@dataclass(frozen=True)
class Restored:
    """What came back; `key_fits` False: the secret key here cannot read the encrypted fields."""

    rows: int
    text_packs: int
    made_at: str
    key_fits: bool


def bring_back(archive: Archive) -> Restored:
    """Put a copy into an empty place, all or nothing; raises `Faults` when it is not empty or the copy too new."""
    refuse_full_place()
    packs = {name.removeprefix(PACKS): data for name, data in archive.parts.items() if name.startswith(PACKS)}
    _refuse_other_packs(packs)
    _migrate_to(archive)
    written: list[Path] = []
    try:
        with told_plainly(), transaction.atomic():
            _empty_prefilled()
            rows = sum(_loaded(data) for name, data in archive.parts.items() if name.startswith(TABLES))
            reset_sequences(_models())
            connection.check_constraints()
            _write_packs(packs, written)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    call_command("migrate", interactive=False, verbosity=0)
    return Restored(
        rows, len(packs), str(archive.about["made_at"]), _key_fits(str(archive.about["key_check"]))
    )


def refuse_full_place() -> None:
    """Raise `Faults` unless the database is empty."""
    tables = set(connection.introspection.table_names())
    for model in _models():
        table = model._meta.db_table
        if table in tables and table not in FILLED_BY_MIGRATIONS and model._base_manager.exists():
            where = settings.DATABASES["default"]["NAME"]
            raise refuse(
                "database",
                f"{Path(str(where)).name} is not empty ({table} has rows).",
                "Restore into a new data folder (ACCORD_DATA) or an empty database (ACCORD_DATABASE_URL).",
            )


def _refuse_other_packs(packs: dict[str, bytes]) -> None:
    """Text packs that are the same in the copy may lie here: a move to another database keeps its data folder."""
    folder = packs_folder()
    there = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
    for path in there:
        if packs.get(path.relative_to(folder).as_posix()) != path.read_bytes():
            do = "Restore into a new data folder, or move it away."
            raise refuse(f"text packs: {path.name}", "it is here already, and not as in the backup.", do)


def _models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return sorted(
        (
            one
            for one in found
            if one._meta.managed and not one._meta.proxy and one._meta.db_table not in LEFT_OUT
        ),
        key=lambda one: one._meta.db_table,
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """Reads inside see the database as it is now, whatever others write meanwhile; nobody waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # atomic() would take the write lock and hold up check-ins
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


# Rows out


def _dumped(model: type[models.Model]) -> bytes:
    fields = model._meta.local_concrete_fields
    kinds = [_kind(field) for field in fields]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    order = quote(model._meta.pk.column)
    head = {
        "table": model._meta.db_table,
        "columns": [[f.column, k] for f, k in zip(fields, kinds, strict=True)],
    }
    lines = [json.dumps(head)]
    portable = [(place, PORTABLE[kind]) for place, kind in enumerate(kinds) if kind in PORTABLE]
    with connection.cursor() as cursor:
        cursor.execute(f"select {names} from {quote(model._meta.db_table)} order by {order}")
        while chunk := cursor.fetchmany(2000):
            for row in chunk:
                values = list(row)
                for place, make in portable:
                    if values[place] is not None:
                        values[place] = make(values[place])
                lines.append(json.dumps(values, ensure_ascii=False, separators=(",", ":")))
    return ("\n".join(lines) + "\n").encode()


def _kind(field: models.Field) -> str:
    found = field.get_internal_type()
    return found if found in PORTABLE else "plain"


def _instant_out(value: Any) -> str:
    made = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)).isoformat()


PORTABLE: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": _instant_out,
    "DateField": lambda value: str(value),
    "TimeField": lambda value: value if isinstance(value, str) else value.isoformat(),
    "BooleanField": bool,
    "JSONField": lambda value: json.loads(value) if isinstance(value, str) else value,
}

# Rows in

TAKEN: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": lambda value: connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value)),
    "DateField": lambda value: connection.ops.adapt_datefield_value(date.fromisoformat(value)),
    "TimeField": lambda value: connection.ops.adapt_timefield_value(time.fromisoformat(value)),
    "BooleanField": bool,
    "JSONField": json.dumps,
}


def _loaded(data: bytes) -> int:
    lines = data.decode().split("\n")
    head = json.loads(lines[0])
    columns = [column for column, _ in head["columns"]]
    takes = [(place, TAKEN[kind]) for place, (_, kind) in enumerate(head["columns"]) if kind in TAKEN]
    return insert_raw(head["table"], columns, (_taken(line, takes) for line in lines[1:] if line))


def _taken(line: str, takes: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = json.loads(line)
    for place, take in takes:
        if values[place] is not None:
            values[place] = take(values[place])
    return values


def _migrate_to(archive: Archive) -> None:
    """The database as it was when the copy was made; the migrations since then run on the rows that came back."""
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, name in archive.about["migrations"]}
    if unknown := wanted - set(executor.loader.disk_migrations):
        app, name = min(unknown)
        raise refuse(
            "backup",
            f"it was made by a newer Accord ({archive.about['made_by']}; migration {app}.{name}).",
            "Install that version first.",
        )
    graph = executor.loader.graph
    leaves = [
        key
        for key in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == key[0] for child in graph.node_map[key].children)
    ]
    executor.migrate(leaves)
    call_command("createcachetable", verbosity=0)


def _empty_prefilled() -> None:
    with connection.cursor() as cursor:
        for table in FILLED_BY_MIGRATIONS:
            cursor.execute(f"delete from {connection.ops.quote_name(table)}")


def _write_packs(packs: dict[str, bytes], written: list[Path]) -> None:
    for name, data in packs.items():
        path = packs_folder() / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_bytes(data)


def _key_fits(check: str) -> bool:
    try:
        return unlock(check) == KEY_CHECK
    except InvalidToken:
        return False
