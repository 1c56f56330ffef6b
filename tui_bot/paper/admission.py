"""Admission: whether the exchange takes an order, and how much of one.

Each check raises Refusal in Kraken's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.paper import account
from tui_bot.paper.clearing import OPPOSITE, fee_in_base
from tui_bot.paper.ledger import ZERO, Ledger
from tui_bot.paper.market import Market
from tui_bot.paper.matching import Match
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ticket import LIMITS, Ticket

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order before it is one. `opposite` is the open position it could close; `matches` what it would
    take now.
    """

    ticket: Ticket
    lots: int
    opposite: int
    matches: Sequence[Match]


def check_status(ticket: Ticket, status: str) -> None:
    """Refuses what the state of exchange or pair does not allow."""
    if status == "maintenance":
        raise Refusal("EService:Unavailable")
    forbidden = {
        "cancel_only": True,
        "post_only": not ticket.post_only,
        "limit_only": ticket.ordertype not in LIMITS,
        "reduce_only": not ticket.reduce_only,
    }
    if forbidden.get(status, False):
        raise Refusal(f"EService:Market in {status} mode")


def wanted_lots(ticket: Ticket, opposite: int) -> int:
    """Lots of the order: as asked, or what closes the position when 0 was asked."""
    if ticket.reduce_only and opposite == 0:
        raise Refusal("EOrder:Reduce only:No position exists")
    if ticket.lots == 0 or ticket.ordertype == "settle-position":
        if opposite == 0:
            raise Refusal("EOrder:Unknown position")
        return min(ticket.lots, opposite) if ticket.lots else opposite
    return ticket.lots


def check_cost(ticket: Ticket, market: Market, lots: int) -> None:
    """Refuses a cost below the pair's minimum; what only closes a position has none."""
    best = market.last.ask if ticket.side == "buy" else market.last.bid
    if ticket.lots and ticket.pair.cost(ticket.price or ticket.stop or best, lots) < ticket.pair.costmin:
        raise Refusal("EOrder:Cost minimum not met")


def check_funds(candidate: Candidate, ledger: Ledger, mark: account.Mark, now_ns: int) -> None:
    """Refuses what the balance, or the free margin, does not carry."""
    ticket = candidate.ticket
    if ticket.ordertype == "settle-position":
        short = _short_for_settlement(candidate, ledger, now_ns)
    elif ticket.leverage == 0:
        short = _short_for_spot(candidate, ledger, now_ns)
    else:
        if not ticket.reduce_only and candidate.lots > candidate.opposite:
            _check_margin(candidate, ledger, mark)
        return
    if short:
        raise Refusal("EOrder:Insufficient funds")


def _short_for_settlement(candidate: Candidate, ledger: Ledger, now_ns: int) -> bool:
    ticket, lots = candidate.ticket, candidate.lots
    pair = ticket.pair
    if ticket.side == "buy":
        return account.available(ledger, pair.base, now_ns) < pair.volume(lots)
    rows = ledger.open_rows(pair.id, OPPOSITE[ticket.side])
    owed = sum((row.cost for row in rows), ZERO)
    return account.available(ledger, pair.quote, now_ns) < owed * lots / sum(row.lots for row in rows)


def _short_for_spot(candidate: Candidate, ledger: Ledger, now_ns: int) -> bool:
    ticket, lots = candidate.ticket, candidate.lots
    pair = ticket.pair
    volume = ledger.volume_30d(now_ns)
    taker, in_base = pair.fee_percent(volume, maker=False), fee_in_base(ticket.oflags)
    if ticket.side == "sell":
        wanted = pair.volume(lots)
        fee = pair.base_money(wanted * taker / _HUNDRED) if in_base else ZERO
        return account.available(ledger, pair.base, now_ns) < wanted + fee
    if in_base:
        return account.available(ledger, pair.quote, now_ns) < _cost(candidate)
    needed, left = ZERO, lots
    for match in candidate.matches:
        cost = pair.cost(match.ticks, match.lots)
        needed += cost + pair.money(cost * taker / _HUNDRED)
        left -= match.lots
    worst = ticket.price or ticket.stop
    if worst and left:
        cost = pair.cost(worst, left)
        needed += cost + pair.money(cost * pair.fee_percent(volume, maker=True) / _HUNDRED)
    return account.available(ledger, pair.quote, now_ns) < needed


def _cost(candidate: Candidate) -> Decimal:
    """What a buy costs at the most, without fees."""
    ticket, matches = candidate.ticket, candidate.matches
    left = candidate.lots - sum(match.lots for match in matches)
    taken = sum((ticket.pair.cost(match.ticks, match.lots) for match in matches), ZERO)
    return taken + ticket.pair.cost(ticket.price or ticket.stop, left)


def _check_margin(candidate: Candidate, ledger: Ledger, mark: account.Mark) -> None:
    ticket, opening = candidate.ticket, candidate.lots - candidate.opposite
    pair = ticket.pair
    limit = pair.long_position_limit if ticket.side == "buy" else pair.short_position_limit
    if pair.volume(ledger.open_lots(pair.id, ticket.side) + opening) > limit:
        raise Refusal("EOrder:Margin position size exceeded")
    # the worst price of the walk is what gets reserved; the part that closes needs nothing
    price = ticket.price or ticket.stop or (candidate.matches[-1].ticks if candidate.matches else 0)
    figures = account.figures(ledger, mark)
    if pair.cost(price, opening) / ticket.leverage > figures.free_margin - figures.held_margin:
        raise Refusal("EOrder:Insufficient initial margin")
