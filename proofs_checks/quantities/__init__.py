"""Computations that claims share: hypotheses, perturbations, both sides of inequalities."""
