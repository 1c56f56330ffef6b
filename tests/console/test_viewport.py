"""The part of the candles that is shown: walking, panning, putting together. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.stage import START, snapshot, walk
from tui_bot.console.rows import text_of, width_of
from tui_bot.console.time_axis import time_row
from tui_bot.console.timeframe import closed_buckets, lengths, merged, running_bucket
from tui_bot.console.viewport import Viewport
from tui_bot.console.volume import volume_rows

BEGINS = tuple(range(0, 6000, 60))


def test_it_follows_the_newest_until_it_is_moved() -> None:
    view = Viewport()
    assert view.window(BEGINS, 10) == slice(90, 100)
    assert view.window((*BEGINS, 6000), 10) == slice(91, 101)
    held = view.panned(BEGINS, 10, -20)
    assert held.window(BEGINS, 10) == slice(70, 80)
    assert held.window((*BEGINS, 6000), 10) == slice(70, 80)
    assert held.newest().follows
    assert held.panned(BEGINS, 10, 99).follows


def test_the_cursor_begins_at_the_newest_and_pulls_the_window_along() -> None:
    view = Viewport().walked(BEGINS, 10, -1)
    assert (view.cursor, view.follows) == (BEGINS[-1], True)
    view = view.walked(BEGINS, 10, -9)
    assert view.window(BEGINS, 10) == slice(90, 100)
    view = view.walked(BEGINS, 10, -1)
    assert view.window(BEGINS, 10) == slice(89, 99)
    view = view.walked(BEGINS, 10, 10)
    assert (view.cursor, view.follows) == (BEGINS[-1], True)
    assert view.walked(BEGINS, 10, 1) == Viewport()


def test_the_oldest_and_nothing_before_it() -> None:
    view = Viewport().oldest(BEGINS, 10)
    assert (view.cursor, view.window(BEGINS, 10)) == (0, slice(0, 10))
    assert view.walked(BEGINS, 10, -5) == view
    assert Viewport().walked((), 10, -1) == Viewport().panned((), 10, 1) == Viewport()


def test_longer_candles_around_the_same_time() -> None:
    view = Viewport(0, BEGINS[50], BEGINS[47])
    assert view.scaled((60, 300, 900), 1) == Viewport(300, 3000, 2700)
    assert view.scaled((60, 300, 900), 1).scaled((60, 300, 900), -1) == Viewport(60, 3000, 2700)
    assert view.scaled((60, 300, 900), -1).length == 60
    assert view.scaled((60, 300, 900), 9).length == 900


@given(
    st.integers(0, 200), st.integers(1, 60),
    st.lists(st.tuples(st.sampled_from(("walked", "panned")), st.integers(-40, 40)), max_size=12),
)  # fmt: skip
def test_wherever_it_goes_the_cursor_is_in_the_window(
    count: int, width: int, moves: list[tuple[str, int]]
) -> None:
    begins = tuple(range(0, 60 * count, 60))
    view = Viewport()
    for name, by in moves:
        view = getattr(view, name)(begins, width, by)
        shown = view.window(begins, width)
        assert shown.stop - shown.start == min(width, count)
        assert 0 <= shown.start <= shown.stop <= count
        assert view.follows is (view.right is None)
        if (place := view.place(begins)) is not None:
            assert shown.start <= place < shown.stop


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (60, (60, 300, 900, 3600)),
        (300, (300, 900, 3600, 14_400)),
        (3600, (3600, 14_400, 86_400)),
        (86_400, (86_400,)),
    ],
)
def test_which_lengths_are_offered(interval: int, expected: tuple[int, ...]) -> None:
    assert lengths(interval) == expected


def test_candles_put_together_say_what_the_short_ones_said() -> None:
    snap = snapshot(200)
    for length in lengths(60):
        closed = closed_buckets(snap, length)
        running = running_bucket(snap, length)
        assert running is not None
        parts = [*(bucket.candle for bucket in closed), running.candle]
        assert all(later.begin - one.begin == length for one, later in pairwise(parts))
        assert snap.forming is not None
        assert sum(one.volume for one in parts) == sum(one.volume for one in (*snap.candles, snap.forming))
        assert max(one.high for one in parts) == max(one.high for one in (*snap.candles, snap.forming))
        assert parts[0].open == snap.candles[0].open
        assert parts[-1].close == snap.forming.close
        assert (
            closed[-1].average
            == snap.line[snap.candles.index(_last_of(snap.candles, closed[-1].begin, length))]
        )
        fills = sum(len(bucket.marks) for bucket in (*closed, running))
        assert fills == len(snap.marks)


def _last_of(candles: tuple[object, ...], begin: int, length: int) -> object:
    return max((one for one in candles if begin <= one.begin < begin + length), key=lambda one: one.begin)  # type: ignore[attr-defined]


def test_without_a_forming_candle_what_is_closed_of_a_long_one_still_runs() -> None:
    snap = replace(snapshot(200), forming=None)
    running = running_bucket(snap, 3600)
    assert running is not None
    assert running.candle.begin == START // 3600 * 3600
    assert running.candle.close == snap.candles[-1].close
    assert running_bucket(snap, 60) is None
    assert running_bucket(replace(snap, candles=()), 60) is None


def test_a_long_candle_of_gaps_is_a_gap() -> None:
    flat = walk(1)[0].flat(0, Decimal(5))
    assert merged([flat, replace(flat, begin=60)], 0).filled
    assert not merged([flat, walk(1)[0]], 0).filled


@given(st.lists(st.none() | st.floats(0, 1e9), max_size=30), st.integers(1, 4), st.integers(0, 10))
def test_volumes_fill_their_rows(volumes: list[float | None], height: int, more: int) -> None:
    width = len(volumes) + more
    highest = max((volume or 0 for volume in volumes), default=0.0)
    lines = volume_rows(volumes, [True] * len(volumes), width, height, highest)
    assert [width_of(line) for line in lines] == [width] * height
    shown = [text_of(line)[more:] for line in lines]
    for place, volume in enumerate(volumes):
        assert any(line[place] != " " for line in shown) is bool(volume and highest)
        if volume and volume == highest:
            assert all(line[place] == "█" for line in shown)


def test_round_times_stand_under_their_candles_and_the_cursor_s_own_over_them() -> None:
    begins = [600 + 60 * place for place in range(40)]
    line = time_row(begins, 60, 44)
    assert text_of(line)[4 + 10 - 2 : 4 + 10 + 3] == "00:20"
    marked = time_row(begins, 60, 44, cursor=13)
    assert (" 00:23 ", "key bold reverse") in marked
    assert "00:20" not in text_of(marked)
    assert width_of(marked) == 44


@given(st.integers(0, 60), st.integers(1, 120), st.sampled_from((60, 900, 86_400)), st.data())
def test_the_time_axis_is_as_wide_as_the_chart(
    count: int, width: int, length: int, data: st.DataObject
) -> None:
    begins: list[int | None] = [length * place for place in range(min(count, width))]
    cursor = data.draw(st.none() | st.integers(0, len(begins) - 1)) if begins else None
    assert width_of(time_row(begins, length, width, cursor)) == width
