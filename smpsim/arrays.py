"""Names for the arrays that walk through the house."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

F64: TypeAlias = NDArray[np.float64]
F32: TypeAlias = NDArray[np.float32]
U8: TypeAlias = NDArray[np.uint8]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
Bool: TypeAlias = NDArray[np.bool_]
Int: TypeAlias = NDArray[np.intp]
#: one kind of real numbers, single or double
Reals = TypeVar("Reals", F32, F64)


def native(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in this machine's order of bytes (files may hold the other): itself when they are."""
    return values.astype(values.dtype.newbyteorder("="), copy=False)
