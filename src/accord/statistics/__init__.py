"""Statistics that know nothing of therapy: mixed models, hazards, how well chances foretell, resampling.

Each method takes a small frozen value that names a model and a table, and gives a frozen value back, or `NotFitted`
with the reason. Multiple imputation is out of scope: rows with a gap are dropped and counted.
"""
