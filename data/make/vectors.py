"""Make data/vectors: the questions to other implementations, as data.

    python -m data.make.vectors [FOLDER]

Integers come from a hash of the test's name and everything else from rational arithmetic, so the
same bytes come again on any machine.  VERSION is that of the vectors: a test that goes or
changes its answer makes a new major one, a new test a minor one.
"""

import sys
from hashlib import sha256
from pathlib import Path

from data.make.sums import seal
from data.make.vector_groups import (
    backward,
    ladder,
    layer_codes,
    measuring,
    quantizing,
    solving,
    stepping,
)
from mondeq_ref.oracle.forms import schema
from mondeq_ref.oracle.question import OPERATIONS, Operation, Question
from mondeq_ref.oracle.vectors import by_operation, checksums, dumped, test_of
from mondeq_ref.rigor.process import one_thread

VERSION = "1.4.0"
FORMULAS: dict[Operation, str] = {
    "operator": "W = (1 - m) I - A'A + S - S', A (r, n), S (n, n)",
    "margin": "m = the least eigenvalue of (M + M')/2, M = I - W",
    "lipschitz": "L = the largest singular value of I - W",
    "quantize": "codes k and step s of W: k = round(w / s) within the range of the spec",
    "quantize_layer": "codes k and steps s of K, of U and of b, each by the spec with steps of its "
    "own; what = KUb: K = W - t I, t = offset being kept; offdiagonalUb: K = W - diag W",
    "solve": "row i of Z is z = ReLU(W z + U x_i + b)",
    "steps": "`count` steps from `start`: z <- ReLU(z - alpha (M z - c)); s <- |R s| or "
    "(s + |R s|)/2 with R s = 2 (I + alpha M)^-1 (s + alpha c) - s; Z = ReLU(R state) or state",
    "adjoint_steps": "`count` steps lambda <- D (lambda - alpha (M'lambda - dz)) from zero, "
    "D the mask of z > 0",
    "gradients": "lambda = M_aa'^-1 dz_a on active units: dW = sum lambda z', dU = sum lambda x', "
    "db = sum lambda, dX = lambda U, row by row",
    "factor_gradients": "with H = dl/dW: dA = -A (H + H'), dS = H - H', dm = -tr H",
    "displacement": "an upper bound of |z~ - z*| for every row, at most norm(dW) |z~| / m",
    "certificate": "norm_F(dW) < m; norm_2(dW) < m; lambda_max(sym(W~ - W)) < m; m~ > 0",
    "rungs": "M = I - W: sym(D M) > 0 for a diagonal D > 0; a P-matrix; strictly semimonotone; "
    "every row c of X has z = ReLU(W z + c)",
}
FLAGS = {
    "solve": solving.FLAGS,
    "steps": stepping.FLAGS,
    "quantize": quantizing.FLAGS,
    "quantize_layer": layer_codes.FLAGS,
    "adjoint_steps": backward.FLAGS,
    "gradients": backward.FLAGS,
    "factor_gradients": backward.FLAGS,
    "rungs": ladder.FLAGS,
}


def questions() -> list[Question]:
    return [
        *measuring.operator_questions(),
        *measuring.number_questions(),
        *quantizing.questions(),
        *layer_codes.questions(),
        *solving.questions(),
        *stepping.questions(),
        *backward.adjoint_questions(),
        *backward.questions(),
        *backward.factor_questions(),
        *measuring.displacement_questions(),
        *measuring.certificate_questions(),
        *ladder.questions(),
    ]


def made() -> dict[str, str]:
    """File name -> its text, the manifest last."""
    asked = by_operation(questions())
    files = dict[str, str]()
    for operation in OPERATIONS:
        used = sorted({flag for question in asked[operation] for flag in question.flags})
        hunts = FLAGS.get(operation, measuring.FLAGS)
        files[f"{operation}.json"] = dumped(
            {
                "version": VERSION,
                "operation": operation,
                "formula": FORMULAS[operation],
                "flags": [{"flag": flag, "hunts": hunts[flag]} for flag in used],
                "tests": [test_of(question) for question in asked[operation]],
            }
        )
        files[f"schemas/{operation}.json"] = dumped(schema(operation))
    counts = {f"{name}.json": len(some) for name, some in asked.items()}
    edges = sum(bool(q.flags) for some in asked.values() for q in some)
    listed = {
        name: {
            "sha256": sha256(text.encode()).hexdigest(),
            "tests": counts.get(name, 0),
        }
        for name, text in files.items()
    }
    manifest = {
        "version": VERSION,
        "tests": sum(counts.values()),
        "edge_cases": edges,
        "files": listed,
        "crc32_of_codes": checksums(asked["quantize"]),
    }
    return files | {"manifest.json": dumped(manifest)}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/vectors")
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    with one_thread():
        for name, text in made().items():
            (folder / name).write_text(text, encoding="utf-8")
    if folder == Path("data/vectors"):
        seal(Path("data"))
