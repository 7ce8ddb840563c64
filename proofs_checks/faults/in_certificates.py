"""Wrong certificates: distances, the ladder, decisions, and the checker of what is stored."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
