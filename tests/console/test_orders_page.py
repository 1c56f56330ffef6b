"""The orders table by keyboard: choose, cancel one, replace one, ask why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, D, decision, fill, foreign, order, resting, snapshot, walk
from tui_bot.console.order_rows import entries_of, entry_row, head_row
from tui_bot.console.orders_page import OrdersPage
from tui_bot.console.rows import text_of, width_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import CancelOrders, Contract, Replace, Until
from tui_bot.engine.identity import candle_of, candle_signal, manual_signal, numbered_signal
from tui_bot.engine.memory import Override
from tui_bot.market.order import OrderState

ENDED = order(sent_ms=NOW_MS - 839_998, answered_ms=NOW_MS - 839_960)
RESTS = resting()
LOST = order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s")


@pytest.mark.anyio
async def test_what_is_unknown_comes_first_then_what_rests_then_external_then_the_past() -> None:
    snap = snapshot(orders=(RESTS, ENDED, LOST), foreign=(foreign(),))
    assert [entry.key for entry in entries_of(snap)] == ["c-50", "c-600", "OFOREI-GNORD-ERXXXX", "c-840"]


@pytest.mark.anyio
async def test_times_latencies_and_executions_of_one_order() -> None:
    async with console(orders=(ENDED,), fills=(fill(NOW_MS - 839_000),)) as play:
        await play.press("o")
        assert "2ms  38ms" in play.text
        assert "sent 2ms later → answered 38ms later" in play.prose
        assert "filled 0.0010 @ 67,647.2 fee 0.27" in play.prose
        assert "13m ago" in play.prose


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("ago_s", "fate"), [(5, "may still arrive until 14:14:28"), (50, "may be there since 14:13:33")]
)
async def test_f03_an_order_of_unknown_fate_says_when_it_is_looked_for_again(ago_s: int, fate: str) -> None:
    lost = order(OrderState.UNKNOWN, ago_s=ago_s, reason="no answer within 10 s")
    async with console((100, 30), orders=(lost,), next_look_ms=NOW_MS + 11_500) as play:
        assert "next look 00:12" in play.text
        await play.press("o")
        assert fate in play.prose
        assert "next look 00:12" in play.prose


def test_latencies_are_in_real_time() -> None:
    snap = snapshot(rate=10.0)
    view = View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, "demo")
    quick = order(sent_ms=NOW_MS - 839_980, answered_ms=NOW_MS - 839_600)
    (line,) = [text_of(entry_row(view, entry, False, 98)) for entry in entries_of(snapshot(orders=(quick,)))]
    assert "  2ms  38ms    14m" in line


def test_every_line_fits_and_stands_under_its_heading() -> None:
    snap = snapshot(orders=(RESTS, ENDED, LOST), foreign=(foreign(),))
    view = View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, "demo")
    for width in (56, 72, 98):
        for entry in entries_of(snap):
            line = entry_row(view, entry, True, width)
            assert width_of(line) == width
            assert "…" not in text_of(line)
        (line,) = [entry_row(view, entry, True, width) for entry in entries_of(snapshot(orders=(ENDED,)))]
        said, head = text_of(line), text_of(head_row(width))
        assert said.index("filled") == head.index("state")
        assert said.index("SELL") == head.index("side")
        assert said.index("67,647.2") + 8 == head.index("filled at") + 9


@pytest.mark.anyio
async def test_an_expiry_is_counted_down() -> None:
    async with console(orders=(RESTS,)) as play:
        await play.press("o")
        assert "rests 50:00" in play.text
        await play.pass_time(1)
        assert "rests 49:59" in play.text


@pytest.mark.anyio
async def test_one_order_is_cancelled_after_a_question() -> None:
    async with console(orders=(RESTS, ENDED)) as play:
        await play.press("o", "c", "enter")
        assert play.engine.commands == []
        await play.press("c", "y")
        assert play.engine.commands == [CancelOrders("c-600")]


@pytest.mark.anyio
@pytest.mark.parametrize("keys", [("j",), ("down",), ("end",)])
async def test_what_has_ended_cannot_be_changed(keys: tuple[str, ...]) -> None:
    async with console(orders=(RESTS, ENDED)) as play:
        await play.press("o", *keys, "c", "a")
        assert isinstance(play.app.screen, OrdersPage)
        assert any("nothing to change: it is filled" in note for note in play.notes)


@pytest.mark.anyio
async def test_external_and_unknown_orders_are_not_touched() -> None:
    async with console(orders=(LOST,), foreign=(foreign(),)) as play:
        await play.press("o", "c", "j", "a")
        assert isinstance(play.app.screen, OrdersPage)
        assert any("its fate is not known yet" in note for note in play.notes)
        assert any("it is EXTERNAL" in note for note in play.notes)


@pytest.mark.anyio
async def test_another_price_and_size() -> None:
    override = Override(Contract(Until.CANDLES, 5), 3, NOW_MS)
    async with console(orders=(RESTS,), override=override) as play:
        await play.press("o", "a", "ctrl+u")
        await play.type("68100.5")
        await play.press("tab", "ctrl+u")
        await play.type("0.0005")
        assert "In between none rests" in play.prose
        await play.answer("review")
        assert play.engine.commands == []
        await play.press("y")
        wanted = Replace("c-600", D("0.0005"), D("68100.5"), Contract(Until.CANDLES, 3))
        assert play.engine.commands == [wanted]


@pytest.mark.anyio
async def test_a_price_the_pair_does_not_allow_is_not_sent() -> None:
    async with console(orders=(RESTS,)) as play:
        await play.press("o", "a", "ctrl+u")
        await play.type("68100.55")
        assert "nearest: 68100.6" in play.prose
        await play.answer("review")
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_the_ticket_goes_when_the_order_is_filled_meanwhile() -> None:
    async with console(orders=(RESTS,)) as play:
        await play.press("o", "a")
        filled = replace(RESTS, state=OrderState.CLOSED, executed=Decimal("0.0010"), average=D("68000.0"))
        await play.publish(orders=(filled,))
        assert isinstance(play.app.screen, OrdersPage)
        assert any("the order is filled: nothing to replace" in note for note in play.notes)


@pytest.mark.anyio
async def test_the_cursor_stays_on_its_order() -> None:
    async with console(orders=(RESTS, ENDED)) as play:
        await play.press("o", "j")
        await play.publish(orders=(order(ago_s=1), RESTS, ENDED))
        assert "▸ 14:00:23 SELL" in play.text
        await play.press("q")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_enter_leads_to_the_reason() -> None:
    candle = decision(walk(200)).candle
    caused = replace(ENDED, intent=replace(ENDED.intent, signal=candle_signal("BTC/USD", 60, candle)))
    async with console(orders=(RESTS, caused)) as play:
        await play.press("o", "enter")
        assert any("ordered by hand" in note for note in play.notes)
        await play.press("j", "enter")
        assert "verdict" in play.text


def test_the_cause_of_an_order_names_its_candle() -> None:
    assert candle_of(candle_signal("BTC/USD", 60, 1_790_000_040)) == 1_790_000_040
    assert candle_of(manual_signal(1_790_000_040_000, 3)) is None
    assert candle_of(numbered_signal("protect", 1_790_000_040_000, 3)) is None


@pytest.mark.anyio
async def test_without_orders_it_says_so() -> None:
    async with console(orders=()) as play:
        await play.press("o", "c", "a", "enter", "j")
        assert "no order yet" in play.text
