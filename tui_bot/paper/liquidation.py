"""Forced liquidation (Kraken support, margin articles): oldest position first, by market orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.paper import matching
from tui_bot.paper.clearing import OPPOSITE
from tui_bot.paper.ticket import Ticket

if TYPE_CHECKING:
    from tui_bot.paper.exchange import Exchange


def liquidate(exchange: Exchange, *, forced: bool = False) -> None:
    """Closes rows oldest first by market orders while the margin level is below the stop level, or all
    of them when `forced`.
    """
    while exchange.ledger.positions:
        level = exchange.figures().level
        oldest = next(iter(exchange.ledger.positions.values()))
        market = exchange.markets[oldest.opened.pair]
        if not forced and (level is None or level >= market.pair.margin_stop):
            return
        side = OPPOSITE[oldest.opened.side]
        ticket = Ticket(
            pair=market.pair,
            side=side,
            ordertype="market",
            lots=oldest.lots,
            price=0,
            leverage=oldest.opened.leverage,
            reduce_only=True,
            misc="liquidated",
        )
        order = exchange.trading.place(ticket, oldest.lots)
        matches = matching.walk(market, side, oldest.lots, 0, exchange.now_ns)
        exchange.trading.take(order, matches)
        if not matches:
            return
