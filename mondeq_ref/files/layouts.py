"""The layouts of checkpoints, which are recognized by the names of their arrays.

An equilibrium layer is stored as W, U, b or by the Winston-Kolter factors of
W = (1 - m) I - A'A + S - S'.  Five layouts are known:

    ours              W U b  or  A S m U b,  with the classifier V d
    companion         mon.core.{A S m_raw U b},  classifier.{weight bias},
                      m = softplus(m_raw) + 1e-4
    monotone_op_net   U.weight U.bias A.weight B.weight,  Wout.{weight bias},
                      S = B, and m is not stored
    plain             W U b,  without a classifier
    sdp               A B U u,  classifier C c, S = B, and m is not stored: the names of the
                      literature on semidefinite bounds, whose .mat files hold u and c as columns

In all layouts but `ours` and `sdp` the names may follow any prefix that ends with a dot
(`module.`).  Optional are the classifier, its offset d (default 0), and in `ours` m, which the user
then gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Matrix, Vector, frozen
from mondeq_ref.files.reading import shown
from mondeq_ref.rigor.softplus import softplus_margin

COMPANION_OFFSET = 1e-4  # the least margin the companion code allows

SCOPE = "only dense, single-layer ReLU operators are read"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """An equilibrium layer as stored: U, b, and either W or the factors A, S, m; perhaps V, d."""

    layout: str
    U: Matrix
    b: Vector
    W: Matrix | None = None
    A: Matrix | None = None
    S: Matrix | None = None
    m: float | None = None
    V: Matrix | None = None
    d: Vector | None = None
    dtype: str = "float64"  # of the stored arrays; every array here is its exact float64 image
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        factors = [self.A is not None, self.S is not None, self.m is not None]
        if not (all(factors) if self.W is None else not any(factors)):
            raise InputError("an operator is given by W or by A, S and m")
        if self.m is not None and not isfinite(self.m):
            raise InputError(f"m must be finite, got {self.m}")
        if (self.V is None) != (self.d is None):
            raise InputError("a classifier is given by V and d")
        self._freeze("U", None, None)
        n = len(self.U)
        for name, shape in {"b": (n,), "W": (n, n), "A": (None, n), "S": (n, n)}.items():
            self._freeze(name, *shape)
        self._freeze("V", None, n)
        self._freeze("d", None if self.V is None else len(self.V))

    def _freeze(self, name: str, *shape: int | None) -> None:
        if getattr(self, name) is not None:
            object.__setattr__(self, name, frozen(name, getattr(self, name), shape))


@dataclass(frozen=True)
class _Layout:
    """The names of `ours` and the endings of the stored names."""

    name: str
    block: Mapping[str, str]
    head: Mapping[str, str]
    needs_margin: bool = False
    is_prefixed: bool = True


_LAYOUTS = (
    _Layout("ours", {n: n for n in "WUb"}, {n: n for n in "Vd"}, is_prefixed=False),
    _Layout("ours", {n: n for n in "ASmUb"}, {n: n for n in "Vd"}, is_prefixed=False),
    _Layout("ours", {n: n for n in "ASUb"}, {n: n for n in "Vd"}, True, is_prefixed=False),
    _Layout(
        "companion",
        {n: f"mon.core.{n}" for n in ("A", "S", "m_raw", "U", "b")},
        {"V": "classifier.weight", "d": "classifier.bias"},
    ),
    _Layout(
        "monotone_op_net",
        {"U": "U.weight", "b": "U.bias", "A": "A.weight", "S": "B.weight"},
        {"V": "Wout.weight", "d": "Wout.bias"},
        needs_margin=True,
    ),
    _Layout("plain", {n: n for n in "WUb"}, {}),
    _Layout(
        "sdp",
        {"U": "U", "b": "u", "A": "A", "S": "B"},
        {"V": "C", "d": "c"},
        needs_margin=True,
        is_prefixed=False,
    ),
)
LAYOUT_NAMES = tuple(dict.fromkeys(layout.name for layout in _LAYOUTS))


def recognized(
    arrays: Mapping[str, NDArray[Any]],
    layout: str | None = None,
    margin: float | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Checkpoint:
    """The arrays as a checkpoint; `margin` is m, for layouts that do not store it."""
    chosen, block = _fitting(arrays, layout)
    head = _head(arrays, chosen)
    _refuse_others(arrays, chosen, {*block.values(), *head.values()})
    stored = {name: arrays[key] for name, key in {**block, **head}.items()}
    if chosen.name == "sdp":
        stored = {name: _flat(name, array) for name, array in stored.items()}
    V, d = stored.get("V"), stored.get("d")
    return Checkpoint(
        layout=chosen.name,
        U=stored["U"],
        b=stored["b"],
        W=stored.get("W"),
        A=stored.get("A"),
        S=stored.get("S"),
        m=_margin(chosen, stored, margin),
        V=V,
        d=np.zeros(len(V)) if d is None and V is not None and V.ndim else d,
        dtype=_common_dtype([stored[name] for name in ("W", "A", "S", "U", "b") if name in stored]),
        metadata=metadata or {},
    )


def _flat(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """MATLAB has no vectors: b and d come as a column or a row."""
    return array.reshape(-1) if name in "bd" and 1 in array.shape and array.ndim == 2 else array


def _fitting(
    arrays: Mapping[str, NDArray[Any]], name: str | None
) -> tuple[_Layout, dict[str, str]]:
    """The first layout whose keys are all present, and those keys under the names of `ours`."""
    if name is not None and name not in LAYOUT_NAMES:
        raise InputError(f"the layout must be one of {', '.join(LAYOUT_NAMES)}, got {shown(name)}")
    for key, array in arrays.items():
        if array.ndim > 2:
            raise InputError(
                f"{shown(key)} has {array.ndim} dimensions, like a convolution: {SCOPE}"
            )
    candidates = [layout for layout in _LAYOUTS if name in (None, layout.name)]
    for layout in candidates:
        prefixes = _prefixes(arrays, layout)
        if len(prefixes) > 1:
            raise InputError(f"it has {len(prefixes)} equilibrium layers: {SCOPE}")
        if prefixes:
            return layout, {our: prefixes[0] + key for our, key in layout.block.items()}
    wanted = " or ".join(" ".join(layout.block.values()) for layout in candidates)
    raise InputError(f"its names must include {wanted}, got {shown(' '.join(arrays))}: {SCOPE}")


def _prefixes(arrays: Mapping[str, NDArray[Any]], layout: _Layout) -> list[str]:
    ending = next(iter(layout.block.values()))
    starts = [key[: -len(ending)] for key in arrays if _is_named(key, ending, layout)]
    return [s for s in starts if all(s + key in arrays for key in layout.block.values())]


def _is_named(key: str, ending: str, layout: _Layout) -> bool:
    return key == ending or (layout.is_prefixed and key.endswith("." + ending))


def _head(arrays: Mapping[str, NDArray[Any]], layout: _Layout) -> dict[str, str]:
    """The classifier's keys; its prefix need not be that of the equilibrium layer."""
    head: dict[str, str] = {}
    for our, ending in layout.head.items():
        keys = [key for key in arrays if _is_named(key, ending, layout)]
        if len(keys) > 1:
            raise InputError(f"it has {len(keys)} classifiers: {SCOPE}")
        if keys:
            head[our] = keys[0]
    return head


def _refuse_others(arrays: Mapping[str, NDArray[Any]], layout: _Layout, known: set[str]) -> None:
    others = [key for key in arrays if key not in known]
    if others:
        listed = shown(" ".join(others))
        raise InputError(f"the layout {layout.name} has no place for {listed}: {SCOPE}")


def _margin(
    layout: _Layout, stored: Mapping[str, NDArray[Any]], margin: float | None
) -> float | None:
    if layout.needs_margin:
        if margin is None:
            raise InputError("it does not store the margin m: give it with --margin")
        return margin
    if margin is not None:
        raise InputError("--margin is only for factors that are stored without m")
    if "m_raw" in stored:
        return softplus_margin(_number("m_raw", stored["m_raw"]), COMPANION_OFFSET)
    return _number("m", stored["m"]) if "m" in stored else None


def _number(name: str, array: NDArray[Any]) -> float:
    if array.size != 1:
        raise InputError(f"{name} must be a single number, got shape {array.shape}")
    return float(frozen(name, array.reshape(1), (1,))[0])


def _common_dtype(arrays: list[NDArray[Any]]) -> str:
    """The float dtype that holds all arrays; float64 where all are integers."""
    common = np.result_type(*arrays)
    return common.name if common.kind == "f" else "float64"
