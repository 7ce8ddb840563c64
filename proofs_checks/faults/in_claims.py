"""Wrong theorem files: what one claim asks, measures, compares or shows."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
