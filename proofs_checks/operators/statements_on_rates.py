"""Published statements on rates, decided on one matrix: M = [[5, -12], [12, 5]], c = M (1, 1).

Its margin is 5, its norm 13, kappa = 13/5; at alpha = 1/13 the equilibrium (1, 1) is interior,
so that near it Peaceman-Rachford multiplies errors by R = (I + alpha M)^-1 (I - alpha M) and
Douglas-Rachford by (I + R)/2.  Both are multiples of rotations: their factors are exact.
"""

from fractions import Fraction

import numpy as np

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.operators.subject import Answer, StatementSubject

m, s, L = Fraction(5), Fraction(12), Fraction(13)
KAPPAS = (2.0, 8.0, 32.0, 128.0, 1024.0)
BOUNDED = (0.4, 2.5)  # steps per e-fold over kappa or kappa^2 stay within


def squared_factors() -> tuple[Fraction, Fraction]:
    """|1 - a mu|^2/|1 + a mu|^2 and 1/|1 + a mu|^2 for mu = m + i s, a = 1/L."""
    a = 1 / L
    below = (1 + a * m) ** 2 + (a * s) ** 2
    return ((1 - a * m) ** 2 + (a * s) ** 2) / below, 1 / below


def dr_is_slower(_: StatementSubject) -> Answer:
    """Is Douglas-Rachford strictly slower than Peaceman-Rachford?"""
    reflected, averaged = squared_factors()
    numbers = {"peaceman_rachford_squared": reflected, "douglas_rachford_squared": averaged}
    if not averaged < reflected:
        raise ArithmeticError("the counterexample is none")
    first, second = (f"{float(square) ** 0.5:.3f}" for square in (reflected, averaged))
    why = (
        f"with M = [[5, -12], [12, 5]] it contracts by {second}, Peaceman-Rachford by {first}; "
        "a step, exactly, with c = M (1, 1) and alpha = 1/L: (1 + rho)/2 is only an upper bound of "
        "its rate"
    )
    return Answer("not_supported", why, {name: str(value) for name, value in numbers.items()})


def pr_rate_is_a_maximum(_: StatementSubject) -> Answer:
    """Does Peaceman-Rachford contract by max(|1 - am|/(1 + am), |aL - 1|/(aL + 1))?"""
    a, reflected = 1 / L, squared_factors()[0]
    claimed = max(abs(1 - a * m) / (1 + a * m), abs(a * L - 1) / (a * L + 1))
    if not claimed**2 < reflected:
        raise ArithmeticError("the counterexample is none")
    why = (
        f"with M = [[5, -12], [12, 5]] it would be {float(claimed):.3f}, and it is "
        f"{float(reflected) ** 0.5:.3f}; exactly, with alpha = 1/L, and right for symmetric M"
    )
    numbers = {"claimed_squared": str(claimed**2), "true_squared": str(reflected)}
    return Answer("not_supported", why, numbers)


def kappa_scaling(_: StatementSubject) -> Answer:
    """Do the bounds need O(kappa) and O(kappa^2) steps?"""
    kappa = np.array(KAPPAS)
    forward = -2 / np.log1p(-1 / kappa**2) / kappa**2
    reflected = 2 / (np.log1p(1 / kappa) - np.log1p(-1 / kappa)) / kappa
    low, high = BOUNDED
    within = bool(((forward > low) & (forward < high) & (reflected > low)).all())
    within = within and bool((reflected < high).all())
    numbers = {
        f"kappa {k:g}": {"forward_backward_over_kappa_squared": f, "splitting_over_kappa": r}
        for k, f, r in zip(KAPPAS, forward.tolist(), reflected.tolist(), strict=True)
    }
    why = (
        "of the bounds: at their best steps forward-backward needs about 2 kappa^2 and "
        "Peaceman-Rachford about kappa steps to gain a factor e; single operators can do better"
    )
    return Answer("supported" if within else "not_supported", why, numbers)


def two_notions(subject: StatementSubject) -> Answer:
    """Do ||dW|| < m and m~ > 0 say the same?"""
    apart = [
        bits
        for bits, (_, sign) in sorted(subject.rungs.items())
        if sign is Outcome.PROVED and subject.quantized(bits).ratio.lo >= 1
    ]
    numbers = {f"{bits} bits": {"ratio": subject.quantized(bits).ratio} for bits in apart}
    if not apart:
        return Answer("not_testable", "they agree at every width that was tried here", numbers)
    widths = ", ".join(map(str, apart))
    why = (
        f"at {widths} bits m~ > 0 and ||dW|| >= m, both proved; one file says that it converges "
        "and the other that it does not"
    )
    return Answer("not_supported", why, numbers)
