"""A state folder through deaths and power cuts: what the next life finds of it."""

from __future__ import annotations

from pathlib import Path

#: A folder as it was at one moment: the files by name.
Image = dict[str, bytes]


class Disk:
    """``folder`` is what a process works in. Beside it: what would be there after a power cut.

    SIGKILL loses nothing that was written, because the system's cache survives the process; a power cut
    loses all that was not synced.
    """

    def __init__(self, place: Path, *, keeps_durable: bool, image: Image | None = None) -> None:
        self._keeps_durable = keeps_durable
        self._durable: Image = {}
        self._frozen: Image = {}
        self.folder = place / "state"
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, content in (image or {}).items():
            (self.folder / name).write_bytes(content)
        self.sync()

    def sync(self) -> None:
        """All that is written now would survive a power cut."""
        if self._keeps_durable:
            self._durable = _image(self.folder)

    def freeze(self) -> None:
        """The process dies now: whatever its remains still write does not count."""
        self._frozen = _image(self.folder)

    def successor(self, place: Path, *, power_loss: bool = False) -> Disk:
        """The folder as the next life finds it after a death."""
        image = self._durable if power_loss else self._frozen
        return Disk(place, keeps_durable=self._keeps_durable, image=image)


def _image(folder: Path) -> Image:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
