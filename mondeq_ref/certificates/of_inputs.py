"""Rung 8 speaks of the inputs given: that each has an equilibrium, or that none has one."""

from mondeq_ref.certificates.branches import Conditions, Linear, read_tree
from mondeq_ref.certificates.integers import ProofError, bits_of, is_solved, require
from mondeq_ref.certificates.matrices import Matrices
from mondeq_ref.documents.encoding import Json, decode_numbers, members, sequence
from mondeq_ref.rigor.dyadic import Dyadic


def inputs_are_solved(at: Matrices, proof: Json) -> None:
    inputs = _some(at)
    active = members(proof, "proof", ("active",))["active"]
    _, chosen = decode_numbers(active, "active", inputs.shape, "u8")
    require(max(chosen, default=0) <= 1, "an active set is a row of zeros and ones")
    sets = [[i for i in range(at.n) if chosen[row * at.n + i]] for row in range(inputs.shape[0])]
    at.limits.solutions(map(len, sets), max(bits_of(inputs), bits_of(at.M_after)))
    for row, (c, units) in enumerate(zip(inputs.integers.table(), sets, strict=True)):
        solved = is_solved(at.M_after.integers, c, units)
        require(solved, f"the active set of input {row} does not solve it")


def inputs_have_none(at: Matrices, proof: Json) -> None:
    inputs = _some(at)
    held = sequence(members(proof, "proof", ("trees",))["trees"], "trees", inputs.shape[0])
    trees = [read_tree(tree, at.n) for tree in held]
    linear = (one for tree in trees for one in tree.contradictions if isinstance(one, Linear))
    at.limits.solutions(
        (len(one.rows) for one in linear), max(bits_of(inputs), bits_of(at.M_after))
    )
    for row, (c, tree) in enumerate(zip(inputs.integers.table(), trees, strict=True)):
        refuted = Conditions(at.M_after.integers, c, at.limits).refuted_by(tree)
        require(refuted, f"the tree of input {row} leaves something open")


def _some(at: Matrices) -> Dyadic:
    if at.C is None or at.C.shape[0] == 0:
        raise ProofError("there are no inputs")
    return at.C
