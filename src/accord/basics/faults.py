"""Faults: what is wrong, where, and what to do about it, collected and told together."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    `where` names the file, line, row or column; `what` says what is wrong there; `do` says how to mend it.
    None of the three ever holds what a client wrote or answered.
    """

    where: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.do}" if self.do else "")


class Faults(Exception):
    """All faults of one input, raised together so that a person mends them in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def refuse(where: str, what: str, do: str = "") -> Faults:
    """A `Faults` with a single fault, ready to raise."""
    return Faults([Fault(where, what, do)])
