"""Balances, fees and ledger entries as Kraken's private endpoints answer them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tui_bot.paper import account
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Booked
from tui_bot.paper.instruments import Asset, Pair, find_asset
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.terms import flag
from tui_bot.paper.wire import Params, amount_text, bound, find_listed, names, page, seconds


def balance(exchange: Exchange, _params: Params) -> Any:
    """Balance."""
    return {asset: amount_text(asset, amount) for asset, amount in exchange.ledger.balances.items()}


def balance_ex(exchange: Exchange, _params: Params) -> Any:
    """BalanceEx: `hold_trade` covers resting spot orders only."""
    ledger = exchange.ledger
    return {
        asset: {
            "balance": amount_text(asset, amount),
            "hold_trade": amount_text(asset, account.hold(ledger, asset, exchange.now_ns)),
        }
        for asset, amount in ledger.balances.items()
    }


def trade_balance(exchange: Exchange, params: Params) -> Any:
    """TradeBalance in the base asset asked for, dollars by default: `ml` is absent without positions."""
    figures = exchange.figures()
    asset = find_asset(params.get("asset") or "ZUSD")
    if asset is None:
        raise Refusal("EQuery:Unknown asset")
    worth = _worth(exchange, asset)
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
    texts = {name: f"{value / worth:.{asset.decimals}f}" for name, value in row.items()}
    if figures.level is not None:
        texts["ml"] = f"{figures.level:.2f}"
    return texts


def _worth(exchange: Exchange, asset: Asset) -> Decimal:
    """Dollars of one unit of an asset."""
    pair = next((pair for pair in exchange.pairs if pair.base == asset.id), None)
    return (exchange.mark(pair) if pair is not None else None) or Decimal(1)


def withdraw_methods(_exchange: Exchange, _params: Params) -> Any:
    """WithdrawMethods: one way out, which play money cannot take."""
    return [{"asset": "XXBT", "method": "Bitcoin", "network": "Bitcoin", "minimum": "0.0004"}]


def trade_volume(exchange: Exchange, params: Params) -> Any:
    """TradeVolume: the account's own fees in percent."""
    volume = exchange.ledger.volume_30d(exchange.now_ns)
    row: dict[str, Any] = {"currency": "ZUSD", "volume": f"{volume:.4f}"}
    if params.get("pair"):
        found = [find_listed(exchange, name.strip()) for name in params["pair"].split(",")]
        row["fees"] = {pair.id: _fee_row(pair, volume, maker=False) for pair in found}
        row["fees_maker"] = {pair.id: _fee_row(pair, volume, maker=True) for pair in found}
    return row


def ledgers(exchange: Exchange, params: Params) -> Any:
    """Ledgers: 50 a page, newest first, `balance` after each entry."""
    start, end = bound(exchange, params, "start", 0), bound(exchange, params, "end", 2**63)
    kind, assets = params.get("type", "all") or "all", _assets(params)
    picked = [
        (entry, after)
        for entry, after in reversed(_running(exchange))
        if start < entry.ns <= end and kind in {"all", entry.type} and (not assets or entry.asset in assets)
    ]
    rows: dict[str, Any] = {"ledger": {e.id: _entry_row(e, after) for e, after in page(picked, params)}}
    if not flag(params, "without_count"):
        rows["count"] = len(picked)
    return rows


def query_ledgers(exchange: Exchange, params: Params) -> Any:
    """QueryLedgers: up to 20 ids."""
    wanted = names(params, "id", 20)
    found = {entry.id: _entry_row(entry, after) for entry, after in _running(exchange) if entry.id in wanted}
    if len(found) < len(set(wanted)):
        raise invalid("id")
    return {name: found[name] for name in wanted}


def _running(exchange: Exchange) -> list[tuple[Booked, Decimal]]:
    """Every entry with the balance after it, oldest first."""
    running: dict[str, Decimal] = {}
    rows = []
    for entry in exchange.ledger.entries:
        running[entry.asset] = running.get(entry.asset, Decimal(0)) + entry.amount - entry.fee
        rows.append((entry, running[entry.asset]))
    return rows


def _assets(params: Params) -> set[str]:
    """Ids of the assets asked for; empty for all. Raises Refusal."""
    wanted = params.get("asset", "all") or "all"
    if wanted == "all":
        return set()
    found = [find_asset(name.strip()) for name in wanted.split(",")]
    if None in found:
        raise Refusal("EQuery:Unknown asset")
    return {asset.id for asset in found if asset is not None}


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


def _entry_row(entry: Booked, after: Decimal) -> dict[str, Any]:
    return {
        "refid": entry.refid,
        "time": seconds(entry.ns),
        "type": entry.type,
        "subtype": "",
        "aclass": "currency",
        "asset": entry.asset,
        "amount": amount_text(entry.asset, entry.amount),
        "fee": amount_text(entry.asset, entry.fee),
        "balance": amount_text(entry.asset, after),
    }
