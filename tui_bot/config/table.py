"""A table of the config file as one text: ``name=value name=value``, in the order of the names."""

from __future__ import annotations

from collections.abc import Mapping


def fold(rows: Mapping[str, str]) -> str:
    """The rows as one text."""
    return " ".join(f"{name}={rows[name]}" for name in sorted(rows))


def unfold(text: str) -> dict[str, str]:
    """The rows of a text; of a name that stands twice the last."""
    return {name: value for name, _, value in (part.partition("=") for part in text.split())}
