"""One study whole: sentence, pictures, lines, tables, how it was done, assumptions, limits, literature, downloads."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accord.charts.of_study import pictures
from accord.evidence.claims import claims
from accord.studies.numbers import is_fit
from accord.studies.result import Published, Study, Table
from accord.studies.texts import kept_back, left_out, notes_of, study_file
from accord.web.attention.words import address
from accord.web.learning.rests_on import figure
from accord.web.learning.studies_card import Card, Picture, card, drawn
from accord.web.learning.study_words import (
    interval_words,
    n_words,
    number,
    published_words,
    read_words,
    value_words,
)

MANY = 24  # lines of a study; more are folded, so that what follows can be found


@dataclass(frozen=True)
class Row:
    """One line of a study."""

    label: str
    by: str
    means: str
    here: str
    interval: str
    n: str
    method: str


@dataclass(frozen=True)
class Known:
    """One value of the literature, with where Accord weighs it."""

    label: str
    value: str
    source: str
    claim: str
    url: str
    read: str


@dataclass(frozen=True)
class Shown:
    """A further table."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StudyPage:
    """The page of one study."""

    card: Card
    question: str
    pictures: tuple[Picture, ...]
    rows: tuple[Row, ...]
    tables: tuple[Shown, ...]
    known: tuple[Known, ...]
    method: str
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    kept_back: tuple[str, ...]
    n: str

    @property
    def many(self) -> bool:
        """Whether there are so many lines that they stand folded."""
        return len(self.rows) > MANY


def study_page(study: Study, eyebrow: str) -> StudyPage:
    """The page of `study`, from which whatever names somebody is gone already."""
    words = study_file(study.id)
    return StudyPage(
        card=card(study, eyebrow),
        question=words.question.strip(),
        pictures=tuple(drawn(one) for one in pictures(study)),
        rows=tuple(_rows(study)),
        tables=tuple(_table(one, words.tables) for one in study.tables if one.rows),
        known=tuple(_known(one, study) for one in study.published),
        method=words.method.strip(),
        assumptions=tuple(words.assumptions),
        limits=tuple(words.limits),
        notes=notes_of(study),
        left_out=left_out(study),
        kept_back=kept_back(study),
        n=n_words(study.n),
    )


def _rows(study: Study) -> list[Row]:
    words = study_file(study.id).lines
    return [
        Row(
            label=words[one.name].label,
            by=one.by.replace("_", " "),
            means=words[one.name].means,
            here=value_words(one.value, one.unit),
            interval=interval_words(one.low, one.high, one.unit),
            n=n_words(one.n),
            method=one.method,
        )
        for one in study.lines
    ]


def _known(one: Published, study: Study) -> Known:
    unit = next((line.unit for line in study.lines if line.name == one.line), "")
    label = study_file(study.id).lines[one.line].label
    claim = next((claim.says for claim in claims() if claim.id == one.claim), "") if one.claim else ""
    url = address("public:claim", one.claim) if claim else ""
    return Known(label, published_words(one, unit), one.source, claim, url, read_words(one))


def _table(table: Table, titles: Mapping[str, str]) -> Shown:
    columns = tuple(name.replace("_", " ") for name in table.columns)
    rows = tuple(tuple(map(_cell, row, table.columns)) for row in table.rows)
    return Shown(titles.get(table.name, table.name.replace("_", " ")), columns, rows)


def _cell(value: Any, column: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return figure(value)
    if isinstance(value, float):
        if is_fit(column):
            return number(value, "index")
        return f"{value:.3g}".replace("-", "−") if abs(value) < 1000 else figure(value)
    return str(value)


def lines_csv(study: Study, tables: Sequence[Table] = ()) -> str:
    """The lines of a study as CSV with labels; a further table follows after an empty line."""
    file = io.StringIO()
    writer = csv.writer(file)
    columns = (
        "line",
        "label",
        "group",
        "value",
        "low",
        "high",
        "unit",
        "absent",
        "n",
        "method",
        "published",
        "source",
    )
    writer.writerow(columns)
    words = study_file(study.id).lines
    for one in study.lines:
        there = isinstance(one.value, int | float)
        known = next((pub for pub in study.published if pub.line == one.name and not one.by), None)
        value = [one.value, ""] if there else ["", value_words(one.value, one.unit)]
        row = [one.name, words[one.name].label, one.by, value[0], one.low, one.high, one.unit, value[1]]
        writer.writerow(
            [
                *map(_safe, row),
                n_words(one.n),
                one.method,
                *((known.value, known.source) if known else ("", "")),
            ]
        )
    for table in (*study.tables, *tables):
        writer.writerow([])
        writer.writerow([table.name])
        writer.writerow(table.columns)
        writer.writerows([list(map(_safe, row)) for row in table.rows])
    return file.getvalue()


def _safe(value: Any) -> Any:
    """A cell that a spreadsheet does not take for a formula: groups are in the service's own words."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
