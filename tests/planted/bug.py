"""One planted bug: the text it replaces, and the test that must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """``before`` stands once in ``path``; with ``after`` in its place ``test`` must fail."""

    invariant: str
    what: str
    path: str
    before: str
    after: str
    test: str
