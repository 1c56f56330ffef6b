"""Identifiers shaped like Kraken's: capitals and digits in groups of 6-5-6, O orders, T trades, L ledger
entries.
"""

from __future__ import annotations

import hashlib

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def identifier(letter: str, seed: int, count: int) -> str:
    """The `count`-th identifier of its kind; the same arguments give the same text."""
    digest = hashlib.sha256(f"{seed}:{letter}:{count}".encode()).digest()
    text = letter + "".join(_ALPHABET[byte % 32] for byte in digest[:16])
    return f"{text[:6]}-{text[6:11]}-{text[11:17]}"
