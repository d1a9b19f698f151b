"""The annual report as a value: what a service learnt from its own sessions, sentences first.

Nothing in it names anybody: tables with keys are left out (`unnamed`), and of therapists there is only the spread.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from accord.basics.absence import words as absence_words
from accord.charts import caterpillar
from accord.charts.of_study import axis_words, pictures
from accord.charts.standalone import standalone
from accord.reports.report import Drawing, Report, Row, Section
from accord.studies.numbers import number
from accord.studies.result import CELL, Line, Published, Run, Study, Table, Verdict
from accord.studies.texts import (
    counted,
    filled,
    kept_back,
    left_out,
    notes_of,
    sentence,
    study_file,
    study_ids,
    without_claims,
)

VERDICTS = {
    Verdict.AGREES: "agrees with the studies",
    Verdict.DIFFERS: "differs from the studies",
    Verdict.TOO_FEW: "too few yet",
    Verdict.NO_ASSOCIATION: "no link seen",
    Verdict.CANNOT_TELL: "cannot be told",
    Verdict.DESCRIBES: "described; nothing published to hold it against",
}
ONE = {
    Verdict.AGREES: "agrees with the studies",
    Verdict.DIFFERS: "differs",
    Verdict.TOO_FEW: "needs more time",
    Verdict.NO_ASSOCIATION: "shows no link",
    Verdict.CANNOT_TELL: "cannot be told",
    Verdict.DESCRIBES: "is described",
}
MANY = ONE | {
    Verdict.AGREES: "agree with the studies",
    Verdict.DIFFERS: "differ",
    Verdict.TOO_FEW: "need more time",
    Verdict.NO_ASSOCIATION: "show no link",
    Verdict.DESCRIBES: "are described",
}
KEYS = frozenset({"therapist", "client", "course"})  # columns that name somebody
THERAPISTS = "therapists"
MOST_PICTURES = 4
MOST_ROWS = 24  # of a study; on paper nobody reads more, and files have them all
HONESTY = (
    "“Goes with” is all that can be said. Nobody was drawn by lot to feel well met, so nothing here shows a cause.",
    f"Groups of fewer than {CELL} people are kept back, and counted where they are.",
    "An interval is where the true value plausibly lies (95 of 100 times). Where there are too few, it says so.",
    "Accord's own forms are unvalidated until a service's own answers say otherwise.",
    "The order of therapists in a picture shows the spread. It is no list of who is better.",
)


def unnamed(study: Study) -> Study:
    """The study without tables that name anybody."""
    return replace(study, tables=tuple(one for one in study.tables if not KEYS & set(one.columns)))


def spread_of(study: Study, spread: Collection[str] | None = None) -> Table:
    """The therapists of a study (or those with a key in `spread`) as an unnamed shape; empty below five."""
    from accord.studies.therapists.seen import for_viewer

    rows = tuple((one.estimate, one.low, one.high) for one in for_viewer(study, None, spread=spread).others)
    return Table("spread", ("estimate", "low", "high"), rows)


def annual(run: Run, among: Collection[str] | None = None) -> Report:
    """The report of `run`: of therapists only the unnamed spread, whoever asks, of those with a key in `among`."""
    spread = next((spread_of(one, among) for one in run.studies if one.id == THERAPISTS), None)
    told = [unnamed(one) for one in run.studies]
    findings = [one for one in told if one.id in study_ids("findings")]
    further = [one for one in told if one.id not in study_ids("findings")]
    return Report(
        title="What our sessions taught us",
        service=run.service,
        simulated=run.simulated,
        lead=_lead(findings),
        made=_made(run.taken_at, run.version),
        findings=tuple(_section(one, None) for one in findings),
        further=tuple(_section(one, spread if one.id == THERAPISTS else None) for one in further),
        honesty=HONESTY,
    )


def _lead(findings: Sequence[Study]) -> str:
    counts = [(one, sum(study.verdict is one for study in findings)) for one in Verdict]
    said = [f"{count} {ONE[kind] if count == 1 else MANY[kind]}" for kind, count in counts if count]
    if not said:
        return "No finding was asked."
    return f"Of {len(findings)} findings, {', '.join(said)}."


def _made(taken_at: datetime, version: str) -> str:
    return f"From sessions as they stood on {taken_at:%-d %B %Y}. Made with Accord {version}."


def _section(study: Study, spread: Table | None) -> Section:
    words, notes = study_file(study.id), notes_of(study)
    why = notes if study.verdict is Verdict.CANNOT_TELL else ()
    return Section(
        id=study.id,
        title=words.title,
        verdict=VERDICTS[study.verdict],
        sentence=without_claims(sentence(study)),
        look_at=tuple(filled(words.look_at[key], study.facts) for key in study.look_at),
        why=why,
        question=words.question.strip(),
        drawings=(*_spread(spread), *_drawings(study)),
        rows=tuple(_row(study, one) for one in study.lines[:MOST_ROWS]),
        method=words.method.strip(),
        assumptions=tuple(words.assumptions),
        limits=tuple(words.limits),
        notes=() if why else notes,
        left_out=(
            *_shortened(study),
            *(f"Left out: {one}." for one in left_out(study)),
            *(f"Kept back, since too few people stand behind it: {one}." for one in kept_back(study)),
        ),
    )


def _shortened(study: Study) -> tuple[str, ...]:
    more = len(study.lines) - MOST_ROWS
    return (
        (f"{more} further numbers are in the study's own table, which can be taken along as a file.",)
        if more > 0
        else ()
    )


def _drawings(study: Study) -> tuple[Drawing, ...]:
    main = study.line(study.main)
    told = f"{axis_words(study)}: here {_here(main)}"
    return tuple(
        Drawing(
            one.title,
            told if one.name == "finding" else f"{one.title}; every value is in the table.",
            standalone(one.svg()),
            standalone(one.svg(narrow=True)),
        )
        for one in islice(pictures(study), MOST_PICTURES)
    )


def _spread(table: Table | None) -> tuple[Drawing, ...]:
    if table is None or not table.rows:
        return ()
    ends = ([float(cell) for cell in row if cell is not None] for row in table.rows)
    rows = tuple(caterpillar.Row(estimate, low, high) for estimate, low, high in ends)
    title = study_file(THERAPISTS).picture or "Therapists against the average"
    picture = caterpillar.Caterpillar(rows, title)
    crossing = sum(one.low <= 0 <= one.high for one in rows)
    alt = (
        f"{len(rows)} unnamed therapists with their intervals; {crossing} of the intervals hold the average."
    )
    wide, narrow = (standalone(caterpillar.svg(picture, narrow=one)) for one in (False, True))
    return (Drawing(title, alt, wide, narrow),)


def _row(study: Study, line: Line) -> Row:
    label = study_file(study.id).lines[line.name].label
    known = [one for one in study.published if one.line == line.name and not line.by]
    return Row(
        what=f"{label}, {line.by.replace('_', ' ')}" if line.by else label,
        here=_here(line),
        interval=_between(line.low, line.high, line.unit),
        rests_on=", ".join(counted(name, count) for name, count in line.n.items()),
        studies="; ".join(_published(one, line.unit) for one in known),
    )


def _here(line: Line) -> str:
    if isinstance(line.value, int | float):
        return number(float(line.value), line.unit)
    return absence_words(line.value)


def _between(low: float | None, high: float | None, unit: str) -> str:
    return "" if low is None or high is None else f"{number(low, unit)} to {number(high, unit)}"


def _published(one: Published, unit: str) -> str:
    between = _between(one.low, one.high, unit)
    if one.value is None:
        return f"{between} {one.source}".strip()
    return f"{number(one.value, unit)}{f' ({between})' if between else ''} {one.source}"
