"""A column that grows at its end. Room is made at once, by a guess, so that years need their memory once."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.int32, np.int64, np.float64)

_MORE = 1.5


class Column(Generic[Number]):
    """Values of one type, in the order they came."""

    def __init__(self, kind: type[Number], room: int) -> None:
        self._values: NDArray[Number] = np.empty(room, kind)  # memory that is not written yet costs nothing
        self._filled = 0

    def __len__(self) -> int:
        return self._filled

    @property
    def values(self) -> NDArray[Number]:
        """What it holds; a view."""
        return self._values[: self._filled]

    def append(self, values: NDArray[Number]) -> None:
        """Add values at the end; they must fit its type."""
        needed = self._filled + len(values)
        if needed > len(self._values):
            grown = np.empty(int(needed * _MORE), self._values.dtype)
            grown[: self._filled] = self.values
            self._values = grown
        self._values[self._filled : needed] = values
        self._filled = needed
