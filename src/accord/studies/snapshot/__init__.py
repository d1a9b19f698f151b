"""A snapshot: the tables of a service as Parquet files, opened with DuckDB; what studies start from."""
