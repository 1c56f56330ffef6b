"""How values look in private answers, and how common parameters are read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

from tui_bot.paper.auth import flat_members, unsigned
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import Pair, asset_of, find_pair
from tui_bot.paper.refusal import Refusal, invalid

Params = Mapping[str, str]
T = TypeVar("T")
_INDEXED = re.compile(r"(\w+)\[(\d{1,3})\]\[(.+)\]")
_PAGE = 50
_FAR = 2**31


def seconds(ns: int) -> float:
    """REST time: float seconds with six decimals."""
    return round(ns // 1000 / 1_000_000, 6)


def amount_text(asset: str, amount: Decimal) -> str:
    """An amount with the decimals of its asset, the rest cut off."""
    decimals = asset_of(asset).decimals
    return f"{amount.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN):f}"


def volume_text(pair: Pair, lots: int) -> str:
    """A volume with eight decimals."""
    return pair.volume_text(lots)


def find_listed(exchange: Exchange, name: str) -> Pair:
    """The pair of a name. Raises Refusal when it is not listed."""
    pair = find_pair(name, exchange.pairs)
    if pair is None:
        raise Refusal("EQuery:Unknown asset pair")
    return pair


def names(params: Params, name: str, most: int) -> list[str]:
    """A comma list of at most `most` names. Raises Refusal when it is empty or longer."""
    names = [word.strip() for word in params.get(name, "").split(",") if word.strip()]
    if not names or len(names) > most:
        raise invalid(name)
    return names


def entries(params: Params, name: str) -> list[dict[str, str]]:
    """A list of objects: JSON, or form members such as `orders[0][type]`. Raises Refusal."""
    found: dict[int, dict[str, str]] = {}
    try:
        rows = json.loads(params.get(name, "") or "[]", parse_float=str, parse_int=str)
    except ValueError:
        raise invalid(name) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid(name)
    if rows:
        return [flat_members(row) for row in rows]
    for member, value in params.items():
        match = _INDEXED.fullmatch(member)
        if match and match[1] == name:
            inner = match[3].replace("][", "[", 1) + "]" if "][" in match[3] else match[3]
            found.setdefault(int(match[2]), {})[inner] = value
    return [found[index] for index in sorted(found)]


def page(rows: list[T], params: Params) -> list[T]:
    """The rows that `ofs` and `count` select, 50 when nothing is said."""
    offset = unsigned(params, "ofs", 0, _FAR)
    count = unsigned(params, "count", _PAGE, _PAGE) or _PAGE
    return rows[offset : offset + count]


def bound(exchange: Exchange, params: Params, name: str, default: int) -> int:
    """A time bound in nanoseconds: unix seconds, or the id of an order, trade or ledger entry."""
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
