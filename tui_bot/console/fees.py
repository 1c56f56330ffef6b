"""What fees cost: a round trip, and the move that pays for it."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import Row, row, rule
from tui_bot.console.watch import View


def fees_rows(view: View, width: int, _height: int) -> list[Row]:
    """What a round trip costs, as a part of the price and in money."""
    lines = [rule("fees", width)]
    if view.snap is None or view.price is None:
        return lines
    rate, size = view.snap.fee_rate, view.snap.settings.trade_size
    quote = view.snap.rules.quote_name if view.snap.rules else ""
    trip = size * view.price * rate * 2
    lines.append(
        row(
            (" taker ", "dim"),
            (words.percent(rate).lstrip("+"), "text"),
            (f"  a round trip ~{words.number(trip, 2)} {quote}", "dim"),
        )
    )
    move = 2 * rate / (1 - rate) if rate < 1 else Decimal(0)
    lines.append(
        row(
            (" a trade must move ", "dim"),
            (words.percent(move).lstrip("+"), "text"),
            (" to break even", "dim"),
        )
    )
    return lines
