"""Wrong copies of the published protocol: step rules, stopping rule, float32 quantizer."""

from proofs_checks.faults.fault import Fault

PROTOCOL = "mondeq_ref/train/published_protocol.py"
RUNS = "mondeq_ref/study/published_runs.py"
RULES = ("tests/train/test_published_rules.py",)
GENEROUS = (
    "tests/train/test_passes.py::"
    "test_the_published_passes_with_a_generous_budget_end_in_the_exact_ones"
)

FAULTS = (
    Fault(
        "the published forward pass multiplies by W transposed",
        PROTOCOL,
        "np.ascontiguousarray(W.T)",
        "np.ascontiguousarray(W)",
        (GENEROUS,),
    ),
    Fault(
        "the published backward pass does not transpose W",
        PROTOCOL,
        "Lam @ W - G",
        "Lam @ W.T - G",
        (GENEROUS,),
    ),
    Fault(
        "alpha is left in the published gradient",
        PROTOCOL,
        "adjoint_forward_backward(W32, Z, dl_dz, self.alpha, self.budget)",
        "adjoint_forward_backward(W32, Z, self.alpha * dl_dz, self.alpha, self.budget)",
        (GENEROUS,),
    ),
    Fault(
        "the published backward pass lets units at zero take part",
        PROTOCOL,
        "np.asarray(Z > 0, dtype=np.float32)",
        "np.asarray(Z >= 0, dtype=np.float32)",
        (GENEROUS,),
    ),
    Fault(
        "the published loss is taken at its negative",
        PROTOCOL,
        "Passes(*wide, G, log_total - own, found)",
        "Passes(*wide, G, own - log_total, found)",
        RULES,
    ),
    Fault(
        "the published stopping rule looks at the step alone, not relative to the state",
        PROTOCOL,
        "return float(np.linalg.norm(new - old)) / size if size > 0 else np.inf",
        "return float(np.linalg.norm(new - old)) if size > 0 else np.inf",
        RULES,
    ),
    Fault(
        "a missing square in the published step 0.8 m/L^2",
        PROTOCOL,
        "float(np.linalg.norm(M, 2)) ** 2 if m > 0",
        "float(np.linalg.norm(M, 2)) if m > 0",
        RULES,
    ),
    Fault(
        "the published step takes its margin without the symmetric part",
        PROTOCOL,
        "np.linalg.eigvalsh((M + M.T) / 2)[0]",
        "np.linalg.eigvalsh(M)[0]",
        RULES,
    ),
    Fault(
        "the tuned step stops where halving neither helps nor hurts a run out of budget",
        PROTOCOL,
        "(fewer == taken and taken < budget.steps)",
        "fewer == taken",
        RULES,
    ),
    Fault(
        "figure 1 runs with m/L instead of m/L^2",
        RUNS,
        "return margin / lipschitz**2",
        "return margin / lipschitz",
        RULES,
    ),
    Fault(
        "figure 1 divides the perturbation by the quantized margin",
        RUNS,
        "Figure1Point(bits, dW / operator.margin.mid,",
        "Figure1Point(bits, dW / margin,",
        RULES,
    ),
    Fault(
        "figure 1 says the margin of the operator before quantizing",
        RUNS,
        "margin, lipschitz = quantized.margin.mid, quantized.lipschitz.mid",
        "margin, lipschitz = operator.margin.mid, quantized.lipschitz.mid",
        RULES,
    ),
    Fault(
        "the float32 quantizer has one level too many",
        RUNS,
        "np.float32(2 ** (bits - 1) - 1)",
        "np.float32(2 ** (bits - 1))",
        RULES,
    ),
    Fault(
        "figure 2 plots the splitting state instead of the read-out",
        RUNS,
        "return Trace(read(state), tuple(relative), tolerance)",
        "return Trace(state, tuple(relative), tolerance)",
        RULES,
    ),
    Fault(
        "a run of the figures stops on the step alone, not relative to the state",
        RUNS,
        "float(np.linalg.norm(new - state)) / size if size > 0",
        "float(np.linalg.norm(new - state)) if size > 0",
        RULES,
    ),
)
