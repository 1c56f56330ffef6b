"""A state folder through deaths and power cuts: what the next life finds of it."""

from __future__ import annotations

import shutil
from pathlib import Path


class Disk:
    """``folder`` is what a process works in. Beside it: what would be there after a power cut.

    SIGKILL loses nothing that was written, because the system's cache survives the process; a power cut
    loses all that was not synced.
    """

    def __init__(self, place: Path, *, keeps_durable: bool) -> None:
        self._place = place
        self._keeps_durable = keeps_durable
        self.folder = place / "state"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sync()

    def sync(self) -> None:
        """All that is written now would survive a power cut."""
        if self._keeps_durable:
            _copy(self.folder, self._place / "durable")

    def freeze(self) -> None:
        """The process dies now: whatever its remains still write does not count."""
        _copy(self.folder, self._place / "frozen")

    def successor(self, place: Path, *, power_loss: bool = False) -> Disk:
        """The folder as the next life finds it after a death."""
        _copy(self._place / ("durable" if power_loss else "frozen"), place / "state")
        return Disk(place, keeps_durable=self._keeps_durable)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    kept = {path.name for path in source.iterdir()}
    for path in target.iterdir():
        if path.name not in kept:
            path.unlink()
    for path in source.iterdir():
        shutil.copyfile(path, target / path.name)
