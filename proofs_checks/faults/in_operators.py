"""Wrong operators: the factors' product, F, quantizers and what they are applied to."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
