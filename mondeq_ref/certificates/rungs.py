"""The eight rungs: what each one asks, and what it promises.

Each implies the next, whatever the sign of m.  With dW = W - W~, M~ = I - W~, and m, m~ the least
eigenvalues of the symmetric parts of I - W and M~:

    1  ||dW||_F < m                       4  m~ > 0
    2  ||dW||_2 < m  (the paper's)        5  sym(D M~) > 0 for some positive diagonal D
    3  lambda_max(sym(W~ - W)) < m        6  all principal minors of M~ are positive
                                          7  M~ is strictly semimonotone
                                          8  an equilibrium of this input is exhibited

Proof.  1-2: norms.  2-3: lambda_max(sym K) <= ||K||.  3-4: lambda_min is concave.  4-5: D = I.
5-6: sym(D M~) > 0 makes the principal minors of D M~ positive (Ostrowski and Taussky), and
those of M~ are theirs over positive numbers.  6-7: strictly semimonotone means that every
x >= 0, x != 0 has an i with x_i (M~x)_i > 0; for a P-matrix every x != 0 has one (Fiedler and
Ptak).  7-8: then every c has an equilibrium (Cottle, Pang and Stone, chapter 3).
Without an equilibrium forward-backward converges nowhere: its map is continuous, so a limit would
be one of its fixed points, which are the equilibria.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Rung:
    condition: str
    promise: str
    refuted: str | None = None  # what is shown instead, where that is more than "it is false"

    def sentence(self, *, holds: bool) -> str:
        """What a certificate that proves the condition says, or one that refutes it."""
        if holds:
            return f"{self.condition}. So: {self.promise}."
        return f"{self.refuted or f'It is false that {self.condition}'}."


UNIQUE = "one equilibrium for every input"
RUNGS = MappingProxyType(
    {
        1: Rung("||W - W~||_F < m", f"{UNIQUE}; solvers converge"),
        2: Rung("||W - W~||_2 < m", f"{UNIQUE}; solvers converge"),
        3: Rung("lambda_max(sym(W~ - W)) < m", f"{UNIQUE}; solvers converge"),
        4: Rung("m~ > 0", f"{UNIQUE}; solvers converge"),
        5: Rung(
            "sym(D (I - W~)) > 0 for a positive diagonal D",
            f"{UNIQUE}; solvers converge in the norm of D",
        ),
        6: Rung("I - W~ is a P-matrix", f"{UNIQUE}; no convergence promised"),
        7: Rung(
            "I - W~ is strictly semimonotone",
            "an equilibrium for every input, perhaps several; no convergence promised",
        ),
        8: Rung(
            "every input given has an equilibrium",
            "these inputs have an equilibrium, perhaps not the only one",
            "none of the inputs given has an equilibrium; forward-backward converges for none of "
            "them, at whatever step and from whatever start",
        ),
    }
)
CONVERGENT = 5  # the last rung that promises that solvers converge
UNIQUENESS = 6  # the last rung that promises one equilibrium for every input
EXISTENCE = 7  # the last rung that promises an equilibrium for every input
OF_INPUTS = 8  # the rung that speaks of the inputs given alone
NOTHING = "no promise for every input"
