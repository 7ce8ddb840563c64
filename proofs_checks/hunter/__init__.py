"""A search for the sharpest instance of every inequality, and for one that breaks it."""
