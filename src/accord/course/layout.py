"""What a snapshot holds: its tables and their columns, each with its meaning. The docs are checked against it.

A snapshot is a folder of Parquet files, one per table, with `about.json` beside them. Keys say nothing about a person;
words that anybody wrote are in none of them. It stands here, and not with the studies, since a simulated service is
written in it as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

LAYOUT = 1  # of the tables below; a snapshot of another layout is refused
MARK = "about.json"


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, and whether it may be empty."""

    name: str
    type: pa.DataType
    meaning: str
    empty: bool = False


TEXT, WHOLE, DAY, NUMBER = pa.string(), pa.int32(), pa.date32(), pa.float64()
TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "courses": (
            Column("course", TEXT, "Key of the course."),
            Column("client", TEXT, "Key of the client."),
            Column("service", TEXT, "Short name of the service."),
            Column("therapist", TEXT, "Key of the therapist now, or at the end.", empty=True),
            Column("started_on", DAY, "Day on which it began."),
            Column("ended_on", DAY, "Day on which it ended; empty: it goes on.", empty=True),
            Column(
                "ending",
                TEXT,
                "How it ended: as_planned, agreed_early, left, referred, other; empty: nobody said.",
                empty=True,
            ),
            Column("planned", WHOLE, "Sessions planned; empty: open-ended or not said.", empty=True),
            Column("treatment", TEXT, "Kind of treatment, in the service's words.", empty=True),
            Column("language", TEXT, "Language in which the client answers.", empty=True),
        ),
        "sessions": (
            Column("session", TEXT, "Key of the session."),
            Column("course", TEXT, "Key of its course."),
            Column("client", TEXT, "Key of the client."),
            Column("therapist", TEXT, "Key of the therapist who held it.", empty=True),
            Column(
                "number", WHOLE, "Number among the sessions held, from 1; empty: it fell out.", empty=True
            ),
            Column("day", DAY, "Day of the session; empty: only the order is known.", empty=True),
            Column("order", WHOLE, "Place in the course, from 1, also of sessions that fell out."),
            Column("kind", TEXT, "How people met: in_person, video, phone, text."),
            Column(
                "attendance",
                TEXT,
                "One of attended, late, cancelled, missed_notice, missed_no_notice, planned.",
            ),
        ),
        "ratings": (
            Column("session", TEXT, "Key of the session it is about."),
            Column("course", TEXT, "Key of the course."),
            Column("instrument", TEXT, "Instrument."),
            Column("version", WHOLE, "Version of the instrument."),
            Column("respondent", TEXT, "client or therapist."),
            Column("scale", TEXT, "Scale, TOTAL for the whole."),
            Column("value", NUMBER, "The score; empty: see `reason`.", empty=True),
            Column("reason", TEXT, "Why there is no score; empty: there is one.", empty=True),
        ),
        "items": (
            Column("session", TEXT, "Key of the session it is about."),
            Column("course", TEXT, "Key of the course."),
            Column("instrument", TEXT, "Instrument; Accord's own only."),
            Column("version", WHOLE, "Version of the instrument."),
            Column("respondent", TEXT, "client or therapist."),
            Column("item", WHOLE, "Number of the item."),
            Column("value", NUMBER, "The answer as a number; empty: see `reason`.", empty=True),
            Column("reason", TEXT, "declined or not_reached; empty: there is an answer.", empty=True),
        ),
        "signals": (
            Column("course", TEXT, "Key of the course."),
            Column("session", TEXT, "Key of the session it is about.", empty=True),
            Column("rule", TEXT, "Rule that raised it."),
            Column("version", WHOLE, "Version of the rule."),
            Column("raised_on", DAY, "Day on which it was raised."),
            Column("ended_on", DAY, "Day on which it ended; empty: it stands.", empty=True),
            Column("said", TEXT, "not_a_dip, not_useful; empty: nobody said anything.", empty=True),
            Column("repaired", pa.bool_(), "Whether a repair was begun from it."),
        ),
        "traits": (
            Column("client", TEXT, "Key of the client."),
            Column("trait", TEXT, "What is told of the client: gender, age_band, origin, …"),
            Column("value", TEXT, "The group, in the service's words."),
        ),
        "trainings": (
            Column("therapist", TEXT, "Key of the therapist."),
            Column("training", TEXT, "Name of the training."),
            Column("day", DAY, "Day on which it ended."),
        ),
    }
)
SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        name: pa.schema([pa.field(one.name, one.type, nullable=one.empty) for one in columns])
        for name, columns in TABLES.items()
    }
)


@dataclass(frozen=True)
class About:
    """What `about.json` says of a snapshot. `taken_at` is ISO 8601 with zone; `accord` the version that took it."""

    layout: int
    services: tuple[str, ...]
    simulated: bool
    taken_at: str
    accord: str
