"""How the box says no."""

from __future__ import annotations


class Refusal(Exception):
    """A request the exchange does not do. `text` is one entry of the `error` array, in Kraken's words."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def invalid(name: str) -> Refusal:
    """The refusal of one malformed parameter."""
    return Refusal(f"EGeneral:Invalid arguments:{name}")
