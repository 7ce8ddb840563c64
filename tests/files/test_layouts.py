"""What a dict of arrays is, told by its names; and what is refused, with the reason."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.files.layouts import Checkpoint, recognized

n, d, k, r = 3, 4, 2, 2
Arrays = dict[str, np.ndarray]


def _numbers(*shape: int, start: int = 1) -> np.ndarray:
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


W, A, S, B = _numbers(n, n), _numbers(r, n), _numbers(n, n, start=2), _numbers(n, n, start=3)
U, b, V, o = _numbers(n, d), _numbers(n), _numbers(k, n), _numbers(k)
SQUARE = _numbers(n, n, start=5)

OURS = {"W": W, "U": U, "b": b, "V": V, "d": o}
FACTORS = {"A": A, "S": S, "m": np.float64(0.25), "U": U, "b": b, "V": V, "d": o}
COMPANION = {
    "mon.core.A": A,
    "mon.core.S": S,
    "mon.core.m_raw": np.float32(-2),
    "mon.core.U": U,
    "mon.core.b": b,
    "classifier.weight": V,
    "classifier.bias": o,
}
OLDER = {
    "mon.linear_module.U.weight": U,
    "mon.linear_module.U.bias": b,
    "mon.linear_module.A.weight": SQUARE,
    "mon.linear_module.B.weight": B,
    "Wout.weight": V,
    "Wout.bias": o,
}
PLAIN = {"layer.W": W, "layer.U": U, "layer.b": b}


def _prefixed(arrays: Arrays, prefix: str = "module.") -> Arrays:
    return {prefix + key: array for key, array in arrays.items()}


def _same(found: object, expected: np.ndarray) -> bool:
    assert isinstance(found, np.ndarray)
    return (
        found.dtype == np.float64 and not found.flags.writeable and bool((found == expected).all())
    )


@pytest.mark.parametrize(
    ("arrays", "margin", "layout", "factor"),
    [
        (OURS, None, "ours", None),
        (FACTORS, None, "ours", A),
        ({key: FACTORS[key] for key in FACTORS if key != "m"}, 0.25, "ours", A),
        (COMPANION, None, "companion", A),
        (_prefixed(COMPANION), None, "companion", A),
        (OLDER, 0.25, "monotone_op_net", SQUARE),
        (_prefixed(OLDER), 0.25, "monotone_op_net", SQUARE),
        (PLAIN, None, "plain", None),
    ],
)
def test_each_layout_is_told_by_its_names(
    arrays: Arrays, margin: float | None, layout: str, factor: np.ndarray | None
) -> None:
    found = recognized(arrays, margin=margin)
    assert found.layout == layout
    assert found.dtype == "float32"
    assert _same(found.U, U)
    assert _same(found.b, b)
    if factor is None:
        assert _same(found.W, W)
        assert (found.A, found.S, found.m) == (None, None, None)
    else:
        assert found.W is None
        assert _same(found.A, factor)
        assert _same(found.S, B if layout == "monotone_op_net" else S)
    if layout != "plain":
        assert _same(found.V, V)
        assert _same(found.d, o)
    assert recognized(arrays, layout, margin).layout == layout


def test_the_margin_is_stored_given_or_computed() -> None:
    assert recognized(FACTORS).m == 0.25
    assert recognized(OLDER, margin=-0.5).m == -0.5
    assert recognized(COMPANION).m == pytest.approx(np.log1p(np.exp(-2.0)) + 1e-4, rel=1e-15)


def test_a_classifier_may_be_missing_or_linear() -> None:
    without = {key: array for key, array in COMPANION.items() if "classifier" not in key}
    assert recognized(without).V is None
    linear = recognized({**without, "classifier.weight": V})
    assert _same(linear.V, V)
    assert _same(linear.d, np.zeros(k))


NOT_A_NUMBER = np.where(W == 5, np.nan, W)
REFUSED = {
    "nothing": ({}, "must include W U b or A S m U b"),
    "strangers": ({"fc.weight": W, "fc.bias": b}, "got fc.weight fc.bias"),
    "a convolution": ({**OLDER, "mon.linear_module.U.weight": _numbers(2, 2, 3, 3)}, "convolution"),
    "two layers": ({**_prefixed(PLAIN, "a."), **_prefixed(PLAIN, "b.")}, "2 equilibrium layers"),
    "two classifiers": ({**COMPANION, "x.classifier.weight": V}, "2 classifiers"),
    "another layer": ({**COMPANION, "fc1.weight": W}, "companion has no place for fc1.weight"),
    "batch norm": ({**OURS, "bn.running_mean": b}, "no place for bn.running_mean"),
    "W and its factors": ({**OURS, **FACTORS}, "no place for A S m"),
    "our names with a prefix and factors": (_prefixed(FACTORS), "must include"),
    "a name that only ends alike": ({"xW": W, "xU": U, "xb": b}, "must include"),
    "a missing b": ({"W": W, "U": U}, "must include"),
    "no margin": (OLDER, "give it with --margin"),
    "a classifier's offset alone": ({"W": W, "U": U, "b": b, "d": o}, "given by V and d"),
    "a W that is not square": ({**OURS, "W": A}, r"W must have shape \(3, 3\), got \(2, 3\)"),
    "a U of one row less": ({**OURS, "U": U[1:]}, "b must have shape"),
    "an A of one column less": ({**FACTORS, "A": A[:, 1:]}, r"A must have shape \(\*, 3\)"),
    "an S that is not square": ({**FACTORS, "S": A}, "S must have shape"),
    "a V of another width": ({**OURS, "V": V[:, 1:]}, "V must have shape"),
    "a d of another length": ({**OURS, "d": b}, "d must have shape"),
    "a U that is a vector": ({**OURS, "U": b}, "U must have shape"),
    "a V that is a number": ({**OURS, "V": np.float32(1)}, "V must have shape"),
    "NaN in W": ({**OURS, "W": NOT_A_NUMBER}, "W must be finite"),
    "infinity in b": ({**OURS, "b": b * np.inf}, "b must be finite"),
    "NaN in d": ({**OURS, "d": o * np.nan}, "d must be finite"),
    "NaN for m": ({**FACTORS, "m": np.float32(np.nan)}, "m must be finite"),
    "infinity for m_raw": ({**COMPANION, "mon.core.m_raw": np.float32(np.inf)}, "finite"),
    "several margins": ({**FACTORS, "m": b}, "m must be a single number"),
    "text": ({**OURS, "b": np.array(["a", "b", "c"])}, "b must be an array of real"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_everything_else_is_refused_with_the_reason(case: str) -> None:
    arrays, reason = REFUSED[case]
    with pytest.raises(InputError, match=reason) as refusal:
        recognized(arrays)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("margin", [np.nan, np.inf])
def test_a_margin_that_is_no_number_is_refused(margin: float) -> None:
    with pytest.raises(InputError, match="m must be finite"):
        recognized(OLDER, margin=margin)


def test_a_checkpoint_has_w_or_its_factors() -> None:
    for wrong in ({}, {"W": W, "A": A, "S": S, "m": 0.1}, {"A": A, "S": S}, {"W": W, "m": 0.1}):
        with pytest.raises(InputError, match="by W or by A, S and m"):
            Checkpoint("ours", U, b, **wrong)
