"""What really happened in the box, for those who judge a bot: not part of Kraken, and marked so in every
answer.
"""

from __future__ import annotations

from typing import Any

from tui_bot.paper.clock import NS_PER_MS
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Filled
from tui_bot.paper.instruments import PAIRS
from tui_bot.paper.ledger import Order, Position

MARK = "not Kraken"


def ledger(exchange: Exchange) -> dict[str, Any]:
    """Balances, positions, every order and every fill ever, in exact decimal text."""
    books = exchange.ledger
    net = {
        pair.id: books.open_lots(pair.id, "buy") - books.open_lots(pair.id, "sell") for pair in exchange.pairs
    }
    return {
        "box": MARK,
        "now_ms": exchange.now_ns // NS_PER_MS,
        "balances": {asset: f"{amount:f}" for asset, amount in books.balances.items()},
        "positions": [_position(p) for p in books.positions.values()],
        "net_position": {name: f"{PAIRS[name].volume(lots):.8f}" for name, lots in net.items()},
        "orders": [_order(order) for order in books.orders.values()],
        "fills": [_fill(exchange, fill) for fill in books.fills],
    }


def _position(position: Position) -> dict[str, Any]:
    opened = position.opened
    return {
        "id": opened.id,
        "ordertxid": position.txid,
        "pair": opened.pair,
        "side": opened.side,
        "vol": f"{PAIRS[opened.pair].volume(position.lots):.8f}",
        "cost": f"{position.cost:f}",
        "leverage": opened.leverage,
        "time_ms": opened.ns // NS_PER_MS,
    }


def _order(order: Order) -> dict[str, Any]:
    placed = order.placed
    pair = PAIRS[placed.pair]
    return {
        "txid": placed.txid,
        "cl_ord_id": placed.cl_ord_id,
        "userref": placed.userref,
        "pair": pair.id,
        "type": placed.side,
        "ordertype": placed.ordertype,
        "limit": f"{pair.price(placed.price):f}" if placed.price else None,
        "vol": f"{pair.volume(placed.lots):.8f}",
        "vol_exec": f"{pair.volume(order.filled):.8f}",
        "price": f"{order.average_price:.5f}" if order.filled else None,
        "leverage": placed.leverage,
        "reduce_only": placed.reduce_only,
        "status": order.status,
        "reason": order.reason,
        "misc": placed.misc,
        "opentm_ms": placed.ns // NS_PER_MS,
        "closetm_ms": order.close_ns // NS_PER_MS or None,
    }


def _fill(exchange: Exchange, fill: Filled) -> dict[str, Any]:
    placed = exchange.ledger.orders[fill.txid].placed
    return {
        "id": fill.id,
        "trade_id": fill.number,
        "ordertxid": fill.txid,
        "cl_ord_id": placed.cl_ord_id,
        "pair": placed.pair,
        "time_ms": fill.ns // NS_PER_MS,
        "side": placed.side,
        "price": f"{fill.price:.5f}",
        "vol": f"{PAIRS[placed.pair].volume(fill.lots):.8f}",
        "cost": f"{fill.cost:f}",
        "fee": "0" if fill.base_fee else f"{fill.fee:f}",
        "base_fee": f"{fill.base_fee:f}",
        "opening_fee": f"{fill.opening_fee:f}",
        "margin": f"{fill.margin:f}",
        "maker": fill.maker,
        "closing": fill.closing,
    }
