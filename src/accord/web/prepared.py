"""SQL that is made once, for the few statements of an answer on its way in.

Django writes the SQL of a query afresh each time, which takes many times as long as running it: 1.4 ms of 1.5 for a
link with what belongs to it. Where a whole waiting room passes at once (`checkin.actions.record_answers`), the same
SQL is used again. Everywhere else a query set is quick enough and easier to read. `make bench` measures it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators


class Prepared:
    """One query for records by one value, with everything its `select_related` names."""

    def __init__(self, make: Callable[[Any], QuerySet]) -> None:
        """`make(value)` is the query set; `value` is its only parameter and its SQL is the same for each."""
        self._make = make
        self._own = threading.local()  # a compiler belongs to a connection, and a connection to a thread

    def first(self, value: Any) -> Any | None:
        """The first record for `value`, or None."""
        own, now = self._own, connections[DEFAULT_DB_ALIAS]
        if now.connection is None or getattr(own, "connection", None) is not now.connection:
            self._compile(value)
        with now.cursor() as cursor:
            cursor.execute(own.sql, (value,))
            row = cursor.fetchone()
        if row is None:
            return None
        (row,) = own.compiler.apply_converters([row], own.converters)
        info = own.compiler.klass_info
        fields = info["select_fields"]
        names = [own.compiler.select[place][0].target.attname for place in fields]
        record = info["model"].from_db(now.alias, names, row[fields[0] : fields[-1] + 1])
        for populate in own.related:
            populate.populate(row, record)
        return record

    def _compile(self, value: Any) -> None:
        compiler = self._make(value).query.get_compiler(connection=connection)
        own = self._own
        own.sql, parameters = compiler.as_sql()
        if tuple(parameters) != (value,):
            raise ValueError("a prepared query has one parameter: what it is asked for")
        own.compiler = compiler
        own.converters = compiler.get_converters([column[0] for column in compiler.select])
        own.related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)
        connection.ensure_connection()
        own.connection = connection.connection


def one(sql: str, *parameters: Any) -> tuple | None:
    """The first row of a statement in plain SQL that both databases understand; None without one."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def many(sql: str, *parameters: Any) -> list[tuple]:
    """All rows of such a statement."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def write(rows: Sequence[Model]) -> None:
    """Insert new records of one model in one statement; a single one learns its number. None write nothing."""
    if not rows:
        return
    model, single, own = type(rows[0]), len(rows) == 1, connections[DEFAULT_DB_ALIAS]
    plan = _plan(model, own.vendor)
    parameters = [
        getattr(row, name) if field is None else field.get_db_prep_save(field.pre_save(row, add=True), own)
        for row in rows
        for name, field in plan.columns
    ]
    with own.cursor() as cursor:
        cursor.execute(
            f"{plan.into} values {', '.join([plan.places] * len(rows))}{plan.returning if single else ''}",
            parameters,
        )
        if single:
            (rows[0].pk,) = cursor.fetchone()
    for row in rows:
        row._state.adding, row._state.db = False, own.alias


def change(model: type[Model], number: Any, **values: Any) -> None:
    """Set some fields of the record with this primary key."""
    own = connections[DEFAULT_DB_ALIAS]
    fields = [model._meta.get_field(name) for name in values]
    parameters = [field.get_db_prep_save(values[field.name], own) for field in fields]
    with own.cursor() as cursor:
        cursor.execute(_update(model, own.vendor, tuple(values)), [*parameters, number])


@cache
def _update(model: type[Model], vendor: str, names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(model._meta.get_field(name).column)} = %s" for name in names)
    return f"update {quote(model._meta.db_table)} set {changes} where {quote(model._meta.pk.column)} = %s"


# Fields whose values a database takes as they are; all others are asked how they want to be written.
_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.FloatField,
    models.IntegerField,
    models.PositiveSmallIntegerField,
    models.PositiveIntegerField,
    models.PositiveBigIntegerField,
    models.BooleanField,
    models.ForeignKey,
    models.OneToOneField,
)


@dataclass(frozen=True)
class _Plan:
    """How records of one model are inserted: `columns` pairs an attribute with its field, None if it needs no care."""

    into: str
    places: str
    returning: str
    columns: tuple[tuple[str, models.Field | None], ...]


@cache
def _plan(model: type[Model], vendor: str) -> _Plan:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(quote(field.column) for field in fields)
    return _Plan(
        into=f"insert into {quote(model._meta.db_table)} ({names})",
        places=f"({', '.join(['%s'] * len(fields))})",
        returning=f" returning {quote(model._meta.pk.column)}",
        columns=tuple((field.attname, None if type(field) in _AS_THEY_ARE else field) for field in fields),
    )
