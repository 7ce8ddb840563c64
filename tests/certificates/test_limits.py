"""What a small certificate could cost in memory or minutes is refused before it is computed."""

import tracemalloc

import numpy as np
import pytest
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.branches import Conditions, Linear, Tree
from mondeq_ref.certificates.check import verify
from mondeq_ref.documents.case import Case, Rows, encode_case, encode_rows
from mondeq_ref.documents.encoding import encode_dyadic, parse_document
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.rigor.dyadic import Dyadic
from tests.certificates.test_binding import ELIMINATION, signed
from tests.support.layers import bare


def test_wide_exponents_are_refused_and_trusted(monkeypatch):
    """Sixty units with entries from 2^-1000 to 2^1000 would be eliminated for a minute."""
    n = 60
    W = -np.diag(np.full(n, 2.0**1000))
    W[0, 1:] = W[1:, 0] = 2.0**-1000
    case = encode_case(Case(bare(W), bare(W), settings={"quantizer": None}))
    said = signed(4, case, {"definite": ELIMINATION})
    with pytest.raises(InputError, match=r"60 units with entries of 2002 bits .*--trust-size"):
        verify(said)
    monkeypatch.setattr("mondeq_ref.documents.size.MOST_ELIMINATION", 0)
    small = encode_case(Case(bare([[0.5]]), bare([[0.5]]), settings={"quantizer": None}))
    said = signed(4, small, {"definite": ELIMINATION})
    assert verify(said, trust_size=True).accepted
    with pytest.raises(InputError, match="--trust-size"):
        verify(said)


def small(n):
    """Exact entries of a few bits, so that only the proof is large."""
    W = bare(np.diag(np.arange(n) % 4) / 8.0)
    return encode_case(Case(W, W, settings={"quantizer": None}))


def column(n, value):
    return encode_dyadic(Dyadic(fmpz_mat(n, 1, [value] + [1] * (n - 1)), 0))


def wide(n):
    R = np.eye(n)
    R[0, 0], R[1, 1] = 2.0**900, 2.0**-900
    return {"by": "factor", "R": encode_floats(R), "shift": 0}


EQUILIBRIA = {"c": column(320, 1), "first": column(320, 1), "second": column(320, 3)}
THRESHOLD = {"t": "1/" + "9" * 3999, "below": ELIMINATION, "above": ELIMINATION}
TWELVES = [{"units": [*range(k, k + 12)]} for k in range(0, 240, 12)]
LARGE = {  # rung, units, proof, what is refused
    "weights": (5, 60, {"D": column(60, 2**3000 + 1), "definite": ELIMINATION}, "60 units"),
    "threshold": (3, 60, THRESHOLD, "60 units"),
    "blocks": (7, 240, {"blocks": TWELVES}, "all minors"),
    "minor": (6, 320, {"minor": [*range(320)], **EQUILIBRIA}, "eliminate 320 units"),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_proofs_of_small_matrices_are_refused(name):
    rung, n, proof, said = LARGE[name]
    with pytest.raises(InputError, match=rf"{said}.*--trust-size"):
        verify(signed(rung, small(n), proof, holds=name != "minor"))


def test_factor_of_wide_range_is_refused(monkeypatch):
    monkeypatch.setattr("mondeq_ref.documents.size.MOST_MATRIX_BITS", 1 << 20)  # in place of 2^29
    with pytest.raises(InputError, match=r"an exact matrix.*--trust-size"):
        verify(signed(4, small(30), {"definite": wide(30)}))


def test_inputs_that_take_minutes_to_solve_are_refused():
    case, rows = small(200), np.ones((180, 200))
    rows[0, 0], rows[0, 1] = 2.0**900, 2.0**-900
    case["inputs"] = encode_rows(Rows("c", rows))
    active = encode_array(np.ones((180, 200), dtype=np.uint8))
    with pytest.raises(InputError, match="to solve its inputs"):
        verify(signed(8, case, {"active": active}))


def test_many_small_values_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr("mondeq_ref.documents.encoding.USUAL_VALUES", 10)
    raw = b'{"proof": [' + b"[], " * 9 + b"[]]}"
    with pytest.raises(InputError, match=r"more than 10 values \(--trust-size"):
        parse_document(raw)
    assert len(parse_document(raw, trust_size=True)["proof"]) == 10


def test_many_branches_of_many_needs_take_little_memory():
    """A leaf that needs z_j = 0 in 300 columns, under 20,000 branches: as sets, hundreds of MB."""
    n, many = 300, 20_000
    M = np.eye(n)
    M[0] = 1.0
    conditions = Conditions(fmpz_mat(M.astype(int).tolist()), [fmpz(1)] + [fmpz(0)] * (n - 1))
    tree = Tree((Linear(0, (), ()),), ((0, -1, -1),) * many)
    tracemalloc.start()
    assert not conditions.refuted_by(tree)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
