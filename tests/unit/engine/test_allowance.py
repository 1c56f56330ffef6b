"""Reads that can wait leave the exchange's allowance to those that cannot."""

from __future__ import annotations

from decimal import Decimal

from tests.support.market import LIMITS
from tests.support.model import Stand, longing
from tui_bot.engine.actions import Action, LookUp, ReadAccount
from tui_bot.engine.commands import Contract, Flatten, Trade, Until
from tui_bot.engine.events import BudgetReported, Event, Reconnected, Ticked
from tui_bot.engine.gauge import Gauge
from tui_bot.market.order import Side


def used(stand: Stand, calls: float, orders: float = 0.0) -> None:
    """The counters stand so high now, at the lowest level of verification."""
    now_ms = stand.exchange.now_ms
    calls_gauge = Gauge("api", calls, now_ms, 15, 0.33, 8)
    stand.play(BudgetReported(now_ms, calls_gauge, Gauge("orders", orders, now_ms, 60, 1.0, 9)))


def asked(stand: Stand, event: Event, kind: type[Action]) -> int:
    return sum(isinstance(action, kind) for action in stand.bot.handle(event))


def test_f40_the_account_is_read_by_routine_only_where_enough_is_left_for_recovery() -> None:
    stand = longing()
    later_ms = stand.exchange.now_ms + LIMITS.reconcile_every_ms + 1
    used(stand, 30.0)
    assert asked(stand, Ticked(later_ms), ReadAccount) == 0
    assert asked(stand, Ticked(later_ms + 30_000), ReadAccount) == 1


def test_f40_s29_what_is_in_doubt_is_read_whatever_is_left() -> None:
    stand = longing()
    used(stand, 15.0)
    assert asked(stand, Reconnected(stand.exchange.now_ms), ReadAccount) == 1
    later_ms = stand.exchange.now_ms + LIMITS.look_up_every_ms * 11
    assert asked(stand, Ticked(later_ms), ReadAccount) == 1


def test_s29_a_flatten_reads_and_closes_whatever_is_left() -> None:
    stand = longing()
    used(stand, 15.0, 60.0)
    stand.command(Flatten(Contract(Until.RELEASED)))
    assert stand.held == stand.exchange.position == 0


def test_f40_a_resting_order_is_looked_at_only_where_enough_is_left() -> None:
    stand = longing()
    far = Decimal(30_000)
    stand.command(Trade(Side.BUY, stand.held, far, Contract(Until.RELEASED)))
    used(stand, 15.0)
    later_ms = stand.exchange.now_ms + LIMITS.look_up_every_ms * 6
    assert asked(stand, Ticked(later_ms), LookUp) == 0
    assert asked(stand, Ticked(later_ms + 60_000), LookUp) == 1
