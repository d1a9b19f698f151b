"""Numbers as papers print them: with or without the zero, a real minus, a space before the percent sign."""

import pytest

from accord.studies.numbers import is_fit, number


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.278, "r", ".28"), (-0.278, "d", "−.28"), (-0.001, "r", "0"), (1.0, "r", "1.00"), (0.077, "share", "7.7 %"),
        (0.23, "share", "23 %"), (-0.02, "share", "−2 %"), (0.0, "share", "0"), (1940.0, "count", "1,940"),
        (12.34, "points", "12.3"), (0.98, "index", ".980"), (0.99982, "index", "1.000"), (0.0, "index", ".000"),
        (-0.0001, "index", ".000"), (-0.0104, "index", "−.010"), (0.0153, "index", ".015"),
    ],
)  # fmt: skip
def test_a_number_reads_as_papers_print_it(value, unit, told):
    assert number(value, unit) == told


def test_columns_that_hold_indices_of_fit_are_known_by_name():
    assert [name for name in ("cfi_falls", "rmsea_rises", "CFI", "step", "loading") if is_fit(name)] == [
        "cfi_falls",
        "rmsea_rises",
    ]
