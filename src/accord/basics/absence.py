"""Absence is a value with a reason: never zero, never blank."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NotScored:
    """Asked, but the answers do not allow a score."""

    reason: str


@dataclass(frozen=True)
class TooFew:
    """Fewer observations than a judgement needs. `under`: they are fewer than `n`, and how few is kept back."""

    n: int
    needed: int
    under: bool = False


@dataclass(frozen=True)
class AtCeiling:
    """At the top of the scale for some sessions in a row: the numbers say little."""

    sessions: int


@dataclass(frozen=True)
class NotAsked:
    """Nobody asked, so nothing is known."""


Absence = NotScored | TooFew | AtCeiling | NotAsked


def words(absence: Absence) -> str:
    """The absence as a short phrase for a page, a table or a terminal."""
    match absence:
        case NotScored(reason):
            return reason
        case TooFew(n, needed, under=True):
            return f"too few to say (fewer than {n}{f' of {needed}' if needed > n else ''})"
        case TooFew(n, needed):
            return f"too few to say ({n} of {needed})"
        case AtCeiling(sessions):
            return f"at the top of the scale for {sessions} sessions"
        case NotAsked():
            return "not asked"
