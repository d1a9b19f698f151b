"""Pictures of a course: each as inline SVG for every page, and as an Altair specification of the same values.

One file per picture, listed in `table.py`; how to add one is in docs/charts.md.
"""
