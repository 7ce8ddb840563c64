"""What a document may cost when it is decoded, looked at before anything of it is.

A few kilobytes can name a matrix of millions of entries, or powers of two that make every
integer thousands of bits long.  The limits hold for what the arrays and matrices of a document
declare, all together; `--trust-size` lifts them.
"""

from math import prod
from typing import Any, cast

from mondeq_ref.errors import InputError

MOST_DEPTH = 40  # of objects and lists inside one another
MOST_UNITS = 1024  # of a matrix W
MOST_NUMBERS = 1 << 21  # in all arrays and matrices together
MOST_BITS = 1 << 12  # of one integer of a matrix, and of its power of two
MOST_MATRIX_BITS = 1 << 28  # of all entries of an exact matrix together
MOST_ELIMINATION = 1 << 33  # n^4 times the bits of an entry: some ten seconds


def check_size(document: Any, *, trust_size: bool = False) -> None:
    """Refuse a document that is nested too deeply, or that decodes to too much."""
    numbers, waiting = 0, [("the document", document, 1)]
    while waiting:
        name, value, depth = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if depth > MOST_DEPTH:
            raise InputError(f"it is nested more than {MOST_DEPTH} deep")
        if isinstance(value, list):
            waiting += [(name, item, depth + 1) for item in cast(list[Any], value)]
            continue
        held = cast(dict[str, Any], value)
        waiting += [(key, item, depth + 1) for key, item in held.items()]
        extents = held.get("shape")
        if isinstance(extents, list) and not trust_size:
            numbers += _declared(name, cast(list[Any], extents))
            _check_bits(name, held)
    if numbers > MOST_NUMBERS:
        raise _too_large(f"its arrays hold {numbers} numbers, at most {MOST_NUMBERS} are read")


def check_matrix(n: int, bits: int, *, eliminated: bool, trust_size: bool) -> None:
    """Refuse an n x n matrix of integers of so many bits that its arithmetic takes minutes."""
    if not trust_size and n * n * bits > MOST_MATRIX_BITS:
        raise _too_large(f"an exact matrix of {n} units has entries of {bits} bits")
    if not trust_size and eliminated and n**4 * bits > MOST_ELIMINATION:
        raise _too_large(f"to eliminate {n} units with entries of {bits} bits takes too long")


def _declared(name: str, extents: list[Any]) -> int:
    sizes = [size for size in extents if isinstance(size, int)]
    if name == "W" and max(sizes, default=0) > MOST_UNITS:
        raise _too_large(f"W has {max(sizes)} units, at most {MOST_UNITS} are read")
    return max(abs(prod(sizes)), *map(abs, sizes), 0)  # rows without entries take memory too


def _check_bits(name: str, held: dict[str, Any]) -> None:
    exponent, integers = held.get("exponent"), held.get("integers")
    longest = 0
    if isinstance(integers, list):
        words = cast(list[Any], integers)
        longest = 4 * max((len(word) for word in words if isinstance(word, str)), default=0)
    if isinstance(exponent, int):
        longest = max(longest, abs(exponent))
    if longest > MOST_BITS:
        raise _too_large(f"{name} has numbers of {longest} bits, at most {MOST_BITS} are read")


def _too_large(sentence: str) -> InputError:
    return InputError(f"{sentence} (--trust-size lifts this limit)")
