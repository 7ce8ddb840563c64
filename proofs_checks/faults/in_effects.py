"""Wrong effects: what quantization does to given inputs, counted over all of them."""

from proofs_checks.faults.fault import Fault

EFFECTS = "mondeq_ref/study/effects.py"
ASKED = ("tests/study/test_effects.py",)

FAULTS = (
    Fault(
        "dU x is forgotten: the quantized layer is fed the old injections",
        EFFECTS,
        "injections = work.inputs.injections(operator, block.which)",
        "injections = block.injections",
        ASKED,
    ),
    Fault(
        "an input without an equilibrium can be classified rightly",
        EFFECTS,
        "((classes == labels[block.which]) & after.proved)",
        "(classes == labels[block.which])",
        ASKED,
    ),
    Fault(
        "before quantizing, a point that was not located can be classified rightly",
        EFFECTS,
        "((classes == labels[block.which]) & block.before.proved)",
        "(classes == labels[block.which])",
        ASKED,
    ),
    Fault(
        "accuracy is a share of the inputs that were located",
        EFFECTS,
        "sum(correct) / len(located)",
        "sum(correct) / located.sum()",
        ASKED,
    ),
    Fault(
        "two uncertain classes are the same",
        EFFECTS,
        "((first == second) & (first != UNCERTAIN))",
        "(first == second)",
        ASKED,
    ),
    Fault(
        "a decision is certified by what happened, not by what may happen",
        EFFECTS,
        "up(after.radius[kept] + moved.sharper)",
        "up(after.radius[kept] + moved.actual)",
        ASKED,
    ),
    Fault(
        "displacements are bounded with the margin of the quantized operator",
        EFFECTS,
        "pair.sides.margin.lo,",
        "pair.sides.margin_after.lo,",
        ASKED,
    ),
    Fault(
        "the worst input is the best",
        EFFECTS,
        "(float(side.max()) for side",
        "(float(side.min()) for side",
        ASKED,
    ),
    Fault(
        "the worst displacement is that of the first block",
        EFFECTS,
        "max(part.paper for part in known)",
        "known[0].paper",
        ASKED,
    ),
    Fault(
        "all blocks share one set of injections",
        EFFECTS,
        'key = f"{which.start}:{which.stop}"',
        'key = "c"',
        ASKED,
    ),
    Fault(
        "injections are remembered when the bias was quantized",
        EFFECTS,
        "if not (same and np.array_equal(operator.b, self.operator.b)):",
        "if not same:",
        ASKED,
    ),
    Fault(
        "the perturbation has its sign turned around beside that of the injections",
        EFFECTS,
        "pair.original.weights - pair.perturbed.weights",
        "pair.perturbed.weights - pair.original.weights",
        ASKED,
    ),
)
