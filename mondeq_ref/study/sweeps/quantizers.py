"""How a study names a quantizer: by its name, or by what differs from the published code."""

from typing import Any

from mondeq_ref.quantize import Quantizer
from mondeq_ref.quantize.quantizer import EXTRA
from mondeq_ref.study.sweeps.tables import StrictTable, a

KEYS = {"range": "range", "round": "rounding", "per": "per", **EXTRA}
KINDS: dict[str, type] = {
    "group": int,
    "factor": float,
    "zero_point": bool,
    "reciprocal": bool,
}  # else text


def quantizer_of(described: object, bits: int) -> Quantizer:
    if isinstance(described, str):
        return Quantizer.named(described, bits)
    with StrictTable(described, "a quantizer") as table:
        found: dict[str, Any] = {
            name: table.get(key, a(KINDS.get(key, str)), None) for key, name in KEYS.items()
        }
    return Quantizer(bits, **{name: value for name, value in found.items() if value is not None})
