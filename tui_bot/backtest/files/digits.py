"""Decimal digits to integers, thousands of cells at once and exact: eight bytes at a time as one word.

A word holds eight characters, the first in its lowest byte. Digits are folded in pairs: 8 ones to 4 numbers
below 100, to 2 below 10,000, to 1 below 100,000,000. No binary fraction is involved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]

#: So many bytes before the first cell a word may begin.
MARGIN = 16

POWERS = np.array([10**power for power in range(19)], np.int64)

_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
#: Of two neighbours the first weighs so much, the second stands so many bits higher; what stays of both.
_FOLDS = (
    (np.uint64(10), np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(100), np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(10_000), np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
)


def windows(data: bytes) -> Words:
    """The eight bytes that begin at each place of ``data``, as words; a view."""
    return np.ndarray((len(data) - 7,), np.dtype("<u8"), data, strides=(1,))


def number(words: Words, end: Places, length: Places) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The numbers of at most eight digits that stand before ``end``, and which are none.

    A length of 0 gives 0.
    """
    word = words[end - 8]
    word ^= _ZEROS
    foreign = _bits_before(length)
    word >>= foreign
    word <<= foreign
    other = word + _SIXES
    other |= word
    other &= _HIGH
    wrong = other != 0
    for weight, bits, kept in _FOLDS:
        np.right_shift(word, bits, out=other)
        word *= weight
        word += other
        word &= kept
    return word.view(np.int64), wrong


def _bits_before(length: Places) -> NDArray[np.uint64] | np.uint64:
    """How many bits of a word belong to what stands before the cell."""
    alike = one_value(length)
    if alike is not None:
        return np.uint64(8 * (8 - alike))
    return ((8 - length) << 3).astype(np.uint64)


def one_value(lengths: Places) -> int | None:
    """The length that all cells have; None if they differ."""
    least = int(lengths.min())
    return least if least == lengths.max() else None


def digit(data: bytes, end: Places) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The one digit that stands before ``end``, and where there is none."""
    value = np.frombuffer(data, np.uint8)[end - 1] - np.uint8(48)
    return value.astype(np.int64), value > 9


def long_number(words: Words, end: Places, length: Places) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The same for at most sixteen digits."""
    value, wrong = number(words, end, np.minimum(length, 8))
    if length.max(initial=0) > 8:
        high, also_wrong = number(words, end - 8, np.clip(length - 8, 0, 8))
        value += high * POWERS[8]
        wrong |= also_wrong
    return value, wrong
