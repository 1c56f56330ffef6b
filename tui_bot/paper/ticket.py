"""An order as asked for: AddOrder's parameters read and checked for form (Kraken API Center, AddOrder)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tui_bot.paper import terms
from tui_bot.paper.instruments import Pair, find_pair
from tui_bot.paper.refusal import Refusal, invalid

STOPS = frozenset({"stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit"})
TRAILING = frozenset({"trailing-stop", "trailing-stop-limit"})
LIMITS = frozenset({"limit", "iceberg"})
MARKETS = frozenset({"market", "stop-loss", "take-profit", "trailing-stop"})
_ORDERTYPES = frozenset({"market", "settle-position"}) | LIMITS | STOPS | TRAILING
_CLOSING_TYPES = LIMITS | STOPS | TRAILING
_FLAGS = frozenset({"post", "fcib", "fciq", "nompp", "viqc"})
_STP_TYPES = frozenset({"cancel-newest", "cancel-oldest", "cancel-both"})
_MOST_SLICES = 15  # an iceberg shows at least a fifteenth


@dataclass(frozen=True, slots=True)
class Ticket:
    """A well-formed order. Prices in ticks, 0 for none; `lots` 0 asks for what closes the position."""

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
    stop: int = 0
    trail: int = 0
    trail_limit: int = 0
    trigger: str = ""
    display: int = 0
    start_ns: int = 0
    close: str = ""
    misc: str = ""
    refid: str | None = None
    stptype: str = "cancel-newest"


@dataclass(frozen=True, slots=True)
class Prices:
    """What `price` and `price2` mean for an order type."""

    limit: int = 0
    stop: int = 0
    trail: int = 0
    trail_limit: int = 0


def read_ticket(
    params: Mapping[str, str], now_ns: int, listed: tuple[Pair, ...], last: Mapping[str, int]
) -> Ticket:
    """The order the parameters ask for; `last` are the last prices by pair id. Raises Refusal in Kraken's
    words.
    """
    ordertype = terms.one_of(params, "ordertype", _ORDERTYPES)
    side = terms.one_of(params, "type", frozenset({"buy", "sell"}))
    if "pair" not in params:
        raise invalid("pair")
    pair = find_pair(params["pair"], listed)
    if pair is None:
        raise Refusal("EQuery:Unknown asset pair")
    terms.check_deadline(params, now_ns)
    leverage = terms.leverage(params, pair, side)
    reduce_only = terms.flag(params, "reduce_only")
    if reduce_only and not leverage:
        raise invalid("reduce_only")
    if ordertype == "settle-position" and not leverage:
        raise invalid("leverage")
    flags = _flags(params, ordertype, side, leverage)
    post_only = "post" in flags
    tif, expire_ns = terms.lifetime(params, now_ns)
    if post_only and tif in {"IOC", "FOK"}:
        raise invalid("timeinforce")
    stptype = terms.one_of({"stptype": "cancel-newest", **params}, "stptype", _STP_TYPES)
    at = last.get(pair.id, 0)
    lots = _lots(params, pair, at, in_quote="viqc" in flags)
    if lots == 0 and not leverage:
        raise invalid("volume")
    prices = read_prices(params, pair, side, ordertype, at)
    return Ticket(
        pair=pair,
        side=side,
        ordertype=ordertype,
        lots=lots,
        price=prices.limit,
        leverage=leverage,
        reduce_only=reduce_only,
        post_only=post_only,
        oflags=",".join(
            (*(word for word in ("post", "viqc") if word in flags), "fcib" if "fcib" in flags else "fciq")
        ),
        timeinforce=tif,
        expire_ns=expire_ns,
        cl_ord_id=terms.client_id(params),
        userref=terms.user_reference(params),
        validate=terms.flag(params, "validate"),
        stop=prices.stop,
        trail=prices.trail,
        trail_limit=prices.trail_limit,
        trigger=_trigger(params, ordertype),
        display=_display(params, pair, ordertype, lots),
        start_ns=terms.start(params, now_ns),
        close=_close(params, pair, side),
        stptype=stptype,
    )


def read_prices(params: Mapping[str, str], pair: Pair, side: str, ordertype: str, last: int) -> Prices:
    """`price` and `price2` of an order type; relative ones lean on the last price. Raises Refusal."""
    text, second = params.get("price", ""), params.get("price2", "")
    buying = side == "buy"
    if ordertype in LIMITS:
        return Prices(limit=terms.relative(text, pair, last, away=-1 if buying else 1))
    if ordertype in STOPS:
        away = (1 if buying else -1) * (1 if ordertype.startswith("stop") else -1)
        stop = terms.relative(text, pair, last, away=away)
        if not ordertype.endswith("-limit"):
            return Prices(stop=stop)
        return Prices(
            limit=terms.relative(second, pair, stop, away=1 if buying else -1, name="price2"), stop=stop
        )
    if ordertype in TRAILING:
        if not text.startswith("+"):
            raise invalid("price")
        trail = terms.distance(text[1:], pair, last, "price")
        stop = last + (trail if buying else -trail)
        if trail <= 0 or stop <= 0:
            raise Refusal("EOrder:Invalid price")
        return Prices(stop=stop, trail=trail, trail_limit=_trail_limit(second, pair, stop, ordertype, buying))
    return Prices()


def _trail_limit(text: str, pair: Pair, stop: int, ordertype: str, buying: bool) -> int:
    """Ticks from where a trailing stop fires to its limit."""
    if ordertype == "trailing-stop":
        return 0
    if text[:1] not in {"+", "-", "#"}:
        raise invalid("price2")
    # 0 says that there is no limit, so a limit right at the trigger is put a tick beyond it
    side = 1 if buying else -1
    return terms.relative(text, pair, stop, away=side, name="price2") - stop or side


def _flags(params: Mapping[str, str], ordertype: str, side: str, leverage: int) -> list[str]:
    flags = [word.strip() for word in params.get("oflags", "").split(",") if word.strip()]
    wrong = not _FLAGS.issuperset(flags) or {"fcib", "fciq"} <= set(flags)
    if "post" in flags and ordertype not in LIMITS | {"stop-loss-limit", "take-profit-limit"}:
        wrong = True
    if "viqc" in flags and (ordertype != "market" or side != "buy" or leverage):
        wrong = True
    if wrong:
        raise invalid("oflags")
    return flags


def _lots(params: Mapping[str, str], pair: Pair, last: int, *, in_quote: bool) -> int:
    text = params.get("volume", "")
    if not in_quote:
        return terms.volume(text, pair)
    if not last:
        raise Refusal("EService:Unavailable")
    # a cost of 10 ** (price decimals + lot decimals) is one tick times one lot
    scale = pair.pair_decimals + pair.lot_decimals
    lots = int(terms.decimal(text, "volume").scaleb(scale)) // last
    if pair.volume(lots) < pair.ordermin:
        raise Refusal("EOrder:Order minimum not met")
    return lots


def _trigger(params: Mapping[str, str], ordertype: str) -> str:
    if ordertype not in STOPS | TRAILING:
        return ""
    return terms.one_of({"trigger": "last", **params}, "trigger", frozenset({"last", "index"}))


def _display(params: Mapping[str, str], pair: Pair, ordertype: str, lots: int) -> int:
    text = params.get("displayvol", "")
    if ordertype != "iceberg":
        return 0
    display = terms.volume(text, pair, "displayvol")
    if not lots <= display * _MOST_SLICES or display > lots:
        raise invalid("displayvol")
    return display


def _close(params: Mapping[str, str], pair: Pair, side: str) -> str:
    """The terms of a conditional close as JSON, its prices checked; empty without one."""
    wanted = {
        name.removeprefix("close[").removesuffix("]"): value
        for name, value in params.items()
        if name.startswith("close[") and value
    }
    if not wanted:
        return ""
    if params.get("cl_ord_id"):
        raise invalid("cl_ord_id")
    if wanted.get("ordertype") not in _CLOSING_TYPES:
        raise invalid("close[ordertype]")
    opposite = "sell" if side == "buy" else "buy"
    any_price = 10 ** (pair.pair_decimals + 6)
    read_prices(wanted, pair, opposite, wanted["ordertype"], any_price)
    return json.dumps(wanted)
