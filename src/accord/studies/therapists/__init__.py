"""Estimates per therapist: shrunken, with intervals, adjusted for who came; no ranks."""
