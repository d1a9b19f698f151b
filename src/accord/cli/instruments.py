"""``accord instruments``: what can be asked, how it is scored, and the words a clinic brings."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from accord.basics.faults import Faults
from accord.cli.opening import print_json
from accord.instruments.definition import Evidence, Instrument, Scale
from accord.instruments.registry import LIBRARY, all_instruments, identifiers, instrument
from accord.instruments.scoring import Score, score

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the instrument, for example phq-9.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@app.callback()
def instruments() -> None:
    """List, show, score and check instruments; add their words.

    Example: accord instruments list
    """


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List every instrument: Accord's own first, then the keys of published ones.

    Example: accord instruments list --json
    """
    rows = [summary(one) for one in all_instruments()]
    if as_json:
        print_json(rows)
        return
    table = Table("id", "about", "answered by", "items", "scales", "words in", "state")
    for row in rows:
        table.add_row(
            row["id"],
            row["family"],
            row["respondent"],
            str(row["items"]),
            ", ".join(row["scales"]),
            ", ".join(row["languages"]) or "none yet",
            row["state"],
        )
    Console().print(table)


def summary(one: Instrument) -> dict[str, Any]:
    """One instrument as a row of the list."""
    from accord.instruments.text import languages

    state = "ready" if one.enabled else f"not enabled: {one.disabled_reason}"
    if one.enabled and not languages(one.id):
        state = "scores only: no words"
    return {
        "id": one.id,
        "version": one.version,
        "title": one.title,
        "family": one.family.value,
        "respondent": one.respondent.value,
        "own": one.own,
        "validated": one.validated,
        "enabled": one.enabled,
        "disabled_reason": one.disabled_reason,
        "items": len(one.items),
        "scales": [scale.id for scale in one.scales],
        "languages": list(languages(one.id)),
        "state": state,
    }


@app.command()
def show(name: Id, as_json: Json = False) -> None:
    """Show one instrument: licence, items, scales, and how sure each number is.

    Example: accord instruments show phq-9
    """
    one = instrument(name)
    if as_json:
        print_json(details(one))
        return
    Console(highlight=False).print("\n".join(lines(one)), markup=False, soft_wrap=True)


def details(one: Instrument) -> dict[str, Any]:
    """Everything the definition says, as plain data."""
    from dataclasses import asdict

    return {
        **asdict(one),
        **summary(one),
        "items": [asdict(item) for item in one.items],
        "scales": scales(one),
    }


def scales(one: Instrument) -> list[dict[str, Any]]:
    """The scales of an instrument as plain data."""
    from dataclasses import asdict

    return [asdict(scale) for scale in one.scales]


def lines(one: Instrument) -> list[str]:
    """The instrument for people, line by line."""
    row = summary(one)
    told = [
        f"{one.title}  ({one.id}, version {one.version})",
        f"  {row['state']}; {'validated' if one.validated else 'UNVALIDATED'}; answered by the {one.respondent.value}",
        f"  source: {one.source}",
        f"  licence: {one.licence}",
        f"  about: {one.recall}; {len(one.items)} items; words in: {', '.join(row['languages']) or 'none yet'}",
    ]
    if one.risk_numbers:
        told.append(
            f"  safety items: {', '.join(map(str, one.risk_numbers))} (never filled in, told at once)"
        )
    for scale in one.scales:
        told += ["", *scale_lines(scale)]
    return [*told, "", *(f"  note: {note}" for note in one.notes)]


def scale_lines(scale: Scale) -> list[str]:
    """One scale for people, line by line."""
    items = ", ".join(map(str, scale.items))
    told = [
        f"  {scale.id}: {scale.method.value.replace('_', ' ')} of {items}, {scale.low:g} to {scale.high:g}"
    ]
    told.append(f"    key: {sure(scale.key)}")
    if scale.reversed:
        told.append(f"    reversed: {', '.join(map(str, scale.reversed))}")
    rule = f" ({sure(scale.missing_rule)})" if scale.missing_rule else " (no published rule was found)"
    told.append(f"    may be missing: {scale.may_miss or 'none'}{rule}")
    if scale.bands:
        starts = ", ".join(f"{start:g}" for start in scale.bands.starts)
        told.append(f"    bands from: {starts} ({sure(scale.bands.evidence)})")
    for cutoff in scale.cutoffs:
        side = cutoff.side.value.replace("_", " ")
        told.append(f"    {side} {cutoff.value:g}: {cutoff.meaning} ({sure(cutoff.evidence)})")
    for one in scale.reliability:
        value = f"{one.low:g}" if one.low == one.high else f"{one.low:g} to {one.high:g}"
        told.append(f"    {one.kind}: {value} ({sure(one.evidence)})")
    if scale.change:
        level = f", {scale.change.level} % confidence" if scale.change.level else ""
        told.append(
            f"    reliable change: {scale.change.points:g} points{level} ({sure(scale.change.evidence)})"
        )
    return told


def sure(evidence: Evidence) -> str:
    """Source and confidence in words."""
    return f"{evidence.source}; {evidence.confidence.words}"


@app.command("score")
def score_(
    name: Id,
    file: Annotated[Path, typer.Argument(help="Table with columns item1 to itemN.")],
    as_json: Json = False,
) -> None:
    """Score a table of answers, one row each: empty is not reached, 'declined' is declined.

    A value of null comes with the reason why there is no score.

    Example: accord instruments score phq-9 answers.csv --json
    """
    from accord.instruments.sheet import read_sheet

    one = instrument(name)
    rows = [score(one, answers) for answers in read_sheet(one, file)]
    if as_json:
        print_json([{"row": number, "scores": as_data(found)} for number, found in enumerate(rows, 1)])
        return
    table = Table("row", *(scale.id for scale in one.scales))
    for number, found in enumerate(rows, 1):
        table.add_row(str(number), *(in_words(found[scale.id]) for scale in one.scales))
    Console().print(table)


def as_data(found: dict[str, Score]) -> dict[str, dict[str, Any]]:
    """Scores as plain data."""
    return {
        name: {"value": one.value, "reason": one.reason, "answered": one.answered}
        for name, one in found.items()
    }


def in_words(one: Score) -> str:
    """A score as a number, or the reason why there is none."""
    return f"no score: {one.reason}" if one.value is None else f"{one.value:g}"


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="Folder of an instrument; without it, all.")] = None,
    as_json: Json = False,
) -> None:
    """Check a definition, its examples and its words; report every fault with file and line.

    Example: accord instruments check my-instrument/
    """
    from accord.instruments.checking import check

    checked = [check(path)] if path else [check(LIBRARY / name) for name in identifiers()]
    faults = [(one.name, fault) for one in checked for fault in one.faults]
    if as_json:
        print_json([{"instrument": name, "where": f.where, "what": f.what, "do": f.do} for name, f in faults])
        raise typer.Exit(1 if faults else 0)
    if faults:
        raise Faults(fault for _, fault in faults)
    typer.echo(f"{len(checked)} checked, no fault: {', '.join(one.name for one in checked)}")


@app.command("add-text")
def add_text(
    name: Id,
    file: Annotated[Path, typer.Argument(help="A YAML pack, or a FHIR R4 Questionnaire in JSON.")],
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the words, where the file does not say it.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put these words in the place of those that are there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Load words that you may use. Nothing is written unless every item is matched for certain.

    Example: accord instruments add-text phq-9 Questionnaire-phq9.json --language en
    """
    from accord.instruments.text import add_text as add

    one = instrument(name)
    pack, notes = add(name, file, language=language, replace=replace)
    if as_json:
        print_json(
            {"instrument": name, "language": pack.language, "items": len(pack.items), "notes": list(notes)}
        )
        return
    typer.echo(f"{one.title} now has words in '{pack.language}' for {len(pack.items)} items.")
    for note in notes:
        typer.echo(f"  note: {note}")
    typer.echo(f"  licence: {one.licence}")
