"""The checks between a wish and an order. Each has a name, its numbers, and a next step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What one guard measured and whether it lets an order pass.

    ``value`` and ``limit`` are worded for people ("0.4 s", "5 s"). ``advice`` says what would lift a
    refusal and is empty when ``ok``.
    """

    name: str
    ok: bool
    value: str
    limit: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        """The refusal in one line."""
        return f"{self.name}: {self.value} of {self.limit}" if self.limit else f"{self.name}: {self.value}"
