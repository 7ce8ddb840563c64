"""Compiled twins for batches: the only files that import numba.

Every kernel has one signature, is serial, releases the GIL (threads drive it) and is cached
on disk.  `fastmath` stays off: it licenses the compiler to reorder sums and to assume that
there are no NaNs, and the error bounds allow neither.
"""

COMPILED_FROM = 32  # rows: fewer are done, with LAPACK, before a compiler has begun
