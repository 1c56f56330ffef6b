"""An order as asked for: AddOrder's parameters read and checked for form (Kraken API Center, AddOrder)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.instruments import Pair, find_pair
from tui_bot.paper.refusal import Refusal, invalid

_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_SHORT = re.compile(r"[!-~]{1,18}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
_ORDERTYPES = frozenset({"market", "limit", "settle-position"})
_FLAGS = frozenset({"post", "fcib", "fciq", "nompp"})
_MONTH_SECONDS = 31 * 86_400
_DEADLINE_NS = 60 * NS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Ticket:
    """A well-formed order. `price` in ticks, 0 for none; `lots` 0 asks for what closes the position."""

    pair: Pair
    side: str
    ordertype: str
    lots: int
    price: int
    leverage: int = 0
    reduce_only: bool = False
    post_only: bool = False
    oflags: str = "fciq"
    timeinforce: str = "GTC"
    expire_ns: int = 0
    cl_ord_id: str | None = None
    userref: int | None = None
    validate: bool = False


def flag(params: Mapping[str, str], name: str) -> bool:
    """A boolean parameter; missing is false. Raises Refusal on other words than true and false."""
    text = params.get(name, "").lower()
    if text in {"", "false", "0"}:
        return False
    if text in {"true", "1"}:
        return True
    raise invalid(name)


def read_ticket(params: Mapping[str, str], now_ns: int, listed: tuple[Pair, ...]) -> Ticket:
    """The order the parameters ask for. Raises Refusal in Kraken's words."""
    ordertype = _one_of(params, "ordertype", _ORDERTYPES)
    side = _one_of(params, "type", frozenset({"buy", "sell"}))
    if "pair" not in params:
        raise invalid("pair")
    pair = find_pair(params["pair"], listed)
    if pair is None:
        raise Refusal("EQuery:Unknown asset pair")
    _check_deadline(params, now_ns)
    leverage = _leverage(params, pair, side)
    reduce_only = flag(params, "reduce_only")
    if reduce_only and not leverage:
        raise invalid("reduce_only")
    if ordertype == "settle-position" and not leverage:
        raise invalid("leverage")
    flags = [word.strip() for word in params.get("oflags", "").split(",") if word.strip()]
    post_only = "post" in flags
    if not _FLAGS.issuperset(flags) or {"fcib", "fciq"} <= set(flags) or (post_only and ordertype != "limit"):
        raise invalid("oflags")
    tif, expire_ns = _lifetime(params, now_ns)
    if post_only and tif in {"IOC", "FOK"}:
        raise invalid("timeinforce")
    lots = _lots(params, pair)
    if lots == 0 and not leverage:
        raise invalid("volume")
    return Ticket(
        pair=pair,
        side=side,
        ordertype=ordertype,
        lots=lots,
        price=_price(params, pair) if ordertype == "limit" else 0,
        leverage=leverage,
        reduce_only=reduce_only,
        post_only=post_only,
        oflags="post,fciq" if post_only else "fciq",
        timeinforce=tif,
        expire_ns=expire_ns,
        cl_ord_id=_cl_ord_id(params),
        userref=_userref(params),
        validate=flag(params, "validate"),
    )


def _one_of(params: Mapping[str, str], name: str, words: frozenset[str]) -> str:
    word = params.get(name, "")
    if word not in words:
        raise invalid(name)
    return word


def _decimal(text: str, name: str) -> Decimal:
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise invalid(name)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise invalid(name) from None


def _lots(params: Mapping[str, str], pair: Pair) -> int:
    lots = pair.lots(_decimal(params.get("volume", ""), "volume"))
    if lots is None:
        raise invalid("volume")
    if lots > 0 and pair.volume(lots) < pair.ordermin:
        raise Refusal("EOrder:Order minimum not met")
    return lots


def _price(params: Mapping[str, str], pair: Pair) -> int:
    text = params.get("price", "")
    if not text:
        raise invalid("price")
    price = _decimal(text, "price")
    if price <= 0:
        raise Refusal("EOrder:Invalid price")
    decimals = -int(price.normalize().as_tuple().exponent)
    if decimals > pair.pair_decimals:
        raise Refusal(f"EOrder:Invalid price:{pair.altname} price can only be specified up to "
                      f"{pair.pair_decimals} decimals.")  # fmt: skip
    if price % pair.tick_size:
        raise Refusal("EOrder:Tick size check failed")
    ticks = pair.ticks(price)
    if ticks is None:
        raise Refusal("EOrder:Tick size check failed")
    return ticks


def _leverage(params: Mapping[str, str], pair: Pair, side: str) -> int:
    text = params.get("leverage", "none").lower()
    if text in {"", "none", "0"}:
        return 0
    allowed = pair.leverage_buy if side == "buy" else pair.leverage_sell
    number = text.removesuffix(":1")
    if not number.isascii() or not number.isdigit() or int(number) not in allowed:
        raise invalid("leverage")
    return int(number)


def _lifetime(params: Mapping[str, str], now_ns: int) -> tuple[str, int]:
    tif = params.get("timeinforce", "GTC").upper() or "GTC"
    if tif not in {"GTC", "IOC", "GTD", "FOK"}:
        raise invalid("timeinforce")
    text = params.get("expiretm", "0") or "0"
    digits = text.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise invalid("expiretm")
    seconds = int(digits)
    if seconds == 0:
        if tif == "GTD":
            raise invalid("expiretm")
        return tif, 0
    ahead = seconds * NS_PER_SECOND - (0 if text.startswith("+") else now_ns)
    # an absolute instant is checked leniently: only what has passed, or is more than a month away, is refused
    if ahead <= 0 or ahead > _MONTH_SECONDS * NS_PER_SECOND or (text.startswith("+") and seconds < 5):
        raise invalid("expiretm")
    return ("GTD" if tif == "GTC" else tif), now_ns + ahead


def _cl_ord_id(params: Mapping[str, str]) -> str | None:
    text = params.get("cl_ord_id")
    if not text:
        return None
    if "userref" in params or not (_UUID.fullmatch(text) or _SHORT.fullmatch(text)):
        raise invalid("cl_ord_id")
    return text


def _userref(params: Mapping[str, str]) -> int | None:
    text = params.get("userref")
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not -(2**31) <= int(text) < 2**31:
        raise invalid("userref")
    return int(text)


def _check_deadline(params: Mapping[str, str], now_ns: int) -> None:
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
