"""How long work tells how far it is."""

from collections.abc import Callable

#: Told how much is done, and of how much.
Progress = Callable[[int, int], None]
