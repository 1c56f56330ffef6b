"""The loss of a UTC day: from its start, from its peak, over a restart, into the next day."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.model import LONG, SELL, Stand, turning_settings
from tui_bot.engine.commands import Configure, Contract, Flatten, Trade, Until
from tui_bot.engine.day import DAY_MS
from tui_bot.engine.guards import Reading
from tui_bot.engine.loss import DayLoss
from tui_bot.engine.records import Learnt, Outcome
from tui_bot.engine.settings import BotSettings
from tui_bot.market.order import Side

BY_HAND = Contract(Until.NEXT_SIGNAL)


def losing(limit: str, **changes: object) -> BotSettings:
    limits = {"daily_loss": Decimal(limit), **changes}
    return turning_settings(limits=limits)


def reading(stand: Stand) -> Reading:
    return next(one for one in stand.snapshot().guards if one.name == "daily loss")


def test_the_start_and_the_peak_of_a_day_both_count_and_the_worst_stays() -> None:
    loss = DayLoss()
    for worth, worst in ((10, 0), (7, 3), (9, 3), (20, 3), (12, 8), (20, 8), (1, 19)):
        loss.see(5, Decimal(worth))
        assert loss.worst == worst
    loss.see(DAY_MS, Decimal(1))
    assert loss.worst == 0


def test_f90_rollover_counts_while_a_margin_position_is_held_and_after_it_is_closed() -> None:
    stand = Stand(losing("0")).start()
    stand.buy_signal()
    stand.quote()
    before = stand.bot.state.loss.now
    stand.exchange.now_ms += 12 * 3_600_000
    stand.quote()
    held = before - stand.bot.state.loss.now
    assert held == 3 * Decimal("0.00025") * LONG * 60_000
    stand.command(Flatten(BY_HAND))
    paid = held * 4 / 3
    assert stand.bot.state.position.rollovers == stand.recovered().bot.state.position.rollovers == paid
    assert stand.snapshot().day.net == stand.bot.state.position.realised - stand.snapshot().day.fees - paid
    spot = Stand(replace(losing("0"), leverage=0)).start()
    spot.buy_signal()
    spot.exchange.now_ms += 12 * 3_600_000
    spot.command(Flatten(BY_HAND))
    assert spot.bot.state.position.rollovers == 0


def test_an_open_loss_bars_entries_at_the_price_the_position_could_be_left_at() -> None:
    stand = Stand(losing("5")).start()
    stand.buy_signal()
    stand.quote(stand.exchange.last - 4_400)  # 4.40 lost, and two fees of about 0.24
    assert reading(stand).ok
    stand.quote(stand.exchange.last - 200)
    assert not reading(stand).ok
    assert "exits go on" in reading(stand).advice
    assert "daily loss 5." in stand.notes()
    assert stand.held == LONG


def test_an_exit_goes_out_beyond_the_daily_loss_and_the_entry_of_the_flip_does_not() -> None:
    stand = Stand(losing("5")).start()
    stand.buy_signal()
    stand.quote(stand.exchange.last - 6_000)
    stand.sell_signal()
    assert [(intent.leg, intent.side) for intent in stand.sent] == [("open", Side.BUY), ("close", SELL)]
    assert stand.held == stand.exchange.position == 0
    stand.buy_signal()
    made = stand.decisions()[-1]
    assert made.outcome is Outcome.BLOCKED
    assert [block.name for block in made.blocks] == ["daily loss"]


def test_realised_losses_and_fees_alone_reach_the_limit() -> None:
    stand = Stand(losing("1")).start()
    for _ in range(4):
        stand.command(Trade(Side.BUY, LONG, None, BY_HAND))
        stand.command(Trade(Side.SELL, LONG, None, BY_HAND))
    assert not reading(stand).ok
    assert len(stand.sent) == 6  # three rounds at 0.48 of fees: the fourth is barred
    assert stand.held == 0


def test_a_reached_limit_holds_though_the_price_comes_back_and_the_bot_restarts() -> None:
    stand = Stand(losing("5")).start()
    stand.buy_signal()
    stand.quote(stand.exchange.last - 6_000)
    stand.quote(stand.exchange.last + 6_000)
    assert not reading(stand).ok
    after = stand.recovered()
    assert not reading(after).ok
    assert after.bot.state.loss.worst >= 5


def test_after_a_restart_the_day_is_rebuilt_from_the_fills_without_the_note() -> None:
    stand = Stand(losing("1")).start()
    for _ in range(3):
        stand.command(Trade(Side.BUY, LONG, None, BY_HAND))
        stand.command(Trade(Side.SELL, LONG, None, BY_HAND))
    worst = stand.bot.state.loss.worst
    stand.kept[:] = [body for body in stand.kept if not isinstance(body, Learnt)]
    after = stand.recovered()
    assert after.bot.state.loss.worst == pytest.approx(worst, abs=Decimal("0.25"))
    assert not reading(after).ok


def test_a_new_utc_day_begins_at_nought_from_what_is_held_then() -> None:
    stand = Stand(losing("5")).start()
    stand.buy_signal()
    stand.quote(stand.exchange.last - 6_000)
    assert not reading(stand).ok
    stand.tick(DAY_MS)
    assert reading(stand).ok
    stand.quote(stand.exchange.last - 4_000)
    assert reading(stand).ok
    after = stand.recovered()
    assert reading(after).ok


def test_raising_the_limit_lets_entries_go_on_and_nought_turns_it_off() -> None:
    stand = Stand(losing("5")).start()
    stand.buy_signal()
    stand.quote(stand.exchange.last - 6_000)
    for limit in ("50", "0"):
        stand.command(Configure(losing(limit), ()))
        assert reading(stand).ok
        stand.command(Configure(losing("5"), ()))
        assert not reading(stand).ok


def test_i8_alternating_signals_stop_at_exactly_the_orders_of_a_day() -> None:
    """Over more than an hour, so that the limit of the hour plays no part."""
    stand = Stand(losing("0", orders_per_day=7, orders_per_hour=6)).start()
    for number in range(12):
        for _ in range(10):
            stand.step(-1 if number % 2 else 1)
    entries = [intent for intent in stand.sent if intent.opens]
    assert len(entries) == 7
    assert [block.name for block in stand.decisions()[-1].blocks] in ([], ["orders/day"])
    after = stand.recovered()
    assert next(one for one in after.snapshot().guards if one.name == "orders/day").value == "7"
