"""``accord dropout``: how well it can be foretold here that a client leaves, and where a word may help."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from accord.basics.faults import refuse
from accord.cli.study_output import answered, tell_studies

if TYPE_CHECKING:
    from accord.studies.leaving.reasons import Words
    from accord.studies.result import Options, Study
    from accord.studies.snapshot.opened import Snapshot


def run(
    snapshot: Annotated[
        Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate'.")
    ],
    definition: Annotated[
        str | None,
        typer.Option(
            help="What counts as leaving: left_judged, left_missed_last, left_few, left_protocol or "
            "left_before_change. Without it, what staff noted; where they seldom did, the plan."
        ),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Only the courses where a word may help, with reasons.")
    ] = False,
    outcome: Annotated[
        str, typer.Option(help="The outcome: an instrument by its id, on its total.")
    ] = "accord-wellbeing",
    alliance: Annotated[
        str, typer.Option(help="The alliance: an instrument by its id, on its total.")
    ] = "accord-check-in",
    seed: Annotated[
        int, typer.Option(help="Which therapists are judged together; the same seed, the same parts.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="A new folder for lines, tables and pictures.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what studies said there before.")
    ] = False,
) -> None:
    """How well leaving can be foretold from what is known before a session: the model card.

    Never a number on a person. Too few clients who left, or forecasts that are clearly wrong, or too good to be true:
    then it says so and proposes nothing. docs/method/leaving.md has the method.

    Example: accord dropout snapshot --definition left_protocol
    """
    from accord.studies.leaving.leaving import question
    from accord.studies.result import Options

    options = Options(outcome=outcome, alliance=alliance, seed=seed)
    if not words:
        tell_studies(snapshot, [question(definition)], options, as_json=as_json, out=out, replace=replace)
        return
    if out is not None:
        raise refuse("--out", "the courses are told, and not written.", "Leave out --words, or --out.")
    study, told = with_words(snapshot, definition, options)
    if as_json:
        from accord.cli.opening import print_json

        print_json(as_data(study, told))
    else:
        tell_words(study, told, Console(highlight=False))


def with_words(snapshot: Path, definition: str | None, options: "Options") -> "tuple[Study, Words | None]":
    """The study, and the courses where a word may help; None where the model is not to be used."""
    from accord.studies.leaving.card import Card, model_card
    from accord.studies.leaving.leaving import ID, as_study
    from accord.studies.leaving.reasons import worth_a_word
    from accord.studies.question import Question

    found: list[Words | None] = []

    def asked(opened: "Snapshot", options: "Options") -> "Study":
        card = model_card(opened, options, definition=definition)
        found.append(worth_a_word(opened, card) if isinstance(card, Card) else None)
        return as_study(card)

    (study,) = answered(snapshot, [Question(ID, asked)], options).studies
    return study, found[0]


def as_data(study: "Study", told: "Words | None") -> dict[str, Any]:
    """For programs: the courses in order of their keys, reasons as keys and in words."""
    from accord.studies.texts import sentence, study_file

    notes = study_file(study.id).notes
    if told is None:
        return {"verdict": study.verdict.value, "sentence": sentence(study), "words": None}
    return {
        "verdict": study.verdict.value,
        "sentence": sentence(study),
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


def tell_words(study: "Study", told: "Words | None", console: Console) -> None:
    """For people: what a mark has meant, then the courses."""
    from accord.studies.texts import sentence, study_file

    if told is None:
        console.print(sentence(study), markup=False)
        return
    console.print(
        f"After {told.share:.0%} of sessions in the past a word would have been proposed. {told.right:.0%} of those "
        f"sessions were the client's last; {told.caught:.0%} of the clients who left were among them. "
        "It is worth a word, no more.",
        markup=False,
    )
    notes = study_file(study.id).notes
    for one in told.words:
        reasons = " ".join(notes[key] for key in one.reasons)
        console.print(f"{one.course}, after session {one.session}: {reasons}", markup=False)
    if not told.words:
        console.print("Of the courses that go on, none.", markup=False)
