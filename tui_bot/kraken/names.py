"""One pair, many names: BTC/USD, XBT/USD, XBTUSD, XXBTZUSD."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from tui_bot.engine.ports import ExchangeError
from tui_bot.kraken.fields import Row
from tui_bot.market.pair import PairRules
from tui_bot.sanitise import sanitise

_OURS = {"XBT": "BTC", "XDG": "DOGE"}
_THEIRS = {ours: theirs for theirs, ours in _OURS.items()}


def readable(wsname: str) -> str:
    """The name people read: ``XBT/USD`` becomes ``BTC/USD``."""
    return "/".join(_OURS.get(asset, asset) for asset in wsname.split("/"))


def query_name(name: str) -> str:
    """The name to ask Kraken with: ``BTC/USD`` becomes ``XBTUSD``, ids stay as they are."""
    return "".join(_THEIRS.get(asset, asset) for asset in name.strip().upper().split("/"))


class NotListed(ExchangeError):
    """There is no pair of this name."""


def names_of(key: str, row: Row) -> frozenset[str]:
    """Every name by which AssetPairs knows a pair, with our own and the plain joined forms."""
    wsname = row.text("wsname", row.text("altname", key))
    ours = readable(wsname)
    names = {key, row.text("altname", key), wsname, ours, wsname.replace("/", ""), ours.replace("/", "")}
    return frozenset(name.upper() for name in names)


def find_pair(name: str, pairs: Mapping[str, object]) -> str:
    """The id of the pair with this name among the rows of AssetPairs.

    Raises:
        NotListed: there is none; the message names the nearest.
    """
    wanted = name.strip().upper()
    known: dict[str, str] = {}
    readables: dict[str, str] = {}
    for key, value in pairs.items():
        row = Row.of(value, f"AssetPairs, {sanitise(key, 20)}")
        for alias in names_of(key, row):
            known.setdefault(alias, key)
            readables[alias] = readable(row.text("wsname", key))
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=12, cutoff=0.0)
    nearest = list(dict.fromkeys(readables[alias] for alias in near))[:3]
    hint = f"; the nearest are {', '.join(nearest)}" if nearest else ""
    raise NotListed(f"Kraken does not list {sanitise(name, 40)}{hint}", retryable=False)


def is_pair(text: str, rules: PairRules) -> bool:
    """Whether a name found in an answer means this pair."""
    return text in (rules.key, rules.altname, rules.name)
