"""Whole signals of some cases, each fact of them: what stands in `whole_signals.txt` was read and found right.

The cases in a rule's yaml say when it fires; here is also how strong, about which session, from what evidence, and how
often such a signal is wrong. A rule needs no entry to be a rule. `python -m tests.signals.test_whole_signals` prints
the entries as they would be now, to be read before they are taken over.
"""

from pathlib import Path

import pytest

from accord.signals.examples import build, rule_file
from accord.signals.rates import often
from accord.signals.rules import rule
from accord.signals.signal import Basis, Seen, Signal

FILE = Path(__file__).with_name("whole_signals.txt")


def entries() -> dict[str, str]:
    """The signals as text by ``rule: name of the case``."""
    blocks = FILE.read_text(encoding="utf-8").strip().split("\n\n")
    return {head: body for head, _, body in (block.partition("\n") for block in blocks)}


def found(title: str) -> str:
    """What the rule finds now in the case of this title."""
    id, _, name = title.partition(": ")
    case = next(one for one in rule_file(id).cases if one.name == name)
    course, known = build(case)
    (signal,) = rule(id).detect(course, known)
    return told(signal)


def told(one: Signal) -> str:
    """A signal line by line."""
    reliable = (
        f"{one.reliable[0]:.3f} {one.reliable[1].confidence} {one.reliable[1].source}"
        if one.reliable
        else "-"
    )
    lines = [
        f"{one.rule} {one.version}, {one.shape}: since {one.since} about {one.about}, "
        f"strength {one.strength:.3f}, {one.step}",
        f"often {_often(one)}",
        f"reliable {reliable}; learnt {one.learnt or '-'}",
        "facts " + ", ".join(f"{name} {_number(value)}" for name, value in one.facts.items()),
        *(_seen(each) for each in one.evidence),
    ]
    return "\n".join(f"  {line}" for line in lines)


def _often(one: Signal) -> str:
    """Measured rates stand in `rates.yaml` and change when they are measured again, so they are not told here."""
    if one.often == often(one.rule) and one.often.basis is Basis.SIMULATED:
        return "as measured for this rule"
    if one.often.rate is None:
        return f"{one.often.basis} {one.often.source}".strip()
    return f"{one.often.basis} {one.often.rate:.2f}, real {one.often.real:.2f}, {one.often.source}"


def _seen(one: Seen) -> str:
    usual = (
        f", usual {_number(one.low)} to {_number(one.high)}" if (one.low, one.high) != (None, None) else ""
    )
    return f"{one.session} ({_number(one.number)}) {one.what} {_number(one.value)}{usual}"


def _number(value: float | str | None) -> str:
    return (
        "-" if value is None else value if isinstance(value, str) else f"{value:.3f}".rstrip("0").rstrip(".")
    )


@pytest.mark.parametrize("title", entries())
def test_a_signal_is_the_one_that_was_read(title):
    assert found(title) == entries()[title]


if __name__ == "__main__":
    print("\n\n".join(f"{title}\n{found(title)}" for title in entries()))
