"""Limits on the size of a document, checked before anything in it is decoded.

A few kilobytes can declare a matrix of millions of entries, or powers of two that make every
integer thousands of bits long.  The limits apply to the declared sizes of all arrays and matrices
of a document together; `--trust-size` disables them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import frexp, prod
from typing import Any, cast

from mondeq_ref.errors import InputError

MOST_DEPTH = 40  # of nested objects and lists
MOST_UNITS = 1024  # of a matrix W
MOST_NUMBERS = 1 << 21  # in all arrays and matrices together
MOST_BITS = 1 << 12  # of one integer of a matrix, and of its power of two
MOST_MATRIX_BITS = 1 << 29  # of all entries of an exact matrix together
MOST_ELIMINATION = 1 << 33  # n^4 times the bits of an entry: some ten seconds
MOST_PRODUCT = 1 << 40  # multiplications of entries times their bits: some ten seconds
MOST_MINOR_BITS = 1 << 27  # in the entries of all minors that are looked at: some ten seconds
MINOR_BITS = 16  # of an entry; shorter ones take no less time
MOST_SOLVED = 1 << 41  # the sum of |a|^3 over all inputs times the bits of an entry: a minute
FLOAT_BITS = 53


def check_size(document: Any, *, trust_size: bool = False) -> None:
    """Raise InputError if the document is nested too deeply or declares too much data."""
    numbers, waiting = 0, [("the document", document, 1)]
    while waiting:
        name, value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise InputError(f"it is nested more than {MOST_DEPTH} deep")
        if isinstance(value, list):
            inner = [item for item in cast(list[Any], value) if isinstance(item, dict | list)]
            waiting += [(name, item, depth + 1) for item in inner]
            continue
        held = cast(dict[str, Any], value)
        inside = ((key, item) for key, item in held.items() if isinstance(item, dict | list))
        waiting += [(key, item, depth + 1) for key, item in inside]
        extents = held.get("shape")
        if isinstance(extents, list) and not trust_size:
            numbers += _declared(name, cast(list[Any], extents))
            _check_bits(name, held)
    if numbers > MOST_NUMBERS:
        raise _too_large(f"its arrays hold {numbers} numbers, at most {MOST_NUMBERS} are read")


@dataclass(frozen=True)
class Limits:
    """Limits on the cost of the exact arithmetic of a check, tested before it is done.

    `trusted` disables the limits; `bits` are those of the longest entry."""

    trusted: bool = False

    def floats(self, *arrays: Iterable[Iterable[float]]) -> None:
        """Test arrays that become exact matrices; the range of their exponents gives the bits."""
        entries = [frexp(x)[1] for rows in arrays for row in rows for x in row if x]
        span = max(entries, default=0) - min(entries, default=0) + FLOAT_BITS
        self.matrix(len(entries), span)

    def matrix(self, entries: int, bits: int) -> None:
        if not self.trusted and entries * bits > MOST_MATRIX_BITS:
            raise _too_large(f"an exact matrix of {entries} entries has {bits} bits in each")

    def product(self, rows: int, inner: int, columns: int, bits: int) -> None:
        self.matrix(rows * columns, bits)
        if not self.trusted and rows * inner * columns * bits > MOST_PRODUCT:
            shape = f"{rows} x {inner} times {inner} x {columns}"
            raise _too_large(f"a product of {shape} entries of {bits} bits takes too long")

    def elimination(self, n: int, bits: int) -> None:
        if not self.trusted and n**4 * bits > MOST_ELIMINATION:
            raise _too_large(f"to eliminate {n} units with entries of {bits} bits takes too long")

    def minors(self, sizes: Iterable[int], bits: int) -> None:
        """Test all principal minors of blocks of these sizes, together."""
        work = sum(size**2 << size for size in sizes) * max(bits, MINOR_BITS)
        if not self.trusted and work > MOST_MINOR_BITS:
            raise _too_large(f"to look at all minors of its blocks takes too long: {work} bits")

    def forms(self, bits: Iterable[int]) -> None:
        """Test the bits of all entries of quadratic forms that are looked at one by one."""
        if not self.trusted and (total := sum(bits)) > MOST_MATRIX_BITS:
            raise _too_large(f"its quadratic forms have {total} bits together")

    def solutions(self, sizes: Iterable[int], bits: int) -> None:
        """Test linear systems of these sizes."""
        if not self.trusted and sum(size**3 for size in sizes) * bits > MOST_SOLVED:
            raise _too_large(f"to solve its inputs with entries of {bits} bits takes too long")


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
