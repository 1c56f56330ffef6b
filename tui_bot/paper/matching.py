"""Matching: the walk of a taking order through the book, and what a public trade does to resting orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tui_bot.paper.book import Book
from tui_bot.paper.ledger import Order
from tui_bot.paper.market import Market


class Match(NamedTuple):
    """So many lots at a price in ticks."""

    ticks: int
    lots: int


def crosses(side: str, limit: int, ticks: int) -> bool:
    """True when an order of this side and limit (0: market) accepts the price."""
    return limit == 0 or (ticks <= limit if side == "buy" else ticks >= limit)


def walk(market: Market, side: str, lots: int, limit: int, ns: int) -> list[Match]:
    """What a taker gets now, best price first; less than asked when the limit or the book ends."""
    if not market.open:
        return []
    best, step = (market.last.ask, 1) if side == "buy" else (market.last.bid, -1)
    if not crosses(side, limit, best):
        return []
    matches: list[Match] = []
    for level in market.book.levels(best, step, ns):
        if lots == 0 or not crosses(side, limit, level.ticks):
            break
        taken = min(lots, level.lots)
        matches.append(Match(level.ticks, taken))
        lots -= taken
    return matches


def reach(limit: int, lots: int, matches: Sequence[Match]) -> int | None:
    """The worst price in ticks that a taker comes to; None when it meets nobody."""
    if limit and sum(match.lots for match in matches) < lots:
        return limit
    return matches[-1].ticks if matches else None


def own_in_the_way(
    orders: Iterable[Order], side: str, limit: int, matches: Sequence[Match], lots: int
) -> list[Order]:
    """Resting orders of the same account that a taker of this side would trade with, best first."""
    worst = reach(limit, lots, matches)
    if worst is None:
        return []
    against = "sell" if side == "buy" else "buy"
    met = [o for o in orders if o.placed.side == against and o.working and o.placed.price]
    return by_priority([order for order in met if crosses(side, worst, order.placed.price)])


def consume(book: Book, matches: Sequence[Match], ns: int) -> None:
    """Takes the matched liquidity out of the book."""
    for match in matches:
        book.consume(match.ticks, match.lots, ns)


def by_priority(orders: list[Order]) -> list[Order]:
    """Resting orders of one pair: best price first, then oldest."""
    return sorted(
        orders,
        key=lambda o: (-o.placed.price if o.placed.side == "buy" else o.placed.price, o.placed.ns),
    )


def resting_fill(market: Market, order: Order, through_lots: int) -> tuple[int, list[Match]]:
    """How many lots of a resting order the newest trade fills, and the liquidity that came from the book
    for it.

    A trade beyond the order's price would have met the order first, so its volume (`through_lots`, what
    other orders left of it) goes to it; and when the quote now stands beyond the price, the book's opposite
    side up to the price does.
    """
    trade, placed = market.last, order.placed
    buying = placed.side == "buy"
    through = trade.ticks < placed.price if buying else trade.ticks > placed.price
    filled = min(order.remaining, through_lots) if through else 0
    crossing = walk(market, placed.side, order.remaining - filled, placed.price, trade.ns)
    return filled, crossing
