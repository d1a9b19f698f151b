"""Accord listens to the therapeutic alliance."""

__version__ = "0.1.0"
