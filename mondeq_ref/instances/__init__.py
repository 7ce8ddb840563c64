"""Operators for tests and audits: random families, closed forms, and shipped operators."""
