"""One folder per instrument: its definition, its scoring, its examples and its words."""
