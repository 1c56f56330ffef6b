"""The bot's status for programs: what ``tui-bot status --json`` prints, and the line for a status bar.

The JSON object is a contract. Numbers of money are texts, exact; null is "not known". Its keys:

- ``schema``: 1; grows when a key changes its meaning or goes, not when one is added
- ``running``: whether a bot answers; when false there is only ``mode`` beside it
- ``mode``, ``pair``, ``pid``, ``at_ms`` (Unix ms by the exchange's clock)
- ``phase``: starting, arming, recovering, ready, stopping, stopped, dead
- ``state``: RUN, PAUSED, HALTED; ``reason`` and ``since_ms`` of it
- ``override``: null, or until when a person has taken over (next signal, candles, released)
- ``trouble``: what keeps the engine from its work, empty if nothing
- ``position``: ``word`` (LONG, SHORT, FLAT), ``size`` (signed, base units), ``average``, ``leverage``, and
  ``exchange_size`` (by the exchange's own view)
- ``pnl``: ``open`` (net of all fees if closed at ``price``), ``day`` (realised net since 00:00 UTC),
  ``fees``; on margin both results are net of rollover as well, estimated; ``rollover`` is the open position's
- ``price``: the middle of the book
- ``orders``: own orders that are not finished: ``side``, ``volume``, ``executed``, ``price`` (null: market),
  ``state``, ``txid``
- ``unknown``: how many of those may or may not be at the exchange; ``foreign``: open orders not ours
- ``age_s``: seconds since the market was heard, ``account_age_s`` since the account was read
- ``exposure``: what stays at the exchange if this bot died now, in words
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from tui_bot.engine.farewell import left
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.market.number import plain
from tui_bot.market.order import Order

SCHEMA = 1

#: Columns of the line for a status bar, at most.
LINE_WIDTH = 60

Status = dict[str, Any]


def absent(mode: str) -> Status:
    """The status where no bot runs."""
    return {"schema": SCHEMA, "running": False, "mode": mode}


def status_of(snap: Snapshot) -> Status:
    """The status of a running bot."""
    position, price = snap.position, snap.quote.mid if snap.quote else None
    known = snap.account is not None
    worth = position.net(price, snap.fee_rate, snap.at_ms) if price is not None and known else None
    unfinished = [order for order in snap.orders if not order.state.is_final]
    return {
        "schema": SCHEMA,
        "running": True,
        "mode": snap.mode,
        "pair": snap.settings.pair,
        "pid": os.getpid(),
        "at_ms": snap.at_ms,
        "phase": snap.phase.value,
        "state": snap.run.run.value,
        "reason": snap.run.reason,
        "since_ms": snap.run.since_ms,
        "override": snap.override.contract.until.value if snap.override else None,
        "trouble": snap.trouble,
        "position": {
            "word": position.word if known else None,
            "size": plain(position.size) if known else None,
            "average": None if position.is_flat else plain(position.average),
            "leverage": position.leverage,
            "exchange_size": _text(snap.exchange_size),
        },
        "pnl": {
            "open": _money(worth),
            "day": _money(snap.day.net),
            "fees": _money(snap.day.fees),
            "rollover": _money(position.rollover(snap.at_ms)) if known else None,
        },
        "price": _text(price),
        "orders": [_order(order) for order in unfinished],
        "unknown": sum(order.state.is_uncertain for order in unfinished),
        "foreign": len(snap.foreign),
        "age_s": _age_s(snap, snap.feed.heard_ms),
        "account_age_s": _age_s(snap, snap.account.at_ms if snap.account else None),
        "exposure": left(snap),
    }


def one_line(status: Status) -> str:
    """At most ``LINE_WIDTH`` columns: mode, pair, state, position, its net result, age of the market."""
    mode = status["mode"].upper()[:6].rstrip()
    if not status["running"]:
        return f"{mode} no bot runs"
    size = status["position"]["size"]
    held = status["position"]["word"] or "?"
    if size is not None and Decimal(size):
        held += f" {abs(Decimal(size)).normalize():f}"
    parts = [mode, _cut(status["pair"], 11), _word(status), _cut(held, 14)]
    if size is not None and Decimal(size):
        parts.append(_cut(_signed(status["pnl"]["open"]), 10))
    return " ".join([*parts, _age(status["age_s"])])


def paragraphs(status: Status) -> list[str]:
    """The status for a person, a fact a line."""
    if not status["running"]:
        return [f"no bot runs in mode {status['mode']}"]
    reason = f": {status['reason']}" if status["reason"] else ""
    pnl = status["pnl"]
    told = [
        f"{status['mode']} {status['pair']}, process {status['pid']}, {status['phase']}",
        f"state     {status['state']}{reason}",
    ]
    if status["override"] is not None:
        told.append(f"manual    a person has taken over, until {status['override']}")
    if status["trouble"]:
        told.append(f"trouble   {status['trouble']}")
    told += [
        f"result    open {_signed(pnl['open'])}, today {_signed(pnl['day'])} with {pnl['fees']} fees",
        f"market    {status['price'] or '?'}, heard {_age(status['age_s'])} ago",
        f"if this bot died now: {status['exposure']}",
    ]
    return told


def _order(order: Order) -> dict[str, str | None]:
    return {
        "side": order.intent.side.value,
        "volume": plain(order.intent.volume),
        "executed": plain(order.executed),
        "price": _text(order.intent.price),
        "state": order.state.value,
        "txid": order.txid,
    }


def _word(status: Status) -> str:
    """The one word on what the bot is doing, the worst first."""
    if status["phase"] != Phase.READY.value:
        return _cut(str(status["phase"]).upper(), 8)
    if status["unknown"] and status["state"] != "HALTED":
        return "UNKNOWN"
    if status["override"] is not None and status["state"] == "RUN":
        return "MANUAL"
    return str(status["state"])


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else plain(value, 2)


def _signed(text: str | None) -> str:
    if text is None:
        return "?"
    return text if text.startswith("-") or not text.strip("0.") else f"+{text}"


def _age_s(snap: Snapshot, since_ms: int | None) -> float | None:
    """Real seconds: in the box an exchange second may be shorter."""
    return None if since_ms is None else round(max(0, snap.at_ms - since_ms) / 1000 / snap.rate, 1)


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{min(int(seconds // size), 999)}{unit}"
    return f"{seconds:.1f}s"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
