"""What a panel says while it has nothing to show: what will stand there, and when."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, wrap
from tui_bot.console.watch import View

#: What will stand in each panel.
WHAT = {
    "chart": "Candles with their average, the flip price and the marks of fills.",
    "average": "the average, its step, and the time to the close",
    "position": "What is held, what it made net of fees, and what stays if the bot died.",
    "orders": "The bot's orders, newest first, each with its state and age.",
    "ladder": "The closes at which the average turns, for this candle and the ones after it.",
    "guards": "Each guard with what it measured, its limit, and its verdict.",
}


def empty_rows(panel: str, view: View, width: int, height: int) -> list[Row]:
    """The sentence in the rows there are for it."""
    said = ((f"{WHAT[panel]} {when(panel, view)}", "dim"),)
    return wrap(((" ", "dim"),), said, max(width - 1, 1))[: max(height, 0)] if width > 0 else [EMPTY]


def when(panel: str, view: View) -> str:
    """From when on there is something."""
    snap = view.snap
    if snap is None:
        return "It comes when the engine has started."
    close = "with the next close"
    if snap.next_close_ms is not None:
        close = f"with the close at {words.time_of(snap.next_close_ms)} UTC"
    if panel in ("position", "guards"):
        return "It comes as soon as the exchange has been read."
    if panel == "orders":
        if snap.account is None and snap.transport is None:
            return "They come as soon as the exchange has been read."
        buy, sell = view.keymap.way("trade.buy"), view.keymap.way("trade.sell")
        return f"None yet: the first comes with a signal, or by {buy} and {sell}."
    if panel == "ladder":
        lacking = snap.settings.strategy.period + 1 - len(snap.candles)
        return f"{lacking} more candles must close first." if lacking > 0 else f"It comes {close}."
    return "They come when the exchange has told its candles."
