"""Where the panels stand: by table, by property, and by the keys that move them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.play import Play, console
from tui_bot.console.preference import NAME, recall, recall_preset, remember, remember_preset
from tui_bot.console.presets import NEED, PANELS, Preset, arrange
from tui_bot.console.split import Box, Place, columns, places, rows
from tui_bot.console.theme import DARK

SIZES = ((60, 20), (80, 24), (100, 30), (160, 48), (220, 60))
ALWAYS = {"header", "next", "footer"}


def test_rows_and_columns_take_what_is_fixed_and_share_the_rest() -> None:
    found = places(rows((2, "a"), (0, columns((0, "b"), (3, "c"))), (1, "d")), Box(0, 0, 10, 8))
    assert found == {
        "a": Place(Box(0, 0, 10, 2)),
        "b": Place(Box(0, 2, 7, 5)),
        "c": Place(Box(7, 2, 3, 5), edge=True, top=True),
        "d": Place(Box(0, 7, 10, 1)),
    }


def test_only_the_topmost_part_of_a_column_begins_its_line() -> None:
    found = places(columns((0, "a"), (4, rows((1, "b"), (0, "c")))), Box(0, 0, 9, 5))
    assert [(found[name].edge, found[name].top) for name in "abc"] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_what_finds_no_room_has_no_place() -> None:
    assert set(places(rows((3, "a"), (3, "b"), (0, "c")), Box(0, 0, 5, 4))) == {"a", "b"}
    assert places("a", Box(0, 0, 0, 4)) == {}


@given(
    st.sampled_from(Preset),
    st.integers(1, 300),
    st.integers(1, 100),
    st.sampled_from(("", *PANELS)),
    st.booleans(),
)
def test_at_any_size_every_cell_belongs_to_one_panel(
    preset: Preset, width: int, height: int, zoomed: str, alarm: bool
) -> None:
    found = arrange(preset, width, height, zoomed, alarm)
    assert sum(place.box.width * place.box.height for place in found.values()) == width * height
    boxes = [place.box for place in found.values()]
    for number, one in enumerate(boxes):
        assert 0 <= one.x <= one.x + one.width <= width
        assert 0 <= one.y <= one.y + one.height <= height
        for other in boxes[:number]:
            apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart_x or one.y + one.height <= other.y or other.y + other.height <= one.y
    if width >= NEED[0] and height >= NEED[1]:
        assert set(found) >= ALWAYS
        assert "position" in found or "status" in found  # what is held is never out of sight
        assert ("banner" in found) is alarm
    else:
        assert set(found) == {"small"}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("preset", Preset, ids=lambda preset: preset.word)
def test_no_panel_is_too_small_to_say_anything(preset: Preset, size: tuple[int, int]) -> None:
    for name, place in arrange(preset, *size).items():
        if name in PANELS:
            assert place.box.height >= 3, name
            assert place.box.width >= 30, name


def headings(play: Play) -> str:
    return " ".join(word for word in PANELS if f"─ {word}" in play.text or f"▸ {word}" in play.text)


@pytest.mark.anyio
async def test_zoom_and_back_by_one_key() -> None:
    async with console() as play:
        before = play.text
        await play.press("tab", "tab", "z")
        assert headings(play) == "position"
        assert "NEXT" in play.text
        assert "HELD" in play.text
        await play.press("tab")
        assert headings(play) == "orders"
        await play.press("shift+tab", "shift+tab")
        assert "candles" in play.text
        await play.press("z", "escape")
        await play.settle()
        assert play.text == before


@pytest.mark.anyio
async def test_a_layout_ends_the_zoom_and_a_hidden_panel_loses_the_keys() -> None:
    async with console() as play:
        await play.press("4", "tab", "tab", "tab", "z")
        assert play.app.main.focused_panel == "ladder"
        await play.press("1")
        await play.settle()
        assert play.app.main.zoomed == ""
        assert play.app.main.focused_panel == ""
        assert headings(play) == "position orders log"


@pytest.mark.anyio
async def test_the_focus_is_a_sign_not_only_a_colour() -> None:
    async with console() as play:
        assert "▸" not in play.text
        for heading in ("▸ candles", "▸ position", "▸ orders", "▸ log"):
            await play.press("tab")
            assert heading in play.text
            assert play.text.count("▸") == 1
        await play.press("escape")
        assert "▸" not in play.text


@pytest.mark.anyio
async def test_an_alarm_is_shown_in_every_layout_and_zoom() -> None:
    async with console() as play:
        play.engine.die(RuntimeError("gone"))
        await play.pilot.pause(0.3)
        for keys in (["1"], ["2"], ["3"], ["4"], ["z"]):
            await play.press(*keys)
            await play.settle()
            assert "the bot is DEAD" in play.text


@pytest.mark.anyio
async def test_the_layout_outlives_the_console(tmp_path: Path) -> None:
    async with console(state_dir=tmp_path) as play:
        await play.press("3")
    remember(tmp_path, DARK)
    async with console(state_dir=tmp_path) as play:
        assert play.app.main.preset is Preset.LOG
        assert recall(tmp_path) == DARK


@pytest.mark.parametrize("text", ["", "[]", '{"layout": 9}', '{"layout": "2"}', '{"layout": null}', "{"])
def test_a_layout_that_cannot_be_read_is_the_balanced_one(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, "utf-8")
    assert recall_preset(tmp_path) is Preset.BALANCED
    remember_preset(tmp_path, Preset.DESK)
    assert recall_preset(tmp_path) is Preset.DESK
