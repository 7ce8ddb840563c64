"""The paper's figures, drawn from runs, and further figures on the questions they leave open."""
