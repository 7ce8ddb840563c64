"""The claims of the paper, one file each, and the audit that checks them.

`claims` contain statement, proof, hypotheses as code, checks and witnesses; `quantities` are the
computations that several claims share; `operators` examines particular operators; `hunter`
searches for the sharpest instance of every inequality.
"""
