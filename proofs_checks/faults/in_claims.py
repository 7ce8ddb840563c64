"""Wrong theorem files: what one claim asks, draws, measures, compares or shows."""

from proofs_checks.faults.fault import Fault
from proofs_checks.faults.in_claims_certificate import FAULTS as CERTIFICATE
from proofs_checks.faults.in_claims_equilibria import FAULTS as EQUILIBRIA
from proofs_checks.faults.in_claims_margins import FAULTS as MARGINS
from proofs_checks.faults.in_claims_passes import FAULTS as PASSES
from proofs_checks.faults.in_claims_quantizer import FAULTS as QUANTIZER
from proofs_checks.faults.in_claims_splitting import FAULTS as SPLITTING
from proofs_checks.faults.in_draws import FAULTS as DRAWS
from proofs_checks.faults.in_weak_equilibria import FAULTS as WEAK_EQUILIBRIA
from proofs_checks.faults.in_weak_margins import FAULTS as WEAK_MARGINS
from proofs_checks.faults.in_weak_passes import FAULTS as WEAK_PASSES
from proofs_checks.faults.in_weak_quantizer import FAULTS as WEAK_QUANTIZER
from proofs_checks.faults.in_weak_splitting import FAULTS as WEAK_SPLITTING

FAULTS: tuple[Fault, ...] = (
    *CERTIFICATE,
    *EQUILIBRIA,
    *MARGINS,
    *PASSES,
    *QUANTIZER,
    *SPLITTING,
    *DRAWS,
    *WEAK_EQUILIBRIA,
    *WEAK_MARGINS,
    *WEAK_PASSES,
    *WEAK_QUANTIZER,
    *WEAK_SPLITTING,
)
