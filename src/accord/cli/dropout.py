"""``accord dropout``: how well it can be foretold here that a client leaves, and where a word may help."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from accord.basics.faults import refuse
from accord.cli.opening import percent
from accord.cli.study_options import USUAL, Alliance, Json, Out, Outcome, Replace, Seed, Snapshot
from accord.cli.study_output import answered, tell_studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.studies.leaving.looked import Looked
    from accord.studies.leaving.reasons import Words
    from accord.studies.result import Options, Study

WARNINGS = ("leak", "not_looked", "looked")  # notes that stand with the words too


def run(
    snapshot: Snapshot,
    definition: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="What counts as leaving: left_judged, left_missed_last, left_few, left_protocol or "
            "left_before_change. Without it, what staff noted; where they seldom did, the plan.",
        ),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Only the courses where a word may help, with reasons.")
    ] = False,
    looked: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What you found when you looked at the suspects of a model that foretells too well. It is used in "
            "this call, and the words stand with the result.",
        ),
    ] = None,
    outcome: Outcome = USUAL.outcome,
    alliance: Alliance = USUAL.alliance,
    seed: Seed = USUAL.seed,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """How well leaving can be foretold from what is known before a session: the model card.

    Never a number on a person. Too few clients who left, or forecasts that are clearly wrong, or too good to be true
    while nobody has looked at why: then it says so and proposes nothing. docs/method/leaving.md has the method.

    Example: accord dropout snapshot --definition left_protocol
    """
    from accord.studies.leaving.leaving import question
    from accord.studies.leaving.risk import check_definition
    from accord.studies.result import Options

    if definition is not None:
        check_definition(definition, "--definition")
    options = Options(outcome=outcome, alliance=alliance, seed=seed)
    looks = looks_of(looked)
    if not words:
        asked = question(definition, looks=looks)
        tell_studies(snapshot, [asked], options, as_json=as_json, out=out, replace=replace)
        return
    if out is not None:
        raise refuse("--out", "the courses are told, and not written.", "Leave out --words, or --out.")
    study, told = with_words(snapshot, definition, options, looks)
    if as_json:
        from accord.cli.opening import print_json

        print_json(as_data(study, told))
    else:
        tell_words(study, told, Console(highlight=False))


def looks_of(said: str | None) -> "tuple[Looked, ...]":
    """What the caller says of the suspects of this call; `Faults` where it says nothing."""
    from accord.studies.leaving.looked import Looked

    if said is None:
        return ()
    if not (found := " ".join(said.split())):
        raise refuse("--looked", "it says nothing.", "Say what was found, or leave it out.")
    return (Looked(found),)


def with_words(
    snapshot: Path, definition: str | None, options: "Options", looks: "Sequence[Looked]" = ()
) -> "tuple[Study, Words | None]":
    """The study, and the courses where a word may help; None where the model is not to be used."""
    from accord.studies.leaving.leaving import question

    found: list[Words | None] = []
    asked = question(definition, looks=looks, tell=found.append)
    (study,) = answered(snapshot, [asked], options).studies
    return study, found[0]


def as_data(study: "Study", told: "Words | None") -> dict[str, Any]:
    """For programs: the courses in order of their keys, reasons as keys and in words."""
    from accord.studies.texts import sentence, study_file

    notes = study_file(study.id).notes
    about = {"verdict": study.verdict.value, "sentence": sentence(study), "warnings": _warnings(study)}
    if told is None:
        return {**about, "words": None}
    return {
        **about,
        "share": told.share,
        "right": told.right,
        "caught": told.caught,
        "words": [
            {
                "course": one.course,
                "therapist": one.therapist,
                "session": one.session,
                "reasons": [{"key": key, "says": notes[key]} for key in one.reasons],
            }
            for one in told.words
        ],
    }


def _warnings(study: "Study") -> list[str]:
    """That the model foretells too well, and what was found by who looked; empty where it does not."""
    from accord.studies.texts import filled, study_file

    notes = study_file(study.id).notes
    return [filled(notes[key], study.facts) for key in study.notes if key in WARNINGS]


def tell_words(study: "Study", told: "Words | None", console: Console) -> None:
    """For people: what a mark has meant, then the courses."""
    from accord.studies.texts import sentence, study_file

    for warning in _warnings(study):
        console.print(warning, markup=False)
    if told is None:
        console.print(sentence(study), markup=False)
        return
    console.print(
        f"After {percent(told.share)} of sessions in the past a word would have been proposed. "
        f"{percent(told.right)} of those sessions were the client's last; {percent(told.caught)} of the clients "
        "who left were among them. It is worth a word, no more.",
        markup=False,
    )
    notes = study_file(study.id).notes
    for one in told.words:
        reasons = " ".join(notes[key] for key in one.reasons)
        console.print(f"{one.course}, after session {one.session}: {reasons}", markup=False)
    if not told.words:
        console.print("Of the courses that go on, none.", markup=False)
