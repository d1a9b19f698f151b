"""One file per promise: each has ``rows()``, which gives one dictionary per row of ``accord bench``."""
