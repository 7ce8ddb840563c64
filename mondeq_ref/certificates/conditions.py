"""What a stored proof of each rung has to satisfy, in integers.

With M = I - W, M~ = I - W~, dW = W - W~, S = M + M', T = (W~ - W) + (W~ - W)', f = ||dW||_F and
K > 0 for "symmetric and positive definite":

    rung  holds because                                  fails because of nonzero vectors with
    1     S > 0 and S^2 > 4 f^2 I                        y'Sy <= 0 or ||Sy|| <= 2 f ||y||
    2     t > 0, dW'dW < t^2 I, S > 2t I                 ||dW x|| >= t ||x||, y'Sy <= 2t y'y
    3     T < 2t I, S > 2t I                             x'Tx >= 2t x'x,      y'Sy <= 2t y'y
    4     M~ + M~' > 0, or M~ = m I + A'A - K, K skew    y'M~y <= 0
    5     D M~ + M~'D > 0, D > 0                         Y != 0, (M~ Y Y')_ii <= 0 for all i
    6     all minors of its diagonal blocks positive     one minor <= 0, and two equilibria
    7     D M~ + M~'D - N - N' > 0, D > 0, N >= 0,      x >= 0, x != 0, x_i (M~x)_i <= 0
          or all principal blocks looked at,             for all i
          for each diagonal block
    8     the active sets given solve each input         a tree of contradictory cases for each

In 1, ||Sy|| <= 2f ||y|| bounds the least |eigenvalue| of S.  In 5, a D would give
0 < tr(D M~ Y Y') = sum_i d_i (M~ Y Y')_ii <= 0.  K > 0 is shown by a factor R for which each
diagonal entry of K - R'R exceeds the rest of its row, or by elimination (Sylvester).

In 7, x'D M~x > x'Nx >= 0 makes some x_i (M~x)_i positive at every x >= 0, x != 0.  Without
weights: had a block B a y >= 0, y != 0 with By <= 0 and no smaller block one, all such y would be
positive, those of sum 1 a polytope inside the simplex, and one with By = 0 or at most one entry
of By not 0 would exist: a kernel vector, the only one up to scale, or a column of -B^-1.
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType

from flint import fmpz_mat

from mondeq_ref.certificates.integers import (
    bits_of_sum,
    doubled,
    fails_somewhere,
    form,
    indices,
    minor,
    require,
    squared_sum,
    vector,
)
from mondeq_ref.certificates.matrices import Matrices
from mondeq_ref.certificates.of_inputs import inputs_are_solved, inputs_have_none
from mondeq_ref.documents.encoding import (
    Json,
    decode_dyadic,
    decode_numbers,
    decode_rational,
    members,
    sequence,
)
from mondeq_ref.rigor.dyadic import Dyadic, identity

MOST_ENUMERATED = 12  # units of a block whose 2^12 principal minors are looked at


def frobenius_holds(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("definite", "gap"))
    require(at.is_definite(at.S, held["definite"]), "sym(I - W) is not shown to be definite")
    gap = at.shifted(at.S @ at.S, 4 * squared_sum(at.dW))
    require(at.is_definite(gap, held["gap"]), "||dW||_F < m is not shown")


def frobenius_fails(at: Matrices, proof: Json) -> None:
    y = vector(members(proof, "proof", ("y",))["y"], at.n)
    small = squared_sum(at.S @ y) <= 4 * squared_sum(at.dW) * squared_sum(y)
    require(small or form(at.S, y) <= 0, "y does not refute ||dW||_F < m")


def norm_holds(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("t", "below", "above"))
    t = decode_rational(held["t"], "t")
    require(t > 0, "t must be positive")
    above = at.shifted(-(at.dW.T @ at.dW), -t * t)
    require(at.is_definite(above, held["below"]), "||dW|| < t is not shown")
    require(at.is_definite(at.shifted(at.S, 2 * t), held["above"]), "m > t is not shown")


def norm_fails(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("t", "x", "y"))
    t, x, y = decode_rational(held["t"], "t"), vector(held["x"], at.n), vector(held["y"], at.n)
    long_enough = t <= 0 or squared_sum(at.dW @ x) >= t * t * squared_sum(x)
    require(long_enough, "||dW|| >= t is not shown")
    require(form(at.S, y) <= 2 * t * squared_sum(y), "m <= t is not shown")


def one_sided_holds(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("t", "below", "above"))
    t = decode_rational(held["t"], "t")
    above = at.shifted(doubled(at.dW), -2 * t)
    require(at.is_definite(above, held["below"]), "lambda_max(sym(W~ - W)) < t is not shown")
    require(at.is_definite(at.shifted(at.S, 2 * t), held["above"]), "m > t is not shown")


def one_sided_fails(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("t", "x", "y"))
    t, x, y = decode_rational(held["t"], "t"), vector(held["x"], at.n), vector(held["y"], at.n)
    large = -form(doubled(at.dW), x) >= 2 * t * squared_sum(x)
    require(large, "lambda_max(sym(W~ - W)) >= t is not shown")
    require(form(at.S, y) <= 2 * t * squared_sum(y), "m <= t is not shown")


def margin_holds(at: Matrices, proof: Json) -> None:
    if isinstance(proof, dict) and "m" in proof:
        return by_structure(at, proof)
    held = members(proof, "proof", ("definite",))
    return require(at.is_definite(doubled(at.M_after), held["definite"]), "m~ > 0 is not shown")


def by_structure(at: Matrices, proof: Json) -> None:
    """M = m I + A'A - K with A = s k_A, K = s k_K and k_K skew: the margin is at least m."""
    held = members(proof, "proof", ("m", "A", "A_step", "K", "K_step"))
    n = at.n
    m, A_step, K_step = (
        float(decode_numbers(held[name], name, (), "f64")[1][0])
        for name in ("m", "A_step", "K_step")
    )
    A, K = _codes(held["A"], "A", (None, n)), _codes(held["K"], "K", (n, n))
    at.limits.floats([[m, A_step * A_step, K_step]] * n**2)
    at.limits.product(n, A.shape[0], n, 2 * A.bits)
    A, K = A * A_step, K * K_step
    require(m > 0 and K == -K.T, "a margin by structure needs m > 0 and skew codes K")
    require(
        at.M_after == identity(n) * m + A.T @ A - K, "I - W~ is not the product of these factors"
    )


def _codes(value: Json, name: str, shape: tuple[int | None, int]) -> Dyadic:
    (rows, columns), codes = decode_numbers(value, name, shape, "i64")
    return Dyadic(fmpz_mat(rows, columns, list(codes)), 0)


def margin_fails(at: Matrices, proof: Json) -> None:
    y = vector(members(proof, "proof", ("y",))["y"], at.n)
    require(form(doubled(at.M_after), y) <= 0, "y'M~y is positive")


def weights_hold(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("D", "definite"))
    d = decode_dyadic(held["D"], "D", (at.n, 1))
    require(all(w > 0 for w in d.integers.entries()), "a weight is not positive")
    DM = at.weighted(d, at.M_after)
    require(at.is_definite(doubled(DM), held["definite"]), "sym(D M~) > 0 is not shown")


def weights_fail(at: Matrices, proof: Json) -> None:
    Y = decode_dyadic(members(proof, "proof", ("Y",))["Y"], "Y", (at.n, None))
    require(not Y.integers.is_zero(), "Y is zero")
    at.limits.product(at.n, at.n, Y.shape[1], at.M_after.bits + Y.bits)
    pairs = zip((at.M_after @ Y).integers.table(), Y.integers.table(), strict=True)
    diagonal = [sum(p * q for p, q in zip(u, v, strict=True)) for u, v in pairs]
    require(max(diagonal) <= 0, "a diagonal entry of M~ Y Y' is positive")


def minors_are_positive(at: Matrices, proof: Json) -> None:
    """M is block triangular in the blocks given, so its minors are products of theirs."""
    blocks = sequence(members(proof, "proof", ("blocks",))["blocks"], "blocks")
    table = at.M_after.integers.table()
    order = [indices(block, "blocks", at.n) for block in blocks]
    _block_triangular(order, at)
    _require_few(order, at)
    for block in order:
        for size in range(1, len(block) + 1):
            for a in combinations(block, size):
                require(minor(table, a) > 0, f"the minor of {list(a)} is not positive")


def _require_few(blocks: list[list[int]], at: Matrices) -> None:
    """Enumerating the minors of all these blocks takes seconds, not hours."""
    sizes = [len(block) for block in blocks]
    require(max(sizes, default=0) <= MOST_ENUMERATED, "too many minors to enumerate")
    at.limits.minors(sizes, at.M_after.bits)


def _block_triangular(order: list[list[int]], at: Matrices) -> None:
    """The rows of each block refer to it and to those before it alone, and nothing is left out."""
    n, table = at.n, at.M_after.integers.table()
    place = {i: k for k, block in enumerate(order) for i in block}
    require(sorted(i for block in order for i in block) == list(range(n)), "not a partition")
    later = ((i, j) for i in range(n) for j in range(n) if place[j] > place[i])
    require(all(table[i][j] == 0 for i, j in later), "not block triangular")


def two_equilibria(at: Matrices, proof: Json) -> None:
    held = members(proof, "proof", ("minor", "c", "first", "second"))
    n, M = at.n, at.M_after
    a = indices(held["minor"], "minor", n)
    require(at.minor(a) <= 0, "the principal minor is positive")
    c, first, second = (decode_dyadic(held[k], k, (n, 1)) for k in ("c", "first", "second"))
    require(first != second, "the two equilibria are one")
    for z in (first, second):
        w = (M @ z - c).integers.entries()
        pairs = list(zip(z.integers.entries(), w, strict=True))
        solves = all(x >= 0 and y >= 0 and x * y == 0 for x, y in pairs)
        require(solves, "one of the two points is no equilibrium")


def existence_holds(at: Matrices, proof: Json) -> None:
    """M~ is block triangular in the blocks given, and each of them is strictly semimonotone."""
    blocks = sequence(members(proof, "proof", ("blocks",))["blocks"], "blocks")
    held = [members(one, "block", ("units",), ("D", "N", "definite")) for one in blocks]
    order = [indices(one["units"], "units", at.n) for one in held]
    _block_triangular(order, at)
    _require_few([units for units, one in zip(order, held, strict=True) if "D" not in one], at)
    for units, one in zip(order, held, strict=True):
        block = at.M_after.block(units, units)
        if "D" in one:
            one = members(one, "block", ("units", "D", "N", "definite"))
            lowered = _lowered(at, block, one)
            require(at.is_definite(lowered, one["definite"]), "a block is not shown")
        else:
            members(one, "block", ("units",))
            require(not fails_somewhere(block.integers), f"the block of {units} fails")


def _lowered(at: Matrices, block: Dyadic, held: dict[str, Json]) -> Dyadic:
    """D B + B'D - N - N' for the weights of one block, which must have the right signs."""
    n = block.shape[0]
    d, N = decode_dyadic(held["D"], "D", (n, 1)), decode_dyadic(held["N"], "N", (n, n))
    require(all(w > 0 for w in d.integers.entries()), "a weight is not positive")
    require(all(x >= 0 for x in N.integers.entries()), "an entry of N is negative")
    weighted = at.weighted(d, block)
    at.limits.matrix(n * n, bits_of_sum(weighted, N))
    return doubled(weighted - N)


def existence_fails(at: Matrices, proof: Json) -> None:
    x = vector(members(proof, "proof", ("x",))["x"], at.n)
    pairs = zip(x.integers.entries(), (at.M_after @ x).integers.entries(), strict=True)
    require(all(p >= 0 and p * q <= 0 for p, q in pairs), "x does not refute it")


# (rung, does it hold) -> what its proof has to satisfy
PROOFS: Mapping[tuple[int, bool], Callable[[Matrices, Json], None]] = MappingProxyType(
    {
        (1, True): frobenius_holds,
        (1, False): frobenius_fails,
        (2, True): norm_holds,
        (2, False): norm_fails,
        (3, True): one_sided_holds,
        (3, False): one_sided_fails,
        (4, True): margin_holds,
        (4, False): margin_fails,
        (5, True): weights_hold,
        (5, False): weights_fail,
        (6, True): minors_are_positive,
        (6, False): two_equilibria,
        (7, True): existence_holds,
        (7, False): existence_fails,
        (8, True): inputs_are_solved,
        (8, False): inputs_have_none,
    }
)
