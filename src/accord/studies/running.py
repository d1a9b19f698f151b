"""Running studies on one snapshot, one after the other, with what came in and what was left out said by each."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from accord import __version__
from accord.studies.question import Question
from accord.studies.result import Options, Run, Study
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare


def run_studies(
    snapshot: Snapshot,
    questions: Iterable[Question],
    options: Options | None = None,
    *,
    step: Callable[[str], None] = lambda id: None,
) -> Run:
    """Every question answered from `snapshot`; `step` is called with the id of each before it begins."""
    chosen = options or Options()
    prepare(snapshot, chosen)
    studies = []
    for question in questions:
        step(question.id)
        studies.append(run_one(snapshot, question, chosen))
    return Run(
        service=", ".join(snapshot.about.services),
        simulated=snapshot.about.simulated,
        taken_at=datetime.fromisoformat(snapshot.about.taken_at),
        finished_at=datetime.now(UTC),
        version=__version__,
        studies=tuple(studies),
    )


def run_one(snapshot: Snapshot, question: Question, options: Options) -> Study:
    """One question; rows that the snapshot's own tables left out are counted among those dropped."""
    prepare(snapshot, options)
    study = question.run(snapshot, options)
    left_out = {row["why"]: row["rows"] for row in snapshot.query("FROM left_out ORDER BY why").to_pylist()}
    return replace(study, dropped={**left_out, **study.dropped})
