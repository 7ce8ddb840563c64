"""Wrong solvers: splitting methods, the loop that stops them, and what is said of a row."""

from proofs_checks.faults.fault import Fault

METHODS = "mondeq_ref/solve/methods.py"
DRIVER = "mondeq_ref/solve/driver.py"
JUDGE = "mondeq_ref/solve/judge.py"
OF_METHODS = "tests/solve/test_methods.py"
OF_DRIVER = "tests/solve/test_driver.py"
ENDINGS = "tests/solve/test_endings.py"
ONE_STEP = f"{OF_METHODS}::test_one_step_is_its_exact_definition_up_to_proved_rounding"
READ_OFF = f"{OF_METHODS}::test_what_is_returned_is_the_equilibrium_and_not_the_splitting_state"
AGREE = f"{OF_DRIVER}::test_all_methods_agree_within_their_radii"
STEPS = f"{OF_METHODS}::test_the_admissible_steps_are_those_of_the_theorems"

FAULTS = (
    Fault(
        "Peaceman-Rachford returns its state instead of the read-out",
        METHODS,
        "reflect(s, q)),\n            lambda s, q: np.maximum(reflect(s, q), dtype(0)),",
        "reflect(s, q)),\n            lambda s, q: s,",
        (READ_OFF,),
    ),
    Fault(
        "Douglas-Rachford returns its state instead of the read-out",
        METHODS,
        "/ dtype(2),\n            lambda s, q: np.maximum(reflect(s, q), dtype(0)),",
        "/ dtype(2),\n            lambda s, q: s,",
        (READ_OFF,),
    ),
    Fault(
        "forward-backward multiplies by W transposed",
        METHODS,
        "W_transposed = np.ascontiguousarray(operator.W.T, dtype=dtype)",
        "W_transposed = np.ascontiguousarray(operator.W, dtype=dtype)",
        (ONE_STEP,),
    ),
    Fault(
        "the resolvent is applied transposed",
        METHODS,
        "np.ascontiguousarray((2 * resolvent - identity).T, dtype=dtype)",
        "np.ascontiguousarray(2 * resolvent - identity, dtype=dtype)",
        (ONE_STEP,),
    ),
    Fault(
        "the injection is not multiplied by the step size in the resolvent",
        METHODS,
        "np.ascontiguousarray((2 * alpha * resolvent).T",
        "np.ascontiguousarray((2 * resolvent).T",
        (ONE_STEP,),
    ),
    Fault(
        "the resolvent is not reflected",
        METHODS,
        "((2 * resolvent - identity).T",
        "(resolvent.T",
        (ONE_STEP,),
    ),
    Fault(
        "the state is projected on the cone, not reflected in it",
        METHODS,
        "lambda s, q: np.abs(reflect(s, q)),",
        "lambda s, q: np.maximum(reflect(s, q), dtype(0)),",
        (ONE_STEP,),
    ),
    Fault(
        "Douglas-Rachford forgets its relaxation",
        METHODS,
        "(s + np.abs(reflect(s, q))) / dtype(2)",
        "np.abs(reflect(s, q))",
        (ONE_STEP,),
    ),
    Fault(
        "Tseng's second step does not take the first F away",
        METHODS,
        "y - alpha * (forward(y, c) - at_z)",
        "y - alpha * forward(y, c)",
        (ONE_STEP,),
    ),
    Fault(
        "admissible steps go up to 2 m/L",
        METHODS,
        "return 2 * operator.margin / (operator.lipschitz * operator.lipschitz)",
        "return 2 * operator.margin / operator.lipschitz",
        (STEPS,),
    ),
    Fault(
        "Tseng's steps go up to 2/L",
        METHODS,
        "return 1 / operator.lipschitz",
        "return 2 / operator.lipschitz",
        (STEPS,),
    ),
    Fault(
        "forward-backward starts at the end of its interval, where it may circle",
        METHODS,
        "self.admissible(operator).lo / 2",
        "self.admissible(operator).lo",
        (ENDINGS,),
    ),
    Fault(
        "every step is called admissible without a margin",
        METHODS,
        "Enclosure(np.inf, np.inf) if operator.margin.lo > 0 else Enclosure(0.0, 0.0)",
        "Enclosure(np.inf, np.inf)",
        (f"{OF_METHODS}::test_without_a_margin_no_step_is_called_admissible",),
    ),
    Fault(
        "a short step is taken for convergence",
        DRIVER,
        "_repeats(state, previous) | (_only_rounding(state, previous) & at_floor)",
        "_repeats(state, previous) | _only_rounding(state, previous)",
        (ENDINGS,),
    ),
    Fault(
        "what stands still is called certified",
        DRIVER,
        "found[judged.open & stalled] = code(Status.STALLED)",
        "found[judged.open & stalled] = code(Status.CERTIFIED)",
        (AGREE,),
    ),
    Fault(
        "a row stands still as soon as one of its units does",
        DRIVER,
        "np.asarray((state == previous).all(axis=1))",
        "np.asarray((state == previous).any(axis=1))",
        (
            f"{OF_DRIVER}::test_a_step_size_far_too_small_is_certified_or_out_of_steps_and_nothing_between",
        ),
    ),
    Fault(
        "the batch stops as soon as one row has",
        DRIVER,
        "if not keep.any():",
        "if not keep.all():",
        (AGREE,),
    ),
    Fault(
        "float32 is expected to come as close as float64",
        DRIVER,
        "floor = coarser * judged.floor",
        "floor = judged.floor",
        (f"{OF_DRIVER}::test_what_stalls_in_float32_is_far_more_than_what_stalls_in_float64",),
    ),
    Fault(
        "the loop judges its state instead of the read-out",
        DRIVER,
        "candidate = iteration.observe(state, data).astype(np.float64)",
        "candidate = state.astype(np.float64)",
        (READ_OFF,),
    ),
    Fault(
        "zero is read off an infinite state",
        DRIVER,
        "candidate[~np.isfinite(state).all(axis=1)] = np.nan",
        "candidate[~np.isfinite(candidate).all(axis=1)] = np.nan",
        (ENDINGS,),
    ),
    Fault(
        "out of steps is called stalled",
        DRIVER,
        "found[judged.open] = code(Status.MAX_STEPS)",
        "found[judged.open] = code(Status.STALLED)",
        (ENDINGS,),
    ),
    Fault(
        "the residual is held against tol in place of the distance",
        JUDGE,
        "codes[(radius if has_margin else residual) <= tol]",
        "codes[residual <= tol]",
        (AGREE,),
    ),
    Fault(
        "the batch is judged by its mean",
        JUDGE,
        "codes[(radius if has_margin else residual) <= tol]",
        "codes[(radius if has_margin else residual).mean() <= tol]",
        (ENDINGS,),
    ),
    Fault(
        "a small residual is called certified without a margin",
        JUDGE,
        "done = Status.CERTIFIED if has_margin else Status.RESIDUAL_ONLY",
        "done = Status.CERTIFIED",
        (AGREE,),
    ),
    Fault(
        "a row that is not finite keeps the radius of zero",
        JUDGE,
        "residual[~finite] = radius[~finite] = np.inf",
        "residual[~finite] = np.inf",
        (ENDINGS,),
    ),
    Fault(
        "of two certified distances the larger one is kept",
        JUDGE,
        "radius[blurred] = np.minimum(radius[blurred], again.radius)",
        "radius[blurred] = np.maximum(radius[blurred], again.radius)",
        (f"{OF_DRIVER}::test_a_large_unit_does_not_hide_the_slow_progress_of_a_small_one",),
    ),
    Fault(
        "blocks come back in the order in which they were finished last",
        "mondeq_ref/solve/__init__.py",
        "while waiting:\n            yield waiting.pop(0).result()",
        "while waiting:\n            yield waiting.pop().result()",
        (f"{OF_DRIVER}::test_workers_get_the_blocks_in_order_and_certify_all_of_them",),
    ),
)
