"""Numbers of studies as papers print them: `.28`, `7.7 %`, `.980`, `1,940`; the same on pages, in reports and files."""

SHORT = frozenset({"r", "d", "difference", "dependability", "coefficient"})  # no zero before the point
WHOLE = frozenset({"count", "days"})
FIT = frozenset({"cfi", "tli", "rmsea", "srmr"})  # indices of fit, whose third digit decides


def number(value: float, unit: str) -> str:
    """A value in its unit, with a real minus."""
    if unit == "share":
        told = f"{100 * value:.1f}".removesuffix(".0") + " %"
    elif unit in WHOLE:
        told = f"{value:,.0f}"
    elif unit == "index":
        return _short(f"{value:.3f}")
    elif unit in SHORT or abs(value) < 1:
        told = _short(f"{value:.2f}")
    else:
        told = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return "0" if told.strip("-0. %") == "" else told.replace("-", "−")


def _short(told: str) -> str:
    """Without the zero before the point, with a real minus; nothing is below nothing."""
    if not told.strip("-0."):
        told = told.removeprefix("-")
    return (told.replace("0.", ".", 1) if abs(float(told)) < 1 else told).replace("-", "−")


def is_fit(column: str) -> bool:
    """Whether a column of a table holds an index of fit, or how one changes: `cfi_falls`."""
    return column.partition("_")[0] in FIT
