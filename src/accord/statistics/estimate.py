"""Values that every method gives back: an estimate with its interval, what was dropped, and why there is no result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """One number and how sure it is; `low` and `high` at `level`, None where no interval can be told.

    `df` are degrees of freedom of the interval (None: normal). `method` says in a few words how the interval was made.
    """

    value: float
    se: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    df: float | None = None
    method: str = ""


@dataclass(frozen=True)
class Dropped:
    """Rows that were left out, and why; never silently."""

    rows: int
    why: str


@dataclass(frozen=True)
class NotFitted:
    """No result, with the reason in words and what to do about it; a value, so that nobody meets a traceback.

    `rows` are those that came in, `dropped` those that were left out before it became clear; `columns` those that stand
    in the way, where some do.
    """

    reason: str
    do: str = ""
    rows: int = 0
    dropped: tuple[Dropped, ...] = ()
    columns: tuple[str, ...] = ()
