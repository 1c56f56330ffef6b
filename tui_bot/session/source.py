"""Where the prices of mode paper come from: Kraken's public side. There is no key and no private call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tui_bot.config.schema import Settings
from tui_bot.engine.events import CandleClosed, CandleForming, Event, Quote, Quoted, StatusReported
from tui_bot.engine.ports import ExchangeError, Status
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.dial import PUBLIC
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.http import KRAKEN
from tui_bot.kraken.prices import Recent
from tui_bot.market.pair import PairRules
from tui_bot.paper.remote import box_clock
from tui_bot.session.box import Address

T = TypeVar("T")

_PAUSES_S = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Source:
    """Whose prices: Kraken's, or those of an exchange in a box on this machine that stands in for it."""

    address: Address
    proxy: str | None = None

    @property
    def stands_in(self) -> bool:
        """Whether it is not Kraken."""
        return self.address.rest != KRAKEN

    @property
    def name(self) -> str:
        """What it is, without its port: the account of a paper box belongs to it."""
        return "an exchange in a box" if self.stands_in else "Kraken"

    @property
    def remark(self) -> str:
        """What a person must know of the prices."""
        if self.stands_in:
            return f"prices are those of an exchange in a box at {self.address.rest}, not Kraken's"
        return "play money at Kraken's live prices; no key is read and nothing is sent to Kraken"

    def clock(self) -> ExchangeClock:
        """A clock at the source's pace. Raises VisitError."""
        if not self.stands_in:
            return ExchangeClock()
        seen = box_clock(self.address.rest, timeout=10)
        return ExchangeClock(seen.now_ms, seen.speed)

    def market(self, pair: str, clock: ExchangeClock) -> KrakenExchange:
        """The same client as in mode live, without credentials."""
        return open_kraken(self.address.rest, pair, None, Path(), clock, proxy=self.proxy)


def source_of(settings: Settings) -> Source:
    """The source that the settings name, and the proxy on the way to Kraken."""
    paper = settings.paper
    if paper.source_rest is not None:
        return Source(Address(paper.source_rest, paper.source_websocket))
    return Source(Address(KRAKEN, PUBLIC), settings.network.proxy)


def mode_shown(mode: str, settings: Settings) -> str:
    """The mode as the screen says it: prices that only stand in for Kraken's are not passed off as those."""
    stands_in = mode == "paper" and source_of(settings).stands_in
    return "paper (box)" if stands_in else mode


@dataclass(frozen=True, slots=True)
class Opening:
    """What the source showed at the start; ``offset_ms`` is its clock minus this machine's."""

    clock: ExchangeClock
    offset_ms: int
    rules: PairRules
    status: Status
    recent: Recent
    quote: Quote

    def events(self) -> tuple[Event, ...]:
        """The same as a feed would tell it."""
        now_ms, recent = self.clock.now_ms(), self.recent
        running = () if recent.forming is None else (CandleForming(now_ms, recent.forming),)
        return (
            *(CandleClosed(now_ms, candle) for candle in recent.closed),
            *running,
            Quoted(now_ms, self.quote),
            StatusReported(now_ms, self.status.system, self.status.pair),
        )


async def look(source: Source, pair: str, interval: int) -> Opening:
    """Read all that a market is made of; ``interval`` in seconds. Raises ExchangeError and VisitError."""
    clock = source.clock()
    market = source.market(pair, clock)
    try:
        rules = await _patiently(market.rules)
        offset_ms = await _patiently(market.measure_clock)
        status = await _patiently(market.status)
        recent = await _patiently(lambda: market.recent(interval))
        quote = await _patiently(market.quote)
    finally:
        await market.close()
    return Opening(clock, offset_ms, rules, status, recent, quote)


def listing(source: Source, opening: Opening, interval: int) -> str:
    """The market as the box is told of it (``tui_bot/paper/listing.py``); ``interval`` in seconds."""
    rules = opening.rules
    pair = {
        "id": rules.key,
        "altname": rules.altname,
        "symbol": rules.name,
        "base": rules.base,
        "quote": rules.quote,
        "pair_decimals": rules.price_decimals,
        "lot_decimals": rules.lot_decimals,
        "cost_decimals": rules.cost_decimals,
        "tick_size": str(rules.tick_size),
        "ordermin": str(rules.order_minimum),
        "costmin": str(rules.cost_minimum),
        "leverage_buy": rules.leverage_buy,
        "leverage_sell": rules.leverage_sell,
        "fees": [[str(volume), str(percent)] for volume, percent in rules.taker_fees],
        "fees_maker": [[str(volume), str(percent)] for volume, percent in rules.maker_fees],
    }
    market = {
        "source": source.name,
        "now_ms": opening.clock.now_ms(),
        "speed": opening.clock.rate,
        "interval": interval // 60,
        "price": str(opening.quote.last),
        "pair": pair,
    }
    return json.dumps(market, indent=1)


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    """A read, tried again while the trouble is a passing one."""
    for pause_s in _PAUSES_S:
        try:
            return await read()
        except ExchangeError as error:
            if not error.retryable:
                raise
        await asyncio.sleep(pause_s)
    return await read()
