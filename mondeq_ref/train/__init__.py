"""Training without a framework: exact equilibria, exact adjoints, Adam."""
