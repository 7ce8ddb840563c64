"""An audit that nobody ran, with every section filled: numbers here are invented for tests."""

from copy import deepcopy
from typing import Any

from proofs_checks.claims import NAMES, theorem
from proofs_checks.report.difference import digest

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    "DwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

CLAIMS = NAMES[:13]


# fmt: off
# Several keys a line: this is a table.
HISTOGRAM = [*(823, 223, 109, 111, 214, 114, 95, 83, 61, 40), *(33, 28, 17, 12, 9, 6, 4, 3, 2, 13)]


def form(name: str, formula: str, tightest: list[float | None] | None, **more: Any) -> Any:
    return (
        {"name": name, "formula": formula, "verdict": "HOLDS", "tightest": tightest}
        | {"cases": 2000, "refuted": 0, "undecided": 0, "escalated": 37}
        | {"tightest_case": [11, 4], "histogram": HISTOGRAM[:], "against_published": 1.0}
        | more
    )


def witness(name: str, ratio: list[float], *, exact: bool) -> dict[str, Any]:
    why = "n = 1: z* = 2, z~ = 4, m = 1/2, |dW| = 1/4"
    return {"form": name, "why": why, "attained": True, "exact": exact, "ratio": ratio}


def claim(name: str) -> dict[str, Any]:
    near = [0.99999999999917, 1.00000000000021]
    alone = "||z~ - z*|| <= ||dW|| ||z*||/(m - ||dW||)"
    return {
        "id": name,
        "sentence": theorem(name).sentence,
        "source": "Li, Leong and Chaffey 2026, wording reconstructed",
        "verdict": "HOLDS", "cases": 6000, "refuted": 0, "undecided": 0, "attained": True,
        "tightest": near, "guarantee": "exact + rigorous-float", "instances": 138,
        "hypotheses": ["m > 0", "only W is perturbed"],
        "met": [2000, 180, 0], "inside": [2000, 0, 0], "outside": [41, 131, 8], "records": 2180,
        "forms": [
            form("as published", "||z~ - z*|| <= (||dW||/m) ||z~||", near),
            form("sharper", "||z~ - z*|| <= ||dW z~||/m", [1.0, 1.0], against_published=0.4127),
            form(
                *("from z* alone", alone, [0.7312345678, 0.7312345679]), against_published=1.3371
            ),
        ],
        "witnesses": [
            witness("as published", [1.0, 1.0], exact=True),
            witness("sharper", [0.9999999999999, 1.0000000000002], exact=False),
            {"form": "from z* alone", "attained": None, "exact": False, "ratio": None}
            | {"why": "none is known: the two norms would have to be attained together"},
        ],
        "needed": [
            {"hypothesis": "m > 0", "shown": True}
            | {"why": "W = W~ = 2, c = -1: z* = 0 and z~ = 1 are both equilibria, and dW = 0"},
            {"hypothesis": "only W is perturbed", "shown": None}
            | {"why": "without it the statement is about another pair of points"},
        ],
        "budget": {"slack": 0.6083138273856825, "solver": 2.17e-13, "rounding": 1.58e-13},
        "faults": [],
        "replay": {"claim": name, "seed": 7, "index": 11, "input": 4}
        | {"family": "skew-dominant", "n": 23},
        "explained": (
            "Theorem (as in the paper).\n\nStatement.  Let I - W have a margin m > 0.  Then\n\n"
            "    ||z~ - z*|| <= (||dW||/m) ||z~||.\n\nProof.  Strong monotonicity gives\n"
            "m ||z~ - z*||^2 <= <r, z~ - z*>; apply Cauchy-Schwarz."
        ),
    }


def hunted_case(units: int, ratio: list[float] | None, **instance: Any) -> dict[str, Any]:
    known = {"W": 0.25, "c": [1.0, -0.5], "alpha": 0.5, "rounding": "half-even"}
    return {
        "verdict": "HOLDS", "measured": ratio or [0.0, 0.0], "ratio": ratio,
        "bound": [1.0, 1.0] if ratio else [0.0, 0.0], "exact": ratio == [1.0, 1.0],
        "guarantee": "exact", "units": units, "instance": known | instance,
        "family": "one unit" if units == 1 else "not symmetric",
    }


def hunted_form(one: dict[str, Any], witness: dict[str, Any], reached: bool | None) -> Any:
    """The sharpest case of two units is another one than the sharpest."""
    ratio = None if reached is None else [1.0, 1.0] if reached else [0.98, 0.9800000001]
    pair = None if reached is None else hunted_case(2, [0.97, 0.97], W=[[0.5, 2.0], [-2.0, 0.5]])
    return (
        {"form": one["name"], "formula": one["formula"], "verdict": "HOLDS", "reached": reached}
        | {"supremum": witness, "sharpest": hunted_case(1, ratio), "of_two": pair}
        | {"restarts": 128}
    )


def hunted(one: dict[str, Any]) -> dict[str, Any]:
    """A bound that is reached, a fact, and a bound that is not."""
    reached, missed, none = one["witnesses"]
    return {
        "id": one["id"],
        "verdict": "HOLDS",
        "forms": [
            hunted_form(form, witness, reached)
            for form, (witness, reached) in zip(
                one["forms"], ((reached, True), (none, None), (missed, False)), strict=True
            )
        ],
        "without": [
            {"hypothesis": "m > 0", "refuted": True, "restarts": 3}
            | {"case": hunted_case(1, None) | {"verdict": "REFUTED"}},
            {"hypothesis": "alpha > 0", "refuted": False, "case": None, "restarts": 64},
        ],
        "faults": [],
    }


def rung(bits: int, ratio: float, margin: float, at: int | None, promise: str, **more: Any) -> Any:
    around = [ratio, round(ratio + 1e-4, 5)]
    drift = {"inputs": 250, "of": 256, "actual": 0.03, "sharper": 0.07, "paper": 0.2}
    return (
        {"bits": bits, "ratio": around, "one_sided": around[:], "margin": [margin, margin]}
        | {"rung": at, "promise": promise, "guarantee": None if at is None else "exact"}
        | {"equilibria_proved": 500, "inputs": 500, "accuracy": 0.978, "drift": drift}
        | more
    )


UNIQUE = "one equilibrium for every input, and all three solvers reach it"


def ladder(operator: str, what: str, description: str) -> dict[str, Any]:
    rows = [
        rung(8, 0.152, 0.207, 1, UNIQUE, accuracy=0.9827),
        rung(6, 0.606, 0.138, 2, UNIQUE, accuracy=0.9819),
        rung(5, 1.254, 0.0454, 3, UNIQUE, accuracy=0.9803),
        rung(4, 2.661, -0.142, 8, "every input given has an equilibrium", accuracy=0.9771),
        rung(3, 5.359, -0.468, None, "nothing", equilibria_proved=291, accuracy=None),
        rung(2, 7.534, -0.156, 5, "one equilibrium for every input", accuracy=0.775),
    ]
    return {"operator": operator, "what": what, "description": description, "rows": rows}


def ends(bits: int) -> list[dict[str, Any]]:
    """At 3 bits some inputs diverge and others are undecided."""
    some = {"reached": 72, "diverge": 46, "undecided": 10}
    counts = some if bits == 3 else {"reached": 128, "diverge": 0, "undecided": 0}
    return [{"alpha": alpha, "inputs": 128, **counts} for alpha in (0.01, 0.1)]


def operator(name: str, digest: str, margin: list[float], lipschitz: list[float]) -> dict[str, Any]:
    return {"name": name, "digest": digest, "n": 100, "margin": margin, "lipschitz": lipschitz}


def answer(question: str, said: str, *rows: tuple[int, str, str]) -> dict[str, Any]:
    told = [{"bits": bits, "operator": operator, "text": text} for bits, operator, text in rows]
    return {"question": question, "answer": said, "rows": told}


def statement(name: str, where: str, text: str, verdict: str, why: str, **more: Any) -> Any:
    told = {"id": name, "where": where, "text": text, "verdict": verdict, "why": why}
    return told | {"settings": {}, "numbers": {}} | more


def full() -> dict[str, Any]:
    """All claims hold, and every section has something in it."""
    claims = [claim(name) for name in CLAIMS]
    claims[3] |= {"hypotheses": [], "needed": [], "met": [2000, 0, 0], "outside": [0, 0, 0]}
    claims[3] |= {"records": 2000}
    claims[0]["budget"] = claims[0]["tightest"] = None
    claims[0]["forms"] = [
        form("as published", "Phi_a(z) = z iff 0 in F(z) + G(z)", None, against_published=None)
        | {"histogram": [0] * 20, "tightest_case": None}
    ]
    claims[0]["replay"] = None
    claims[0]["witnesses"] = claims[0]["witnesses"][:1]
    audit: dict[str, Any] = {
        "summary": {
            "sentence": "All 13 claims hold in every case tried: 78,000 cases, none refuted, "
            "none undecided.",
            "verdict": "HOLDS", "claims": 13, "held": 13, "cases": 78000,
            "refuted": 0, "undecided": 0,
        },
        "settings": {"seed": 7, "cases": 2000, "claims": list(CLAIMS)},
        "claims": claims,
        "operators": [
            operator("float-42", "5f0c" * 16, [0.22694, 0.22695], [1.8461, 1.8462]),
            operator("qat-factors-4", "a1b2" * 16, [0.26, 0.2601], [1.9, 1.91]),
        ],
        "answers": [
            answer(
                "Does it still converge?",
                "From 5 bits up, yes, for every input. Below, it depends on how the "
                "weights were quantized.",
                (8, "float-42", "yes, for every input"),
                (4, "float-42", "for all 500 test images"),
                (4, "qat-factors-4", "yes, for every input"),
            ),
            answer(
                "How far does it drift?",
                "By a few per cent of its length at 6 bits; the bound says at most "
                "ten times that.",
                (6, "float-42", "3.1 % of its length"),
            ),
            answer(
                "Does the backward pass work?",
                "Wherever the forward pass is proved to converge for every input.",
                (4, "qat-factors-4", "yes"),
            ),
        ],
        "ladder": [
            ladder("float-42", "W", "post-training quantization of the dense W"),
            ladder("float-42", "factors", "post-training quantization of the factors"),
            ladder("qat-4", "WUb", "quantization-aware training, margin penalty"),
        ],
        "figure_1": {
            "operator": "float-42",
            "budget": 2000,
            "points": [
                {key: row[key] for key in ("bits", "ratio", "rung", "equilibria_proved", "inputs")}
                | {"iterations": 2000 if row["bits"] < 5 else 400 + 10 * row["bits"]}
                | {"converged": row["bits"] >= 5, "ends": ends(row["bits"])}
                for row in ladder("float-42", "W", "")["rows"]
            ],
            "published": [{"bits": 4, "ratio": 2.6614, "iterations": 2000, "converged": False}],
        },
        "published": [
            statement(
                *("ptq-3-4-diverge", "abstract"),
                "three- and four-bit post-training quantization diverge, five-bit and "
                "above converge",
                "not_supported",
                "At 4 bits all 500 inputs have an equilibrium, proved in rationals; the "
                "published run was cut by its budget of 2000 steps.",
                settings={"alpha": 0.01, "steps": 2000, "tolerance": 1e-5},
                numbers={
                    "equilibria proved at 4 bits": 500, "inputs": 500,
                    "relative step at 32 bits": 1.3e-5, "margin at 4 bits": [-0.1424, -0.1423],
                    "by bits": [{"bits": 3, "proved": 291}, {"bits": 4, "proved": 500}],
                    "ratios": [5.359, 2.661], "counterexample": [[1.0, 3.0], [0.0, 1.0]],
                },
            ),
            statement(
                *("qat-4", "abstract"),
                "quantization-aware training recovers provable convergence at four bits",
                *("supported", "The margin of the shipped operator is proved positive."),
                numbers={
                    "4 bits": {"margin": [0.197, 0.198], "accuracy": 0.9836},
                    "5 bits": {"margin": [0.21, 0.211], "share_of": {"fb": 0.91, "pr": 1.0}},
                },
            ),
            statement(
                *("pr-faster", "companion", "Peaceman-Rachford converges in about 50 iterations"),
                *("not_testable", "The published weights do not ship with this project."),
            ),
        ],
        "hunter": [hunted(claims[3]), hunted(claims[8])],
        "figures": [
            {
                "name": "Figure 1",
                "caption": "Iterations against ||dW||/m, published values overlaid.",
                "png": PIXEL,
                "table": {
                    "columns": ["bits", "iterations", "published", "ratio"],
                    "rows": [[5, 1730, 1730, [1.254, 1.2541]], [6, 653, 653, None]],
                },
            },
            {"name": "Figure 2", "caption": "Displacement.", "png": None, "table": None},
        ],
        "histogram_edges": [round(k / 20, 12) for k in range(21)],
        "assumptions": {
            "exact": "FLINT's integer, rational and ball arithmetic is correct.",
            "rigorous-float": "Floats are IEEE-754 binary64, rounded to nearest.",
        },
    }
    return finished(audit)


def finished(audit: dict[str, Any]) -> dict[str, Any]:
    """With what differs from run to run."""
    without = {k: v for k, v in audit.items() if k not in ("digest", "seconds", "provenance")}
    made = deepcopy(without)
    made["digest"] = digest(made)
    made["seconds"] = 41.73
    made["provenance"] = {
        "mondeq_ref": "0.1.0", "python": "3.11.2", "platform": "Linux-6.1-x86_64",
        "numpy": "2.4.1", "scipy": "1.17.0", "numba": "0.63.1", "python-flint": "0.8.0",
        "command": ["mondeq-ref", "audit", "--seed", "7"], "seed": 7,
        "inputs": {"data/operators/float-42.npz": "0a1b" * 16},
        "made": "2026-04-01T12:00:00+00:00",
    }
    return made


# fmt: on


def bad() -> dict[str, Any]:
    """One claim of each verdict, and hostile text wherever text can be."""
    audit = deepcopy(full())
    first, second, third = audit["claims"][3], audit["claims"][8], audit["claims"][9]
    first |= {"verdict": "REFUTED", "refuted": 3, "attained": False, "inside": [1997, 3, 0]}
    first["tightest"] = [1.00000001, 1.00000002]
    first["forms"][0] |= {"verdict": "REFUTED", "refuted": 3, "tightest": first["tightest"]}
    second |= {"verdict": "UNDECIDED", "undecided": 5, "inside": [1995, 0, 5]}
    second["forms"][0] |= {"verdict": "UNDECIDED", "undecided": 5}
    third |= {"verdict": "ERROR", "faults": ["instance 3: ValueError: W must be square"]}
    third["needed"][0]["shown"] = False
    audit["summary"] |= {
        "verdict": "ERROR",
        "held": 10,
        "refuted": 3,
        "undecided": 5,
        "sentence": "Could not be checked because of an error: condition; refuted: margin; left "
        "undecided: displacement. 10 of 13 claims hold (78,000 cases tried).",
    }
    audit["hunter"][0] |= {"verdict": "REFUTED"}
    audit["hunter"][0]["forms"][0] |= {"verdict": "REFUTED", "reached": True}
    audit["hunter"][0]["forms"][0]["sharpest"] |= {"verdict": "REFUTED", "ratio": [1.25, 1.25]}
    audit["hunter"][1] |= {
        "verdict": "ERROR",
        "faults": ["as published: ValueError: no such number"],
    }
    audit["hunter"][1]["forms"][2] |= {"verdict": None, "sharpest": None, "of_two": None}
    audit["hunter"][1]["forms"][2]["reached"] = None
    return finished(audit)


def hostile(audit: dict[str, Any]) -> dict[str, Any]:
    """The same audit with markup, quotes and template code in every free text."""
    nasty = "<script>alert(1)</script>\"' onload=x {{ 7*7 }} {% raw %} </style> javascript:x"

    def soiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: soiled(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [soiled(item, key) for item in value]
        free = key in FREE_TEXT and isinstance(value, str)
        return f"{value} {nasty}" if free else value

    return finished(soiled(audit))


FREE_TEXT = {
    *("sentence", "source", "explained", "name", "formula", "why", "hypotheses", "hypothesis"),
    *("faults", "family", "operator", "question", "answer", "text", "what", "description"),
    *("promise", "where", "caption", "fault", "by", "id", "form", "columns", "exact"),
}
