"""Every condition of the checker alone keeps a lie out: proofs that lack one condition each.

Labels, sentences and digests are in order everywhere, so that nothing but the condition named
rejects them.  Matrices have one unit unless they need two; M = I - W and M~ = I - W~.
"""

import json
from copy import deepcopy

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.make import certificate_of_inputs
from mondeq_ref.certificates.rungs import OF_INPUTS, RUNGS
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.case import Case, Rows, encode_case
from mondeq_ref.documents.encoding import digest_of, encode_dyadic
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.solve import ActiveSet, solve
from tests.certificates.test_binding import ELIMINATION
from tests.certificates.test_binding import signed as made
from tests.support.layers import bare

HOLDS, FAILS = Outcome.PROVED, Outcome.REFUTED


def square(W):
    return np.atleast_2d(np.array(W, dtype=float))


def column(*entries):
    return encode_dyadic(exact(np.array(entries, dtype=float)))


def plain(n=1):
    """The factor 0: it shows that a matrix is definite whose diagonal outweighs its rows."""
    return {"by": "factor", "R": encode_floats(np.zeros((n, n))), "shift": 0}


def signed(document):
    document["digest"] = digest_of(document)
    return json.loads(json.dumps(document))


def document(rung, outcome, W, W_after, proof, *, rows=None, quantizer=None):
    inputs = None if rows is None else Rows("c", np.array(rows, dtype=float))
    case = Case(bare(square(W)), bare(square(W_after)), inputs, {"quantizer": quantizer})
    return made(rung, encode_case(case), proof, holds=outcome is HOLDS)


def two(first="definite", second="gap", n=1):
    return {first: plain(n), second: plain(n)}


def between(t, first="below", second="above"):
    return {"t": t, **two(first, second)}


def apart(t, x=1.0, y=1.0):
    return {"t": t, "x": column(x), "y": column(y)}


def structure(m, K):
    one = encode_array(np.array(1.0))
    return {
        "m": encode_array(np.array(float(m))),
        "A": encode_array(np.zeros((1, 1), np.int64)),
        "A_step": one,
        "K": encode_array(np.array([[K]], np.int64)),
        "K_step": one,
    }


def pair(c, first, second, minor=(0,)):
    points = {"c": column(*c), "first": column(*first), "second": column(*second)}
    return {"minor": list(minor), **points}


def sets(*rows):
    return {"active": encode_array(np.array(rows, np.uint8))}


def lifted(D=(1, 1), N=((0, 2), (2, 0)), units=(0, 1)):
    """For M~ = [[1, 2], [2, 1]], whose symmetric part is indefinite, sym(D M~) - N = I."""
    lift = encode_dyadic(exact(np.array(N, dtype=float)))
    return {"units": list(units), "D": column(*D), "N": lift, "definite": plain(2)}


SEVERAL = [[0, -2], [-2, 0]]
TRUE = [
    (1, HOLDS, 0, 0.5, two()),
    (1, FAILS, 0, 2, {"y": column(1)}),
    (2, HOLDS, 0, 0.5, between("3/4")),
    (2, FAILS, 0, 2, apart("3/2")),
    (3, HOLDS, 0, 0.5, between("3/4")),
    (3, FAILS, 0, 2, apart("3/2")),
    (4, HOLDS, 0, 0, {"definite": plain()}),
    (4, HOLDS, 0, 0.5, structure(0.5, 0)),
    (4, FAILS, 0, 1, {"y": column(1)}),
    (5, HOLDS, 0, 0, {"D": column(1), "definite": plain()}),
    (5, FAILS, 0, 1, {"Y": column(1)}),
    (6, HOLDS, np.eye(2), -np.eye(2), {"blocks": [[0], [1]]}),
    (6, FAILS, 0, 2, pair([-1], [0], [1])),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [lifted()]}),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [{"units": [0, 1]}]}),
    (7, HOLDS, np.eye(2), [[0, 0], [5, 0]], {"blocks": [{"units": [0]}, {"units": [1]}]}),
    (7, FAILS, 0, 1, {"x": column(1)}),
]
# M~ = -1, c = 1: w = -z - 1 is never >= 0.  Row 0 says so; row 1, u = z + 1 >= 0, says nothing.
NEVER = {"contradictions": [[0, [], []]], "branches": []}
OPEN = [
    (2, {"contradictions": [], "branches": []}, "leaves something open"),
    (2, {"contradictions": [[1, [], []]], "branches": []}, "leaves something open"),
    (2, {"contradictions": [[0, [1], [0]]], "branches": []}, "leaves something open"),
    (2, {"contradictions": [[0, [1], []]], "branches": []}, "one for each column"),
    (2, {"contradictions": [[0, [0], [0]]], "branches": []}, "one for each column"),
    (0, NEVER, "leaves something open"),  # M~ = 1: only z = 0 is contradictory
    (0, NEVER | {"branches": [[0, -1, -1]]}, "leaves something open"),
]
REFLECTED = [[0, 2], [2, 0]]  # M~ = [[1, -2], [-2, 1]]: both units positive, the determinant -3
SWAP = [[1, -1], [-1, 1]]  # M~ = [[0, 1], [1, 0]]: pivots 1 and 1 after a row swap
MIXED = [[2, 0], [0, 0]]  # M~ = diag(-1, 1)
KERNEL = [[0, 1], [1, 0]]  # M~ = [[1, -1], [-1, 1]] takes (1, 1) to 0
LOWERED = lifted(N=((0, -2), (-2, 0)))
SIGNED = {"D": column(1, -1), "definite": plain(2)}

LIES = [
    (1, HOLDS, 2, 2, two(), "sym(I - W) is not shown"),
    (1, HOLDS, 0, 2, two(), "||dW||_F < m is not shown"),
    (1, HOLDS, -4, 4, two(), "||dW||_F < m is not shown"),  # 8 against 5
    (1, FAILS, 0, 0.5, {"y": column(1)}, "y does not refute"),
    (1, FAILS, 0, 0.75, {"y": column(1)}, "y does not refute"),
    (1, FAILS, 0, 0.5, {"y": column(0)}, "a vector is zero"),
    (2, HOLDS, 1, 0.5, between("-1/1"), "t must be positive"),
    (2, HOLDS, 0, 2, between("1/2"), "||dW|| < t is not shown"),
    (2, HOLDS, 0.4375, -0.1875, between("1/2"), "||dW|| < t is not shown"),  # 5/8 against 9/16
    (2, HOLDS, 0, 1.25, between("3/2"), "m > t is not shown"),
    (2, FAILS, 0, 0.5, apart("2/1"), "||dW|| >= t is not shown"),
    (2, FAILS, 0, 0.5, apart("2/1", x=4), "||dW|| >= t is not shown"),
    (2, FAILS, 0, 0.5, apart("1/4"), "m <= t is not shown"),
    (2, FAILS, 0, 0.5, apart("2/1", x=0), "a vector is zero"),
    (2, FAILS, 0, 0.5, apart("1/4", y=0), "a vector is zero"),
    (3, HOLDS, 0, 2, between("1/2"), "lambda_max(sym(W~ - W)) < t is not shown"),
    (3, HOLDS, 0, 2, between("5/2"), "m > t is not shown"),
    (3, FAILS, 0, 0.5, apart("2/1"), "lambda_max(sym(W~ - W)) >= t is not shown"),
    (3, FAILS, 0, 0.5, apart("1/4"), "m <= t is not shown"),
    (4, HOLDS, 0, 2, {"definite": plain()}, "m~ > 0 is not shown"),
    (4, HOLDS, 0, 1, {"definite": plain()}, "m~ > 0 is not shown"),
    (4, HOLDS, 0, 1, {"definite": ELIMINATION}, "m~ > 0 is not shown"),
    (4, HOLDS, np.eye(2), REFLECTED, {"definite": plain(2)}, "m~ > 0 is not shown"),
    (4, HOLDS, np.eye(2), SWAP, {"definite": ELIMINATION}, "m~ > 0 is not shown"),
    (4, HOLDS, 0, 2, structure(-1, 0), "a margin by structure needs m > 0"),
    (4, HOLDS, 0, 2, structure(1, 2), "skew codes K"),
    (4, HOLDS, 0, 2, structure(1, 0), "not the product of these factors"),
    (4, FAILS, 0, 0, {"y": column(1)}, "y'M~y is positive"),
    (4, FAILS, 2, 0, {"y": column(1)}, "y'M~y is positive"),  # y'My is not
    (5, HOLDS, 0, 2, {"D": column(-1), "definite": plain()}, "a weight is not positive"),
    (5, HOLDS, np.eye(2), [[0, 0], [0, 2]], SIGNED, "a weight is not positive"),
    (5, HOLDS, 0, 2, {"D": column(1), "definite": plain()}, "sym(D M~) > 0 is not shown"),
    (5, FAILS, 0, 0, {"Y": column(0)}, "Y is zero"),
    (5, FAILS, np.eye(2), [[0, 3], [0, 0]], {"Y": column(1, 1)}, "a diagonal entry"),
    (6, HOLDS, np.eye(2), MIXED, {"blocks": [[1]]}, "not a partition"),
    (6, HOLDS, np.eye(2), REFLECTED, {"blocks": [[0], [1]]}, "not block triangular"),
    (6, HOLDS, np.eye(2), REFLECTED, {"blocks": [[0, 1]]}, "the minor of [0, 1] is not positive"),
    (6, HOLDS, 0, 1, {"blocks": [[0]]}, "the minor of [0] is not positive"),
    (6, FAILS, np.eye(2), MIXED, pair([-1, 0], [0, 0], [1, 0], [1]), "minor is positive"),
    (6, FAILS, np.eye(2), MIXED, pair([-1, 0], [0, 0], [1, 0], [0, 0]), "indices must ascend"),
    (6, FAILS, 0, 2, pair([-1], [1], [1]), "the two equilibria are one"),
    (6, FAILS, 0, 2, pair([-1], [0], [5]), "is no equilibrium"),
    (6, FAILS, np.eye(2), MIXED, pair([1, -1], [-1, 0], [-1, -1]), "is no equilibrium"),  # z < 0
    (6, FAILS, np.eye(2), MIXED, pair([1, 1], [0, 0], [0, 1]), "is no equilibrium"),  # w < 0
    (6, FAILS, np.eye(2), MIXED, pair([-3, -1], [1, 0], [1, 5]), "is no equilibrium"),  # z w > 0
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [lifted(N=((0, 0), (0, 0)))]}, "block is not shown"),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [lifted(D=(0, 1))]}, "a weight is not positive"),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [lifted(D=(1, -1))]}, "a weight is not positive"),
    (7, HOLDS, np.eye(2), REFLECTED, {"blocks": [LOWERED]}, "an entry of N is negative"),
    (7, HOLDS, np.eye(2), REFLECTED, {"blocks": [{"units": [0, 1]}]}, "the block of [0, 1] fails"),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [{"units": [0]}]}, "not a partition"),
    (7, HOLDS, np.eye(2), SEVERAL, {"blocks": [{"units": [0]}, {"units": [1]}]}, "triangular"),
    (7, HOLDS, 0, 1, {"blocks": [{"units": [0]}]}, "the block of [0] fails"),
    (7, HOLDS, np.eye(2), KERNEL, {"blocks": [{"units": [0, 1]}]}, "the block of [0, 1] fails"),
    (7, HOLDS, np.eye(15), np.zeros((15, 15)), {"blocks": [{"units": [*range(15)]}]}, "too many"),
    (7, FAILS, np.eye(2), SEVERAL, {"x": column(1, 1)}, "x does not refute it"),
    (7, FAILS, np.eye(2), SEVERAL, {"x": column(1, -1)}, "x does not refute it"),
    (7, FAILS, np.eye(2), SEVERAL, {"x": column(0, 0)}, "a vector is zero"),
]
UNSOLVED = [
    (0, [[-1]], sets([1]), "input 0 does not solve it"),  # z = -1
    (0, [[1]], sets([0]), "input 0 does not solve it"),  # w = -1
    (0, [[1], [1]], sets([1], [0]), "input 1 does not solve it"),
    (1, [[1]], sets([1]), "input 0 does not solve it"),  # M~ = 0 is singular
    (0, [[1]], sets([2]), "a row of zeros and ones"),
    (0, np.zeros((0, 1)), {"active": encode_array(np.zeros((0, 1), np.uint8))}, "no inputs"),
]


def test_what_is_true_and_proved_is_accepted():
    """Otherwise the rejections below would mean little."""
    for rung, outcome, W, W_after, proof in TRUE:
        checked = verify(document(rung, outcome, W, W_after, proof))
        assert (checked.accepted, checked.reason) == (
            True,
            RUNGS[rung].sentence(holds=outcome is HOLDS),
        )
    assert verify(document(OF_INPUTS, HOLDS, 0, 0, sets([1], [0]), rows=[[1], [-1]])).accepted


def dashed(*words):
    return "-".join(" ".join(words).split())


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: dashed(str(lie[0]), lie[1].name, lie[5]))
def test_a_proof_that_lacks_one_condition_is_rejected_for_it(lie):
    *said, reason = lie
    checked = verify(document(*said))
    assert not checked.accepted
    assert reason in checked.reason


@pytest.mark.parametrize(("W_after", "rows", "proof", "reason"), UNSOLVED)
def test_inputs_that_are_not_all_solved_are_rejected(W_after, rows, proof, reason):
    checked = verify(document(OF_INPUTS, HOLDS, 0, W_after, proof, rows=rows))
    assert not checked.accepted
    assert reason in checked.reason


def test_tree_shows_that_no_input_has_an_equilibrium():
    proof = {"trees": [NEVER, NEVER]}
    checked = verify(document(OF_INPUTS, FAILS, 0, 2, proof, rows=[[1], [0.5]]))
    assert (checked.accepted, checked.reason) == (True, RUNGS[OF_INPUTS].sentence(holds=False))
    assert not verify(document(OF_INPUTS, FAILS, 0, 2, proof, rows=[[1], [-1]])).accepted
    assert not verify(
        document(OF_INPUTS, FAILS, 0, 2, {"trees": []}, rows=np.ones((0, 1)))
    ).accepted


@pytest.mark.parametrize(("W_after", "tree", "reason"), OPEN)
def test_tree_that_leaves_a_case_open_is_rejected(W_after, tree, reason):
    checked = verify(document(OF_INPUTS, FAILS, 0, W_after, {"trees": [tree]}, rows=[[1]]))
    assert not checked.accepted
    assert reason in checked.reason


def test_proof_that_a_rung_holds_refutes_nothing():
    for rung, outcome, W, W_after, proof in TRUE:
        if outcome is HOLDS:
            with pytest.raises(InputError):
                verify(document(rung, FAILS, W, W_after, proof))
    with pytest.raises(InputError):
        verify(document(OF_INPUTS, FAILS, 0, 0, sets([1]), rows=[[1]]))


def test_what_is_undecided_certifies_nothing():
    lie = document(4, FAILS, 0, 1, {"y": column(1)}) | {"outcome": "UNDECIDED"}
    checked = verify(signed(lie))
    assert (checked.accepted, checked.reason) == (False, "a certificate proves or refutes")


def test_a_digest_that_is_not_the_contents_is_rejected():
    changed = document(4, HOLDS, 0, 0, {"definite": plain()}) | {"provenance": {"by": "me"}}
    assert verify(changed).reason == "the digest is not that of the content"


def quantized_case():
    """W, U and b quantized to eight bits, and one input that both have an equilibrium for."""
    before = Operator(np.array([[0.3]]), np.array([[0.7]]), np.array([0.1]))
    after = quantize(before, Quantizer(8), "WUb")
    case = Case(before, after.operator, Rows("x", np.array([[1.0]])), {"quantizer": after.spec})
    said = document(OF_INPUTS, HOLDS, 0, 0, sets([1]), rows=[[1]]) | {"case": encode_case(case)}
    return before, signed(said)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (("perturbed", "W"), "W~ is not W quantized as it says"),
        (("perturbed", "U"), "U~ or b~ is not quantized as it says"),
        (("perturbed", "b"), "U~ or b~ is not quantized as it says"),
        (("operator", "W"), "W~ is not W quantized as it says"),  # 0.3 is its own W~
        (("operator", "U"), "U~ or b~ is not quantized as it says"),
        (("operator", "b"), "U~ or b~ is not quantized as it says"),
    ],
    ids=lambda said: dashed(said) if isinstance(said, str) else dashed(*said),
)
def test_a_case_says_what_was_quantized_and_what_became_of_it(part, reason):
    before, told = quantized_case()
    assert verify(told, before).accepted
    which, name = part
    array = {"W": np.array([[0.25]]), "U": np.array([[0.75]]), "b": np.array([0.125])}[name]
    changed = deepcopy(told)
    changed["case"][which][name] = encode_floats(array)
    assert reason in verify(signed(changed), before).reason


def test_a_quantizer_is_what_its_name_says():
    before, told = quantized_case()
    told["case"]["settings"]["quantizer"]["name"] = "paper-readme"
    assert verify(signed(told), before).reason == "the quantizer is not the one it is named"


def test_a_matrix_named_by_digest_is_the_one_of_the_file():
    """The proof says nothing of W, so it would serve any."""
    case = Case(bare([[0.3]]), None, None, {"quantizer": None})
    named = encode_case(case, by_digest=True)
    told = document(4, HOLDS, 0, 0, {"definite": plain()})
    told["case"]["operator"]["W"] = named["operator"]["W"]
    assert verify(signed(told), bare([[0.3]])).accepted
    with pytest.raises(InputError, match="another digest"):
        verify(signed(told), bare([[0.25]]))


def test_inputs_without_their_layer_are_rejected():
    rng = np.random.default_rng(0)
    operator = Operator(rng.normal(size=(3, 3)) / 4, rng.normal(size=(3, 2)), rng.normal(size=3))
    quantized = quantize(operator, Quantizer.named("paper-code", 6))
    pair = Pair(operator, quantized.operator)
    rows = Rows("x", rng.normal(size=(4, 2)))
    active = solve(quantized.operator, rows.injections(quantized.operator), ActiveSet()).z > 0
    document = certificate_of_inputs(pair, rows, active, quantized.spec, {})
    assert verify(document, operator).accepted
    forged = signed(document)
    for part in ("operator", "perturbed"):
        forged["case"][part].pop("U")
        forged["case"][part].pop("b")
    forged["case"]["inputs"]["rows"] = encode_floats(np.zeros((4, 0)))
    forged["proof"]["active"] = encode_array(np.zeros((4, 3), np.uint8))
    forged["digest"] = digest_of(forged)
    assert not verify(forged, operator).accepted
