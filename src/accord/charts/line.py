"""The client's own line as inline SVG."""

from collections.abc import Sequence


def own_line_svg(values: Sequence[float | None], *, today: str, title: str) -> str:
    """The client's own ratings as a small inline SVG; None is a session without a rating."""
    return ""
