"""Every scene as text and in colour at the sizes people have, and legible in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

from tests.console.colours import FOLDER as COLOURS
from tests.console.colours import THEMES, WIDEST_MAP, expect_colours, seen, together
from tests.console.frames import FOLDER as FRAMES
from tests.console.frames import box, expect_frame, strips, text_of
from tests.console.play import Play
from tests.console.scene import Scene
from tests.console.scenes import SCENES, SIZES
from tests.console.swift import make_swift

pytestmark = pytest.mark.anyio

#: Large or passing text may be this faint (WCAG 2.2, 1.4.11); plain text has its own test of the themes.
FAINTEST = 3.0


def named(scene: Scene) -> str:
    return scene.name


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    make_swift(monkeypatch)


@pytest.mark.parametrize("scene", SCENES, ids=named)
async def test_a_scene_at_every_size(scene: Scene) -> None:
    drawn, texts = {}, {}
    async with scene.play(SIZES[1]) as play:
        for number, (width, height) in enumerate((SIZES[1], SIZES[0], *SIZES[2:], *scene.more)):
            await play.resize(width, height)
            size = f"{width}x{height}"
            held = strips(play.app) if scene.whole else box(play.app, strips(play.app))
            texts[size] = text_of(held)
            expect_frame(play.text if width <= WIDEST_MAP else texts[size], f"{scene.name}-{size}")
            if (width, height) in SIZES:
                found = await in_colour(play, THEMES[:: -1 if number % 2 else 1], whole=scene.whole)
                drawn[size] = together([found[theme] for theme in THEMES])
        await in_colour(play, others(scene, play.app.wardrobe.names))
    expect_colours(scene.name, drawn, texts)


async def in_colour(play: Play, themes: Sequence[str], *, whole: bool = False) -> dict[str, list[list[str]]]:
    """What each cell looks like in these themes; the words are the same in all, and stand out."""
    found, text = {}, text_of(box(play.app, strips(play.app)))
    for theme in themes:
        await play.wear(theme)
        shown = strips(play.app, beneath=whole)
        held = box(play.app, shown)  # what lies under a dialog is faint on purpose
        assert text_of(held) == text, theme
        faint = [part.text for strip in held for part in strip if _is_faint(part)]
        assert not faint, (theme, faint)
        found[theme] = seen(shown if whole else held)
    return found


def others(scene: Scene, names: Sequence[str]) -> Sequence[str]:
    """The themes whose colours no file holds: all on the main screen, elsewhere one in turn."""
    rest = [name for name in names if name not in THEMES]
    place = SCENES.index(scene)
    return rest if place < 2 else rest[place % len(rest) :][:1]


def test_no_file_is_left_of_a_scene_that_is_gone() -> None:
    sizes = {f"{scene.name}-{width}x{height}" for scene in SCENES for width, height in (*SIZES, *scene.more)}
    assert {path.stem for path in FRAMES.iterdir()} == sizes
    assert {path.stem for path in COLOURS.iterdir()} == {"palette", *(scene.name for scene in SCENES)}


def _is_faint(part: Segment) -> bool:
    """Whether it is a word that does not stand out."""
    return any(letter.isalnum() for letter in part.text) and _contrast(part.style) < FAINTEST


@cache
def _contrast(style: Style | None) -> float:
    """The ratio of lighter to darker (WCAG 2.2), 21 where the terminal's own colours are used."""
    if style is None or style.color is None or style.bgcolor is None:
        return 21.0
    ink, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
