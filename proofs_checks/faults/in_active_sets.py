"""Wrong active sets: Newton, its fallback by pivoting, and the kernels that do both for batches."""

from proofs_checks.faults.fault import Fault

ACTIVE_SET = "mondeq_ref/solve/active_set.py"
LEMKE = "mondeq_ref/solve/lemke.py"
NEWTON = "mondeq_ref/kernels/newton.py"
RESIDUAL = "mondeq_ref/kernels/residual.py"
ELIMINATION = "mondeq_ref/kernels/elimination.py"
OF_ACTIVE_SET = "tests/solve/test_active_set.py"
OF_TWINS = "tests/kernels/test_twins.py"
NEWTON_TWINS = (
    f"{OF_TWINS}::test_newton_settles_on_the_same_sets_and_points_agree_within_their_radii"
)
RESIDUAL_TWINS = f"{OF_TWINS}::test_compensated_rows_and_columns_are_equal_to_the_bit"
ADJOINT_TWINS = "tests/backward/test_adjoint.py::test_the_compiled_adjoint_is_its_twin"
TRAINING_TWINS = "tests/train/test_passes.py::test_the_compiled_passes_are_their_twin"

FAULTS = (
    Fault(
        "signs are predicted from the splitting state",
        ACTIVE_SET,
        "iteration.observe(state, data) > 0",
        "state > 0",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "a singular block is called settled",
        ACTIVE_SET,
        "return np.zeros_like(c), step, False",
        "return np.zeros_like(c), step, True",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "an overflow is called settled",
        ACTIVE_SET,
        "return z, step, bool(np.isfinite(z).all())",
        "return z, step, True",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "pivoting gets a budget of its own",
        ACTIVE_SET,
        "lemke(M, c[row], max_steps - int(steps[row]))",
        "lemke(M, c[row], max_steps)",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "what the active set gave up is called certified",
        ACTIVE_SET,
        "codes[codes == OPEN] = code(Status.GAVE_UP)",
        "codes[codes == OPEN] = code(Status.CERTIFIED)",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "a settled row above tol is called certified",
        ACTIVE_SET,
        "codes[judged.open & settled] = code(Status.STALLED)",
        "codes[judged.open & settled] = code(Status.CERTIFIED)",
        ("tests/solve/test_driver.py::test_all_methods_agree_within_their_radii",),
    ),
    Fault(
        "pivoting solves with M transposed",
        LEMKE,
        "[np.eye(n), -M, -np.ones((n, 1)), -c[:, None]]",
        "[np.eye(n), -M.T, -np.ones((n, 1)), -c[:, None]]",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "the ratio test takes the largest ratio",
        LEMKE,
        "row = int(np.argmin(ratios))",
        "row = int(np.argmax(ratios * usable))",
        (OF_ACTIVE_SET,),
    ),
    Fault(
        "the kernel is given M where it needs M transposed",
        ACTIVE_SET,
        "newton_rows(M, np.ascontiguousarray(M.T), c, active, limit)",
        "newton_rows(M, M, c, active, limit)",
        (f"{OF_TWINS}::test_a_batch_takes_as_many_solves_with_the_kernel_as_without",),
    ),
    Fault(
        "the compiled Newton takes rows of M for its columns",
        NEWTON,
        "column = M_transposed[units[r]]",
        "column = M[units[r]]",
        (NEWTON_TWINS,),
    ),
    Fault(
        "the compiled elimination forgets to divide by its pivot",
        NEWTON,
        "factor = A[r, pivot] * scale",
        "factor = A[r, pivot]",
        (NEWTON_TWINS,),
    ),
    Fault(
        "the compiled Newton has the sign of the injection wrong",
        NEWTON,
        "F[i] = -C[k, i]",
        "F[i] = C[k, i]",
        (NEWTON_TWINS,),
    ),
    Fault(
        "an infinite solution of the compiled elimination counts as active",
        NEWTON,
        "keep = 0.0 < A[r, p] < np.inf",
        "keep = 0.0 < A[r, p]",
        (f"{OF_TWINS}::test_rows_the_elimination_cannot_do_are_left_unsettled",),
    ),
    Fault(
        "the compiled Newton says that it settled when its budget ended",
        NEWTON,
        "settled = np.zeros(batch, dtype=np.bool_)",
        "settled = np.ones(batch, dtype=np.bool_)",
        (f"{OF_TWINS}::test_rows_the_elimination_cannot_do_are_left_unsettled",),
    ),
    Fault(
        "the compiled residual drops the low parts of its products",
        RESIDUAL,
        "carry += ((total - (new - back)) + (product - back)) + low",
        "carry += (total - (new - back)) + (product - back)",
        (RESIDUAL_TWINS,),
    ),
    Fault(
        "the compiled magnitudes cancel",
        RESIDUAL,
        "size += abs(product)",
        "size += product",
        (RESIDUAL_TWINS,),
    ),
    Fault(
        "numbers are split by a power of two",
        RESIDUAL,
        "SPLITTER = 134217729.0",
        "SPLITTER = 134217728.0",
        (RESIDUAL_TWINS,),
    ),
    Fault(
        "the second of two pivots does not see the first",
        ELIMINATION,
        "two = (row[pivot + 1] - one * first[pivot + 1]) * scale_second",
        "two = row[pivot + 1] * scale_second",
        (ADJOINT_TWINS, TRAINING_TWINS),
    ),
    Fault(
        "the transposed substitution leaves its last row out",
        ELIMINATION,
        "for r in range(p - 1, 0, -1):",
        "for r in range(p - 2, 0, -1):",
        (ADJOINT_TWINS, TRAINING_TWINS),
    ),
    Fault(
        "the compiled substitution divides by no pivot",
        ELIMINATION,
        "value = y[q] / A[q, q]",
        "value = y[q]",
        (TRAINING_TWINS,),
    ),
)
