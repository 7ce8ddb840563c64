"""Every claim of the paper as a file, the audit that runs them, and what attacks both.

`claims` hold statement, proof, hypotheses as code, check and witnesses; `ingredients` are what
several of them compute; `operators` says what the audit finds of particular operators; `hunter`
searches for the sharpest instance of every inequality.
"""
