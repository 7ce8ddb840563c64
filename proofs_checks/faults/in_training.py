"""Wrong training and wrong data: loss, Adam, schedules, checkpoints, images."""

from proofs_checks.faults.fault import Fault

FAULTS: tuple[Fault, ...] = ()
