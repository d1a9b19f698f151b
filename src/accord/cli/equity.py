"""``accord equity``: whether everyone is served alike, and whether the form means the same to everyone."""

from functools import partial
from typing import Annotated

import typer

from accord.cli.study_options import USUAL, Alliance, Json, Out, Replace, Snapshot


def run(
    snapshot: Snapshot,
    trait: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TRAIT", help="Only groups by this, such as language; can be given several times."
        ),
    ] = None,
    alliance: Alliance = USUAL.alliance,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """Compare groups of clients: check-ins given, alliance, dips, leaving, alarms; small groups are kept back.

    Example: accord equity snapshot --trait language
    """
    from accord.cli.study_output import tell_studies
    from accord.studies.frontiers import equity, invariance
    from accord.studies.frontiers.groups import LANGUAGE, traits
    from accord.studies.question import Question
    from accord.studies.result import Options
    from accord.studies.snapshot.opened import open_snapshot
    from accord.studies.snapshot.tables import prepare

    options = Options(alliance=alliance)
    only = tuple(dict.fromkeys(trait or ()))
    if only:
        with open_snapshot(snapshot) as opened:
            prepare(opened, options)
            check_traits(only, {LANGUAGE, *(one.name for one in traits(opened))})
    questions = [Question(one.ID, partial(one.run, only=only)) for one in (equity, invariance)]
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)


def check_traits(only: tuple[str, ...], known: set[str]) -> None:
    """Raise `Faults` for every trait that the snapshot does not tell of."""
    from accord.basics.faults import Fault, Faults
    from accord.basics.near import hint

    faults = [
        Fault(
            "--trait",
            f"the snapshot says nothing of '{one}'.",
            hint(one, known) or f"It tells: {', '.join(sorted(known))}.",
        )
        for one in only
        if one not in known
    ]
    if faults:
        raise Faults(faults)
