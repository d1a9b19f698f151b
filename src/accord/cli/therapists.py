"""``accord therapists``: how far therapists differ in outcome, and how little is known of any one of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.cli.study_options import USUAL, Alliance, Json, Out, Outcome, Replace, Snapshot
from accord.cli.study_output import number_words, tell_studies, value_words

if TYPE_CHECKING:
    from accord.studies.result import Study


def run(
    snapshot: Snapshot,
    therapist: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="The key of one therapist: their own estimate alone, others without names."
        ),
    ] = None,
    outcome: Outcome = USUAL.outcome,
    alliance: Alliance = USUAL.alliance,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """The share of the differences in outcome that goes with the therapist, with what it rests on.

    Estimates are adjusted for how people began and pulled towards the average; therapists with fewer than 30 people
    are in the model and not in the table. docs/therapists.md has the method.

    Example: accord therapists snapshot --therapist t000012
    """
    from accord.studies.result import Options
    from accord.studies.therapists import THERAPISTS

    options = Options(outcome=outcome, alliance=alliance)
    if therapist is None:
        tell_studies(snapshot, THERAPISTS, options, as_json=as_json, out=out, replace=replace)
        return
    if out is not None:
        raise refuse("--out", "it writes every therapist's estimate.", "Leave out --therapist, or --out.")
    from accord.cli.opening import print_json
    from accord.cli.study_output import answered

    study = answered(snapshot, THERAPISTS, options).studies[0]
    told = seen_by(study, therapist)
    if as_json:
        print_json(told)
    else:
        tell_own(told, Console(highlight=False))


def seen_by(study: "Study", key: str) -> dict[str, Any]:
    """What one therapist sees as plain values; `Faults` for a key that is nowhere in the snapshot."""
    from accord.studies.therapists.seen import Own, for_viewer

    known = [str(row[0]) for table in study.tables if table.columns[0] == "therapist" for row in table.rows]
    if key not in known:
        do = f"Take a key of the snapshot{f', such as {known[0]}' if known else ''}."
        raise refuse("--therapist", f"there is no '{key}'.", hint(key, known) or do)
    seen = for_viewer(study, key)
    own = seen.own
    return {
        "own": vars(own) if isinstance(own, Own) else None,
        "why_none": None if isinstance(own, Own) or own is None else value_words(own, ""),
        "others": [vars(one) for one in seen.others],
        "kept_back": seen.kept_back,
    }


def tell_own(told: dict[str, Any], console: Console) -> None:
    """The estimate in words, and how the others lie without their names."""
    own = told["own"]
    if own is None:
        console.print(f"Your own estimate: {told['why_none']}.", markup=False)
    else:
        console.print(
            f"{signed(own['estimate'])} points of outcome against the average of the service "
            f"({signed(own['low'])} to {signed(own['high'])}), from {own['clients']:,} people.",
            markup=False,
        )
        console.print(
            f"Its reliability is {number_words(own['reliability'], 'dependability')}. Adjusted for how people began, "
            "and pulled towards the average: from one such number nobody can say who is better.",
            markup=False,
        )
    if told["others"]:
        ends = min(one["low"] for one in told["others"]), max(one["high"] for one in told["others"])
        console.print(
            f"{len(told['others'])} others with 30 people or more, without names: intervals from {signed(ends[0])} "
            f"to {signed(ends[1])}.",
            markup=False,
        )
    elif told["kept_back"]:
        console.print("The others are fewer than 5, so nothing is shown of them.", markup=False)


def signed(points: float) -> str:
    """``+2.7``, with a real minus."""
    return f"{points:+.1f}".replace("-", "\u2212")
