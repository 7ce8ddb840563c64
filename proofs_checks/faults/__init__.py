"""Planted faults: small wrong variants of our own code, and whether the suite notices them.

A suite that has never failed proves nothing.  Every fault is one line that a tired person could
write.  It is applied for real: a copy of the packages gets the wrong line, and processes of
their own run claims and tests on that copy, compiled kernels included.  `catalog` lists them,
`tree` plants one, `inquiry` asks who notices, `verdicts` does so for many, `removal` turns the
question round: which check could be taken away without letting a fault through?
"""
