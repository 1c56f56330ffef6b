"""Closes as a line of dots: exact to a quarter of a row, two candles a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.play import console
from tests.console.stage import VALUES
from tui_bot.console.braille import braille_rows
from tui_bot.console.raster import Bar, Scale
from tui_bot.console.rows import text_of, width_of

SCALE = Scale(0.0, 8.0, 2)


def flat(close: float, **more: object) -> Bar:
    return Bar(close, close, close, close, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ((7.5, 7.5), ["⠉", " "]),
        ((0.5, 0.5), [" ", "⣀"]),
        ((4.5, 3.5), ["⡀", "⠈"]),
        ((0.5, 7.5), ["⢸", "⡸"]),
    ],
)
def test_dots(closes: tuple[float, ...], expected: list[str]) -> None:
    assert [text_of(line) for line in braille_rows([flat(close) for close in closes], SCALE, 1)] == expected


def test_marks_average_flip_and_cursor() -> None:
    bars = [flat(7.5, average=0.5, slope=1), flat(7.5, average=0.5, slope=1, marks="B"), flat(7.5), flat(7.5)]
    lines = braille_rows(bars, SCALE, 3, flip_row=1, cursor=2)
    assert text_of(lines[0]) == " B⠉"
    assert lines[1] == (("┈", "flip"), ("⣀", "sma-up"), ("┊", "key"))
    assert ("B", "up reverse") in lines[0]
    assert ("⠉", "mark bold") in lines[0]


@given(st.lists(st.floats(-1, 9), max_size=30), st.integers(1, 20))
def test_any_line_fits(closes: list[float], width: int) -> None:
    bars = [flat(close, average=close / 2, marks="S") for close in closes[: width * 2]]
    assert [width_of(line) for line in braille_rows(bars, SCALE, width, 0, 0)] == [width, width]


@pytest.mark.anyio
async def test_on_the_screen_twice_as_many_candles() -> None:
    values = tuple((path, "braille" if path == "display.glyphs" else text) for path, text in VALUES)
    async with console((100, 30), values=values) as play:
        await play.press("left", "left")
        await play.settle()
        assert " 14:12 " in play.text
        assert play.app.main.chart._plot.room == 2 * play.app.main.chart._candles.size.width
