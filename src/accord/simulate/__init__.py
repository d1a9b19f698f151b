"""A service that never existed, with known truth: one folder of numbers in, tables out. No I/O but in ``folder``."""
