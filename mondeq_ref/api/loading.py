"""Operators from files."""

import os

from mondeq_ref.api.arguments import file_name, positive
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.files.layouts import LAYOUT_NAMES
from mondeq_ref.files.load import load_operator
from mondeq_ref.operator import Operator


@USUAL_FLOATS
def load(
    path: str | os.PathLike[str],
    *,
    layout: str | None = None,
    margin: float | None = None,
    trust_size: bool = False,
) -> Operator:
    """Read an operator from an .npz, .safetensors, .mat or PyTorch file.

    PyTorch files are read without torch; nothing in them is executed.

    Parameters
    ----------
    path : str or path
        The file.  Its content decides the format, not its name.
    layout : {"ours", "companion", "monotone_op_net", "plain"}, optional
        What the arrays are called.  Needed only where the names fit several layouts.
    margin : float, optional
        The parameter m > 0 of W = (1 - m) I - A'A + S - S', for files that do not store it.
    trust_size : bool, default False
        Read a compressed file of any ratio, up to 1 GiB.

    Returns
    -------
    Operator
        For a file that `mondeq-ref quantize --out` wrote, the quantized operator.

    Raises
    ------
    InputError
        If the file cannot be read, or is not a dense single-layer ReLU operator.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> from mondeq_ref.instances.shipped import data_folder
    >>> mq.load(data_folder() / "operators" / "float-42.npz")
    Operator(n=100, d=784, 10 classes, from factors)
    """
    if layout is not None and layout not in LAYOUT_NAMES:
        raise InputError(f"layout must be one of {', '.join(LAYOUT_NAMES)}, got {layout!r}")
    return load_operator(
        file_name("path", path),
        layout,
        None if margin is None else positive("margin", margin),
        trust_size=trust_size,
    )
