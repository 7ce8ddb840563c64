"""What a quantizer makes of an operator, from its definition, in integers.

This is the definition in `mondeq_ref/quantize`, written a second time: the quotients of Python
integers below are rounded once to the nearest float, as a division of floats is.  With
q = 2^(bits-1) - 1 an array w (or each of its rows) has the step s and the codes k

    narrow     -q <= k <= q           s = max|w| / q
    full       -q-1 <= k <= q         s = the larger of max w / q and max(-w) / (q + 1)
    no range   -q-1 <= k <= q+1       s = max|w| / (q + 1/2)

with k = round(w / s), clipped, and becomes fl(s k).  A step that underflows so far that it
misses its quotient by more than 2^-53 of it is the next float above; s = 0 means k = 0.

What is quantized is W; or K = fl(W - t I), t being kept, so that W~ = t I + s k is not rounded;
or W off its diagonal, which is kept; or the factors A and S - S'; and U and b besides.  A
quantizer is added by an entry of `QUANTIZERS`, and what is quantized by one of `WHATS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import isfinite, nextafter
from types import MappingProxyType
from typing import Any

from mondeq_ref.certificates.integers import LIMITED, ProofError, require
from mondeq_ref.certificates.layer import Layer, Parameters, Rows
from mondeq_ref.documents.encoding import Json, integer, members, refuse, text
from mondeq_ref.documents.size import Limits
from mondeq_ref.files.reading import shown
from mondeq_ref.rigor.dyadic import Dyadic, identity, integer_matrix, of_floats

LEAST_BITS, MOST_BITS = 2, 32
ALWAYS = ("name", "bits", "range", "round", "per", "what")
SMALLEST_NORMAL = 2.0**-1022
SCOPES = ("tensor", "row")  # what shares a step
NAMES: Mapping[tuple[str | None, str, str], str] = MappingProxyType(
    {
        ("narrow", "half-even", "tensor"): "paper-code",
        (None, "half-even", "tensor"): "paper-readme",
    }
)


@dataclass(frozen=True)
class Codes:
    """The codes of each row, and the row's step."""

    codes: list[list[int]]
    steps: list[float]

    @cached_property
    def floats(self) -> Rows:
        """fl(s k)."""
        return [
            [_product(s, k) for k in row] for s, row in zip(self.steps, self.codes, strict=True)
        ]

    def exact(self, columns: int) -> Dyadic:
        """s k, not rounded."""
        scale = of_floats([self.steps], len(self.steps))
        pairs = zip(scale.integers.entries(), self.codes, strict=True)
        table = [[s * k for k in row] for s, row in pairs]
        return Dyadic(integer_matrix(table, len(table), columns), scale.exponent)


Quantizing = Callable[[Rows], Codes]


def is_known(spec: Mapping[str, Any]) -> bool:
    """Whether this checker can quantize again as `spec` says; otherwise a certificate has to
    hold the quantized matrix itself."""
    usual = set(spec) <= {*ALWAYS, "offset"} and spec["per"] in SCOPES
    return usual and spec["name"] in QUANTIZERS and spec["round"] in ROUNDINGS


def requantized(layer: Layer, spec: Json, limits: Limits = LIMITED) -> Layer:
    """The layer quantized as `spec` says; a spec that is not known here is rejected."""
    held = spec if isinstance(spec, dict) else {}
    name, what = (text(held.get(key), f"quantizer.{key}") for key in ("name", "what"))
    require(name in QUANTIZERS, f"the quantizer {shown(name, 40)} is not known to this checker")
    require(what in WHATS, f"how {shown(what, 40)} is quantized is not known to this checker")
    kept = what in ("K", "KUb")
    require(kept == ("offset" in held), "an offset is kept where K is quantized, and only there")
    if kept:
        layer = replace(layer, offset=_offset(held["offset"]))
        limits.floats(layer.W, [[layer.offset]])
        require(_is_near(layer), "the offset is larger than 1 + n max|W|: W would be lost in it")
    return WHATS[what](layer, QUANTIZERS[name](spec))


def _is_near(layer: Layer) -> bool:
    """Whether |t| <= 1 + n max|W|: what 1 - m is for every W, whatever its margin."""
    scale = Fraction(2) ** layer.exact.exponent
    largest = max((abs(x) for x in layer.exact.integers.entries()), default=0)
    return abs(Fraction(layer.offset)) <= 1 + layer.n * int(largest) * scale


def _offset(value: Json) -> float:
    if not isinstance(value, float) or not isfinite(value):
        refuse("quantizer.offset", "a finite number with a point", value)
    return value


def _uniform(spec: Json) -> Quantizing:
    """The uniform quantizers without a zero point, and the two of them that have names."""
    held = members(spec, "quantizer", ALWAYS, ("offset",))
    bits = integer(held["bits"], "quantizer.bits", LEAST_BITS, MOST_BITS)
    rounding = text(held["round"], "quantizer.round")
    settings = held["range"], rounding, held["per"]
    if settings[0] not in ("narrow", "full", None) or settings[2] not in SCOPES:
        raise ProofError("the range or the scope of the quantizer's step is not known here")
    require(rounding in ROUNDINGS, f"rounding {shown(rounding, 40)} cannot be computed again")
    require(
        held["name"] == NAMES.get(settings, "custom"), "the quantizer is not the one it is named"
    )
    return lambda rows: _coded(tuple(map(tuple, rows)), bits, *settings)


@lru_cache(maxsize=1)
def _coded(
    rows: tuple[tuple[float, ...], ...], bits: int, reach: str | None, rounding: str, scope: str
) -> Codes:
    """The codes of these rows; certificates name the same W and quantizer again and again."""
    least, greatest = -(2 ** (bits - 1)) + (reach == "narrow"), 2 ** (bits - 1)
    greatest -= reach is not None
    rounded = ROUNDINGS[rounding]
    groups = [[row] for row in rows] if scope == "row" else [rows]
    steps: list[float] = []
    for group in groups:
        steps += [_step_of(group, least, greatest, reach)] * len(group)
    codes = [
        [0 if s == 0 else min(max(rounded(_quotient(w, s)), least), greatest) for w in row]
        for s, row in zip(steps, rows, strict=True)
    ]
    return Codes(codes, steps)


def _step_of(
    rows: Sequence[Sequence[float]], least: int, greatest: int, reach: str | None
) -> float:
    above = max((w for row in rows for w in row if w > 0), default=0.0)
    below = max((-w for row in rows for w in row if w < 0), default=0.0)
    if reach == "full":
        return max(_step(above, Fraction(greatest)), _step(below, Fraction(-least)))
    return _step(max(above, below), greatest - (Fraction(1, 2) if reach is None else Fraction(0)))


def _step(largest: float, reach: Fraction) -> float:
    wanted = Fraction(largest) / reach
    step = wanted.numerator / wanted.denominator
    if 0 < step < SMALLEST_NORMAL or (step == 0 and largest > 0):
        missed = Fraction(step) * reach < Fraction(largest) * (1 - Fraction(1, 2**53))
        return nextafter(step, 1.0) if missed else step
    return step


def _quotient(w: float, s: float) -> float:
    """w / s, rounded once."""
    p, q = w.as_integer_ratio()
    r, t = s.as_integer_ratio()
    return (p * t) / (q * r)


def _product(s: float, k: int) -> float:
    """s k, rounded once."""
    p, q = s.as_integer_ratio()
    try:
        return (p * k) / q
    except OverflowError:
        raise ProofError("the quantized array overflows the floats") from None


def _half_up(t: float) -> int:
    p, q = t.as_integer_ratio()
    return (2 * p + q) // (2 * q)


def _half_away(t: float) -> int:
    return _half_up(t) if t >= 0 else -_half_up(-t)


ROUNDINGS: Mapping[str, Callable[[float], int]] = MappingProxyType(
    {"half-even": round, "half-up": _half_up, "half-away": _half_away, "toward-zero": int}
)


def _weights(layer: Layer, quantize: Quantizing) -> Layer:
    """The float array W is quantized, and the array fl(s k) is the new matrix."""
    return replace(layer, W=quantize(layer.W).floats, factors=None, exact_weights=None)


def _without_offset(layer: Layer, quantize: Quantizing) -> Layer:
    """K = fl(W - t I) is quantized: W~ = t I + K~, not rounded."""
    kept = identity(layer.n) * layer.offset
    K = quantize(_finite(of_floats(layer.W, layer.n) - kept)).exact(layer.n)
    return replace(layer, W=_finite(kept + K), factors=None, exact_weights=kept + K)


def _off_diagonal(layer: Layer, quantize: Quantizing) -> Layer:
    """The diagonal is kept and the rest quantized; nothing is rounded, and 0 has the code 0."""
    rows = [[0.0 if i == j else w for j, w in enumerate(row)] for i, row in enumerate(layer.W)]
    kept = of_floats(layer.W, layer.n) - of_floats(rows, layer.n)
    meant = kept + quantize(rows).exact(layer.n)
    return replace(layer, W=_finite(meant), factors=None, exact_weights=meant)


def _factors(layer: Layer, quantize: Quantizing) -> Layer:
    """A and K = fl(S - S') are quantized: W~ = (1 - m) I - A~'A~ + K~, not rounded."""
    if layer.factors is None:
        raise ProofError("the factors that were quantized are not here")
    n, factors = layer.n, layer.factors
    A = quantize(factors.A).exact(n)
    K = quantize(_skew(factors)).exact(n)
    meant = identity(n) - identity(n) * factors.m - A.T @ A + K
    return replace(layer, W=_finite(meant), factors=None, exact_weights=meant)


def _skew(factors: Parameters) -> Rows:
    S = of_floats(factors.S, len(factors.S))
    return _finite(S - S.T)


def _finite(matrix: Dyadic) -> Rows:
    rows = matrix.nearest()
    require(all(abs(x) < float("inf") for row in rows for x in row), "a matrix overflows")
    return rows


def _with_input_layer(weights: Callable[[Layer, Quantizing], Layer]) -> Callable[..., Layer]:
    """U and b are quantized too, each with its own step; b is one row."""

    def quantized(layer: Layer, quantize: Quantizing) -> Layer:
        after = weights(layer, quantize)
        if layer.U is None or layer.b is None:
            return after
        return replace(after, U=quantize(layer.U).floats, b=quantize([layer.b]).floats[0])

    return quantized


QUANTIZERS: Mapping[str, Callable[[Json], Quantizing]] = MappingProxyType(
    dict.fromkeys(("paper-code", "paper-readme", "custom"), _uniform)
)
WHATS: Mapping[str, Callable[[Layer, Quantizing], Layer]] = MappingProxyType(
    {
        "W": _weights,
        "WUb": _with_input_layer(_weights),
        "K": _without_offset,
        "KUb": _with_input_layer(_without_offset),
        "offdiagonal": _off_diagonal,
        "offdiagonalUb": _with_input_layer(_off_diagonal),
        "factors": _factors,
        "factorsUb": _with_input_layer(_factors),
    }
)
