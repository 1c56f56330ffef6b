"""Numbers, ages and names as people read them. Pure; unknown is always ``?``."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.memory import Override, Run
from tui_bot.market.number import ZERO, plain, sign
from tui_bot.market.order import Intent, OrderState, Side

MINUS = "−"
UNKNOWN = "?"

RUN_GLYPH = {Run.RUN: "▶", Run.PAUSED: "‖", Run.HALTED: "■"}
RUN_INK = {Run.RUN: "ok", Run.PAUSED: "warn bold", Run.HALTED: "alarm bold reverse"}
SIDE_INK = {Side.BUY: "up", Side.SELL: "down"}

STATE_WORD = {
    OrderState.INTENT: "intent",
    OrderState.SENT: "sent",
    OrderState.OPEN: "resting",
    OrderState.PARTIAL: "partial",
    OrderState.CLOSED: "filled",
    OrderState.CANCELED: "canceled",
    OrderState.EXPIRED: "expired",
    OrderState.REJECTED: "REJECTED",
    OrderState.NOT_SENT: "not sent",
    OrderState.UNKNOWN: "UNKNOWN",
    OrderState.NOT_PLACED: "not placed",
    OrderState.HALTED_UNKNOWN: "UNKNOWN",
    OrderState.VALIDATED: "validated",
}


def number(value: Decimal | None, decimals: int) -> str:
    """``67,531.2``; a true minus in front of what is below zero."""
    if value is None or not value.is_finite():
        return UNKNOWN
    cut = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    text = f"{abs(cut):,f}"
    return MINUS + text if cut < 0 else text


def signed(value: Decimal | None, decimals: int) -> str:
    """``+1.20`` or ``−1.19``; zero has no sign."""
    text = number(value, decimals)
    return "+" + text if value is not None and text != UNKNOWN and value > 0 and text.strip("0.,") else text


def volume(value: Decimal | None) -> str:
    """A volume without idle zeros, but with at least four decimals: ``0.0010``."""
    if value is None or not value.is_finite():
        return UNKNOWN
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(4, -exponent if isinstance(exponent, int) else 4))


def percent(fraction: Decimal | None, decimals: int = 2) -> str:
    """``+0.54%`` of 0.0054."""
    return UNKNOWN if fraction is None else signed(fraction * 100, decimals) + "%"


def age(ms: int | None) -> str:
    """``0.4s``, ``23s``, ``14m``, ``3h05m``, ``2d4h``."""
    if ms is None:
        return UNKNOWN
    seconds = max(ms, 0) / 1000
    if seconds < 10:
        return f"{int(seconds * 10) / 10:.1f}s"
    if seconds < 100:
        return f"{int(seconds)}s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes}m"
    if minutes < 24 * 60:
        return f"{minutes // 60}h{minutes % 60:02d}m"
    return f"{minutes // 1440}d{minutes % 1440 // 60}h"


def countdown(ms: int | None) -> str:
    """``00:37``, or ``1:02:03`` beyond an hour; never below zero."""
    if ms is None:
        return UNKNOWN
    seconds = max(-(-ms // 1000), 0)
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes:02d}:{seconds:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def lasting(ms: int) -> str:
    """``90 s``, ``15 min``, ``1 h``, ``28 days``: a length of time that somebody chose."""
    for size, one, many in ((86_400_000, "day", "days"), (3_600_000, "h", "h"), (60_000, "min", "min")):
        if ms >= size and ms % size == 0:
            return f"{ms // size} {one if ms == size else many}"
    return f"{ms / 1000:g} s"


def latency(ms: int | None, rate: float) -> str:
    """``38ms`` of real time from exchange time that runs at ``rate``; ``?`` when it is not known."""
    if ms is None:
        return UNKNOWN
    real = max(ms, 0) / max(rate, 1)
    return f"{real:.0f}ms" if real < 10_000 else f"{real / 1000:.0f}s"


def time_of(ms: int, seconds: bool = False) -> str:
    """The UTC time of day."""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.strftime("%H:%M:%S" if seconds else "%H:%M")


def date_of(ms: int) -> str:
    """The UTC date, ``11-22``."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%m-%d")


def interval(seconds: int) -> str:
    """``1m``, ``4h``, ``1d``."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def arrow(value: Decimal | int | None) -> str:
    """``▲`` above zero, ``▼`` below, ``▬`` at zero, ``?`` unknown."""
    if value is None:
        return UNKNOWN
    return {1: "▲", -1: "▼", 0: "▬"}[sign(Decimal(value))]


def ink_of(value: Decimal | int | None) -> str:
    """The ink of a gain, a loss, or neither."""
    if value is None:
        return "dim"
    return {1: "up", -1: "down", 0: "text"}[sign(Decimal(value))]


def holding(size: Decimal) -> str:
    """``long``, ``short`` or ``flat``."""
    return {1: "long", -1: "short", 0: "flat"}[sign(size)]


def contract(value: Contract) -> str:
    """How long an override lasts."""
    if value.until is Until.CANDLES:
        return "for 1 candle" if value.candles == 1 else f"for {value.candles} candles"
    if value.until is Until.PRICE:
        return f"until {'above' if value.above else 'below'} {plain(value.price or ZERO)}"
    return "until the next signal" if value.until is Until.NEXT_SIGNAL else "until released"


def override(value: Override) -> str:
    """What is left of an override, when it ends."""
    if value.contract.until is Until.CANDLES:
        return f"{value.left} candle{'' if value.left == 1 else 's'} left"
    if value.contract.until is Until.PRICE:
        return contract(value.contract)
    return "to next signal" if value.contract.until is Until.NEXT_SIGNAL else "until released"


def digest(value: str) -> str:
    """The settings' name as people compare it: its first six digits."""
    return value[:6] or UNKNOWN


def _kind_of(mode: str) -> str:
    """The first word: ``paper (box)`` is a kind of paper."""
    return mode.lower().partition(" ")[0]


def play_money(mode: str) -> bool:
    """Whether a mode's name stands for money that is not real. Anything unheard of counts as real."""
    return _kind_of(mode) in ("demo", "paper", "replay", "fork")


def is_recorded(mode: str) -> bool:
    """Whether a mode's name stands for a recording that is shown, where nothing is traded."""
    return _kind_of(mode) in ("replay", "fork") and "(" in mode


def frame_of(mode: str) -> str:
    """Whose frame the screen wears; nothing is at stake before a mode is known, anything else is LIVE."""
    return "demo" if not mode else _kind_of(mode) if play_money(mode) else "live"


def mode_ink(mode: str) -> str:
    """The ink of a mode's badge; anything unheard of looks like LIVE."""
    if _kind_of(mode) == "fork":
        return "warn"
    if not mode:
        return "demo"
    return _kind_of(mode) if play_money(mode) else "live"


def money_words(mode: str) -> str:
    """Whose money a dialog is about; before a mode is known there is no exchange, and no money."""
    if not mode:
        return "nothing is traded yet"
    if is_recorded(mode):
        return f"{mode.upper()} · nothing is traded"
    return f"{mode.upper()} · play money" if play_money(mode) else f"{mode.upper()} · REAL MONEY"


def price_kind(intent: Intent, decimals: int, market: str, limit: str) -> str:
    """What an order asks of the price: ``market``, its limit, or the price that sets it off."""
    if intent.trigger is not None:
        name = "profit" if intent.takes_profit else "stop"
        return f"{name} {number(intent.trigger, decimals)}"
    return market if intent.price is None else f"{limit}{number(intent.price, decimals)}"
