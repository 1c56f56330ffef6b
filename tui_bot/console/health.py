"""Whether the bot's loop lives and what it may still ask of the exchange: the health page. Pure."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.gauge import COSTS, Gauge
from tui_bot.engine.snapshot import Snapshot
from tui_bot.sanitise import sanitise

_BAR = 20

_PULSE = {
    Pulse.STARTING: ("○ starting", "warn"),
    Pulse.ALIVE: ("● alive", "ok bold"),
    Pulse.SILENT: ("○ SILENT", "alarm bold reverse"),
    Pulse.DEAD: ("■ DEAD", "alarm bold reverse"),
}


def health_rows(view: View) -> list[Row]:
    """The loop, the market, the account, both counters, the clock, the nonce."""
    snap = view.snap
    lines = [_loop(view)]
    if snap is None:
        return lines
    return [
        *lines,
        _decided(view),
        _market(view, snap),
        _account(view, snap),
        EMPTY,
        *_gauge(view, "api", snap.calls),
        *_gauge(view, "orders", snap.order_budget),
        EMPTY,
        _clock(snap),
        _nonce(view, snap),
        _journal(snap),
    ]


def _loop(view: View) -> Row:
    """The count of handled events proves it: it stands still when the loop does."""
    beats = "" if view.snap is None else f"{view.snap.beat:,} event{'s' * (view.snap.beat != 1)} handled"
    silent = f", the last {view.silent_s} s ago" if view.silent_s else ""
    return row(("bot loop   ", "dim"), _PULSE[view.pulse], (f"  {beats}{silent}", "text"))


def _decided(view: View) -> Row:
    ago = view.decided_ago_ms
    due = view.closes_in_ms
    said = "never" if ago is None else f"{words.countdown(ago)} ago"
    late = due is not None and due < 0
    then = (
        "?" if due is None else f"overdue {words.countdown(-due)}" if late else f"in {words.countdown(due)}"
    )
    return row(
        ("decision   ", "dim"),
        (f"last {said}", "text"),
        ("  next due ", "dim"),
        (then, "warn bold" if late else "text"),
    )


def _market(view: View, snap: Snapshot) -> Row:
    stale = view.is_stale
    return row(
        ("market     ", "dim"),
        (f"{'STALE ' if stale else ''}{words.age(view.feed_age_ms)} old", "stale bold" if stale else "text"),
        (f"  by {snap.feed.source}", "dim"),
        (f"  {sanitise(snap.feed.trouble, 80)}" if snap.feed.trouble else "", "warn"),
    )


def _account(view: View, snap: Snapshot) -> Row:
    read = words.UNKNOWN if snap.account is None else f"{words.age(view.now_ms - snap.account.at_ms)} ago"
    return row(
        ("account    ", "dim"),
        (f"read {read}", "text"),
        (f"  by {snap.feed.account}", "dim"),
        (f"  {sanitise(snap.account_trouble, 160)}" if snap.account_trouble else "", "alarm bold"),
    )


def _gauge(view: View, name: str, gauge: Gauge | None) -> list[Row]:
    """How full, how it empties, what the next one costs, what stays free, and when there is room again."""
    label = f"{name:<10} "
    if gauge is None:
        return [row((label, "dim"), ("? not counted yet", "dim"))]
    used, cost = gauge.used(view.now_ms), COSTS.get(gauge.name, 1.0)
    wait_ms = gauge.spare_in_ms(cost, view.now_ms)
    ink = "warn bold" if wait_ms else "ok"
    left = (f"  room again in {words.countdown(wait_ms)}", "warn bold") if wait_ms else ("  room now", "ok")
    return [
        row(
            (label, "dim"), *bar(used / gauge.limit, ink), (f"  {used:.1f} of {gauge.limit:g}", "text"), left
        ),
        row(
            (" " * len(label), "dim"),
            (f"next costs {cost:g}, {gauge.reserve:g} stay free, {gauge.decay:g} a second come back", "dim"),
        ),
    ]


def bar(part: float, ink: str) -> Row:
    """A gauge of twenty cells."""
    full = min(max(round(part * _BAR), 0), _BAR)
    return row(("▇" * full, ink), ("·" * (_BAR - full), "rule"))


def _clock(snap: Snapshot) -> Row:
    offset, limit = snap.clock_offset_ms, snap.settings.limits.max_clock_offset_ms
    if offset is None:
        return row(("clock      ", "dim"), ("? not measured yet", "warn"))
    off = f"{offset / 1000:+.2f} s".replace("-", words.MINUS)
    wrong = abs(offset) > limit
    return row(
        ("clock      ", "dim"),
        (f"{off} off", "alarm bold" if wrong else "text"),
        (f"  {limit / 1000:g} s bar entries", "dim"),
    )


def _nonce(view: View, snap: Snapshot) -> Row:
    """An answered private call has proved the key's nonce; that it is refused the exchange tells."""
    if "nonce" in snap.account_trouble.casefold():
        said = sanitise(snap.account_trouble, 120)
        return row(("nonce      ", "dim"), ("REFUSED: ", "alarm bold"), (said, "text"))
    if snap.account is None:
        return row(("nonce      ", "dim"), ("? no private call was answered yet", "warn"))
    ago = words.age(view.now_ms - snap.account.at_ms)
    return row(("nonce      ", "dim"), ("in order", "ok"), (f"  proved by a call {ago} ago", "dim"))


def _journal(snap: Snapshot) -> Row:
    trouble = snap.circumstances.journal_trouble if snap.circumstances else ""
    said = (sanitise(trouble, 120), "alarm bold") if trouble else ("writes", "ok")
    return row(("journal    ", "dim"), said)
