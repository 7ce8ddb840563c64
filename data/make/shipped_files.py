"""From finished runs to the folders that ship: operators and their named inputs."""

import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.datasets.dataset import Dataset
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.inputs import inject
from mondeq_ref.instances.shipped import MAIN
from mondeq_ref.instances.trained import read_trained
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.train.loop import Images
from mondeq_ref.train.recipe import Recipe

MAIN_INPUTS = 1792  # 8 keys of 100 float32 each; more would not leave room for other data
QAT_INPUTS = 512
INPUT_BITS = (2, 3, 4, 6, 8, 12, 16)
LICENSE = """The injections c = U x + b in this folder are computed from test images of the MNIST
database of handwritten digits (Yann LeCun, Corinna Cortes, Christopher J.C. Burges), which is
available under the terms of the Creative Commons Attribution-ShareAlike 3.0 license,
https://creativecommons.org/licenses/by-sa/3.0/; they are made available under the same terms.
The images themselves are not part of this project.
"""


def export(name: str, out: Path, tested: Dataset, data: Path) -> None:
    """Copy one run's operator and write its named inputs."""
    operators, inputs = data / "operators", data / "inputs"
    for folder in (operators, inputs):
        folder.mkdir(parents=True, exist_ok=True)
    places = RunFiles(out)
    shutil.copyfile(places.provenance, operators / places.provenance.name)
    write_atomically(operators / places.out.name, deflated(places.out.read_bytes()))
    if places.codes.exists():
        write_npz(operators / places.codes.name, read_npz(places.codes), deflated=True)
    trained = read_trained(operators / f"{name}.npz")
    arrays: dict[str, NDArray[np.generic]] = {}
    images = Images.of(tested, Recipe())
    count = MAIN_INPUTS if name == MAIN else QAT_INPUTS
    if name == MAIN:
        for bits in INPUT_BITS:
            quantized = quantize(trained.factors, Quantizer(bits), "WUb")
            arrays[f"c_{bits}"] = _injections(quantized.operator, images, count)
    elif trained.quantized is None:
        return  # the other float seeds are for statistics
    arrays["c"] = _injections(trained.evaluated, images, count)
    arrays["labels"] = images.labels[:count].astype(np.uint8)
    write_npz(inputs / f"{name}.npz", arrays, deflated=True)


def deflated(npz: bytes) -> bytes:
    """The same arrays and names in fewer bytes."""
    content = BytesIO()
    with ZipFile(BytesIO(npz)) as held, ZipFile(content, "w", ZIP_DEFLATED, compresslevel=9) as out:
        for entry in held.infolist():
            data = held.read(entry)
            entry.compress_type = ZIP_DEFLATED
            out.writestr(entry, data)
    return content.getvalue()


def license_inputs(data: Path) -> None:
    """The license of what comes from MNIST."""
    write_atomically(data / "inputs" / "LICENSE-MNIST.txt", LICENSE.encode())


def _injections(operator: Operator, images: Images, count: int) -> NDArray[np.float32]:
    """U x + b of the first images, rounded to float32: from then on these numbers are the input."""
    return inject(operator, images.X[:count].astype(np.float64)).c.astype(np.float32)
