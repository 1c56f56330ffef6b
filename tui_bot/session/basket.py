"""What a source has shown since the paper box was told last: the newest word on each thing."""

from __future__ import annotations

from typing import Any

from tui_bot.engine.events import CandleClosed, CandleForming, Event, Quote, Quoted, StatusReported
from tui_bot.market.candle import Candle


class Basket:
    """Takes in the events of a feed, and gives them as one push."""

    def __init__(self) -> None:
        self._quote: Quote | None = None
        self._running: Candle | None = None
        self._closed: dict[int, Candle] = {}
        self._status: StatusReported | None = None

    def put(self, event: Event) -> bool:
        """Take in an event; whether it is one that a box is told of."""
        match event:
            case Quoted(quote=quote):
                self._quote = quote
            case CandleForming(candle=candle):
                self._running = candle
            case CandleClosed(candle=candle):
                self._closed[candle.begin] = candle
            case StatusReported():
                self._status = event
            case _:
                return False
        return True

    def empty(self, now_ms: int) -> dict[str, Any]:
        """All of it, as ``tui_bot/paper/push.py`` reads it; ``now_ms`` is the source's time."""
        quote, status = self._quote, self._status
        members: dict[str, Any] = {"now_ms": now_ms}
        if quote is not None:
            members["quote"] = {"bid": f"{quote.bid:f}", "ask": f"{quote.ask:f}", "last": f"{quote.last:f}"}
        if self._closed:
            members["closed"] = [_row(self._closed[begin]) for begin in sorted(self._closed)]
        if self._running is not None:
            members["running"] = _row(self._running)
        if status is not None:
            members |= {"system": status.system, "pair_status": status.pair}
        self._quote = self._running = self._status = None
        self._closed = {}
        return members


def _row(candle: Candle) -> list[Any]:
    prices = [f"{price:f}" for price in (candle.open, candle.high, candle.low, candle.close)]
    return [candle.begin, *prices, f"{candle.volume:f}", candle.trades]
