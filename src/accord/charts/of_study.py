"""The pictures of a study, found by what its lines and tables hold; whatever shows studies shows the same ones.

The main line beside the literature is a `finding`; a table of what was foretold and seen is a `calibration`; one of net
benefit a `decision`; a line told for several groups is `groups`. Words come from the study's YAML.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from accord.basics.absence import NotScored, TooFew
from accord.charts import calibration, decision, finding, groups
from accord.charts.table import CHARTS
from accord.studies.numbers import number
from accord.studies.result import Line, Published, Study, Table
from accord.studies.texts import study_file, study_ids

FORETOLD, SEEN = ("foretold",), ("seen", "observed")
AT, MODEL, EVERYONE = ("threshold", "chance"), ("model", "by_the_model"), ("everyone", "all")
SPLIT = (
    "session",
    "method",
)  # columns by which a table may hold several pictures; the first of each is drawn
MOST_GROUPS = 24  # in one picture
MOST_PICTURES = 6  # of groups; whatever else there is, is in the table of lines


@dataclass(frozen=True)
class Drawn:
    """One picture: its name within the study, its kind in `CHARTS`, the values, and what it is called."""

    name: str
    chart: str
    picture: Any
    title: str

    def svg(self, *, narrow: bool = False) -> str:
        """The picture as inline SVG."""
        return CHARTS[self.chart].svg(self.picture, narrow=narrow)


def main_picture(study: Study) -> Drawn:
    """The main line with its interval under what the literature says of it."""
    words, line = study_file(study.id), study.line(study.main)
    known = tuple(one for one in study.published if one.line == study.main)
    title = axis_words(study)
    picture = finding.Finding(
        studies=tuple(
            _known(one, line.unit) for one in known if one.value is not None or one.low is not None
        ),
        own=value_of(line),
        title=title,
        description=words.lines[line.name].label,
        unit=line.unit,
    )
    return Drawn("finding", "finding", picture, title)


def axis_words(study: Study) -> str:
    """What the axis of the main picture shows; other folders than the findings name another picture in `picture`."""
    words = study_file(study.id)
    label = words.lines[study.main].label
    return words.picture or label if study.id in study_ids("findings") else label


def pictures(study: Study) -> tuple[Drawn, ...]:
    """Every picture of a study, the main one first; none that would be empty, and none of a mere count."""
    first = main_picture(study)
    shown = (first,) if shows(first) else ()
    return (*shown, *_of_tables(study), *islice(_of_groups(study), MOST_PICTURES))


def shows(main: Drawn) -> bool:
    """Whether a main picture has anything to show: a count of things on an axis says no more than its number."""
    values: finding.Finding = main.picture
    return values.unit != "count" and (values.own is not None or bool(values.studies))


def value_of(line: Line) -> finding.Value | None:
    """A line as a value of a picture; None where it is an absence."""
    if not isinstance(line.value, int | float):
        return None
    return finding.Value(
        float(line.value), line.low, line.high, _said(float(line.value), line.low, line.high, line.unit)
    )


def _known(one: Published, unit: str) -> finding.Value:
    said = _said(one.value, one.low, one.high, unit) if one.value is not None else one.source
    return finding.Value(one.value, one.low, one.high, f"{said} {one.source}")


def _said(value: float, low: float | None, high: float | None, unit: str) -> str:
    told = number(value, unit)
    return told if low is None or high is None else f"{told} ({number(low, unit)} – {number(high, unit)})"


def _of_tables(study: Study) -> Iterator[Drawn]:
    for table in study.tables:
        if drawn := _calibration(table) or _decision(table):
            yield drawn


def _calibration(table: Table) -> Drawn | None:
    foretold, seen = _column(table, FORETOLD), _column(table, SEEN)
    if foretold is None or seen is None:
        return None
    low, high = _column(table, ("low",)), _column(table, ("high",))
    parts = tuple(
        calibration.Part(
            float(row[foretold]),
            float(row[seen]),
            _maybe(row, low),
            _maybe(row, high),
            f"{number(float(row[foretold]), 'share')} → {number(float(row[seen]), 'share')}",
        )
        for row in sorted(_first(table), key=lambda row: float(row[foretold]))
        if row[foretold] is not None and row[seen] is not None
    )
    title = f"Foretold and seen{_which(table)}"
    return Drawn(table.name, "calibration", calibration.Calibration(parts, title), title) if parts else None


def _decision(table: Table) -> Drawn | None:
    at, model, everyone = _column(table, AT), _column(table, MODEL), _column(table, EVERYONE)
    if at is None or model is None or everyone is None:
        return None
    rows = [row for row in _first(table) if None not in (row[at], row[model], row[everyone])]
    if len(rows) < 2:
        return None
    chances, of_model, of_everyone = (
        tuple(float(row[place]) for row in rows) for place in (at, model, everyone)
    )
    title = f"Net benefit of acting on it{_which(table)}"
    return Drawn(table.name, "decision", decision.Decision(chances, of_model, of_everyone, title), title)


def _first(table: Table) -> list[Sequence[Any]]:
    """The rows of the first combination of the columns that split a table into several pictures."""
    places = [place for place, name in enumerate(table.columns) if name in SPLIT]
    if not places or not table.rows:
        return list(table.rows)
    wanted = [table.rows[0][place] for place in places]
    return [row for row in table.rows if [row[place] for place in places] == wanted]


def _which(table: Table) -> str:
    """Of which session or method a picture is, where a table holds several."""
    if not table.rows:
        return ""
    told = [f"{name} {table.rows[0][place]}" for place, name in enumerate(table.columns) if name in SPLIT]
    return f" ({', '.join(told)})" if told else ""


def _column(table: Table, names: Sequence[str]) -> int | None:
    return next((table.columns.index(name) for name in names if name in table.columns), None)


def _maybe(row: Sequence[Any], place: int | None) -> float | None:
    return None if place is None or row[place] is None else float(row[place])


def _of_groups(study: Study) -> Iterator[Drawn]:
    words = study_file(study.id).lines
    by_name: dict[str, list[Line]] = {}
    for line in study.lines:
        if line.by:
            by_name.setdefault(line.name, []).append(line)
    for name, lines in by_name.items():
        if 1 < len(lines) <= MOST_GROUPS and any(value_of(one) for one in lines):
            title = words[name].label
            rows = tuple(_group(one) for one in lines)
            yield Drawn(f"groups-{name}", "groups", groups.Groups(rows, title, unit=lines[0].unit), title)


def _group(line: Line) -> groups.Group:
    value = value_of(line)
    under, _colon, label = line.by.replace("_", " ").rpartition(": ")
    under = f"{under[:1].upper()}{under[1:]}"
    if value is None:
        return groups.Group(label, None, few=_why(line), under=under)
    return groups.Group(label, value.value, value.low, value.high, said=value.said, under=under)


def _why(line: Line) -> str:
    match line.value:
        case NotScored(reason):
            return reason
        case TooFew():
            return "too few"
        case _:
            return "not asked"


def files(study: Study) -> Mapping[str, bytes]:
    """Names and contents of a study's pictures as files that stand alone, SVG and PNG."""
    from accord.charts.standalone import png, standalone

    made: dict[str, bytes] = {}
    for one in pictures(study):
        alone = standalone(one.svg())
        made[f"{study.id}-{one.name}.svg"] = alone.encode()
        made[f"{study.id}-{one.name}.png"] = png(alone)
    return made
