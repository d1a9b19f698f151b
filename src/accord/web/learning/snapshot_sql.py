"""The questions that a snapshot asks the database: one per table of the layout, in the SQL of either database.

Every row carries its place (`accord.exchange.snapshot.Asked`): `month` is that in which its course began, for tables
with a row per session, so that months in which nothing changed stay as files; then ids, for the same order each time.
Words that anybody wrote, names, safety answers, and answers that were superseded or changed after they were read are
in none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from accord.course.layout import TABLES, Column
from accord.course.session import Attendance
from accord.instruments.definition import ItemKind
from accord.instruments.registry import all_instruments, instrument, versions


@dataclass(frozen=True)
class Dialect:
    """What the two databases say differently. Where columns have no type (not `typed`), a first row tells it."""

    typed: bool
    month: Callable[[str], str]
    stamp: Callable[[str], str]  # an instant as text in UTC
    answers: str  # the answers of a response `r` as rows `j` with `key`
    number: str  # of an answer `j`
    word: str


SQLITE = Dialect(
    typed=False,
    month=lambda day: f"substr({day}, 1, 7)",
    stamp=lambda at: f"CAST({at} AS TEXT)",
    answers="json_each(r.items) AS j",
    number="CASE WHEN j.type IN ('integer', 'real') THEN CAST(j.value AS DOUBLE PRECISION) END",
    word="CASE WHEN j.type = 'text' THEN CAST(j.value AS TEXT) END",
)
POSTGRESQL = Dialect(
    typed=True,
    month=lambda day: f"to_char({day}, 'YYYY-MM')",
    stamp=lambda at: f"to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    answers="jsonb_each(r.items) AS j(key, value)",
    number="CASE WHEN jsonb_typeof(j.value) = 'number' THEN CAST(j.value AS DOUBLE PRECISION) END",
    word="CASE WHEN jsonb_typeof(j.value) = 'string' THEN j.value #>> '{}' END",
)
DIALECTS: Mapping[str, Dialect] = {"sqlite": SQLITE, "postgresql": POSTGRESQL}

_HELD = ", ".join(f"'{one}'" for one in Attendance if one.held)
_COUNTING = (
    "r.standing <> 'after_reading'"
    " AND NOT EXISTS (SELECT 1 FROM checkin_response AS later WHERE later.supersedes_id = r.id)"
)


def question(table: str, service: int, dialect: Dialect) -> str:
    """The SQL for one table of the service with this id, in order."""
    said = _QUESTIONS[table](dialect).replace("{service}", str(int(service)))
    order = "ORDER BY month, first, second"
    if dialect.typed:
        return f"{said} {order}"
    return f"{_first_row(table)} UNION ALL {said} {order}"


def _first_row(table: str) -> str:
    """A row before all others that says of which type each column is."""
    values = [f"{_example(column, table)} AS {_quoted(column.name)}" for column in TABLES[table]]
    return f"SELECT {', '.join(values)}, '' AS month, -1 AS first, -1 AS second"


def _example(column: Column, table: str) -> str:
    if pa.types.is_floating(column.type):
        return "0.5"
    return "1" if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type) else "'-'"


def _quoted(name: str) -> str:
    return f'"{name}"' if name == "order" else name


def _courses(dialect: Dialect) -> str:
    return """
SELECT c.key AS course, p.key AS client, v.slug AS service, t.key AS therapist,
       CAST(c.started_on AS TEXT) AS started_on, CAST(c.ended_on AS TEXT) AS ended_on,
       nullif(c.ending, '') AS ending, CAST(c.planned AS INTEGER) AS planned, nullif(c.treatment, '') AS treatment,
       p.language AS language, '' AS month, c.id AS first, 0 AS second
FROM therapy_course AS c
JOIN people_client AS p ON p.id = c.client_id
JOIN people_service AS v ON v.id = c.service_id
LEFT JOIN people_staff AS t ON t.id = c.therapist_id
WHERE c.service_id = {service}"""


# The order is that of a course: by day; within a day those with a time first (`accord.course.course`).
_IN_COURSE = 'PARTITION BY s.course_id ORDER BY s.day, s.starts_at IS NULL, s.starts_at, s."order", s.id'


def _sessions(dialect: Dialect) -> str:
    return f"""
SELECT s.key AS session, c.key AS course, p.key AS client, t.key AS therapist,
       CASE WHEN s.attendance IN ({_HELD})
            THEN CAST(sum(CASE WHEN s.attendance IN ({_HELD}) THEN 1 ELSE 0 END) OVER (
                 {_IN_COURSE} ROWS UNBOUNDED PRECEDING) AS INTEGER) END AS number,
       CASE WHEN s.day_assumed THEN NULL ELSE CAST(s.day AS TEXT) END AS day,
       CAST(row_number() OVER ({_IN_COURSE}) AS INTEGER) AS "order",
       s.kind AS kind, s.attendance AS attendance,
       {dialect.month("c.started_on")} AS month, c.id AS first,
       row_number() OVER ({_IN_COURSE}) AS second
FROM therapy_session AS s
JOIN therapy_course AS c ON c.id = s.course_id
JOIN people_client AS p ON p.id = c.client_id
LEFT JOIN people_staff AS t ON t.id = s.therapist_id
WHERE s.service_id = {{service}}"""


def _ratings(dialect: Dialect) -> str:
    return f"""
SELECT s.key AS session, c.key AS course, r.instrument AS instrument, CAST(r.version AS INTEGER) AS version,
       r.respondent AS respondent, o.scale AS scale, o.value AS value,
       CASE WHEN o.value IS NULL THEN coalesce(nullif(o.reason, ''), 'not scored') END AS reason,
       {dialect.month("c.started_on")} AS month, r.id AS first, o.id AS second
FROM checkin_score AS o
JOIN checkin_response AS r ON r.id = o.response_id
JOIN therapy_session AS s ON s.id = r.session_id
JOIN therapy_course AS c ON c.id = s.course_id
WHERE r.service_id = {{service}} AND {_COUNTING}"""


def _items(dialect: Dialect) -> str:
    return f"""
SELECT s.key AS session, c.key AS course, r.instrument AS instrument, CAST(r.version AS INTEGER) AS version,
       r.respondent AS respondent, CAST(j.key AS INTEGER) AS item, {dialect.number} AS value,
       {dialect.word} AS reason,
       {dialect.month("c.started_on")} AS month, r.id AS first, CAST(j.key AS INTEGER) AS second
FROM checkin_response AS r
JOIN therapy_session AS s ON s.id = r.session_id
JOIN therapy_course AS c ON c.id = s.course_id
CROSS JOIN {dialect.answers}
WHERE r.service_id = {{service}} AND r.instrument LIKE 'accord-%' AND {_COUNTING}
  AND ({dialect.number} IS NOT NULL OR {dialect.word} IN ('declined', 'not_reached')){_left_out()}"""


def _left_out() -> str:
    """Safety answers, and lines for words: neither is a number to learn from."""
    found = {
        (one.id, item.number)
        for one in all_instruments()
        if one.own
        for version in versions(one.id)
        for item in instrument(one.id, version).items
        if item.risk_at is not None or item.kind is ItemKind.TEXT
    }
    return "".join(
        f"\n  AND NOT (r.instrument = '{name}' AND j.key = '{item}')" for name, item in sorted(found)
    )


def _signals(dialect: Dialect) -> str:
    return f"""
SELECT c.key AS course, s.key AS session, g.rule AS rule, CAST(g.version AS INTEGER) AS version,
       {dialect.stamp("g.raised_at")} AS raised_on, {dialect.stamp("g.ended_at")} AS ended_on, w.said AS said,
       CASE WHEN EXISTS (SELECT 1 FROM repair_repair AS m WHERE m.signal_id = g.id) THEN 1 ELSE 0 END AS repaired,
       '' AS month, g.id AS first, 0 AS second
FROM attention_signal AS g
JOIN therapy_course AS c ON c.id = g.course_id
JOIN therapy_session AS s ON s.id = g.about_id
LEFT JOIN attention_verdict AS w ON w.signal_id = g.id
WHERE g.service_id = {{service}}"""


def _traits(dialect: Dialect) -> str:
    return """
SELECT p.key AS client, k.trait AS trait, k.value AS value, '' AS month, k.id AS first, 0 AS second
FROM people_clienttrait AS k
JOIN people_client AS p ON p.id = k.client_id
WHERE k.service_id = {service}"""


def _trainings(dialect: Dialect) -> str:
    return """
SELECT t.key AS therapist, k.training AS training, CAST(k.day AS TEXT) AS day,
       '' AS month, k.id AS first, 0 AS second
FROM people_training AS k
JOIN people_staff AS t ON t.id = k.staff_id
WHERE k.service_id = {service}"""


_QUESTIONS: Mapping[str, Callable[[Dialect], str]] = {
    "courses": _courses,
    "sessions": _sessions,
    "ratings": _ratings,
    "items": _items,
    "signals": _signals,
    "traits": _traits,
    "trainings": _trainings,
}
