"""SQL that is made once, for the few statements of an answer on its way in.

Django writes the SQL of a query afresh each time, which takes many times as long as running it: 1.4 ms of 1.5 for a
link with what belongs to it. Where a whole waiting room passes at once (`checkin.actions.record_answers`), the same
SQL is used again. Everywhere else a query set is quick enough and easier to read. `make bench` measures it.
"""

import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection
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
        if (
            getattr(self._own, "connection", None) is not connection.connection
            or connection.connection is None
        ):
            self._compile(value)
        own = self._own
        with connection.cursor() as cursor:
            cursor.execute(own.sql, (value,))
            row = cursor.fetchone()
        if row is None:
            return None
        (row,) = own.compiler.apply_converters([row], own.converters)
        info = own.compiler.klass_info
        fields = info["select_fields"]
        names = [own.compiler.select[place][0].target.attname for place in fields]
        record = info["model"].from_db(connection.alias, names, row[fields[0] : fields[-1] + 1])
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
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def write(rows: Sequence[Model]) -> None:
    """Insert new records of one model in one statement; a single one learns its number."""
    model, single = type(rows[0]), len(rows) == 1
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    into = _into(model, connection.vendor)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    parameters = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        returning = f" returning {connection.ops.quote_name(model._meta.pk.column)}" if single else ""
        cursor.execute(f"{into} values {places}{returning}", parameters)
        if single:
            (rows[0].pk,) = cursor.fetchone()
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def change(model: type[Model], number: Any, **values: Any) -> None:
    """Set some fields of the record with this primary key."""
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in values]
    changes = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    parameters = [field.get_db_prep_save(values[field.name], connection) for field in fields]
    with connection.cursor() as cursor:
        sql = f"update {quote(model._meta.db_table)} set {changes} where {quote(model._meta.pk.column)} = %s"
        cursor.execute(sql, [*parameters, number])


@cache
def _into(model: type[Model], vendor: str) -> str:
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in model._meta.local_concrete_fields if not field.primary_key]
    return f"insert into {quote(model._meta.db_table)} ({', '.join(columns)})"
