"""The seeds from which fuzzing starts: one small file a reader, as our own writers make them.

python -m tests.fuzz.make_corpus
"""

import io
import pickle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.io import savemat

import mondeq_ref as mq
from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.files.npz import write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.oracle.wire import encoded
from mondeq_ref.train.checkpoint import TrainingCheckpoint, save
from tests.fuzz.readers import FIXTURE
from tests.support.cases import equilibria_document

CORPUS = Path(__file__).with_name("corpus")
LAYER = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
FACTORS = mq.Operator.from_factors(
    [[0.5, 0.25]], [[0.0, 1.0], [0.5, 0.0]], 0.5, [[1.0], [2.0]], [0, 1]
)
STUDY = """title = "t"
seed = 1
[[operators]]
kind = "random"
families = ["generic"]
sizes = [2]
margins = [0.5]
count = 2
[[operators]]
kind = "trained"
seeds = [0]
[quantize]
what = ["W", "K"]
quantizers = ["paper-code", {per = "row", factor = 0.9}]
bits = [2, 4]
[measure]
metrics = ["rung", "accuracy"]
rungs = [1, 4]
guarantee = "exact"
[inputs]
source = "glyphs"
limit = 3
"""


def certificate(folder: Path, layer: mq.Operator, bits: int) -> bytes:
    mq.certify(layer, mq.quantize(layer, bits=bits)).save(folder / "proof.json")
    return (folder / "proof.json").read_bytes()


def training(folder: Path) -> bytes:
    arrays = {name: np.zeros(3, np.float32) for name in ("parameters", "first", "second")}
    places = RunFiles(folder / "t.npz")
    save(TrainingCheckpoint(arrays, {"epoch": 1, "steps": 2}), places)
    return places.current.read_bytes()


def npy(array: np.ndarray) -> bytes:
    made = io.BytesIO()
    np.save(made, array)
    return made.getvalue()


def seeds(folder: Path) -> dict[str, bytes]:
    """Reader and name -> bytes."""
    found: dict[str, bytes] = {}

    def add(reader: str, name: str, data: bytes) -> None:
        found[f"{reader}/{name}"] = data

    for name, layer in (("dense", LAYER), ("factors", FACTORS)):
        for ending in ("npz", "safetensors"):
            path = folder / f"{name}.{ending}"
            write_checkpoint(path, checkpoint_of(layer))
            add(ending, path.name, path.read_bytes())
    add("npz-of-npy", "matrix.npy", npy(np.eye(2)))
    add("npy", "matrix.npy", npy(np.eye(2, dtype=np.float32)))
    write_npz(folder / "x.npz", {"x": np.eye(2), "labels": np.arange(2)})
    add("inputs", "x.npz", (folder / "x.npz").read_bytes())
    net = {name: getattr(FACTORS.factors, ours) for name, ours in (("A", "A"), ("B", "S"))}
    net |= {"U": FACTORS.U, "u": FACTORS.b[:, None], "C": np.eye(2), "c": np.zeros((2, 1))}
    for packed in (False, True):
        savemat(folder / "net.mat", net, do_compression=packed)
        add("mat", f"net-{packed}.mat".lower(), (folder / "net.mat").read_bytes())
    for name in ("plain_zip.pt", "plain_legacy.pt", "companion_zip.pt", "companion_legacy.pt"):
        add("pt", name, FIXTURE.with_name(name).read_bytes())
    add("pt-pickle", "state.pkl", _state(FIXTURE))
    add("pt-pickle", "refused-numbers.pkl", pickle.dumps({"W": [1.0, 2], "m": 0.5}, 2))
    idx = b"\0\0\x08\x03" + np.array([2, 2, 2], ">u4").tobytes() + bytes(range(8))
    add("idx", "images", idx)
    add("inputs", "images", idx)
    for bits in (2, 4):
        add("certificate", f"{bits}.json", certificate(folder, LAYER, bits))
    case = Case(LAYER, None, Rows("x", np.array([[1.0], [-2.0]])))
    add("case", "equilibrium.json", dumps(equilibria_document(case)).encode())
    margin = {"id": "margin/a", "outputs": {"m": encoded(np.array(0.5))}}
    add("answers", "margin.jsonl", (dumps(margin, indent=None) + "\n").encode())
    add("study", "all.toml", STUDY.encode())
    study = {
        "title": "t",
        "operators": [{"kind": "random", "families": ["scalar"]}],
        "quantize": {"bits": [3, 4]},
    }
    mq.sweep(study, folder / "r.jsonl")
    add("records", "two.jsonl", (folder / "r.jsonl").read_bytes())
    add("training", "t.npz", training(folder))
    return found


def _state(path: Path) -> bytes:
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith("data.pkl")))


def main() -> None:
    with TemporaryDirectory() as folder:
        for name, data in seeds(Path(folder)).items():
            (CORPUS / name).parent.mkdir(parents=True, exist_ok=True)
            (CORPUS / name).write_bytes(data)


if __name__ == "__main__":
    main()
