"""What the market and the exchange say of themselves: taken in, never acted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tui_bot.engine.events import (
    BudgetReported,
    CandleForming,
    CandleRefused,
    CandlesLost,
    FeedRead,
    FeedSource,
    Quoted,
    RulesReported,
    StatusReported,
)
from tui_bot.engine.news import (
    BookMoved,
)
from tui_bot.engine.state import BotState
from tui_bot.market.candle import candle_fault

PUSH = "push"


class Listener:
    """Keeps quote, running candle, status, rules and clock up to date."""

    def __init__(self, state: BotState) -> None:
        self.state = state

    def on_candle_forming(self, event: CandleForming) -> None:
        """The running candle moved; it decides nothing."""
        if not candle_fault(event.candle, self.state.series.interval):
            self.state.series.form(event.candle)

    def on_candle_refused(self, event: CandleRefused) -> None:
        """A candle could not be believed."""
        self.state.candles_refused += 1
        begin = datetime.fromtimestamp(event.begin, UTC)
        self.state.note("warning", f"bad candle of {begin:%H:%M:%S} ignored: {event.reason}")

    def on_candles_lost(self, event: CandlesLost) -> None:
        """A hole that nobody can fill: the average begins anew behind it (F48, F57)."""
        self.state.series.restart()
        count = (event.until - event.first) // self.state.series.interval
        text = f"{count} candles were missed and cannot be had any more; the average begins anew"
        self.state.note("warning", text, first=str(event.first))

    def on_quoted(self, event: Quoted) -> None:
        """The book moved. A price that is not one is not taken (F54, F55)."""
        quote = event.quote
        prices = (quote.bid, quote.ask, quote.last)
        if all(price.is_finite() and price > 0 for price in prices) and quote.bid <= quote.ask:
            self.state.quote = quote
            self.state.heard_ms = self.state.now_ms

    def on_book(self, event: BookMoved) -> None:
        """The order book moved, or is not known any more."""
        self.state.order_book = event.book

    def on_feed_read(self, event: FeedRead) -> None:
        """The market could not be read, or can be again."""
        state, trouble = self.state, self.state.feed_trouble
        if event.fault:
            if told := trouble.failed(event.fault, state.now_ms, event.what):
                state.note("warning", f"market not read: {told}")
        elif over := trouble.read(event.what):
            state.note("info", f"market read again, after {over}")

    def on_feed_source(self, event: FeedSource) -> None:
        """The market comes another way now; a stream that comes and goes is told like any trouble (F65)."""
        state = self.state
        state.feed_source = event.name
        if not event.reason:
            return
        if event.name != PUSH:
            if told := state.stream_trouble.failed(event.reason, state.now_ms):
                state.note("warning", told)
        elif not state.stream_trouble.failures:
            state.note("info", event.reason)
        elif over := state.stream_trouble.read():
            state.note("info", f"{event.reason}, after {over}")

    def on_status(self, event: StatusReported) -> None:
        """The exchange or the pair opened or closed."""
        state = self.state
        if (event.system, event.pair) != (state.system_status, state.rules.status if state.rules else "?"):
            state.note("info", f"exchange {event.system}, pair {event.pair}")
        state.system_status = event.system
        if state.rules is not None:
            state.rules = replace(state.rules, status=event.pair)

    def on_rules(self, event: RulesReported) -> None:
        """The pair's rules as they are now."""
        if self.state.rules is not None and event.rules != self.state.rules:
            self.state.note("warning", "pair rules changed")
        self.state.rules = event.rules

    def on_budget(self, event: BudgetReported) -> None:
        """Something of the exchange's allowance was used."""
        self.state.calls, self.state.order_budget = event.calls, event.orders
