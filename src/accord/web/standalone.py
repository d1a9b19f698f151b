"""The web room opened without a server: for commands, scripts and the doctor."""

import os
from dataclasses import dataclass
from io import StringIO


def start() -> None:
    """Load settings and models, so that they can be imported and queried."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "accord.web.settings"  # whatever another project left in the shell
    import django

    django.setup()


def prepare() -> int:
    """Bring the database up to date; returns how many migrations were applied. Cheap when there are none."""
    from django.core.management import call_command

    from accord.web import bundled

    waiting = len(pending())
    if waiting:
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0, stdout=StringIO())
    bundled.write()
    return waiting


def release() -> None:
    """Close the database, so that processes forked from this one inherit no open connection."""
    from django.db import connections

    connections.close_all()


def pending() -> tuple[str, ...]:
    """Names of the migrations that the database lacks, such as ``people.0002_team``."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def is_empty() -> bool:
    """Whether nothing was ever written to this database."""
    from django.db import connection

    return not connection.introspection.table_names()


@dataclass(frozen=True)
class DatabaseFacts:
    """How the database of this installation keeps its promises; SQLite's pragmas are empty on PostgreSQL."""

    vendor: str
    place: str
    journal_mode: str
    synchronous: int | None


def database_facts() -> DatabaseFacts:
    """Ask the database how it writes; raises what Django raises when it cannot be reached."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("select 1")
            return DatabaseFacts(connection.vendor, str(connection.settings_dict["NAME"]), "", None)
        cursor.execute("pragma journal_mode")
        (journal_mode,) = cursor.fetchone()
        cursor.execute("pragma synchronous")
        (synchronous,) = cursor.fetchone()
    return DatabaseFacts("sqlite", str(connection.settings_dict["NAME"]), journal_mode, synchronous)
