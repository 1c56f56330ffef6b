"""Settings that are fine alone but not together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.config.scalar import text_of
from tui_bot.keymap.faults import faults
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from tui_bot.config.schema import Settings

#: Seconds until an order whose answer was lost can be proved absent: 5 that it may take to arrive, 90 that
#: Kraken's lists may lag behind, 10 between the two looks.
PROOF_S = 105

Contradiction = tuple[tuple[str, ...], str, str]


def contradictions(settings: Settings) -> tuple[Contradiction, ...]:
    """Each as (paths, what, remedy); the first path is to blame."""
    trading, limits = settings.trading, settings.limits
    found: list[Contradiction] = []
    if trading.leverage == 1:
        found.append((("trading.leverage",), "1 is no leverage", "use 0 (spot) or 2 to 10"))
    if trading.trade_size > limits.max_position:
        text = f"{text_of(trading.trade_size)} is above limits.max_position {text_of(limits.max_position)}"
        remedy = "make it smaller, or raise limits.max_position first"
        found.append((("trading.trade_size", "limits.max_position"), text, remedy))
    if trading.flip == "one order" and trading.leverage == 0:
        text = "one order flips only with leverage, and trading.leverage is 0"
        found.append(
            (("trading.flip", "trading.leverage"), text, 'use "two orders", or set trading.leverage')
        )
    if trading.resend == "once" and settings.interval * 60 <= PROOF_S:
        text = (
            f"once never comes to pass on {settings.interval}-minute candles: their signal is past before an "
            f"order can be proved absent, which takes {PROOF_S} s"
        )
        found.append((("trading.resend", "interval"), text, "use never, or candles of 5 minutes and more"))
    if settings.mode == "replay" and settings.replay.history is None:
        text = "mode replay needs a file to play"
        found.append((("replay.history", "mode"), text, "give the path of a history file"))
    for name in ("rest", "websocket"):
        if settings.mode == "paper" and getattr(settings.exchange, name) is not None:
            text = "mode paper trades in a box of ours only"
            remedy = "use null, or another mode; prices of another box come by paper.source_rest"
            found.append(((f"exchange.{name}", "mode"), text, remedy))
        if settings.mode == "live" and getattr(settings.exchange, name) is not None:
            text = "mode live trades at Kraken only"
            found.append(((f"exchange.{name}", "mode"), text, "use null, or another mode"))
    return (*found, *_keys(settings.ui.keys or ""))


def _keys(text: str) -> list[Contradiction]:
    """Keys that cannot be used, or are those of two actions."""
    return [
        ((f"ui.keys.{sanitise(name, 40)}", "ui.keys"), sanitise(what, 200), remedy)
        for name, what, remedy in faults(text)
    ]
