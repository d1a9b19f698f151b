"""A study as an entry of a table."""

from collections.abc import Callable
from dataclasses import dataclass

from accord.studies.result import Options, Study
from accord.studies.snapshot.opened import Snapshot


@dataclass(frozen=True)
class Question:
    """One study: its id (the name of its files) and what answers it."""

    id: str
    run: Callable[[Snapshot, Options], Study]
