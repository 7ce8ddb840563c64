"""Wrong gradients: the adjoint by hand and by splitting, and the chain through the factors."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
