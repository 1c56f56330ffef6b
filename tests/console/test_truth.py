"""The screen promises nothing that the engine would refuse, and says what it no longer hears."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.console.play import console
from tests.console.stage import ACCOUNT, LIMITS, NOW_MS, RULES, SETTINGS, START, order, snapshot
from tui_bot.console import words
from tui_bot.console.header import mode_badge
from tui_bot.console.orders import orders_rows
from tui_bot.console.plan import plan_trade
from tui_bot.console.rows import text_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.events import Account, Holding
from tui_bot.engine.forecast import forecast
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.snapshot import Feed, Snapshot
from tui_bot.market.order import OrderState, Side
from tui_bot.market.position import Position

ROOMY = replace(SETTINGS, limits=replace(LIMITS, max_position=Decimal("0.01"), max_notional=Decimal(10_000)))
NEXT = Contract(Until.NEXT_SIGNAL)


def judged(**changes: object) -> Snapshot:
    """A snapshot with all that an order is judged by."""
    snap = snapshot(settings=ROOMY)
    balances = {"ZUSD": Holding(Decimal(1000)), "XXBT": Holding(Decimal(1))}
    now = Circumstances(
        now_ms=NOW_MS, settings=ROOMY, rules=RULES, size=snap.position.size, quote=snap.quote,
        heard_ms=NOW_MS, last_close=snap.candles[-1].close, clock_offset_ms=0, system_status="online",
        account=Account(snap.position.size, balances, (), Decimal(1000), Decimal(1000), NOW_MS),
        placed_ms=(), live=0, uncertain=0,
    )  # fmt: skip
    return replace(snap, circumstances=replace(now, **changes))  # type: ignore[arg-type]


def view(snap: Snapshot) -> View:
    return View(snap, NOW_MS, Pulse.ALIVE, 0, 0, "demo")


@pytest.mark.parametrize("mode", ["paper", "paper (box)"])
def test_paper_is_play_money_and_says_whose_prices(mode: str) -> None:
    badge = mode_badge(replace(view(snapshot()), mode=mode))
    assert badge[1] == (f" {mode.upper()} ", "paper bold reverse")
    assert words.money_words(mode) == f"{mode.upper()} · play money"
    assert not words.play_money(f"a {mode}")


def preview(snap: Snapshot, side: Side, volume: str, price: str = "") -> str:
    return "\n".join(text_of(line) for line in plan_trade(view(snap), side, volume, price, NEXT).lines)


def test_the_ticket_judges_the_order_that_is_typed() -> None:
    snap = judged()
    assert "all pass now" in preview(snap, Side.BUY, "0.001")
    assert "all pass now" in preview(snap, Side.BUY, "0.001", "30000")
    assert "BLOCK collar" in preview(snap, Side.BUY, "0.001", "90000")
    assert "BLOCK position: 0.019 of 0.01" in preview(snap, Side.BUY, "0.02")
    assert "BLOCK live order" in preview(judged(live=1), Side.BUY, "0.001")


@pytest.mark.anyio
async def test_the_allowance_is_shown_as_it_falls_and_loud_when_it_is_scarce() -> None:
    full = Gauge("orders", 60.0, NOW_MS, 60, 1.0, 9)
    async with console(order_budget=full, at_ms=NOW_MS + 5_000) as play:
        assert "api 1/15  orders 55/60" in play.text
    spent = orders_rows(view(snapshot(order_budget=full)), 40, 6)[-1]
    assert ("60/60", "warn bold") in spent
    calm = orders_rows(view(snapshot()), 40, 6)[-1]
    assert ("3/60", "dim") in calm


@pytest.mark.anyio
async def test_f77_what_no_order_can_use_is_shown_apart() -> None:
    account = replace(
        ACCOUNT, position=Decimal(0), aside=(("BTC.F", Decimal("0.5")), ("USD.F", Decimal(200)))
    )
    async with console(position=Position(), exchange_size=Decimal(0), account=account) as play:
        assert "0.5000 in BTC.F and 1 more not usable" in play.text
        await play.publish(account=replace(account, aside=account.aside[:1]))
        assert "0.5000 in BTC.F not usable" in play.text


def test_an_order_of_unknown_fate_is_not_pushed_off_by_the_allowance() -> None:
    lost = tuple(order(OrderState.UNKNOWN, ago_s=ago) for ago in (10, 20, 30, 40))
    shown = "\n".join(text_of(line) for line in orders_rows(view(snapshot(orders=lost)), 40, 6))
    assert shown.count("UNKNOWN") == 4
    assert "api 2/15" in shown


def test_the_next_line_promises_no_order_that_a_guard_would_refuse() -> None:
    promised = forecast(judged())
    assert promised is not None
    assert promised.barred == ""
    refused = forecast(judged(uncertain=1))
    assert refused is not None
    assert refused.barred == "unknown order: 1 of 0"


@pytest.mark.anyio
async def test_an_exchange_that_is_not_heard_for_long_is_shouted() -> None:
    async with console() as play:
        assert "EXCHANGE NOT HEARD" not in play.text
        await play.publish(feed=Feed(NOW_MS - 31_000, "poll", "no connection", 0))
        assert "EXCHANGE NOT HEARD for 31s" in play.text


@pytest.mark.anyio
async def test_an_account_that_is_not_read_for_long_is_shouted() -> None:
    async with console() as play:
        account = play.engine.newest.account if play.engine.newest else None
        assert account is not None
        await play.publish(account=replace(account, at_ms=NOW_MS - 6 * 60_000 - 1))
        assert "ACCOUNT NOT READ for 6m" in play.text


@pytest.mark.anyio
async def test_a_close_that_does_not_come_is_said_instead_of_a_forecast() -> None:
    late = (START + 60) * 1000 + 20_000
    async with console() as play:
        await play.publish(at_ms=late, feed=Feed(late - 100, "poll", "", 0))
        assert "Kraken has not told the last close, 20s overdue" in play.text


@pytest.mark.anyio
async def test_a_missed_entry_is_not_shown_as_still_wanted() -> None:
    async with console(position=Position(), target=Decimal("0.001"), orders=()) as play:
        assert "wanted long, missed the entry" in play.text
        await play.publish(orders=(order(OrderState.SENT),))
        assert "the bot wants long" in play.text
