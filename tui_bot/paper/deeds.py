"""Faults that change the exchange itself rather than one call: its state, pairs, key, clock, positions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.faults import Rule, ScriptError
from tui_bot.paper.instruments import Pair, find_pair
from tui_bot.paper.liquidation import liquidate
from tui_bot.paper.refusal import Refusal

if TYPE_CHECKING:
    from tui_bot.paper.box import Box

_MONEY = frozenset({"tick_size", "ordermin", "costmin"})
_RULES = frozenset(field.name for field in fields(Pair)) - {"id", "pair_decimals", "lot_decimals"}


def do(box: Box, rule: Rule) -> None:
    """Carries a deed out. Raises ScriptError when it makes no sense."""
    try:
        DEEDS[rule.verb](box, rule)
    except (ValueError, TypeError, ArithmeticError, Refusal) as error:
        raise ScriptError(f"rule {rule.place}: {rule.verb}: {error}") from None
    box.exchange.flush()


def attempt(box: Box, rule: Rule) -> None:
    """Carries a deed out whose time came; one that makes no sense is noted and left."""
    try:
        do(box, rule)
    except ScriptError as error:
        box.faults.log.append({"verb": rule.verb, "failed": str(error)})


def _status(box: Box, rule: Rule) -> None:
    box.exchange.set_status(rule.text("value", "online"), rule.text("pair"))


def _pairs(box: Box, rule: Rule) -> None:
    """Other rules for a pair, other names (`altname`, `wsname`, `symbol`), or none at all (`remove`).

    Decimals change in what is shown only; a coarser `tick_size` enforces them.
    """
    exchange = box.exchange
    pair = find_pair(rule.text("pair"), exchange.pairs)
    if pair is None:
        raise ValueError(f"no pair {rule.text('pair')!r}")
    if rule.args.get("remove"):
        exchange.pairs = tuple(one for one in exchange.pairs if one.id != pair.id)
        return
    change = {name: value for name, value in rule.args.items() if name != "pair"}
    rules = {name: _typed(name, value) for name, value in change.items() if name in _RULES}
    changed = replace(pair, **rules)
    exchange.pairs = tuple(changed if one.id == pair.id else one for one in exchange.pairs)
    market = exchange.markets[pair.id]
    market.pair = replace(market.pair, altname=changed.altname, wsname=changed.wsname, symbol=changed.symbol)
    exchange.shown.setdefault(pair.id, {}).update(
        {name: value for name, value in change.items() if name not in _RULES}
    )


def _typed(name: str, value: Any) -> Any:
    if name in _MONEY:
        return Decimal(str(value))
    return tuple(value) if isinstance(value, list) else value


def _margin(box: Box, rule: Rule) -> None:
    kind, trading = rule.text("kind", "liquidate"), box.exchange.trading
    if kind in {"liquidate", "term-limit"}:
        liquidate(box.exchange, forced=True)
    else:
        texts = {"deny": "EOrder:Insufficient margin", "level": "EOrder:Margin level too low", "allow": ""}
        trading.margin_refusal = texts[kind] if kind in texts else rule.text("text")


def _key(box: Box, rule: Rule) -> None:
    key, kind = box.key, rule.text("kind")
    if kind == "drop":
        key.permissions -= {rule.text("permission")}
    elif kind == "add":
        key.permissions |= {rule.text("permission", "withdraw-funds")}
    elif kind == "lockout":
        key.locked_until_ns = box.exchange.now_ns + int(rule.number("seconds", 900) * NS_PER_SECOND)
    elif kind == "revoke":
        key.revoked = True
    elif kind == "foreign-nonce":
        key.nonce += int(rule.number("by", 10**9))
        box.nonce_used()
    else:
        raise ValueError(f"kind {kind!r} is none of drop, add, lockout, revoke, foreign-nonce")


def _clock(box: Box, rule: Rule) -> None:
    """`leap` moves exchange time on; `skew` only what the Time method says, and `freeze` holds that."""
    exchange = box.exchange
    if "skew" in rule.args:
        exchange.skew_ns = int(rule.number("skew") * NS_PER_SECOND)
    if "freeze" in rule.args:
        until_ns = exchange.now_ns + int(rule.number("freeze") * NS_PER_SECOND)
        exchange.frozen = (exchange.now_ns + exchange.skew_ns, until_ns)
    leap_ns = int(rule.number("leap") * NS_PER_SECOND)
    if leap_ns < 0:
        raise ValueError("exchange time cannot go back; use skew")
    box.clock.leap(leap_ns)


def _lag(box: Box, rule: Rule) -> None:
    box.view.lag(int(rule.number("seconds") * NS_PER_SECOND))


def _websocket(box: Box, rule: Rule) -> None:
    box.frame_faults.append(rule)
    for tamper in box.tampering:
        tamper(rule)


DEEDS: dict[str, Callable[[Box, Rule], None]] = {
    "STATUS": _status,
    "PAIRS": _pairs,
    "MARGIN": _margin,
    "KEY": _key,
    "CLOCK": _clock,
    "LAG_VIEW": _lag,
    "WS": _websocket,
}
