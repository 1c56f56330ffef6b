"""Every scene as text and in colour at the sizes people have, and legible in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from tests.console.colours import FOLDER as COLOURS
from tests.console.colours import THEMES, expect_colours, seen, together
from tests.console.frames import expect_frame, strips, text_of
from tests.console.play import Play
from tests.console.scenes import SCENES, SIZES, Scene

pytestmark = pytest.mark.anyio

#: Large or passing text may be this faint (WCAG 2.2, 1.4.11); plain text has its own test of the themes.
FAINTEST = 3.0


def named(scene: Scene) -> str:
    return scene.name


@pytest.mark.parametrize("scene", SCENES, ids=named)
async def test_a_scene_at_every_size(scene: Scene) -> None:
    drawn, texts = {}, {}
    async with scene.play(SIZES[1]) as play:
        for number, (width, height) in enumerate((SIZES[1], SIZES[0], *SIZES[2:], *scene.more)):
            await play.pilot.resize_terminal(width, height)
            await play.settle()
            size = f"{width}x{height}"
            expect_frame(play.app, f"{scene.name}-{size}")
            if (width, height) in SIZES:
                found = await in_colour(play, THEMES[:: -1 if number % 2 else 1])
                texts[size] = play.text
                drawn[size] = together([found[theme] for theme in THEMES])
        await in_colour(play, others(scene, play.app.wardrobe.names))
    expect_colours(scene.name, drawn, texts)


async def in_colour(play: Play, themes: Sequence[str]) -> dict[str, list[list[str]]]:
    """What each cell looks like in these themes; the words are the same in all, and stand out."""
    found, text = {}, play.text
    with play.app.batch_update():  # nothing is painted on the way
        for theme in themes:
            await play.wear(theme)
            shown = strips(play.app)
            assert text_of(shown) == text, theme
            words = _words(play.app.screen, shown)
            faint = [segment.text for segment in words if _contrast(segment.style) < FAINTEST]
            assert not faint, (theme, faint)
            found[theme] = seen(shown)
    return found


def others(scene: Scene, names: Sequence[str]) -> Sequence[str]:
    """The themes whose colours no file holds: all on the main screen, elsewhere every third in turn."""
    rest = [name for name in names if name not in THEMES]
    place = SCENES.index(scene)
    return rest if place < 2 else rest[place % 3 :: 3]


def test_no_file_is_left_of_a_scene_that_is_gone() -> None:
    names = {scene.name for scene in SCENES}
    assert {path.stem for path in COLOURS.iterdir()} == names


def _words(screen: Screen[Any], shown: Sequence[Strip]) -> list[Segment]:
    """The words on the topmost screen; what lies under a dialog is faint on purpose."""
    region = screen.children[0].region if isinstance(screen, ModalScreen) else screen.region
    return [
        segment
        for strip in shown[region.y : region.bottom]
        for segment in strip.crop(region.x, region.right)
        if any(letter.isalnum() for letter in segment.text)
    ]


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
