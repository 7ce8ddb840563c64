"""Every planted fault, by what it is a fault in."""

from proofs_checks.faults.fault import Fault
from proofs_checks.faults.in_active_sets import FAULTS as ACTIVE_SETS
from proofs_checks.faults.in_arithmetic import FAULTS as ARITHMETIC
from proofs_checks.faults.in_certificates import FAULTS as CERTIFICATES
from proofs_checks.faults.in_checker import FAULTS as CHECKER
from proofs_checks.faults.in_claims import FAULTS as CLAIMS
from proofs_checks.faults.in_data import FAULTS as DATA
from proofs_checks.faults.in_effects import FAULTS as EFFECTS
from proofs_checks.faults.in_exact_arithmetic import FAULTS as EXACT_ARITHMETIC
from proofs_checks.faults.in_formulas import FAULTS as FORMULAS
from proofs_checks.faults.in_frame import FAULTS as FRAME
from proofs_checks.faults.in_gradients import FAULTS as GRADIENTS
from proofs_checks.faults.in_instances import FAULTS as INSTANCES
from proofs_checks.faults.in_operators import FAULTS as OPERATORS
from proofs_checks.faults.in_oracle import FAULTS as ORACLE
from proofs_checks.faults.in_published import FAULTS as PUBLISHED
from proofs_checks.faults.in_quantizers import FAULTS as QUANTIZERS
from proofs_checks.faults.in_reports import FAULTS as REPORTS
from proofs_checks.faults.in_solvers import FAULTS as SOLVERS
from proofs_checks.faults.in_storage import FAULTS as STORAGE
from proofs_checks.faults.in_training import FAULTS as TRAINING
from proofs_checks.faults.in_training_gradients import FAULTS as TRAINING_GRADIENTS

FAULTS: tuple[Fault, ...] = (
    *FORMULAS,
    *OPERATORS,
    *QUANTIZERS,
    *EFFECTS,
    *SOLVERS,
    *ACTIVE_SETS,
    *PUBLISHED,
    *GRADIENTS,
    *ARITHMETIC,
    *EXACT_ARITHMETIC,
    *CERTIFICATES,
    *CHECKER,
    *STORAGE,
    *TRAINING,
    *TRAINING_GRADIENTS,
    *DATA,
    *FRAME,
    *INSTANCES,
    *REPORTS,
    *ORACLE,
    *CLAIMS,
)
