"""The search for the sharpest instance of every inequality, and for counterexamples."""
