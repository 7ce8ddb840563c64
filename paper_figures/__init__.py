"""The paper's figures, from runs, and beside them the figures that say what those leave open."""
