"""Numbers of studies as papers print them: `.28`, `7.7%`, `1,940`; the same on pages, in reports and files."""

SHORT = frozenset(
    {"r", "d", "difference", "dependability", "coefficient"}
)  # without the zero before the point
WHOLE = frozenset({"count", "days"})


def number(value: float, unit: str) -> str:
    """A value in its unit, with a real minus."""
    if unit == "share":
        told = f"{100 * value:.1f}".removesuffix(".0") + "%"
    elif unit in WHOLE:
        told = f"{value:,.0f}"
    elif unit in SHORT or abs(value) < 1:
        told = f"{value:.2f}"
        if abs(float(told)) < 1:
            told = told.replace("0.", ".", 1)
    else:
        told = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return "0" if told.strip("-0.%") == "" else told.replace("-", "−")
