"""The terms of an order read from text: numbers, prices, life time, names (Kraken API Center, AddOrder).

Every reader raises Refusal in Kraken's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.instruments import Pair
from tui_bot.paper.refusal import Refusal, invalid

_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_SHORT = re.compile(r"[!-~]{1,18}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
_MONTH_SECONDS = 31 * 86_400
_DEADLINE_NS = 60 * NS_PER_SECOND
_HUNDRED = Decimal(100)


def flag(params: Mapping[str, str], name: str) -> bool:
    """A boolean parameter; missing is false. Raises Refusal on other words than true and false."""
    text = params.get(name, "").lower()
    if text in {"", "false", "0"}:
        return False
    if text in {"true", "1"}:
        return True
    raise invalid(name)


def one_of(params: Mapping[str, str], name: str, words: frozenset[str]) -> str:
    """A word out of a set."""
    word = params.get(name, "")
    if word not in words:
        raise invalid(name)
    return word


def decimal(text: str, name: str) -> Decimal:
    """A plain number that is not negative."""
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise invalid(name)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise invalid(name) from None


def volume(text: str, pair: Pair, name: str = "volume") -> int:
    """A volume in lots, zero or at least the pair's minimum."""
    lots = pair.lots(decimal(text, name))
    if lots is None:
        raise invalid(name)
    if lots > 0 and pair.volume(lots) < pair.ordermin:
        raise Refusal("EOrder:Order minimum not met")
    return lots


def price(text: str, pair: Pair, name: str = "price") -> int:
    """An absolute price in ticks."""
    if not text:
        raise invalid(name)
    value = decimal(text, name)
    if value <= 0:
        raise Refusal("EOrder:Invalid price")
    decimals = -int(value.normalize().as_tuple().exponent)
    if decimals > pair.pair_decimals:
        raise Refusal(f"EOrder:Invalid price:{pair.altname} price can only be specified up to "
                      f"{pair.pair_decimals} decimals.")  # fmt: skip
    ticks = pair.ticks(value)
    if value % pair.tick_size or ticks is None:
        raise Refusal("EOrder:Tick size check failed")
    return ticks


def relative(text: str, pair: Pair, base: int, *, away: int, name: str = "price") -> int:
    """A price in ticks that may lean on another: `+` above `base`, `-` below, `#` on the side `away` (1 or
    -1); with `%` in percent of it.
    """
    if text[:1] not in {"+", "-", "#"}:
        return price(text, pair, name)
    sign = {"+": 1, "-": -1, "#": away}[text[0]]
    return _positive(base + sign * distance(text[1:], pair, base, name))


def distance(text: str, pair: Pair, base: int, name: str) -> int:
    """How far in ticks, absolute or in percent of `base`."""
    percent = text.endswith("%")
    value = decimal(text.removesuffix("%"), name)
    if percent:
        return round(base * value / _HUNDRED)
    ticks = pair.ticks(value)
    if ticks is None:
        raise Refusal("EOrder:Invalid price")
    return ticks


def _positive(ticks: int) -> int:
    if ticks <= 0:
        raise Refusal("EOrder:Invalid price")
    return ticks


def leverage(params: Mapping[str, str], pair: Pair, side: str) -> int:
    """The ratio, 0 for none."""
    text = params.get("leverage", "none").lower()
    if text in {"", "none", "0"}:
        return 0
    allowed = pair.leverage_buy if side == "buy" else pair.leverage_sell
    number = text.removesuffix(":1")
    if not number.isascii() or not number.isdigit() or int(number) not in allowed:
        raise invalid("leverage")
    return int(number)


def lifetime(params: Mapping[str, str], now_ns: int) -> tuple[str, int]:
    """Time in force and the instant of expiry, 0 for never."""
    tif = params.get("timeinforce", "GTC").upper() or "GTC"
    if tif not in {"GTC", "IOC", "GTD", "FOK"}:
        raise invalid("timeinforce")
    seconds, ahead = _moment(params, "expiretm", now_ns)
    if seconds == 0:
        if tif == "GTD":
            raise invalid("expiretm")
        return tif, 0
    # an absolute instant is checked leniently: only what has passed, or is more than a month away, is refused
    if ahead <= 0 or (params["expiretm"].startswith("+") and seconds < 5):
        raise invalid("expiretm")
    return ("GTD" if tif == "GTC" else tif), now_ns + ahead


def start(params: Mapping[str, str], now_ns: int) -> int:
    """The instant an order enters the book, 0 for at once."""
    seconds, ahead = _moment(params, "starttm", now_ns)
    return now_ns + ahead if seconds and ahead > 0 else 0


def _moment(params: Mapping[str, str], name: str, now_ns: int) -> tuple[int, int]:
    """The number given, and how many nanoseconds ahead it lies."""
    text = params.get(name, "0") or "0"
    digits = text.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise invalid(name)
    ahead = int(digits) * NS_PER_SECOND - (0 if text.startswith("+") else now_ns)
    if ahead > _MONTH_SECONDS * NS_PER_SECOND:
        raise invalid(name)
    return int(digits), ahead


def client_id(params: Mapping[str, str]) -> str | None:
    """cl_ord_id: a UUID, or up to 18 characters; not together with userref."""
    text = params.get("cl_ord_id")
    if not text:
        return None
    if params.get("userref") or not (_UUID.fullmatch(text) or _SHORT.fullmatch(text)):
        raise invalid("cl_ord_id")
    return text


def user_reference(params: Mapping[str, str]) -> int | None:
    """userref: a signed 32-bit number."""
    text = params.get("userref")
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not -(2**31) <= int(text) < 2**31:
        raise invalid("userref")
    return int(text)


def check_deadline(params: Mapping[str, str], now_ns: int) -> None:
    """Refuses what came too late."""
    text = params.get("deadline")
    if not text:
        return
    deadline = rfc3339_ns(text)
    if deadline is None or deadline > now_ns + _DEADLINE_NS:
        raise invalid("deadline")
    if deadline <= now_ns:
        raise Refusal("EService:Deadline elapsed")


def rfc3339_ns(text: str) -> int | None:
    """Nanoseconds since 1970 of an RFC3339 instant, or None when it is not one."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    whole, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(
            whole.upper().replace(" ", "T") + ("+00:00" if zone in "Zz" else zone)
        )
    except ValueError:
        return None
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return int(seconds) * NS_PER_SECOND + int((fraction or "0").ljust(9, "0"))
