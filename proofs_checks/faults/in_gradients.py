"""Wrong gradients: the adjoint by hand and by splitting, and the chain through the factors."""

from proofs_checks.faults.fault import Fault

ADJOINT = "mondeq_ref/backward/adjoint.py"
GRADIENTS = "mondeq_ref/backward/gradients.py"
DISTANCE = "mondeq_ref/certify/adjoint_distance.py"
COMPLEX_STEP = (
    "tests/backward/test_adjoint.py"
    "::test_every_gradient_is_that_of_a_complex_step_on_every_family[generic]"
)
DIFFERENCES = "tests/backward/test_adjoint.py::test_central_differences_agree_away_from_kinks"
AGREE = (
    "tests/backward/test_adjoint.py"
    "::test_splitting_adjoints_agree_with_exact_ones_within_certified_radii"
)
KINK = "tests/backward/test_adjoint.py::test_a_kink_is_reported_and_counts_as_inactive"
RADIUS = (
    "tests/backward/test_adjoint.py::test_the_radius_bounds_the_distance_to_the_rational_adjoint"
)
BOUNDS = "tests/backward/test_adjoint_bounds.py"
LOOP = "tests/backward/test_adjoint_iterations.py"

FAULTS = (
    Fault(
        "the exact adjoint solves with W instead of its transpose",
        ADJOINT,
        "np.linalg.solve(M[np.ix_(units, units)].T, g[units])",
        "np.linalg.solve(M[np.ix_(units, units)], g[units])",
        (DIFFERENCES,),
    ),
    Fault(
        "alpha is left in the gradient",
        ADJOINT,
        "return AdjointIteration(step, read=lambda lam, g, D: lam)",
        "return AdjointIteration(step, read=lambda lam, g, D: alpha * lam)",
        (LOOP,),
    ),
    Fault(
        "adjoint forward-backward multiplies by W transposed",
        ADJOINT,
        "alpha * (lam - lam @ operator.W - g)",
        "alpha * (lam - lam @ operator.W.T - g)",
        (LOOP,),
    ),
    Fault(
        "the adjoint's resolvent is that of the transposed operator",
        ADJOINT,
        "np.linalg.inv(identity + alpha * (identity - operator.W))",
        "np.linalg.inv(identity + alpha * (identity - operator.W.T))",
        (LOOP,),
    ),
    Fault(
        "dl/dz is not multiplied by the step size in the adjoint's resolvent",
        ADJOINT,
        "return 2 * (s + alpha * g) @ resolvent - s",
        "return 2 * (s + g) @ resolvent - s",
        (LOOP,),
    ),
    Fault(
        "adjoint states are projected on the active units, not reflected in them",
        ADJOINT,
        "return np.where(D, mirror, -mirror)",
        "return np.where(D, mirror, 0.0)",
        (LOOP,),
    ),
    Fault(
        "adjoint Douglas-Rachford forgets its relaxation",
        ADJOINT,
        "return (s + peaceman_rachford(s, g, D)) / 2",
        "return peaceman_rachford(s, g, D)",
        (LOOP,),
    ),
    Fault(
        "the adjoint's splitting state is returned",
        ADJOINT,
        "read=lambda s, g, D: D * reflected(s, g)",
        "read=lambda s, g, D: s",
        (LOOP,),
    ),
    Fault(
        "a unit at zero counts as active in the adjoint",
        ADJOINT,
        "active = np.asarray(Z > 0)",
        "active = np.asarray(Z >= 0)",
        (KINK,),
    ),
    Fault(
        "kinks are not reported",
        ADJOINT,
        "undecided = ~(sure | never)",
        "undecided = sure & never",
        (KINK,),
    ),
    Fault(
        "a row is free of kinks when one of its units is",
        ADJOINT,
        "np.asarray(~self.undecided.any(axis=1))",
        "np.asarray(~self.undecided.all(axis=1))",
        (KINK,),
    ),
    Fault(
        "an adjoint above tol is called certified",
        ADJOINT,
        "judged[judged == OPEN] = code(Status.STALLED)",
        "judged[judged == OPEN] = code(Status.CERTIFIED)",
        (LOOP,),
    ),
    Fault(
        "an adjoint that is not finite has the radius of zero",
        ADJOINT,
        "residual[lost] = radius[lost] = np.inf",
        "residual[lost] = np.inf",
        (BOUNDS,),
    ),
    Fault(
        "an adjoint's residual is held against tol in place of its distance",
        ADJOINT,
        "codes[(radius if has_margin else residual) <= tol]",
        "codes[residual <= tol]",
        (AGREE,),
    ),
    Fault(
        "the compiled adjoint writes active units to the front",
        "mondeq_ref/kernels/backward.py",
        "Lam[k, units[r]] = y[r]",
        "Lam[k, r] = y[r]",
        ("tests/backward/test_adjoint.py::test_the_compiled_adjoint_is_its_twin",),
    ),
    Fault(
        "dl/dW is transposed",
        GRADIENTS,
        "H = Lam.T @ Z",
        "H = Z.T @ Lam",
        (COMPLEX_STEP,),
    ),
    Fault(
        "dl/dA forgets the symmetric part",
        GRADIENTS,
        "A = -operator.factors.A @ (H + H.T)",
        "A = -2 * operator.factors.A @ H",
        (COMPLEX_STEP,),
    ),
    Fault(
        "dl/dS forgets the skew part",
        GRADIENTS,
        "S = H - H.T",
        "S = H",
        (COMPLEX_STEP,),
    ),
    Fault(
        "dl/dm has the wrong sign",
        GRADIENTS,
        "m = -float(np.trace(H))",
        "m = float(np.trace(H))",
        (COMPLEX_STEP,),
    ),
    Fault(
        "the derivative of softplus is forgotten",
        GRADIENTS,
        "m * softplus_slope(t)",
        "m",
        (COMPLEX_STEP,),
    ),
    Fault(
        "the derivative of softplus is that at -t",
        GRADIENTS,
        "np.exp(-np.logaddexp(0.0, -t))",
        "np.exp(-np.logaddexp(0.0, t))",
        (COMPLEX_STEP,),
    ),
    Fault(
        "the batch mean is taken twice",
        GRADIENTS,
        "Gradients(H, Lam.sum(axis=0), U",
        "Gradients(H, Lam.mean(axis=0), U",
        (DIFFERENCES,),
    ),
    Fault(
        "the adjoint's radius is the residual divided by L",
        DISTANCE,
        "np.asarray(up(residual / m))",
        "np.asarray(up(residual / operator.lipschitz.lo))",
        (RADIUS,),
    ),
    Fault(
        "the adjoint's residual is that of the forward operator",
        DISTANCE,
        "np.ascontiguousarray(operator.W.T)",
        "np.ascontiguousarray(operator.W)",
        (AGREE,),
    ),
    Fault(
        "the adjoint's residual is taken for exact",
        DISTANCE,
        "up(np.abs(r.value) + r.error)",
        "np.abs(r.value)",
        (RADIUS,),
    ),
    Fault(
        "inactive units count in the adjoint's residual",
        DISTANCE,
        "np.where(active, up(np.abs(r.value) + r.error), 0.0)",
        "up(np.abs(r.value) + r.error)",
        (AGREE,),
    ),
    Fault(
        "the adjoint of a meant matrix is judged by its rounded array",
        DISTANCE,
        "residual = np.asarray(up(norms_above(sizes) + unseen))",
        "residual = np.asarray(up(norms_above(sizes)))",
        (BOUNDS,),
    ),
)
