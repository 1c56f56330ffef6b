"""The line that says what is held where no panel does: size, entry, result, day, what rests."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.position import open_orders, read_ago, remains
from tui_bot.console.rows import Row, choose, row
from tui_bot.console.watch import View


def status_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row; shorter wordings where there is less room."""
    snap = view.snap
    if snap is None or (snap.account is None and snap.transport is None):
        return [row((" HELD  ", "title"), ("? not known yet: the exchange is being read", "dim"))]
    position, price = snap.position, view.exit_price
    held = row((" HELD  ", "title"), (position.word, f"{words.ink_of(position.size)} bold"))
    if not position.is_flat:
        net = None if price is None else position.net(price, snap.fee_rate, view.now_ms)
        held += row(
            (f" {words.volume(abs(position.size))}", "text bold"),
            (" @ ", "dim"),
            (words.number(position.average, view.decimals), "text"),
            ("  ~", words.ink_of(net)),
            (words.signed(net, 2), f"{words.ink_of(net)} bold"),
            (" net", "dim"),
            (" STALE" if view.is_stale else "", "stale bold"),
        )
    day = row(("  day ", "dim"), (words.signed(snap.day.net, 2), words.ink_of(snap.day.net)))
    resting = open_orders(snap)
    orders = ((f"  {resting or 'none'} resting", "text" if resting else "dim"),)
    dead = row(("  bot dies now → ", "dim"), (remains(snap), "text"))
    held = (*held, *read_ago(view))
    return [choose(width, (*held, *day, *orders, *dead), (*held, *day, *orders), (*held, *day), held)]
