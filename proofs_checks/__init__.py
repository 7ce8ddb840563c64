"""Every claim of the paper as a file: statement, proof, hypotheses as code, check, witnesses."""
