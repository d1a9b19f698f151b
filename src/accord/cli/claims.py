"""``accord claims``: what is claimed about the alliance, and how well each claim stands."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.cli.opening import print_json

if TYPE_CHECKING:
    from accord.evidence.claims import Claim, Verdict


def run(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Id of one claim, shown in full; without it, the table."),
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Option(
            help="Only those that are supported, partly, not_supported_as_worded, unverifiable or contested."
        ),
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only those with this tag, for example dropout.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List what is claimed about the alliance, with verdict, figures and sources, or show one claim in full.

    Example: accord claims dropout-forty-percent
    """
    from accord.evidence.claims import as_data, claim, claims

    if id is not None:
        if verdict is not None or tag is not None:
            raise refuse(
                "claims", "one claim cannot be filtered.", "Leave out --verdict and --tag, or the id."
            )
        one = claim(id)
        if as_json:
            print_json(as_data(one))
        else:
            Console(highlight=False).print("\n".join(lines(one)), markup=False, soft_wrap=True)
        return
    found = claims(_verdict(verdict), _tag(tag))
    if as_json:
        print_json([as_data(one) for one in found])
        return
    if not found:
        typer.echo("No claim has both. 'accord claims' shows the verdict and the tags of each.")
        return
    Console().print(table(found))


def _verdict(name: str | None) -> "Verdict | None":
    from accord.evidence.claims import Verdict

    if name is None:
        return None
    try:
        return Verdict(name.replace("-", "_"))
    except ValueError:
        names = [one.value for one in Verdict]
        do = hint(name, names) or f"There are: {', '.join(names)}."
        raise refuse("--verdict", f"there is no '{name}'.", do) from None


def _tag(name: str | None) -> str | None:
    from accord.evidence.claims import tags

    if name is not None and name not in tags():
        raise refuse(
            "--tag", f"there is no '{name}'.", hint(name, tags()) or f"There are: {', '.join(tags())}."
        )
    return name


def table(found: "tuple[Claim, ...]") -> Table:
    """The claims as a table for people."""
    made = Table("id", "what is claimed", "verdict", "main figure")
    made.columns[0].no_wrap = True
    made.caption = f"tags: {', '.join(sorted({tag for one in found for tag in one.tags}))}"
    for one in found:
        figure = one.effects[0].figure if one.effects else "none"
        made.add_row(one.id, one.says, one.verdict.words, figure)
    return made


def lines(one: "Claim") -> list[str]:
    """One claim for people, line by line."""
    number = f", number {one.article} of the article" if one.article else ""
    told = [
        f"{one.says}  ({one.id}{number})",
        f"  verdict: {one.verdict.words}",
        f"  why: {one.why}",
        f"  Accord says instead: {one.say_instead}",
        f"  {'re-read for Accord' if one.reread else 'NOT RE-READ'}: {one.how_read}",
    ]
    if one.untraceable_figure:
        told.append("  its figure has no source and is never repeated")
    for effect in one.effects:
        read = f"; {effect.read.words}" if effect.read and effect.read is not one.read else ""
        source = f" [{effect.source}]" if effect.source else ""
        told.append(f"  figure: {effect.figure}: {effect.about}{source}{read}")
    told += [f"  source: {source.words}" for source in one.named_sources()] or ["  source: none was found"]
    return [*told, f"  tags: {', '.join(one.tags)}", f"  to link to it: [words](claim:{one.id})"]
