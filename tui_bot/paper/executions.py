"""Trades and positions of the account as Kraken's private endpoints show them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tui_bot.paper import account
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Filled
from tui_bot.paper.instruments import PAIRS, Pair
from tui_bot.paper.ledger import Position
from tui_bot.paper.refusal import invalid
from tui_bot.paper.terms import flag
from tui_bot.paper.wire import Params, bound, names, page, seconds, volume_text


def trades_history(exchange: Exchange, params: Params) -> Any:
    """TradesHistory: 50 a page, newest first."""
    start, end = bound(exchange, params, "start", 0), bound(exchange, params, "end", 2**63)
    kind = params.get("type", "all") or "all"
    picked = [
        fill
        for fill in reversed(exchange.ledger.fills)
        if start < fill.ns <= end and _of_kind(exchange, fill, kind)
    ]
    merged = "true" if exchange.doubts.consolidated else "false"
    if flag({"consolidate_taker": merged, **params}, "consolidate_taker"):
        picked = _consolidated(exchange, picked)
    shown = {fill.id: trade_row(exchange, fill) for fill in page(picked, params)}
    if flag(params, "ledgers"):
        for row in shown.values():
            row["ledgers"] = []
        for entry in exchange.ledger.entries:
            if entry.refid in shown:
                shown[entry.refid]["ledgers"].append(entry.id)
    rows: dict[str, Any] = {"trades": shown}
    if not flag(params, "without_count"):
        rows["count"] = len(picked)
    return rows


def _consolidated(exchange: Exchange, fills: list[Filled]) -> list[Filled]:
    """The executions of one spot taker at one instant as one, under the id of the first; newest first."""
    merged: list[Filled] = []
    for fill in fills:
        newer = merged[-1] if merged else None
        spot = exchange.ledger.orders[fill.txid].placed.leverage == 0
        if newer and spot and not fill.maker and (newer.txid, newer.ns) == (fill.txid, fill.ns):
            lots = fill.lots + newer.lots
            price = (fill.price * fill.lots + newer.price * newer.lots) / lots
            cost, fee = fill.cost + newer.cost, fill.fee + newer.fee
            merged[-1] = replace(fill, price=price, lots=lots, cost=cost, fee=fee)
        else:
            merged.append(fill)
    return merged


def query_trades(exchange: Exchange, params: Params) -> Any:
    """QueryTrades: up to 50 ids."""
    fills = [exchange.ledger.fills_by_id.get(name) for name in names(params, "txid", 50)]
    if None in fills:
        raise invalid("txid")
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
        "tradeordertype": "limit" if fill.maker or placed.price else "market",
        "price": f"{fill.price:.5f}",
        "cost": f"{fill.cost:.5f}",
        "fee": f"{fill.fee:.5f}",
        "vol": volume_text(pair, fill.lots),
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
    calcs = flag(params, "docalcs")
    if params.get("consolidation") == "market":
        return _by_market(exchange, rows, calcs=calcs)
    return {p.opened.id: position_row(exchange, p, calcs=calcs) for p in rows}


def _by_market(exchange: Exchange, positions: list[Position], *, calcs: bool) -> list[dict[str, Any]]:
    """OpenPositions with `consolidation=market`: a list, one row a pair (as client libraries read it)."""
    markets: dict[str, list[Position]] = {}
    for position in positions:
        markets.setdefault(position.opened.pair, []).append(position)
    return [_market_row(exchange, PAIRS[name], rows, calcs=calcs) for name, rows in markets.items()]


def _market_row(exchange: Exchange, pair: Pair, rows: list[Position], *, calcs: bool) -> dict[str, Any]:
    opened = sum((row.opened.cost for row in rows), Decimal(0))
    margin = sum((row.margin for row in rows), Decimal(0))
    cost = sum((row.cost for row in rows), Decimal(0))
    row: dict[str, Any] = {
        "pair": pair.id,
        "positions": str(len(rows)),
        "type": rows[0].opened.side,
        "leverage": f"{cost / margin:.5f}",
        "cost": f"{opened:.5f}",
        "fee": f"{sum(row.opened.fee + row.rollover_fees for row in rows):.5f}",
        "vol": volume_text(pair, sum(row.opened.lots for row in rows)),
        "vol_closed": volume_text(pair, sum(row.closed_lots for row in rows)),
        "margin": f"{margin:.5f}",
    }
    mark = exchange.mark(pair)
    if calcs and mark is not None:
        figures = [account.position_net(position, mark, pair) for position in rows]
        row["value"] = f"{sum(value for value, _ in figures):.4f}"
        row["net"] = f"{sum(net for _, net in figures):+.4f}"
    return row


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
        "vol": volume_text(pair, opened.lots),
        "vol_closed": volume_text(pair, position.closed_lots),
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
        "cvol": volume_text(pair, closed),
        "cmargin": f"{pair.money(position.closed_cost / position.opened.leverage):.5f}",
        "net": f"{position.net:+.4f}",
        "trades": list(position.closing_trades),
    }
