"""Well-formed lies: certificates and cases whose fields are dropped, added or perturbed.

Documents are made from true ones, signed again, and shown to the checker or to replay.  Whatever
is accepted must be true of the matrices that it is about: `accepted` decides that with fractions
of its own.  Nothing but a refusal is raised.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.documents.case import encode_operator
from mondeq_ref.documents.encoding import digest_of, encode_dyadic
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.study.cases import replay
from mondeq_ref.whats import WHATS
from tests.certificates.accepted import dyadic, entries, false_claim
from tests.certificates.forged_from import Original, originals

Json = Any
Draw = np.random.Generator
NAMES = ("kind", "sha256", "by", "shape", "name", "range", "round", "per", "what")
REPLAYED = 0.12  # share of cases that are solved again, which takes longest
QUANTIZERS = [
    Quantizer(bits, reach, rounding, per)
    for bits in (2, 3, 5)
    for reach in ("narrow", "full", "unclipped")
    for rounding in ("half-even", "half-up", "toward-zero")
    for per in ("tensor", "row")
]


@dataclass
class Forgery:
    """A document in the making, the true ones around it, and the operator it is shown with."""

    rng: Draw
    document: Json
    operator: Operator
    others: tuple[Original, ...]
    known: Operator | None = None
    how: list[str] = field(default_factory=list[str])

    def pick(self, items: Any) -> Any:
        held = list(items)
        return held[int(self.rng.integers(len(held)))]

    @property
    def case(self) -> Json:
        return self.document["case"]

    @property
    def part(self) -> Json:
        """The operator or the perturbed one."""
        parts = [p for p in (self.case["operator"], self.case["perturbed"]) if p is not None]
        return self.pick(parts)


def floats(array: Json) -> np.ndarray:
    return np.array(entries(array), dtype=np.float64).reshape(array["shape"])


def nudged(at: Forgery, array: np.ndarray) -> np.ndarray:
    """One entry is another: by an ulp, by an eighth, its opposite, zero, large or small."""
    changed = array.copy()
    if changed.size:
        i = int(at.rng.integers(changed.size))
        x = float(changed.flat[i])
        near = [np.nextafter(x, 9), np.nextafter(x, -9), x + 0.125, x - 0.5, -x, 2 * x, 0.0]
        changed.flat[i] = at.pick([*near, 2.0**-60, at.pick([1e30, 1e300, 5e-324, -0.0])])
    return changed


def meant(at: Forgery) -> None:
    """An exact matrix beside W, near it or not, or none."""
    part = at.part
    if "meant" in part and at.rng.integers(2):
        del part["meant"]
    elif "shape" in part["W"] and "data" in part["W"]:
        W = exact(floats(part["W"]))
        entry = np.zeros(W.shape)
        entry.flat[int(at.rng.integers(entry.size))] = at.pick([1.0, -1.0])
        part["meant"] = encode_dyadic(W + exact(entry) * 2.0 ** -int(at.pick([0, 3, 60, 100])))


def weights(at: Forgery) -> None:
    part = at.part
    if "data" in part["W"]:
        part["W"] = encode_floats(nudged(at, floats(part["W"])))


def digests(at: Forgery) -> None:
    """W by the digest of another, or the matrix that its digest is that of."""
    part, other = at.part, at.pick(at.others).document["case"]["operator"]["W"]
    part["W"] = other if at.rng.integers(2) else encode_floats(at.operator.W)


def quantizer(at: Forgery) -> None:
    """None, or another quantizer in some of its fields or in all."""
    settings = at.case["settings"]
    spec, other = settings.get("quantizer"), at.pick(QUANTIZERS)
    what = at.pick(list(WHATS))
    offset = at.pick([0.5, 0.25, -1.0]) if what.startswith("K") else None
    whole = other.spec(what, offset)
    if spec is None or at.rng.integers(2):
        settings["quantizer"] = at.pick([None, whole])
    else:
        name = at.pick(whole)
        settings["quantizer"] = spec | {name: whole[name]}


def requantized(at: Forgery) -> None:
    """W~ and the quantizer fit each other, and the proof is what it was."""
    whats = ["W", "K"] + ["factors"] * (at.operator.factors is not None)
    made = quantize(at.operator, at.pick(QUANTIZERS), at.pick(whats))
    fields = encode_operator(made.operator)
    kept = {"W", "meant"} | (set(at.case["operator"]) & {"U", "b"})
    at.case["perturbed"] = {name: fields[name] for name in fields if name in kept}
    at.case["settings"]["quantizer"] = made.spec


def exchanged(at: Forgery) -> None:
    """The operator and the perturbed one change places, or both are one."""
    case = at.case
    first, second = case["operator"], case["perturbed"]
    chosen = at.pick([(second, first), (first, first), (second, second)])
    case["operator"], case["perturbed"] = deepcopy(chosen)


def input_layer(at: Forgery) -> None:
    """U and b: none, others, or of one operator only."""
    part = at.part
    full = encode_operator(at.operator)
    match int(at.rng.integers(4)):
        case 0:
            part.pop("U", None), part.pop("b", None)
        case 1 if "U" in full:
            part |= {"U": full["U"], "b": full["b"]}
        case 2 if "U" in part:
            part["U"] = encode_floats(nudged(at, floats(part["U"])))
        case _ if "b" in part:
            part["b"] = encode_floats(nudged(at, floats(part["b"])))
        case _:
            part["U"] = encode_floats(np.ones((at.operator.n, 1)))


def factors(at: Forgery) -> None:
    """Others with the same product (S plus a symmetric matrix), others, or none."""
    part = at.case["operator"]
    if "factors" not in part:
        full = encode_operator(at.pick(at.others).operator)
        part |= {"factors": full["factors"]} if "factors" in full else {}
    elif at.rng.integers(3) == 0:
        del part["factors"]
    else:
        name = at.pick(["S", "S", "A", "m"])
        array = floats(part["factors"][name])
        even = name == "S" and at.rng.integers(2)
        changed = array + 0.25 * float(at.rng.integers(1, 9)) if even else nudged(at, array)
        part["factors"][name] = encode_floats(changed)


def inputs(at: Forgery) -> None:
    held = at.case["inputs"]
    if held is None or at.rng.integers(5) == 0:
        at.case["inputs"] = at.pick([o.document["case"]["inputs"] for o in at.others])
    elif at.rng.integers(3) == 0:
        held["kind"] = "c" if held["kind"] == "x" else "x"
    else:
        rows = floats(held["rows"])
        rows = at.pick(
            [nudged(at, rows), rows[:1], rows[:0], rows[:, :1], np.vstack([rows, -rows])]
        )
        held["rows"] = encode_floats(rows)


def labels(at: Forgery) -> None:
    """Another rung or outcome, with the sentence that belongs to it."""
    document = at.document
    if document["kind"] == "certificate":
        document["rung"] = at.pick([*RUNGS, document["rung"]])
        document["outcome"] = at.pick(["PROVED", "REFUTED", document["outcome"]])
        holds = document["outcome"] == "PROVED"
        document["sentence"] = RUNGS[document["rung"]].sentence(holds=holds)


def stolen(at: Forgery) -> None:
    """The proof, or the result, of another document."""
    name = "proof" if "proof" in at.document else "result"
    alike = [o.document for o in at.others if name in o.document]
    if "rung" in at.document and at.rng.integers(2):
        same = [d for d in alike if d["rung"] == at.document["rung"]]
        alike = same or alike
    at.document[name] = deepcopy(at.pick(alike)[name])


def leaf(at: Forgery) -> None:
    """One number in the proof, the result or the case, in place and well-formed."""
    name = at.pick(
        [key for key in ("proof", "proof", "result", "case", "instance") if key in at.document]
    )
    places = list(_arrays(at.document[name]))
    if not places:
        return
    holder, key = at.pick(places)
    value = holder[key]
    if isinstance(value, str):
        holder[key] = at.pick(["1/2", "1/1", "-1/2", "0/1", "3/4", "5/16", "1/1024"])
    elif isinstance(value, list) and value and key in ("contradictions", "branches"):
        of_tree(at, value)
    elif isinstance(value, list):
        holder[key] = at.pick([[0], [1], [0, 1], [[0]], [[0], [1]], [[1], [0]], [[0, 1]], []])
    elif isinstance(value, int):
        holder[key] = value + at.pick([-1, 1, 2, -8])
    elif "integers" in value:
        matrix = dyadic(value)
        integers = fmpz_mat(*value["shape"], [int(w, 16) for w in value["integers"]])
        if matrix and matrix[0]:
            i, j = (int(at.rng.integers(size)) for size in value["shape"])
            integers[i, j] = at.pick([0, 1, -1, -integers[i, j], 2 * integers[i, j]])
        holder[key] = encode_dyadic(Dyadic(integers, value["exponent"] + at.pick([0, 0, 1, -1])))
    elif value["dtype"] in ("f64", "f32"):
        wide = key in (
            "z",
            "radius",
            "m",
            "A_step",
            "K_step",
            "at_least",
            "actual",
            "sharper",
            "paper",
        )
        array = nudged(at, floats(value))
        if key == "radius" and array.size and at.rng.integers(2):
            array.flat[0] = at.pick([np.nan, np.inf, -1.0, 1e9])
        holder[key] = encode_array(array) if wide else encode_floats(array)
    else:
        array = np.array(entries(value), dtype=np.int64).reshape(value["shape"])
        if array.size:
            array.flat[int(at.rng.integers(array.size))] = at.pick([0, 1, 2])
        holder[key] = encode_array(array.astype(np.uint8 if value["dtype"] == "u8" else np.int64))


def of_tree(at: Forgery, rows: list[Any]) -> None:
    """One of its rows is gone, is there twice, or has another number in it."""
    k = int(at.rng.integers(len(rows)))
    match int(at.rng.integers(4)):
        case 0:
            del rows[k]
        case 1:
            rows.append(deepcopy(rows[k]))
        case _ if isinstance(rows[k], dict):
            rows[k]["weights"] = encode_floats(nudged(at, floats(rows[k]["weights"])))
            rows[k]["zeros"] = at.pick([rows[k]["zeros"], [], [0], [1], [0, 1]])
        case _:
            numbers = at.pick([rows[k], *(held for held in rows[k] if isinstance(held, list))])
            if numbers:
                numbers[int(at.rng.integers(len(numbers)))] = int(at.rng.integers(-3, 6))


def _arrays(value: Json) -> Iterator[tuple[Json, Any]]:
    """Where arrays, matrices, rationals, index lists and whole numbers are held."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict) and not ("data" in item or "integers" in item):
            yield from _arrays(item)
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            for inner in item:
                yield from _arrays(inner)
        elif key not in NAMES and item is not None:
            yield value, key


def definite(at: Forgery) -> None:
    """Elimination or the factor zero in place of another proof that a matrix is definite."""
    proof = at.document.get("proof", {})
    n = at.operator.n
    zero = {"by": "factor", "R": encode_floats(np.zeros((n, n))), "shift": 0}
    for key in proof:
        if isinstance(proof[key], dict) and "by" in proof[key]:
            proof[key] = at.pick([{"by": "elimination"}, zero])


def members(at: Forgery) -> None:
    """A member is dropped, added or exchanged for something else somewhere."""
    holders = [at.document]
    for name in ("proof", "result", "instance", "case", "operator", "perturbed", "settings"):
        holders += [held[name] for held in holders if isinstance(held.get(name), dict)]
    holder = at.pick(holders)
    match int(at.rng.integers(3)):
        case 0 if holder:
            del holder[at.pick(holder)]
        case 1 if holder:
            holder[at.pick(holder)] = at.pick([None, {}, [], 0, "", True])
        case _:
            new = at.pick(["head", "factors", "note", "meant", "U", "arrays", "seed", "perturbed"])
            holder[new] = at.pick([None, {}, 1, [0]])


Mutation = Callable[[Forgery], None]
MUTATIONS: tuple[Mutation, ...] = (
    meant, weights, digests, quantizer, requantized, exchanged, input_layer, factors, inputs,
    labels, stolen, leaf, leaf, leaf, definite, members,
)  # fmt: skip


def change(at: Forgery, mutations: tuple[Mutation, ...], times: int) -> None:
    for _ in range(times):
        mutate = at.pick(mutations)
        at.how.append(mutate.__name__)
        try:
            mutate(at)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            continue  # an earlier change took its subject


def forgeries(count: int, seed: int) -> Iterator[Forgery]:
    rng = np.random.default_rng(seed)
    pool = originals(seed)
    alike = {n: tuple(o for o in pool if o.operator.n == n) for n in {o.operator.n for o in pool}}
    kinds = [[o for o in pool if ("rung" in o.document) is proof] for proof in (True, False)]
    for _ in range(count):
        kind = kinds[int(rng.random() < REPLAYED)]
        original = kind[int(rng.integers(len(kind)))]
        others = alike[original.operator.n]
        at = Forgery(rng, deepcopy(original.document), original.operator, others)
        change(at, MUTATIONS, int(rng.integers(1, 4)))
        if at.document.get("kind") == "certificate":
            at.known = at.pick([None, original.operator, original.after, at.pick(others).operator])
            if at.rng.integers(20) and "digest" in at.document:
                at.document["digest"] = digest_of(at.document)
        yield at


def outcome(at: Forgery) -> tuple[str, str | None]:
    """What became of it, and what is wrong with that."""
    try:
        if at.document.get("kind") == "certificate":
            said: Any = verify(at.document, at.known)
            accepted = said.accepted
        else:
            said = replay(at.document)
            accepted = said.same
    except InputError as refusal:
        return "refused", None if "\n" not in str(refusal) else "a refusal of two lines"
    except Exception as error:
        return "raised", f"{type(error).__name__}: {error}"
    if not accepted:
        return "rejected", None
    return "accepted", false_claim(at.document, said, at.known)


def run(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How many were accepted, rejected and refused, and everything that is wrong."""
    counts: Counter[str] = Counter()
    findings: list[str] = []
    for number, at in enumerate(forgeries(count, seed)):
        became, wrong = outcome(at)
        counts[became] += 1
        if wrong is not None:
            text = json.dumps(at.document, sort_keys=True)
            findings.append(f"{number} {'+'.join(at.how)}: {wrong}\n{text}")
    return counts, findings
