"""What a pause and an edit leave alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.support.model import LONG, SELL, Stand, longing, overridden
from tui_bot.engine.commands import Change, Configure, Contract, Pause, Resume, Trade, Until
from tui_bot.engine.memory import Run
from tui_bot.market.order import OrderState


def test_c66_a_pause_and_its_end_leave_orders_position_and_result_alone() -> None:
    stand = overridden()
    stand.command(Trade(SELL, LONG, Decimal(61_000), Contract(Until.RELEASED)))
    before = stand.snapshot()
    assert stand.order().state is OrderState.OPEN
    sent = len(stand.sent)
    stand.command(Pause())
    stand.wait(5)
    stand.command(Resume())
    stand.wait(5)
    after = stand.snapshot()
    assert stand.run() is Run.RUN
    assert len(stand.sent) == sent
    assert stand.order().state is OrderState.OPEN
    assert after.position == before.position
    assert after.day == before.day


def test_c75_an_edit_fetches_nothing_and_keeps_the_candles() -> None:
    stand: Stand = longing()
    before, asked = stand.snapshot(), len(stand.sent)
    settings = replace(stand.bot.state.settings, digest="d2")
    stand.command(Configure(settings, (Change("trading.trade_size", "0.001", "0.002"),)))
    after = stand.snapshot()
    assert after.settings.digest == "d2"
    assert after.candles == before.candles
    assert after.position == before.position
    assert len(stand.sent) == asked
