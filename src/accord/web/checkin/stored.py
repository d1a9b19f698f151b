"""Answers as a response's row has them, back as values."""

from collections.abc import Mapping

from accord.instruments.definition import Answer, Missing


def answers_of_items(items: Mapping[str, float | str]) -> dict[int, Answer]:
    """The items of a response by number: a number, or why there is none."""
    return {int(n): (Missing(a) if isinstance(a, str) else float(a)) for n, a in items.items()}
