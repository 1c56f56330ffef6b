"""The ticket says what a market order would fill at, and the header when the account is only read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.console.stage import NOW_MS, snapshot
from tui_bot.console.header import header_rows
from tui_bot.console.plan import plan_trade
from tui_bot.console.rows import text_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.snapshot import Feed, Snapshot
from tui_bot.market.book import Book
from tui_bot.market.order import Side

D = Decimal
BOOK = Book(
    bids=((D("66000.0"), D("0.001")), (D("65900.0"), D("0.003"))),
    asks=((D("66100.0"), D("0.001")), (D("66200.0"), D("0.001"))),
    at_ms=NOW_MS,
)


def seen(snap: Snapshot) -> View:
    return View(snap, NOW_MS, Pulse.ALIVE, 0, 0, "demo")


def fills(snap: Snapshot, side: Side, volume: str, price: str = "") -> str:
    plan = plan_trade(seen(snap), side, volume, price, Contract(Until.NEXT_SIGNAL))
    return "\n".join(text for line in plan.lines if (text := text_of(line)).startswith("fills"))


def test_a_market_order_is_foreseen_by_the_book() -> None:
    snap = snapshot(book=BOOK)
    line = fills(snap, Side.BUY, "0.002")
    assert "66,150.0 on average" in line
    assert "worst 66,200.0" in line
    assert "slippage 0.076 % (500.0 ticks)" in line
    assert "only" not in line
    line = fills(snap, Side.SELL, "0.004")
    assert "65,925.0 on average   worst 65,900.0" in line
    assert "slippage 0.114 % (750.0 ticks)" in line


def test_a_book_too_thin_says_so() -> None:
    assert "only 0.0020 in the book" in fills(snapshot(book=BOOK), Side.BUY, "0.005")


def test_without_a_book_with_a_limit_or_stale_nothing_is_promised() -> None:
    assert fills(snapshot(), Side.BUY, "0.002") == ""
    assert fills(snapshot(book=BOOK), Side.BUY, "0.002", "66000") == ""
    stale = snapshot(book=BOOK, feed=Feed(NOW_MS - 3_600_000, "poll", "", 0))
    assert fills(stale, Side.BUY, "0.002") == ""


def test_the_header_tells_when_the_account_is_read_while_the_market_is_pushed() -> None:
    def text(feed: Feed) -> str:
        return text_of(header_rows(seen(replace(snapshot(), feed=feed)), 200, 1)[0])

    assert "push, account poll" in text(Feed(NOW_MS, "push", "", 0, "poll", NOW_MS))
    assert "account" not in text(Feed(NOW_MS, "push", "", 0, "push", NOW_MS))
    assert "account" not in text(Feed(NOW_MS, "push", "", 0))
