"""What is known: claims with their verdicts and sources, articles, and the check that keeps both honest."""
