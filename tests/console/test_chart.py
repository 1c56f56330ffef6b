"""The chart by keyboard: cursor, readout, pan, longer candles; and that a tick repaints only the axis."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console.play import Play, console
from tests.console.stage import D, snapshot
from tui_bot.console.canvas import Canvas
from tui_bot.market.candle import Candle

pytestmark = pytest.mark.anyio


def readout(play: Play) -> str:
    return next((line.rstrip() for line in play.text.splitlines() if " O 6" in line), "")


async def test_the_cursor_reads_out_a_candle_and_lets_go_beyond_the_newest() -> None:
    async with console((100, 30)) as play:
        assert not readout(play)
        await play.press("left", "left", "left")
        candle = play.engine.newest.candles[-3] if play.engine.newest else None
        assert candle is not None
        said = readout(play)
        assert said.startswith(" 14:11 ")
        for price in (candle.open, candle.high, candle.low, candle.close):
            assert f"{price:,.1f}" in said
        assert "V 1.5000" in said
        assert "SMA 67,619.9" in said
        assert "BUY blocked" in said
        await play.press("right", "right", "right")
        assert not readout(play)
        assert "┊" not in play.text


async def test_ten_at_once_and_with_the_focus_by_vim_keys() -> None:
    async with console() as play:
        await play.press("shift+left")
        assert readout(play).startswith(" 14:04 ")
        await play.press("tab", "h", "H")
        assert readout(play).startswith(" 13:53 ")
        await play.press("l", "L", "home")
        assert readout(play).startswith(" 10:54 ")
        await play.press("end")
        assert not readout(play)
        await play.press("left", "escape")
        assert not readout(play)


async def test_panning_holds_still_while_candles_close() -> None:
    async with console((100, 30)) as play:
        await play.press("ctrl+left")
        held = [line[:80] for line in play.text.splitlines()[1:13]]
        assert "G newest" in play.text
        snap = play.engine.newest
        assert snap is not None
        assert snap.forming is not None
        candles = (*snap.candles, snap.forming)
        forming = Candle.flat(snap.forming.begin + 60, snap.forming.close)
        await play.publish(candles=candles, forming=forming, line=snap.settings.strategy.line(candles))
        assert [line[:80] for line in play.text.splitlines()[1:13]] == held
        await play.press("G")
        assert "G newest" not in play.text


async def test_longer_candles_and_back() -> None:
    async with console((100, 30)) as play:
        for title in ("candles 5m · SMA 20 of 1m", "candles 15m", "candles 1h", "candles 1h"):
            await play.press("minus")
            assert title in play.text
        await play.press("plus", "plus", "equals_sign")
        assert "candles 1m · SMA 20 ─" in play.text


async def test_a_layout_without_a_chart_says_so() -> None:
    async with console() as play:
        await play.press("3", "left")
        assert "no chart in this layout" in play.notes


async def test_a_tick_repaints_the_axis_and_nothing_else_of_the_chart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console((160, 48)) as play:
        snap = play.engine.newest
        assert snap is not None
        assert snap.forming is not None
        assert snap.quote is not None
        painted: list[tuple[str, int]] = []
        stock = Canvas.refresh

        def watched(self: Canvas, *regions: object, **more: object) -> Canvas:
            painted.extend((str(sorted(self.classes)), region.width) for region in regions)  # type: ignore[attr-defined]
            return stock(self, *regions, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(Canvas, "refresh", watched)
        last = snap.quote.last - D("7.0")
        await play.publish(
            forming=replace(snap.forming, close=last, low=last), quote=replace(snap.quote, last=last)
        )
        chart = [width for name, width in painted if name in ("['axis']", "['candles']")]
        assert chart
        assert max(chart) <= 14, painted


async def test_without_candles_every_key_is_harmless() -> None:
    empty = snapshot(0)
    async with console(
        candles=(), forming=None, line=(), outlook=empty.outlook, log=(), marks=(), decision=None
    ) as play:
        await play.press("left", "right", "ctrl+left", "minus", "plus", "G", "tab", "home", "shift+left")
        assert "Candles with their average" in play.text
