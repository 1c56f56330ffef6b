"""Every scene as text at the sizes people have, and legible in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from textual.app import App
from textual.screen import ModalScreen

from tests.console.frames import expect_frame
from tests.console.scenes import SCENES, SIZES, Scene

pytestmark = pytest.mark.anyio

#: Large or passing text may be this faint (WCAG 2.2, 1.4.11); plain text has its own test of the themes.
FAINTEST = 3.0


def named(scene: Scene) -> str:
    return scene.name


@pytest.mark.parametrize("scene", SCENES, ids=named)
async def test_a_scene_at_every_size(scene: Scene) -> None:
    async with scene.play(SIZES[1]) as play:
        for width, height in (SIZES[1], SIZES[0], *SIZES[2:], *scene.more):
            await play.pilot.resize_terminal(width, height)
            await play.settle()
            expect_frame(play.app, f"{scene.name}-{width}x{height}")


@pytest.mark.parametrize("scene", SCENES, ids=named)
async def test_a_scene_can_be_read_in_its_themes(scene: Scene) -> None:
    async with scene.play((80, 24)) as play:
        first = play.text
        for theme in themes_of(scene, play.app.wardrobe.names):
            play.app.wardrobe.wear(theme)
            await play.settle()
            await play.settle()
            assert play.text == first, theme
            faint = [segment.text for segment in _segments(play.app) if _contrast(segment) < FAINTEST]
            assert not faint, (theme, faint)


def themes_of(scene: Scene, names: Sequence[str]) -> Sequence[str]:
    """The main screen in all; the others take a third of them in turn, each theme on every third scene."""
    place = SCENES.index(scene)
    return names if place < 2 else names[place % 3 :: 3]


def _segments(app: App[Any]) -> list[Segment]:
    """The words on the topmost screen; what lies under a dialog is faint on purpose."""
    region = app.screen.children[0].region if isinstance(app.screen, ModalScreen) else app.screen.region
    strips = app.screen._compositor.render_strips()[region.y : region.bottom]
    return [
        segment
        for strip in strips
        for segment in strip.crop(region.x, region.right)
        if any(letter.isalnum() for letter in segment.text)
    ]


def _contrast(segment: Segment) -> float:
    """The ratio of lighter to darker (WCAG 2.2), 21 where the terminal's own colours are used."""
    style = segment.style
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
