"""The paper's figures, each drawn from a run."""
