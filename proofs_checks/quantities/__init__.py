"""What several claims compute: hypotheses, perturbations, and both sides of their inequalities."""
