"""In and out: tables with a map, exports with a dictionary, encrypted archives. Knows no database."""
