"""Wrong enclosures and wrong exact arithmetic: the ground that everything stands on."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
