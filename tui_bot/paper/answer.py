"""What leaves the REST face: bytes, and how they travel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. With `drop` the connection is cut instead; `delay` is real seconds before the first
    byte, `rate` bytes a second, 0 for all at once.
    """

    status: int
    body: bytes
    drop: bool = False
    delay: float = 0.0
    rate: float = 0.0
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def result(content: Any) -> Answer:
    """Kraken's envelope around a result."""
    return plain({"error": [], "result": content})


def refused(text: str) -> Answer:
    """Kraken's envelope around an error: HTTP status 200."""
    return plain({"error": [text]})


def plain(content: Any) -> Answer:
    """JSON as it is."""
    return Answer(200, json.dumps(content, separators=(",", ":")).encode())


CUT = Answer(0, b"", drop=True)
