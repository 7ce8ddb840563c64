"""What a training run is, as one value: the published recipe by default."""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import inf
from typing import Any, Literal, get_args

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.normalization import MEAN, STD
from mondeq_ref.quantize import Quantizer
from mondeq_ref.whats import What, checked_what, covers_input, matrix_of

Protocol = Literal["exact", "paper", "released"]  # released: gradients times alpha, as it was run
Wanted = Literal["paper", "margin"]

MARGIN_OFFSET = 1e-4  # m = softplus(t) + this, as in the companion code
INITIAL_SOFTPLUS = 0.2
INITIAL_SCALE = 0.01  # of A, S and U


@dataclass(frozen=True)
class Quantization:
    """Train what the quantizer leaves of the arrays that `what` names."""

    quantizer: Quantizer
    what: What = "W"

    def __post_init__(self) -> None:
        checked_what(self.what)

    @cached_property
    def is_published(self) -> bool:
        return self.quantizer.name == "paper-code"

    @property
    def structured(self) -> bool:
        return matrix_of(self.what) == "factors"

    @property
    def covers_input(self) -> bool:
        return covers_input(self.what)

    @property
    def keeps_offset(self) -> bool:
        return matrix_of(self.what) == "K"

    @property
    def keeps_diagonal(self) -> bool:
        return matrix_of(self.what) == "offdiagonal"


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result, except the images."""

    hidden: int = 100
    rank: int | None = None  # rows of A; hidden / 4 as in the companion code
    epochs: int = 15
    batch: int = 128
    seed: int = 42
    learning_rate: float = 1e-3
    decay: float = 0.1  # the learning rate is multiplied by it...
    decay_at: tuple[int, ...] = (10,)  # ...when these many epochs are done
    protocol: Protocol = "exact"
    quantization: Quantization | None = None
    margin_penalty: float = 0.0
    penalty_until: Wanted = "paper"  # ||dW|| < m, or m~ > 0
    freeze_at: int | None = None  # when so many epochs are done, A and S stay as they are
    clip: float = 0.0  # of quantized arrays, in root mean squares of their entries; 0: never
    validation: int = 0  # this many images at the end are kept out of training
    mean: float = field(default=MEAN)
    std: float = field(default=STD)

    def __post_init__(self) -> None:
        for name, least in (("hidden", 1), ("epochs", 1), ("batch", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} must be at least {least}, got {getattr(self, name)}")
        if self.rank is not None and self.rank < 1:
            raise InputError(f"rank must be at least 1, got {self.rank}")
        if self.validation < 0:
            raise InputError(f"validation must be at least 0, got {self.validation}")
        for name in ("learning_rate", "decay"):
            if not 0 < getattr(self, name) < inf:
                raise InputError(f"{name} must be finite and > 0, got {getattr(self, name)}")
        if self.protocol not in get_args(Protocol):
            raise InputError(f"protocol must be exact, paper or released, got {self.protocol!r}")
        if not 0 <= self.margin_penalty < inf:
            raise InputError(f"margin_penalty must be finite and >= 0, got {self.margin_penalty}")
        if self.clip != 0 and not 1 < self.clip < inf:
            raise InputError(f"clip must be 0, or finite and > 1, got {self.clip}")
        if self.penalty_until not in get_args(Wanted):
            raise InputError(f"penalty_until must be paper or margin, got {self.penalty_until!r}")
        if self.freeze_at is not None and self.freeze_at < 1:
            raise InputError(f"freeze_at must be at least 1, got {self.freeze_at}")
        if self.clip and self.quantization is None:
            raise InputError("clipping is for arrays that are quantized: it needs --qat BITS")
        if self.margin_penalty and self.quantization is None:
            raise InputError("a margin penalty compares ||dW|| with m: it needs --qat BITS")

    @property
    def rows_of_A(self) -> int:
        return self.rank or max(self.hidden // 4, 1)

    def learning_rate_at(self, epoch: int) -> float:
        """The step schedule; epochs are counted from zero."""
        return self.learning_rate * self.decay ** sum(epoch >= done for done in self.decay_at)

    def described(self) -> dict[str, Any]:
        """The recipe in JSON's types; two runs are the same run when these are equal."""
        described = asdict(self)
        described["decay_at"] = list(self.decay_at)
        for name in ("clip", "penalty_until", "freeze_at"):  # later than the first stored runs
            if described[name] == getattr(_PUBLISHED, name):
                del described[name]
        if self.quantization is not None:
            quantization = self.quantization
            described["quantization"] = quantization.quantizer.spec(quantization.what)
        return described


_PUBLISHED = Recipe()
