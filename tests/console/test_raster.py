"""Candles as text, without any screen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.stage import START, snapshot, walk
from tui_bot.console.axis import axis_rows, axis_width
from tui_bot.console.glyphs import ASCII, CANDLE, CROSSED, LINE
from tui_bot.console.plot import bar_of
from tui_bot.console.raster import Bar, Scale, column, paint, scale_of, spaced
from tui_bot.console.rows import text_of, width_of
from tui_bot.console.timeframe import closed_buckets
from tui_bot.market.candle import Candle

SCALE = Scale(0.0, 8.0, 4)


def drawn(*bars: Bar, scale: Scale = SCALE, flip: int | None = None) -> list[str]:
    return [text_of(line) for line in paint(bars, scale, len(bars), flip)]


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (Bar(0.5, 7.5, 0.5, 7.5), ["┃", "┃", "┃", "┃"]),
        (Bar(3.5, 7.5, 0.5, 4.5), ["│", "╽", "╿", "│"]),
        (Bar(2.5, 2.5, 2.5, 2.5), [" ", " ", "╻", " "]),
        (Bar(3.5, 3.5, 3.5, 3.5), [" ", " ", "╹", " "]),
        (Bar(5.5, 5.5, 2.5, 5.5), [" ", "╿", "│", " "]),
        (Bar(2.5, 5.5, 2.5, 2.5), [" ", "│", "╽", " "]),
    ],
)
def test_half_cells(bar: Bar, expected: list[str]) -> None:
    assert drawn(bar) == expected


def test_colour_and_shape_of_direction() -> None:
    assert {ink for _, _, ink in column(Bar(1, 5, 1, 4), SCALE)} == {"up"}
    assert {ink for _, _, ink in column(Bar(4, 5, 1, 1), SCALE)} == {"down"}


def test_f48_an_interval_that_was_left_out_is_marked() -> None:
    assert drawn(Bar(2.5, 2.5, 2.5, 2.5, gap=True)) == [" ", " ", "╌", " "]
    assert {ink for _, _, ink in column(Bar(1, 1, 1, 1, gap=True), SCALE)} == {"dim"}
    candles = (*walk(3)[:-1], Candle.flat(START - 60, Decimal(67_000)))
    found = [bar_of(bucket) for bucket in closed_buckets(snapshot(candles=candles), 60)]
    assert [bar.gap for bar in found] == [False, False, True]


def test_the_average_crosses_or_floats() -> None:
    assert drawn(Bar(0.5, 1.5, 0.5, 1.5, average=7.5, slope=1)) == ["▔", " ", " ", "┃"]
    assert drawn(Bar(0.5, 1.5, 0.5, 1.5, average=6.5, slope=1)) == ["▁", " ", " ", "┃"]
    assert drawn(Bar(0.5, 7.5, 0.5, 7.5, average=4.5, slope=-1)) == ["┃", "┿", "┃", "┃"]
    inks = {glyph: ink for _, glyph, ink in column(Bar(0.5, 7.5, 0.5, 7.5, 4.5, -1), SCALE)}
    assert inks == {"┃": "up", "┿": "sma-down"}


def test_the_average_floats_on_a_third_of_a_row() -> None:
    heights = (6.2, 7.0, 7.9)
    glyphs = [column(Bar(0, 1, 0, 1, average=height), SCALE)[-1][1] for height in heights]
    assert glyphs == ["▁", "─", "▔"]


def test_the_cursor_is_a_line_behind_a_brighter_candle() -> None:
    lines = paint([Bar(0.5, 3.5, 0.5, 3.5), Bar(0.5, 3.5, 0.5, 3.5)], SCALE, 2, cursor=1)
    assert [text_of(line) for line in lines] == [" ┊", " ┊", "┃┃", "┃┃"]
    assert lines[2] == (("┃", "up"), ("┃", "mark bold"))


def test_candles_further_apart_have_the_average_between_them() -> None:
    bars = spaced([Bar(0, 1, 0, 1, average=6.2, slope=1), Bar(0, 1, 0, 1, average=7.9, slope=1)], 3)
    assert [bar.void for bar in bars] == [False, True, True, False]
    assert [round(bar.average or 0, 1) for bar in bars] == [6.2, 6.8, 7.3, 7.9]
    assert drawn(*bars)[0] == "▁─▔▔"


def test_marks_stand_beside_the_candle() -> None:
    assert drawn(Bar(2.5, 3.5, 2.5, 3.5, marks="B")) == [" ", " ", "┃", "B"]
    assert drawn(Bar(2.5, 3.5, 2.5, 3.5, marks="s")) == [" ", "s", "┃", " "]
    assert drawn(Bar(0.5, 7.5, 0.5, 7.5, marks="b"))[-1] == "b"


def test_the_flip_line_is_dotted_and_behind_the_candles() -> None:
    assert drawn(Bar(0.5, 1.5, 0.5, 1.5), Bar(0.5, 7.5, 0.5, 7.5), flip=1)[1] == "┈┃"


def test_the_running_candle_looks_different() -> None:
    bar = Bar(0.5, 7.5, 0.5, 7.5)
    closed = {glyph for _, glyph, _ in column(bar, SCALE)}
    assert closed.isdisjoint({glyph for _, glyph, _ in column(bar, SCALE, forming=True)})


def test_fewer_candles_than_columns_stand_right() -> None:
    assert text_of(paint([Bar(0.5, 7.5, 0.5, 7.5)], SCALE, 5)[0]) == "    ┃"
    assert [width_of(line) for line in paint([], SCALE, 5)] == [5] * 4


def test_the_scale_is_kept_while_it_serves() -> None:
    bars = [Bar(100, 110, 90, 105)]
    first = scale_of(bars, 10, None, None)
    assert scale_of([Bar(100, 109, 91, 105)], 10, None, first) is first
    assert scale_of([Bar(100, 150, 91, 105)], 10, None, first) is not first
    assert scale_of([Bar(100, 101, 100, 101)], 10, None, first) is not first
    assert scale_of(bars, 11, None, first) is not first


def test_a_near_flip_price_is_on_the_scale_and_a_far_one_is_not() -> None:
    bars = [Bar(100, 110, 90, 105)]
    assert scale_of(bars, 10, 115.0, None).holds(115, 115)
    assert not scale_of(bars, 10, 500.0, None).holds(500, 500)


PRICES = st.floats(min_value=1e-6, max_value=1e7)


@given(
    st.lists(st.tuples(PRICES, PRICES, PRICES, PRICES), max_size=20), st.integers(1, 12), st.integers(1, 30)
)
def test_any_market_fits(prices: list[tuple[float, float, float, float]], rows: int, width: int) -> None:
    bars = [Bar(p[0], max(p), min(p), p[1], p[2], 1, "BSbs") for p in prices]
    scale = scale_of(bars, rows, prices[0][3] if prices else None, None)
    lines = paint(bars, scale, width, 0)
    assert [width_of(line) for line in lines] == [width] * rows
    price = Decimal(str(prices[0][0])) if prices else None
    wide = axis_width(scale, 8)
    axis = axis_rows(scale, 8, wide, bars[-1] if bars else None, price, price)
    assert [width_of(line) for line in axis] == [wide] * rows


@given(st.lists(PRICES, min_size=4, max_size=4), PRICES, st.integers(1, 12))
def test_any_candle_is_drawn_half_by_half_where_its_prices_are(
    prices: list[float], average: float, rows: int
) -> None:
    """Also one that does not fit its scale; the average replaces what it crosses."""
    opened, close, low, span = prices
    bar = Bar(opened, max(prices), min(prices), close, average)
    scale = Scale(low, low + span, rows)
    body = range(scale.half(min(opened, close)), scale.half(max(opened, close)) + 1)
    wick = range(scale.half(bar.low), scale.half(bar.high) + 1)
    kinds = [(half in body) + (half in wick) for half in range(2 * rows)]
    expected = {
        rows - 1 - row: CANDLE[kinds[2 * row + 1], kinds[2 * row]]
        for row in range(rows)
        if kinds[2 * row] or kinds[2 * row + 1]
    }
    if scale.holds(average, average):
        row = scale.row(average)
        expected[row] = CROSSED if row in expected else LINE[scale.third(average)]
    cells = column(bar, scale)
    assert {row: glyph for row, glyph, _ in cells} == expected
    assert len(cells) == len(expected)


def test_the_axis_marks_price_and_flip() -> None:
    lines = [
        text_of(line)
        for line in axis_rows(Scale(100, 110, 10), 1, 12, None, Decimal("104.5"), Decimal("108.2"))
    ]
    assert any("◀" in line and "104.5" in line for line in lines)
    assert any("⇅" in line and "108.2" in line for line in lines)
    beyond = [
        text_of(line) for line in axis_rows(Scale(100, 110, 10), 1, 12, None, Decimal(104), Decimal(200))
    ]
    assert "⇅▲" in beyond[0]


def test_ascii_has_a_sign_for_every_glyph() -> None:
    from tui_bot.console import glyphs

    used = (
        set(glyphs.CANDLE.values()) | set(glyphs.FORMING.values()) | set(glyphs.SPARKS) | set("▔▁┿┈⇅◀●○▶‖■")
    )
    assert all(letter.translate(ASCII).isascii() for letter in used)
