"""What each of Kraken's errors means, as data.

Source: Kraken API Center, "Error messages", and the official SDK's guide to error handling. Texts
are compared by prefix, because many carry a tail such as ``:price``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What an error says about the request that got it."""

    REFUSED = "refused"  # not done, and never will be unless it is changed
    LATER = "later"  # not done now; the same request may succeed in a while
    KEY = "key"  # not done; the key or the account needs a person
    UNKNOWN = "unknown"  # nobody knows whether it was done
    EVIDENCE = "evidence"  # it says that an order with this id is there already


@dataclass(frozen=True, slots=True)
class KnownError:
    """One row of the catalogue.

    ``wait_s`` is how long (exchange seconds) private reads must leave the exchange alone after it.
    """

    prefix: str
    kind: Kind
    meaning: str
    next_step: str
    wait_s: int = 0

    @property
    def order_may_exist(self) -> bool:
        """Whether the order of a failed placement can exist."""
        return self.kind in (Kind.UNKNOWN, Kind.EVIDENCE)

    @property
    def retryable(self) -> bool:
        """Whether a read that failed so may be repeated."""
        return self.kind in (Kind.UNKNOWN, Kind.LATER)

    @property
    def advice(self) -> str:
        """Meaning and next step in one text."""
        return f"{self.meaning}; {self.next_step}"


_R, _L, _K, _U, _E = Kind.REFUSED, Kind.LATER, Kind.KEY, Kind.UNKNOWN, Kind.EVIDENCE

_CHECK = "the order is being looked for; do not trade this pair by hand meanwhile"
_KEY = "check the key under Settings, API at Kraken and enter it again"
_SMALLER = "lower the trade size or add funds"
_MARGIN = "lower the trade size or the leverage, or close a position"
_REPORT = "stop the bot and report this; it should not happen"
_WAIT = "wait; the next try is made by itself"

CATALOGUE: tuple[KnownError, ...] = (
    # -- the key and the account
    KnownError("EAPI:Invalid key", _K, "Kraken does not know this API key", _KEY),
    KnownError("EAPI:Invalid signature", _K, "the API secret does not fit the key", _KEY),
    KnownError(
        "EAPI:Invalid nonce",
        _K,
        "a higher nonce was used before: another program may use this API key",
        "give this bot a key of its own",
    ),
    KnownError("EAPI:Feature disabled", _K, "this is switched off for the account", "ask Kraken's support"),
    KnownError("EAPI:Bad request", _R, "Kraken could not read the request", _REPORT),
    KnownError(
        "EAPI:Invalid token", _L, "the WebSocket token is out of date", "a new one is fetched by itself"
    ),
    KnownError(
        "ESession:Invalid session", _L, "the WebSocket token is out of date", "a new one is fetched by itself"
    ),
    KnownError(
        "EGeneral:Permission denied",
        _K,
        "the API key lacks a permission",
        "allow querying, creating and cancelling orders for it, and nothing else",
    ),
    KnownError("EAuth:Account temporary disabled", _K, "the account is disabled", "ask Kraken's support"),
    KnownError("EAuth:Account unconfirmed", _K, "the account is not confirmed", "finish its setup at Kraken"),
    KnownError("EAuth:Failed", _K, "Kraken refused the key", _KEY),
    KnownError("EAuth:Rate limit exceeded", _L, "too many calls with this key", _WAIT, 10),
    KnownError("EAuth:Too many requests", _L, "too many calls with this key", _WAIT, 10),
    KnownError(
        "EAccount:Invalid permissions",
        _K,
        "the account may not trade this here",
        "choose a pair that is offered in your region",
    ),
    KnownError(
        "EBM:limit exceeded:CAL", _K, "a regional purchase limit is reached", "see Kraken's limits page"
    ),
    # -- how much, how fast
    KnownError("EAPI:Rate limit exceeded", _L, "too many calls in a short time", _WAIT),
    KnownError(
        "EGeneral:Temporary lockout",
        _L,
        "Kraken has locked the key out",
        "check that no other program uses the key; it takes about 15 minutes, and each try prolongs it",
        900,
    ),
    KnownError("EGeneral:Too many requests", _L, "too many calls in a short time", _WAIT, 10),
    KnownError("EService:Throttled", _L, "Kraken slows this key down", _WAIT, 10),
    KnownError(
        "EOrder:Rate limit exceeded",
        _L,
        "too many orders and cancels on this pair in a short time",
        "wait a minute; cancelling young orders costs most",
    ),
    KnownError(
        "EOrder:Domain rate limit exceeded",
        _L,
        "too many orders over all accounts of the group",
        "wait a minute",
    ),
    KnownError(
        "EOrder:Orders limit exceeded", _R, "too many open orders on this pair", "cancel some open orders"
    ),
    KnownError(
        "EOrder:Scheduled orders limit exceeded", _R, "too many scheduled orders", "cancel some of them"
    ),
    KnownError("EOrder:Positions limit exceeded", _R, "too many open positions", "close a position"),
    # -- the request
    KnownError(
        "EGeneral:Invalid arguments:Index unavailable",
        _R,
        "the pair has no index price",
        "use the last price as the trigger",
    ),
    KnownError("EGeneral:Invalid arguments", _R, "Kraken does not take one of the values sent", _REPORT),
    KnownError("EGeneral:Unknown method", _R, "Kraken does not know this call", _REPORT),
    KnownError("EQuery:Unknown asset pair", _R, "Kraken does not list this pair", "check the pair's name"),
    KnownError("EQuery:Invalid asset pair", _R, "Kraken does not list this pair", "check the pair's name"),
    KnownError("EQuery:Unknown asset", _R, "Kraken does not list this asset", "check its name"),
    # -- the order
    KnownError("EOrder:Insufficient funds", _R, "there is not enough money for it", _SMALLER),
    KnownError(
        "EOrder:Order minimum not met", _R, "it is smaller than the pair's minimum", "raise the trade size"
    ),
    KnownError(
        "EOrder:Cost minimum not met", _R, "it costs less than the pair's minimum", "raise the trade size"
    ),
    KnownError(
        "EOrder:Tick size check failed", _R, "the price is off the pair's grid", "read the pair's rules again"
    ),
    KnownError("EOrder:Invalid price", _R, "Kraken does not take the price", "read the pair's rules again"),
    KnownError("EOrder:Invalid order", _R, "the order is invalid or already gone", "look at the order first"),
    KnownError("EOrder:Unknown order", _R, "the order is gone or never was", "look at the order first"),
    KnownError(
        "EOrder:Post only order",
        _R,
        "it would have taken from the book at once",
        "choose a price further away",
    ),
    KnownError("EOrder:Duplicate", _E, "an order with this id is open already", _CHECK),
    # -- margin
    KnownError("EOrder:Margin allowance exceeded", _R, "it needs more margin than allowed", _MARGIN),
    KnownError("EOrder:Margin level too low", _R, "the margin level is too low", _MARGIN),
    KnownError("EOrder:Margin position size exceeded", _R, "the position would be too large", _MARGIN),
    KnownError("EOrder:Insufficient initial margin", _R, "there is not enough free margin", _MARGIN),
    KnownError(
        "EOrder:Insufficient margin",
        _L,
        "Kraken itself has no margin left to lend",
        "try later or without leverage",
    ),
    KnownError(
        "EOrder:Cannot open position",
        _K,
        "the account may not trade on margin",
        "set leverage to 0 or have the account verified for margin",
    ),
    KnownError(
        "EOrder:Cannot open opposing position",
        _R,
        "a position the other way is open",
        "close it first",
    ),
    KnownError("EOrder:Unknown position", _R, "the position is not there", "read the account again"),
    KnownError(
        "EOrder:Reduce only:No position exists",
        _R,
        "there is no position to reduce",
        "read the account again",
    ),
    KnownError(
        "EOrder:Reduce only:Position is closed",
        _R,
        "the position is closed already",
        "read the account again",
    ),
    KnownError(
        "EOrder:Reduce only:Non-PC",
        _K,
        "reduce-only is not offered to this class of client",
        "set leverage to 0",
    ),
    KnownError(
        "EOrder:Trading agreement required",
        _K,
        "the trading agreement is not signed",
        "sign it at Kraken",
    ),
    KnownError("ETrade:User Locked", _K, "trading is locked for the account", "ask Kraken's support"),
    KnownError("ETrade:Locked", _L, "trading is locked for now", _WAIT),
    KnownError("ETrade:Invalid request", _R, "Kraken does not take this trade", _REPORT),
    # -- the market's state
    KnownError(
        "EService:Market in cancel_only mode",
        _L,
        "Kraken takes cancels only just now",
        "wait for Kraken to reopen",
    ),
    KnownError(
        "EService:Market in post_only mode",
        _L,
        "Kraken takes resting orders only just now",
        "wait for Kraken to reopen",
    ),
    KnownError(
        "EService:Market in limit_only mode",
        _L,
        "Kraken takes limit orders only just now",
        "wait for Kraken to reopen",
    ),
    # -- nobody knows
    KnownError("EGeneral:Internal error", _U, "Kraken failed inside", _CHECK),
    KnownError("EDatabase:Internal error", _U, "Kraken failed inside", _CHECK),
    KnownError("EService:Unavailable", _U, "Kraken is not available", _CHECK),
    KnownError("EService:Busy", _U, "Kraken is busy", _CHECK),
    KnownError("EService:Timeout", _U, "Kraken ran out of time", _CHECK),
    KnownError("EService:Deadline elapsed", _U, "the order was late", _CHECK),
)

_BLANKS = re.compile(r"\s*:\s*|\s+")


def known_error(text: str) -> KnownError | None:
    """The row with the longest prefix that fits, or None for a text that is not in the catalogue.

    Capitals and blanks do not count; the prefix must end where a word ends.
    """
    plain = _plain(text)
    for prefix, row in _BY_LENGTH:
        if plain.startswith(prefix) and not plain[len(prefix) : len(prefix) + 1].isalnum():
            return row
    return None


def _plain(text: str) -> str:
    return _BLANKS.sub(lambda found: ":" if ":" in found[0] else " ", text.strip()).casefold()


_BY_LENGTH = sorted(((_plain(row.prefix), row) for row in CATALOGUE), key=lambda entry: -len(entry[0]))
