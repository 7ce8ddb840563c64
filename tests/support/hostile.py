"""Implementations of one operation that misbehave, each in its own way."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import scipy.sparse

from tests.support.wrong_solvers import Right


class Hostile:
    """Solves, and hands the answer to what it is named after."""

    def solve(self, W, U, b, X):
        return self.answer(Right().solve(W, U, b, X))

    @classmethod
    def named(cls, name, answer):
        return type(name, (cls,), {"answer": staticmethod(answer)})


def hangs_in_c(Z):
    """Holds the interpreter and hears no signal but the last."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.PyDLL(None).sleep(3600)


def leaves_orphans(Z):
    """Starts a child that outlives it, and hangs."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(987654)"])
    time.sleep(3600)


def forks(Z):
    """Both copies come back; one answer is enough, and it is right."""
    os.fork()
    return Z


def _same(row):
    return row


def uses_a_pool(Z):
    """Workers of its own: a daemonic process may have none."""
    from multiprocessing import get_context

    with get_context("spawn").Pool(1) as pool:
        return np.array(pool.map(_same, Z.tolist()))


def changes_folder(Z):
    os.chdir("/")
    return Z


def talks(Z):
    print("iteration 1: 0.5\n" * 1000)
    return Z


# Each, and the sentence in which it is reported.  The first would take the process that judges
# them along; what others answer is read in either.
ALONE = {
    "raises": (lambda Z: 1 / 0, "raised ZeroDivisionError: division by zero"),
    "exits": (lambda Z: sys.exit(3), "raised SystemExit: 3"),
    "crashes": (lambda Z: os.kill(os.getpid(), signal.SIGSEGV), "the process died of signal 11"),
    "vanishes": (lambda Z: os._exit(7), "the process ended with exit code 7"),
    "hangs": (lambda Z: time.sleep(3600), "gave no answer within 1 s"),
    "hangs_in_c": (hangs_in_c, "gave no answer within 1 s"),
    "leaves_orphans": (leaves_orphans, "gave no answer within 1 s"),
    "huge": (
        lambda Z: np.broadcast_to(1.0, (10**6, 10**4)),
        "Z has shape (1000000, 10000), far more entries than any answer",
    ),
}
HERE = {
    "nan": (lambda Z: Z * np.nan, "entries that are NaN or infinite"),
    "wrong_shape": (lambda Z: np.zeros((7, 7, 7)), "Z has shape (7, 7, 7), not"),
    "nothing": (lambda Z: None, "Z is a NoneType of dtype object, not real numbers"),
    "ragged": (lambda Z: [[1.0], [1.0, 2.0]], "Z is a list, which gives no array"),
    "sparse": (scipy.sparse.csr_matrix, "of dtype object, not real numbers"),
    "masked": (
        lambda Z: np.ma.masked_less(Z, 0.5),
        "Z is a masked array: return an array without a mask",
    ),
    "complex": (lambda Z: Z + 0j, "Z is a ndarray of dtype complex128, not real numbers"),
}
HARMLESS = {made.__name__: (made, "") for made in (forks, uses_a_pool, changes_folder, talks)}


EVERY = SimpleNamespace(
    **{name: Hostile.named(name, answer) for name, (answer, _) in (ALONE | HERE | HARMLESS).items()}
)
