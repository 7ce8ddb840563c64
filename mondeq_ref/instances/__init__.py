"""Operators to try things on: random families, closed forms, and those that ship."""
