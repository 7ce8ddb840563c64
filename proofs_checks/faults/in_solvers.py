"""Wrong solvers: methods, the driver, active sets, their compiled kernels, published protocols."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
