"""One thing a person can do in the console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    ``id`` is ``area.action``; ``keys`` are its usual keys, in Textual's names, the first is the one shown.
    Without keys it is found by its name in the palette.
    ``handler`` is the method that does it. ``footer`` orders the footer, 0 is not in it.
    ``everywhere`` actions work from any screen, even while text is being typed.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    description: str
    handler: str
    footer: int = 0
    everywhere: bool = False

    @property
    def area(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]
