"""What every room uses and what knows nothing of therapy: faults, clocks, identifiers, near names, absence."""
