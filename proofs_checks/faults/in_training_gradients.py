"""Wrong gradients of what is trained: straight through, the margin's penalty, both passes."""

from proofs_checks.faults.fault import Fault

WEIGHTS = "mondeq_ref/train/weights.py"
PARAMETERS = "mondeq_ref/train/parameters.py"
PASSES = "mondeq_ref/train/passes.py"
SLOPE = (
    "tests/train/test_passes.py::test_the_gradient_of_the_mean_loss_is_that_of_a_complex_step",
)
PENALTY = ("tests/train/test_passes.py::test_the_penalty_moves_nothing_but_the_margin",)
TWINS = ("tests/train/test_passes.py::test_the_compiled_passes_are_their_twin",)
THROUGH = (
    "tests/train/test_passes.py::test_straight_through_takes_the_gradient_at_the_quantized_weights",
)
CLIPPED = (
    "tests/train/test_passes.py::test_clipping_touches_outliers_of_quantized_parameters_alone",
)
BOOKS = ("tests/train/test_bookkeeping.py",)

FAULTS = (
    Fault(
        "the batch mean is taken twice in training",
        WEIGHTS,
        "share = 1 / len(Z)",
        "share = 1 / len(Z) ** 2",
        SLOPE,
    ),
    Fault(
        "training forgets the derivative of softplus",
        WEIGHTS,
        '-np.trace(H) * softplus_slope(float(parameters.views()["t"]))',
        "-np.trace(H)",
        SLOPE,
    ),
    Fault(
        "training forgets the symmetric part of dl/dA",
        WEIGHTS,
        'grads["A"][...] = -used.A @ (H + H.T)',
        'grads["A"][...] = -2 * used.A @ H',
        SLOPE,
    ),
    Fault(
        "the straight-through gradient is taken at the unquantized A",
        WEIGHTS,
        "return Weights(W_used, U, b, A_used, W - W_used)",
        "return Weights(W_used, U, b, A, W - W_used)",
        ("tests/train/test_weights.py",),
    ),
    Fault(
        "entries at the ends of their range get no straight-through gradient",
        WEIGHTS,
        'grads["S"][...] = H - H.T',
        'grads["S"][...] = (H - H.T) * (np.abs(used.W) < np.abs(used.W).max())',
        (*THROUGH, *SLOPE),
    ),
    Fault(
        "quantized training leaves U and b in floats",
        WEIGHTS,
        "if quantization.covers_input:\n        U, b",
        "if quantization.structured:\n        U, b",
        THROUGH,
    ),
    Fault(
        "training rounds S and S' each for itself",
        WEIGHTS,
        "quantized(S - S.T))",
        "quantized(S) - quantized(S).T)",
        ("tests/train/test_weights.py",),
    ),
    Fault(
        "the perturbation of dense training has its sign turned around",
        WEIGHTS,
        "return Weights(W_used, U, b, A, W - W_used)",
        "return Weights(W_used, U, b, A, W_used - W)",
        ("tests/train/test_weights.py",),
    ),
    Fault(
        "the margin penalty works while ||dW|| is below m",
        WEIGHTS,
        "[-1] < parameters.margin**2:",
        "[-1] > parameters.margin**2:",
        PENALTY,
    ),
    Fault(
        "the margin penalty makes the margin smaller",
        WEIGHTS,
        '["t"][...] -= strength',
        '["t"][...] += strength',
        PENALTY,
    ),
    Fault(
        "the margin penalty compares ||dW||^2 with m",
        WEIGHTS,
        "[-1] < parameters.margin**2:",
        "[-1] < parameters.margin:",
        BOOKS,
    ),
    Fault(
        "clipping takes from S all that K loses",
        WEIGHTS,
        "(K - _clipped(K, clip)) / 2",
        "K - _clipped(K, clip)",
        CLIPPED,
    ),
    Fault(
        "the margin while training lacks its offset",
        PARAMETERS,
        '["t"]))) + MARGIN_OFFSET',
        '["t"])))',
        BOOKS,
    ),
    Fault(
        "training starts with softplus of the margin it should have",
        PARAMETERS,
        "np.log(np.expm1(INITIAL_SOFTPLUS))",
        "INITIAL_SOFTPLUS",
        BOOKS,
    ),
    Fault(
        "threads take the labels of the first rows",
        PASSES,
        "exact_passes(M, C[rows], head, labels[rows]",
        "exact_passes(M, C[rows], head, labels",
        ("tests/train/test_passes.py::test_the_number_of_threads_changes_no_bit",),
    ),
    Fault(
        "a label counts as correct without its own softmax",
        PASSES,
        "softmax[np.arange(len(labels)), labels] += 1.0",
        "softmax[np.arange(len(labels)), labels] -= 0.0",
        ("tests/train/test_passes.py::test_a_label_with_the_largest_logit_is_correct",),
    ),
    Fault(
        "the training kernel solves with M transposed",
        "mondeq_ref/kernels/training.py",
        "gather(M, units, p, A)",
        "gather(M_transposed, units, p, A)",
        TWINS,
    ),
)
