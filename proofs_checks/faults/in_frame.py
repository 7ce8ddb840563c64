"""A wrong audit: verdicts, hypotheses, witnesses, findings, exit codes."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
