"""IDX files as bytes, from arrays; MNIST is four of them."""

import numpy as np

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def header(kind: str, shape: tuple[int, ...]) -> bytes:
    return bytes([0, 0, CODES[kind], len(shape)]) + np.array(shape, ">u4").tobytes()


def idx(array: np.ndarray) -> bytes:
    big_endian = array.astype(array.dtype.newbyteorder(">"))
    return header(array.dtype.str[1:], array.shape) + big_endian.tobytes()
