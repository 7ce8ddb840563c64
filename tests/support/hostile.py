"""Implementations of one operation that misbehave, each in its own way."""

import ctypes
import os
import signal
import subprocess
import sys
import time

import numpy as np
import scipy.sparse

from tests.support.wrong_solvers import Right


class Hostile:
    def solve(self, W, U, b, X):
        return self.answer(Right().solve(W, U, b, X))

    def answer(self, Z):
        raise NotImplementedError


class Raises(Hostile):
    def answer(self, Z):
        return 1 / 0


class ExitsPolitely(Hostile):
    def answer(self, Z):
        sys.exit(3)


class Crashes(Hostile):
    def answer(self, Z):
        os.kill(os.getpid(), signal.SIGSEGV)


class Vanishes(Hostile):
    def answer(self, Z):
        os._exit(7)


class Hangs(Hostile):
    def answer(self, Z):
        time.sleep(3600)


class HangsInC(Hostile):
    """Holds the interpreter and hears no signal but the last."""

    def answer(self, Z):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ctypes.PyDLL(None).sleep(3600)


class LeavesOrphans(Hostile):
    """Starts a child that outlives it, and hangs."""

    def answer(self, Z):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(987654)"])
        time.sleep(3600)


class Nan(Hostile):
    def answer(self, Z):
        return Z * np.nan


class WrongShape(Hostile):
    def answer(self, Z):
        return np.zeros((7, 7, 7))


class Huge(Hostile):
    def answer(self, Z):
        return np.broadcast_to(1.0, (10**6, 10**4))


class Nothing(Hostile):
    def answer(self, Z):
        return None


class Ragged(Hostile):
    def answer(self, Z):
        return [[1.0], [1.0, 2.0]]


class Sparse(Hostile):
    def answer(self, Z):
        return scipy.sparse.csr_matrix(Z)


class Masked(Hostile):
    def answer(self, Z):
        return np.ma.masked_less(Z, 0.5)


class Complex(Hostile):
    def answer(self, Z):
        return Z + 0j


# The sentence in which each of them is reported.
SAID = {
    Raises: "raised ZeroDivisionError: division by zero",
    ExitsPolitely: "raised SystemExit: 3",
    Crashes: "the process died of signal 11",
    Vanishes: "the process ended with exit code 7",
    Hangs: "gave no answer within 1 s",
    HangsInC: "gave no answer within 1 s",
    LeavesOrphans: "gave no answer within 1 s",
    Nan: "entries that are NaN or infinite",
    WrongShape: "Z has shape (7, 7, 7), not",
    Huge: "Z has shape (1000000, 10000), far more entries than any answer",
    Nothing: "Z is a NoneType of dtype object, not real numbers",
    Ragged: "Z is a list, which gives no array",
    Sparse: "of dtype object, not real numbers",
    Masked: "Z is a masked array: return an array without a mask",
    Complex: "Z is a ndarray of dtype complex128, not real numbers",
}


class Forks(Hostile):
    """Both copies come back; one answer is enough, and it is right."""

    def answer(self, Z):
        os.fork()
        return Z


class UsesAPool(Hostile):
    """Workers of its own: a daemonic process may have none."""

    def answer(self, Z):
        from multiprocessing import get_context

        with get_context("spawn").Pool(1) as pool:
            return np.array(pool.map(_same, Z.tolist()))


def _same(row):
    return row


class ChangesFolder(Hostile):
    def answer(self, Z):
        os.chdir("/")
        return Z


class Talks(Hostile):
    def answer(self, Z):
        print("iteration 1: 0.5\n" * 1000)
        return Z


# These would take the process that judges them along; what others answer is read in either.
ALONE = (Raises, ExitsPolitely, Crashes, Vanishes, Hangs, HangsInC, LeavesOrphans, Huge)
HARMLESS = (Forks, UsesAPool, ChangesFolder, Talks)
