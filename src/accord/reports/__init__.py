"""Letters and printable summaries: values first, then a page (HTML) or paper (PDF by Typst) from the same values."""
