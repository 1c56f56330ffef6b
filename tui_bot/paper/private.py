"""Answers of the private endpoints, in the shapes, key order and decimals Kraken's answers have on the wire."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any, TypeVar

from tui_bot.paper import account
from tui_bot.paper.auth import unsigned
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Booked, Filled
from tui_bot.paper.instruments import ASSETS, PAIRS, Pair, find_pair
from tui_bot.paper.ledger import Order, Position
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.ticket import flag, read_ticket

Params = Mapping[str, str]
T = TypeVar("T")
_PAGE = 50
_FAR = 2**31
_FOUR = Decimal("0.0001")
_TOKEN_SECONDS = 900


# balances


def balance(exchange: Exchange, _params: Params) -> Any:
    """Balance."""
    return {asset: _amount(asset, amount) for asset, amount in exchange.ledger.balances.items()}


def balance_ex(exchange: Exchange, _params: Params) -> Any:
    """BalanceEx: `hold_trade` covers resting spot orders only."""
    ledger = exchange.ledger
    return {
        asset: {
            "balance": _amount(asset, amount),
            "hold_trade": _amount(asset, account.hold(ledger, asset, exchange.now_ns)),
        }
        for asset, amount in ledger.balances.items()
    }


def trade_balance(exchange: Exchange, _params: Params) -> Any:
    """TradeBalance: `ml` is absent without positions."""
    figures = exchange.figures()
    row = {
        "eb": figures.equivalent,
        "tb": figures.equivalent,
        "m": figures.used_margin,
        "uv": Decimal(0),
        "n": figures.unrealised,
        "c": figures.cost,
        "v": figures.value,
        "e": figures.equity,
        "mf": figures.free_margin,
    }
    texts = {name: f"{value.quantize(_FOUR):f}" for name, value in row.items()}
    if figures.level is not None:
        texts["ml"] = f"{figures.level:.2f}"
    return texts


def trade_volume(exchange: Exchange, params: Params) -> Any:
    """TradeVolume: the account's own fees in percent."""
    volume = exchange.ledger.volume_30d(exchange.now_ns)
    row: dict[str, Any] = {"currency": "ZUSD", "volume": f"{volume:.4f}"}
    if params.get("pair"):
        found = [_pair(exchange, name.strip()) for name in params["pair"].split(",")]
        row["fees"] = {pair.id: _fee_row(pair, volume, maker=False) for pair in found}
        row["fees_maker"] = {pair.id: _fee_row(pair, volume, maker=True) for pair in found}
    return row


# orders


def add_order(exchange: Exchange, params: Params) -> Any:
    """AddOrder."""
    ticket = read_ticket(params, exchange.now_ns, exchange.pairs)
    order = exchange.add_order(ticket)
    text = _describe(ticket.pair, ticket.side, ticket.ordertype, ticket.lots, ticket.price, ticket.leverage)
    if order is None:
        return {"descr": {"order": text}}
    return {"txid": [order.placed.txid], "descr": {"order": text}}


def cancel_order(exchange: Exchange, params: Params) -> Any:
    """CancelOrder by txid, userref or cl_ord_id. Raises Refusal when it is gone."""
    name, by_client = params.get("txid", ""), params.get("cl_ord_id", "")
    if not name and not by_client:
        raise invalid("txid")
    if exchange.system == "maintenance":
        raise Refusal("EService:Unavailable")
    live = exchange.ledger.live.values()
    found = [
        order
        for order in live
        if (by_client and order.placed.cl_ord_id == by_client)
        or (name and name in {order.placed.txid, str(order.placed.userref)})
    ]
    if not found:
        raise Refusal("EOrder:Unknown order")
    return {"count": exchange.cancel(found)}


def cancel_all(exchange: Exchange, _params: Params) -> Any:
    """CancelAll."""
    if exchange.system == "maintenance":
        raise Refusal("EService:Unavailable")
    return {"count": exchange.cancel(list(exchange.ledger.live.values()))}


def open_orders(exchange: Exchange, params: Params) -> Any:
    """OpenOrders, newest first."""
    trades = flag(params, "trades")
    live = _selected(reversed(exchange.ledger.live.values()), params)
    return {"open": {order.placed.txid: order_row(order, trades=trades) for order in live}}


def closed_orders(exchange: Exchange, params: Params) -> Any:
    """ClosedOrders: 50 a page, newest first."""
    trades, by = flag(params, "trades"), params.get("closetime", "both") or "both"
    if by not in {"open", "close", "both"}:
        raise invalid("closetime")

    def moments(order: Order) -> tuple[int, ...]:
        both = (order.placed.ns, order.close_ns)
        return {"open": both[:1], "close": both[1:]}.get(by, both)

    start, end = _bound(exchange, params, "start", 0), _bound(exchange, params, "end", 2**63)
    ended = sorted(exchange.ledger.ended, key=lambda order: order.close_ns)
    picked = [o for o in _selected(reversed(ended), params) if any(start < ns <= end for ns in moments(o))]
    page = _page(picked, params)
    rows: dict[str, Any] = {"closed": {order.placed.txid: order_row(order, trades=trades) for order in page}}
    if not flag(params, "without_count"):
        rows["count"] = len(picked)
    return rows


def query_orders(exchange: Exchange, params: Params) -> Any:
    """QueryOrders: up to 50 txids."""
    trades = flag(params, "trades")
    names = _names(params, "txid", 50)
    orders = [exchange.ledger.orders.get(name) for name in names]
    if None in orders:
        raise Refusal("EOrder:Unknown order")
    return {o.placed.txid: order_row(o, trades=trades) for o in _selected(filter(None, orders), params)}


def order_row(order: Order, *, trades: bool) -> dict[str, Any]:
    """One order as OpenOrders, ClosedOrders and QueryOrders show it. `price` is the average fill price."""
    placed = order.placed
    pair = PAIRS[placed.pair]
    leverage = f"{placed.leverage}:1" if placed.leverage else "none"
    average = order.cost / pair.volume(order.filled) if order.filled else Decimal(0)
    row: dict[str, Any] = {"refid": None, "userref": placed.userref}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    row |= {
        "status": order.status,
        "opentm": seconds(placed.ns),
        "starttm": 0,
        "expiretm": placed.expire_ns // NS_PER_SECOND,
        "descr": {
            "pair": pair.altname,
            "aclass": "forex",
            "type": placed.side,
            "ordertype": placed.ordertype,
            "price": f"{pair.price(placed.price):.{pair.pair_decimals}f}" if placed.price else "0",
            "price2": "0",
            "leverage": leverage,
            "order": _describe(pair, placed.side, placed.ordertype, placed.lots, placed.price, placed.leverage),
            "close": "",
        },
        "vol": _volume(pair, placed.lots),
        "vol_exec": _volume(pair, order.filled),
        "cost": f"{order.cost:.5f}",
        "fee": f"{order.fee:.5f}",
        "price": f"{average:.5f}",
        "stopprice": "0.00000",
        "limitprice": "0.00000",
        "misc": placed.misc,
        "oflags": placed.oflags,
        "time_in_force": placed.timeinforce.lower(),
    }
    if placed.leverage:
        row["margin"] = True
        row["reduce_only"] = placed.reduce_only
    if not order.live:
        row["reason"] = order.reason
        row["closetm"] = seconds(order.close_ns)
    if trades and order.trades:
        row["trades"] = list(order.trades)
    return row


# trades and positions


def trades_history(exchange: Exchange, params: Params) -> Any:
    """TradesHistory: 50 a page, newest first."""
    start, end = _bound(exchange, params, "start", 0), _bound(exchange, params, "end", 2**63)
    kind = params.get("type", "all") or "all"
    picked = [
        fill
        for fill in reversed(exchange.ledger.fills)
        if start < fill.ns <= end and _of_kind(exchange, fill, kind)
    ]
    rows: dict[str, Any] = {"trades": {fill.id: trade_row(exchange, fill) for fill in _page(picked, params)}}
    if not flag(params, "without_count"):
        rows["count"] = len(picked)
    return rows


def query_trades(exchange: Exchange, params: Params) -> Any:
    """QueryTrades: up to 50 ids."""
    fills = [exchange.ledger.fills_by_id.get(name) for name in _names(params, "txid", 50)]
    if None in fills:
        raise Refusal("EQuery:Unknown trade")
    return {fill.id: trade_row(exchange, fill) for fill in fills if fill is not None}


def trade_row(exchange: Exchange, fill: Filled) -> dict[str, Any]:
    """One execution as TradesHistory shows it."""
    order = exchange.ledger.orders[fill.txid]
    placed, ledger = order.placed, exchange.ledger
    pair = PAIRS[placed.pair]
    position = ledger.positions.get(fill.id) or ledger.past_positions.get(fill.id)
    row: dict[str, Any] = {
        "ordertxid": fill.txid,
        "postxid": fill.id,
        "pair": pair.id,
        "aclass": "forex",
        "time": seconds(fill.ns),
        "type": placed.side,
        "ordertype": placed.ordertype,
        "price": f"{fill.price:.5f}",
        "cost": f"{fill.cost:.5f}",
        "fee": f"{fill.fee:.5f}",
        "vol": _volume(pair, fill.lots),
        "margin": f"{fill.margin:.5f}",
        "leverage": str(placed.leverage),
        "misc": "closing" if fill.closing else "",
        "trade_id": fill.number,
        "maker": fill.maker,
    }
    if position is not None:
        row |= _closing_columns(pair, position)
    return row


def open_positions(exchange: Exchange, params: Params) -> Any:
    """OpenPositions: one row per opening trade; `docalcs` adds value and net."""
    wanted = params.get("txid", "")
    names = set(wanted.split(",")) if wanted else None
    rows = [p for p in exchange.ledger.positions.values() if names is None or p.opened.id in names]
    return {p.opened.id: position_row(exchange, p, calcs=flag(params, "docalcs")) for p in rows}


def position_row(exchange: Exchange, position: Position, *, calcs: bool) -> dict[str, Any]:
    """One position row: `vol - vol_closed` is open."""
    opened = position.opened
    order = exchange.ledger.orders[position.txid].placed
    pair = PAIRS[opened.pair]
    row: dict[str, Any] = {
        "ordertxid": position.txid,
        "posstatus": "open",
        "pair": pair.id,
        "time": seconds(opened.ns),
        "type": opened.side,
        "ordertype": order.ordertype,
        "cost": f"{opened.cost:.5f}",
        "fee": f"{opened.fee + position.rollover_fees:.5f}",
        "vol": _volume(pair, opened.lots),
        "vol_closed": _volume(pair, position.closed_lots),
        "margin": f"{position.margin:.5f}",
    }
    mark = exchange.mark(pair)
    if calcs and mark is not None:
        value, net = account.position_net(position, mark, pair)
        row["value"] = f"{value:.4f}"
        row["net"] = f"{net:+.4f}"
    row |= {
        "terms": f"{opened.margin_rate:.4f}% per 4 hours",
        "rollovertm": str(position.next_rollover_ns // NS_PER_SECOND),
        "misc": "",
        "oflags": "",
    }
    return row


def ledgers(exchange: Exchange, params: Params) -> Any:
    """Ledgers: 50 a page, newest first, `balance` after each entry."""
    start, end = _bound(exchange, params, "start", 0), _bound(exchange, params, "end", 2**63)
    kind, running = params.get("type", "all") or "all", dict[str, Decimal]()
    rows: list[tuple[Booked, Decimal]] = []
    for entry in exchange.ledger.entries:
        running[entry.asset] = running.get(entry.asset, Decimal(0)) + entry.amount - entry.fee
        rows.append((entry, running[entry.asset]))
    picked = [
        (entry, after) for entry, after in reversed(rows) if start < entry.ns <= end and kind in {"all", entry.type}
    ]
    return {"ledger": {e.id: _entry_row(e, after) for e, after in _page(picked, params)}, "count": len(picked)}


def websockets_token(exchange: Exchange, _params: Params) -> Any:
    """GetWebSocketsToken."""
    digest = hashlib.sha256(f"token:{exchange.now_ns}".encode()).digest()
    return {"token": base64.b64encode(digest).decode().rstrip("="), "expires": _TOKEN_SECONDS}


METHODS: dict[str, tuple[Callable[[Exchange, Params], Any], str]] = {
    "Balance": (balance, "query-funds"),
    "BalanceEx": (balance_ex, "query-funds"),
    "TradeBalance": (trade_balance, "query-funds"),
    "TradeVolume": (trade_volume, "query-funds"),
    "AddOrder": (add_order, "modify-trades"),
    "CancelOrder": (cancel_order, "close-trades"),
    "CancelAll": (cancel_all, "close-trades"),
    "OpenOrders": (open_orders, "query-open-trades"),
    "ClosedOrders": (closed_orders, "query-closed-trades"),
    "QueryOrders": (query_orders, "query-open-trades"),
    "TradesHistory": (trades_history, "query-closed-trades"),
    "QueryTrades": (query_trades, "query-closed-trades"),
    "OpenPositions": (open_positions, "query-open-trades"),
    "Ledgers": (ledgers, "query-ledger"),
    "GetWebSocketsToken": (websockets_token, "create-ws-token"),
}


# the inside


def seconds(ns: int) -> float:
    """REST time: float seconds with six decimals."""
    return round(ns // 1000 / 1_000_000, 6)


def _amount(asset: str, amount: Decimal) -> str:
    decimals = ASSETS[asset].decimals
    return f"{amount.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN):f}"


def _volume(pair: Pair, lots: int) -> str:
    return f"{pair.volume(lots):.8f}"


def _pair(exchange: Exchange, name: str) -> Pair:
    pair = find_pair(name, exchange.pairs)
    if pair is None:
        raise Refusal("EQuery:Unknown asset pair")
    return pair


def _describe(pair: Pair, side: str, ordertype: str, lots: int, price: int, leverage: int) -> str:
    at = f"limit {pair.price(price):.{pair.pair_decimals}f}" if ordertype == "limit" else ordertype.replace("-", " ")
    borrowed = f" with {leverage}:1 leverage" if leverage else ""
    return f"{side} {_volume(pair, lots)} {pair.altname} @ {at}{borrowed}"


def _fee_row(pair: Pair, volume: Decimal, *, maker: bool) -> dict[str, str | None]:
    table = pair.fees_maker if maker else pair.fees
    tier = max(index for index, (floor, _) in enumerate(table) if volume >= floor)
    following = table[tier + 1] if tier + 1 < len(table) else None
    return {
        "fee": f"{table[tier][1]:.4f}",
        "minfee": f"{table[-1][1]:.4f}",
        "maxfee": f"{table[0][1]:.4f}",
        "nextfee": f"{following[1]:.4f}" if following else None,
        "nextvolume": f"{following[0]:.4f}" if following else None,
        "tiervolume": f"{table[tier][0]:.4f}",
    }


def _selected(orders: Iterable[Order], params: Params) -> list[Order]:
    userref, client = params.get("userref", ""), params.get("cl_ord_id", "")
    return [
        order
        for order in orders
        if (not userref or str(order.placed.userref) == userref) and (not client or order.placed.cl_ord_id == client)
    ]


def _names(params: Params, name: str, most: int) -> list[str]:
    names = [word.strip() for word in params.get(name, "").split(",") if word.strip()]
    if not names or len(names) > most:
        raise invalid(name)
    return names


def _page(rows: list[T], params: Params) -> list[T]:
    offset = unsigned(params, "ofs", 0, _FAR)
    count = unsigned(params, "count", _PAGE, _PAGE) or _PAGE
    return rows[offset : offset + count]


def _bound(exchange: Exchange, params: Params, name: str, default: int) -> int:
    """A time bound in nanoseconds: seconds with or without fraction, or the id of an order, trade or entry."""
    text = params.get(name, "")
    if not text or text == "0":
        return default
    ledger = exchange.ledger
    if text in ledger.orders:
        order = ledger.orders[text]
        return order.close_ns or order.placed.ns
    if text in ledger.fills_by_id:
        return ledger.fills_by_id[text].ns
    entry = next((e for e in ledger.entries if e.id == text), None)
    if entry is not None:
        return entry.ns
    whole, _, fraction = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 10 or (fraction and not fraction.isdigit()):
        raise invalid(name)
    return int(whole) * NS_PER_SECOND + int(fraction[:9].ljust(9, "0"))


def _of_kind(exchange: Exchange, fill: Filled, kind: str) -> bool:
    if kind == "all":
        return True
    leveraged = exchange.ledger.orders[fill.txid].placed.leverage > 0
    if kind == "no position":
        return not leveraged
    if kind == "closing position":
        return fill.closing
    if kind == "closed position":
        return fill.id in exchange.ledger.past_positions
    if kind == "any position":
        return leveraged
    raise invalid("type")


def _closing_columns(pair: Pair, position: Position) -> dict[str, Any]:
    """What TradesHistory adds to a trade that opened a position."""
    closed = position.closed_lots
    average = position.proceeds / pair.volume(closed) if closed else Decimal(0)
    return {
        "posstatus": "closed" if position.lots == 0 else "open",
        "cprice": f"{average:.5f}",
        "ccost": f"{position.proceeds:.5f}",
        "cfee": "0.00000",
        "cvol": _volume(pair, closed),
        "cmargin": f"{pair.money(position.closed_cost / position.opened.leverage):.5f}",
        "net": f"{position.net:+.4f}",
        "trades": list(position.closing_trades),
    }


def _entry_row(entry: Booked, after: Decimal) -> dict[str, Any]:
    return {
        "refid": entry.refid,
        "time": seconds(entry.ns),
        "type": entry.type,
        "subtype": "",
        "aclass": "currency",
        "asset": entry.asset,
        "amount": _amount(entry.asset, entry.amount),
        "fee": _amount(entry.asset, entry.fee),
        "balance": _amount(entry.asset, after),
    }
