"""Cases of points as they are stored: nothing but `replay` reads them."""

from mondeq_ref.documents.case import encode_case
from mondeq_ref.documents.float_arrays import encode_array
from mondeq_ref.study.cases import FORMAT, SIDES, displacements, equilibria


def equilibria_document(case):
    """The equilibria of the case's operator for its inputs, with their certified radii."""
    found = equilibria(case.operator, case)
    result = {"z": encode_array(found.z), "radius": encode_array(found.radius)}
    return _document("equilibrium", case, result)


def displacement_document(case):
    """How far the equilibria of the case's inputs move, enclosed, and the two bounds."""
    found = displacements(case)
    result = {name: encode_array(getattr(found, name)) for name in SIDES}
    return _document("displacement", case, result)


def _document(kind, case, result):
    return {"kind": kind, "format": FORMAT, "case": encode_case(case), "result": result}
