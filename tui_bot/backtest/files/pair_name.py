"""Which pair and interval the name of a history file tells: ``XBTUSD_1.csv``."""

from __future__ import annotations

import re
from decimal import Decimal

from tui_bot.paper.instruments import find_pair

_STEM = re.compile(r"([A-Za-z0-9]{2,10}[-/]?[A-Za-z0-9]{2,10}?)(?:_(\d{1,5}))?")
_QUOTES = ("USDT", "USDC", "USD", "EUR", "GBP", "CAD", "JPY", "CHF", "AUD", "XBT", "BTC", "ETH")
#: The intervals that Kraken makes candles of.
_MINUTES = (1, 5, 15, 30, 60, 240, 720, 1440, 10080, 21600)
_MODERN = {"XBT": "BTC", "XDG": "DOGE"}


def told_by(stem: str) -> tuple[str, int | None]:
    """The pair as people read it, "" if the name tells none, and the interval in seconds if it tells one."""
    found = _STEM.fullmatch(stem)
    if not found:
        return "", None
    pair, minutes = pair_of(found[1]), int(found[2] or 0)
    return pair, minutes * 60 if pair and minutes in _MINUTES else None


def pair_of(name: str) -> str:
    """``BTC/USD`` for any of its names, such as ``XBTUSD``; "" if it is none."""
    known = find_pair(name)
    if known is not None:
        return known.symbol
    text = name.upper().replace("-", "/")
    base, slash, quote = text.partition("/")
    if not slash:
        quote = next((each for each in _QUOTES if text.endswith(each) and len(text) > len(each) + 1), "")
        base = text.removesuffix(quote)
    if not (base.isalnum() and quote.isalnum()):
        return ""
    return f"{_MODERN.get(base, base)}/{_MODERN.get(quote, quote)}"


def tick_of(pair: str) -> Decimal:
    """The tick of a pair that the box lists; 1 for others, which is as coarse as a tick gets."""
    known = find_pair(pair)
    return known.tick_size if known else Decimal(1)
