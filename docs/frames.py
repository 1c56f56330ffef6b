"""Writes docs/frames.md from the frames that the tests hold the console to: ``python -m docs.frames``.

The frames themselves are drawn by ``FRAMES=write pytest tests/console``.
"""

from __future__ import annotations

from pathlib import Path

from tests.console.dialogs import DIALOGS
from tests.console.frames import FOLDER
from tests.console.scene import Scene
from tests.console.scenes import SCENES

TARGET = Path(__file__).with_name("frames.md")
SHOWN = ("80x24", "160x48")
SIZES = ("160x48", "100x30", "60x20")

HEAD = """# Frames

Every screen of the console at 80x24 and 160x48, and every dialog at 80x24 with its 160x48 a click away, as
the tests hold them to, on a made-up market. `make docs` writes this page. In colour: [console](console.svg),
[wide](wide.svg), [why](why.svg), [settings](settings.svg).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_scene(scene) for scene in SCENES)])


def _scene(scene: Scene) -> str:
    sizes = SHOWN[:1] if scene in DIALOGS else SHOWN
    frames = [f"```\n{_frame(scene.name, size)}```\n" for size in sizes]
    others = ", ".join(_link(scene.name, size) for size in SIZES if size not in sizes)
    return "\n".join([f"## {scene.name}\n\n{scene.words}\n", *frames, f"Also at {others}.\n"])


def _link(name: str, size: str) -> str:
    return f"[{size}](../tests/console/frames/{name}-{size}.txt)"


def _frame(name: str, size: str) -> str:
    return (FOLDER / f"{name}-{size}.txt").read_text("utf-8")


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
