"""Numbers that cannot be wrong: exact (FLINT) and fast (float64 with proven error terms)."""
