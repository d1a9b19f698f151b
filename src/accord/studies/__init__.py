"""What a service learns from its own sessions: one file per question, on a snapshot (`accord.studies.snapshot`).

A study is ``run(snapshot, options) -> Study`` in ``<id>.py``; beside it ``<id>.yaml`` says in words what it asks, how
it was done and what it cannot tell, and holds the examples that its tests run. Adding one: those two files and a line
in the table of its folder (`findings`, `frontiers`, …).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.studies.findings import FINDINGS as FINDINGS
    from accord.studies.frontiers import FRONTIERS as FRONTIERS
    from accord.studies.questions import QUESTIONS as QUESTIONS
    from accord.studies.result import Options as Options
    from accord.studies.running import run_studies as run_studies
    from accord.studies.snapshot.opened import open_snapshot as open_snapshot
    from accord.studies.texts import sentence as sentence

# Loaded when they are asked for: a page that shows stored studies does not wait for what fits models.
_WHERE = {
    "FINDINGS": "findings",
    "FRONTIERS": "frontiers",
    "QUESTIONS": "questions",
    "Options": "result",
    "open_snapshot": "snapshot.opened",
    "run_studies": "running",
    "sentence": "texts",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
