"""The exact JSON form of an instance, which is stored with its verdicts."""

from fractions import Fraction
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.documents.case import decode_operator, encode_operator
from mondeq_ref.documents.encoding import decode_rational, encode_rational, members, refuse
from mondeq_ref.documents.float_arrays import decode_floats, encode_floats
from mondeq_ref.operator import Operator
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS

PARTS = ("operator", "perturbed", "c", "c_perturbed", "numbers", "arrays")
FAMILY = "stored"
MOST_STEPS = 64  # of an iteration in exact arithmetic
MOST_ROOT_BITS = 1536  # units times the bits of an entry of I - W
ALWAYS_BITS = 128  # of an entry, which floats of one magnitude never exceed
MOST_BITS = 256  # of a numerator or a denominator; steps multiply them


def encode_instance(instance: Instance) -> dict[str, Any]:
    after, moved = instance.perturbed, instance.c_perturbed
    return {
        "operator": encode_operator(instance.operator),
        "perturbed": None if after is None else encode_operator(after),
        "c": encode_floats(instance.c),
        "c_perturbed": None if moved is None else encode_floats(moved),
        "numbers": {name: encode_rational(x) for name, x in instance.numbers.items()},
        "arrays": {name: encode_floats(a) for name, a in instance.arrays.items()},
    }


def decode_instance(value: Any) -> Instance:
    """The instance; InputError for operators too large for exact arithmetic to decide."""
    parts = members(value, "instance", PARTS)
    operator = _operator(parts["operator"], "instance.operator")
    numbers, arrays = (_named(parts[name], f"instance.{name}") for name in ("numbers", "arrays"))
    after = parts["perturbed"]
    c = _rows(parts["c"], "instance.c", operator.n)
    moved = parts["c_perturbed"]
    return Instance(
        FAMILY,
        operator,
        None if after is None else _operator(after, "instance.perturbed"),
        c,
        None if moved is None else _rows(moved, "instance.c_perturbed", operator.n),
        {name: _number(x, name) for name, x in numbers.items()},
        {
            name: decode_floats(a, f"instance.arrays.{name}", (None, None))
            for name, a in arrays.items()
        },
    )


def _operator(value: Any, name: str) -> Operator:
    """An operator whose eigenvalues are isolated in a second or two.

    Roots of a characteristic polynomial of degree n that agree to k bits need about n k bits."""
    found = decode_operator(value, name)
    if found.n > MOST_UNITS:
        raise InputError(f"an instance has at most {MOST_UNITS} units, got {found.n}")
    bits = max(abs(int(x)).bit_length() for x in found.exact_M.integers.entries())
    most = max(ALWAYS_BITS, MOST_ROOT_BITS // found.n)
    if bits > most:
        raise InputError(f"I - W of {name} has entries of {bits} bits, at most {most} are decided")
    return found


def _number(value: Any, name: str) -> Fraction:
    """A rational number, limited in size so that forms are computed quickly."""
    x = decode_rational(value, f"instance.numbers.{name}")
    if name == "steps" and not 0 <= x <= MOST_STEPS:
        raise InputError(f"instance.numbers.steps must be from 0 to {MOST_STEPS}, got {value:.40}")
    if max(x.numerator.bit_length(), x.denominator.bit_length()) > MOST_BITS:
        raise InputError(f"instance.numbers.{name} has more than {MOST_BITS} bits")
    return x


def _rows(value: Any, name: str, n: int) -> np.ndarray:
    """Injections, one per row; an instance without injections has no rows."""
    rows = decode_floats(value, name, (None, None))
    if len(rows) and rows.shape[1] != n:
        raise InputError(f"{name} must have shape [*, {n}], got {list(rows.shape)}")
    return rows


def _named(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse(name, "an object", value)
    return members(value, name, (), tuple(value))  # pyright: ignore[reportUnknownArgumentType]
