"""Unique rows of small integer tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


def unique_rows(keys: Ints) -> tuple[Ints, Ints]:
    """(unique rows in lexical order, index of each row among them), as ``np.unique(axis=0)`` but much faster.

    Rows are packed into one integer each; raises ``ValueError`` where they do not fit into 63 bits.
    """
    low = keys.min(axis=0).astype(np.int64)
    sizes = keys.max(axis=0).astype(np.int64) - low + 1
    if float(np.prod(sizes.astype(float))) >= 2.0**62:
        raise ValueError("rows too wide to pack")
    packed = np.zeros(len(keys), dtype=np.int64)
    for column in range(keys.shape[1]):
        packed = packed * sizes[column] + (keys[:, column] - low[column])
    span = int(np.prod(sizes))
    if span <= 8 * len(keys):  # few possible rows: no sorting
        at = np.full(span, -1, dtype=np.intp)
        at[packed] = np.arange(len(keys))
        found = at >= 0
        return keys[at[found]], (np.cumsum(found, dtype=np.int32) - np.int32(1))[packed]
    _, first, index = np.unique(packed, return_index=True, return_inverse=True)
    return keys[first], index.reshape(-1).astype(np.int32)


def distinct(numbers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As ``np.unique`` with the inverse, without sorting, for small whole numbers that are not negative."""
    if not len(numbers):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    there = np.zeros(int(numbers.max()) + 1, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]
