"""AmendOrder: terms changed in place; the order keeps its id (Kraken API Center, AmendOrder)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui_bot.paper import terms
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import OrderAmended
from tui_bot.paper.instruments import PAIRS, Pair
from tui_bot.paper.ledger import Order
from tui_bot.paper.orders import only_live
from tui_bot.paper.refusal import invalid
from tui_bot.paper.trading import ticket_of
from tui_bot.paper.wire import Params


def amend_order(exchange: Exchange, params: Params) -> Any:
    """AmendOrder by txid or cl_ord_id. A quantity at or below what is filled cancels the rest."""
    order = only_live(exchange, params)
    placed, pair = order.placed, PAIRS[order.placed.pair]
    terms.check_deadline(params, exchange.now_ns)
    if placed.close:
        raise invalid("txid")
    amended = _read(exchange, order, pair, params)
    ticket = replace(
        ticket_of(order),
        price=amended.price,
        stop=amended.stop if order.waiting else 0,
        display=amended.display,
        post_only=amended.post_only,
    )
    exchange.rates.amend(placed.pair, exchange.now_ns - placed.ns, exchange.now_ns)
    exchange.trading.amend(order, ticket, amended)
    exchange.flush()
    return {"amend_id": amended.id}


def _read(exchange: Exchange, order: Order, pair: Pair, params: Params) -> OrderAmended:
    placed, given = order.placed, {name: text for name, text in params.items() if text}
    lots, price, stop, display = placed.lots, placed.price, placed.stop, placed.display
    last, away = exchange.last_prices.get(pair.id, 0), -1 if placed.side == "buy" else 1
    if "order_qty" in given:
        lots = terms.volume(given["order_qty"], pair, "order_qty")
    if "display_qty" in given:
        if not display:
            raise invalid("display_qty")
        display = terms.volume(given["display_qty"], pair, "display_qty")
    if "limit_price" in given:
        if not price:
            raise invalid("limit_price")
        price = terms.relative(given["limit_price"], pair, last, away=away, name="limit_price")
    if "trigger_price" in given:
        if not order.waiting or placed.trail:
            raise invalid("trigger_price")
        stop = terms.relative(given["trigger_price"], pair, last, away=-away, name="trigger_price")
    if not {"order_qty", "display_qty", "limit_price", "trigger_price", "post_only"} & given.keys():
        raise invalid("order_qty")
    post_only = terms.flag(given, "post_only") or (placed.post_only and "post_only" not in given)
    name = exchange.trading.next_amend_id()
    return OrderAmended(name, placed.txid, exchange.now_ns, lots, price, stop, display, post_only)
