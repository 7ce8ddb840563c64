"""Rung 8 speaks of the inputs given: that each has an equilibrium, or that none has one."""

from mondeq_ref.certificates.branches import MOST_BRANCHES, Conditions, Linear, read_tree
from mondeq_ref.certificates.integers import ProofError, is_solved, require
from mondeq_ref.certificates.matrices import Matrices
from mondeq_ref.certificates.quadratics import Quadratic
from mondeq_ref.documents.encoding import Json, decode_numbers, members, sequence
from mondeq_ref.rigor.dyadic import Dyadic


def inputs_are_solved(at: Matrices, proof: Json) -> None:
    inputs = _some(at)
    active = members(proof, "proof", ("active",))["active"]
    _, chosen = decode_numbers(active, "active", inputs.shape, "u8")
    require(max(chosen, default=0) <= 1, "an active set is a row of zeros and ones")
    sets = [[i for i in range(at.n) if chosen[row * at.n + i]] for row in range(inputs.shape[0])]
    at.limits.solutions(map(len, sets), max(inputs.bits, at.M_after.bits))
    for row, (c, units) in enumerate(zip(inputs.integers.table(), sets, strict=True)):
        solved = is_solved(at.M_after.integers, c, units)
        require(solved, f"the active set of input {row} does not solve it")


def inputs_have_none(at: Matrices, proof: Json) -> None:
    inputs = _some(at)
    held = sequence(members(proof, "proof", ("trees",))["trees"], "trees", inputs.shape[0])
    trees = [read_tree(tree, at.n) for tree in held]
    leaves = [one for tree in trees for one in tree.contradictions]
    require(len(leaves) <= MOST_BRANCHES, "too many contradictions")
    quadratic = [one for one in leaves if isinstance(one, Quadratic)]
    at.limits.forms(len(one.weights) * (at.M_after.bits + one.bits) for one in quadratic)
    linear = [len(one.rows) for one in leaves if isinstance(one, Linear)]
    at.limits.solutions(linear, max(inputs.bits, at.M_after.bits))
    columns = inputs.integers.table()
    matrix = Conditions(at.M_after.integers, columns[0], at.limits)
    for row, (c, tree) in enumerate(zip(columns, trees, strict=True)):
        require(
            matrix.of_input(c).refuted_by(tree), f"the tree of input {row} leaves something open"
        )


def _some(at: Matrices) -> Dyadic:
    if at.C is None:  # a case that names inputs has one row of them at least
        raise ProofError("there are no inputs")
    return at.C
