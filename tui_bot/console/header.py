"""The top line: mode, pair, price, spread, age of the feed, run state, age of the last decision."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.presets import NEED
from tui_bot.console.rows import EMPTY, Row, choose, row, spread, width_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Until
from tui_bot.engine.snapshot import Phase, Snapshot


def header_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row, with less in it where there is less room."""
    badge = mode_badge(view)
    if view.snap is None:
        return [(*badge, ("  waiting for the engine", "dim"))]
    snap = view.snap
    state = (*run_state(view, snap), *override_left(view, snap))
    price = (("  ", "text"), *price_words(view, snap))
    spread_long, spread_short = _spread(view, snap)
    feed = (("  ", "text"), *feed_words(view))
    proxy = row((proxy_of(view).replace("http://", " "), "warn"))
    decided = row(("  decided ", "dim"), (_ago(view), "dim"))
    close = row(("  next close ", "dim"), (words.countdown(view.closes_in_ms), "text"))
    rights = (
        (*state, *decided, *close, (" ", "text")),
        (*state, *decided, (" ", "text")),
        (*state, (" ", "text")),
        (*run_state(view, snap), (" ", "text")),
    )
    lefts = (
        (*badge, *proxy, *price, *_book(view, snap), *spread_long, *feed, *_source(snap)),
        (*badge, *proxy, *price, *spread_long, *feed),
        (*badge, *price, *spread_short, *feed),
        (*badge, *price, *feed),
        (*badge, *price),
    )
    room = width - 2
    pairs = [(lefts[0], rights[0]), (lefts[1], rights[0]), *((left, rights[1]) for left in lefts[1:4])]
    pairs += [(left, rights[2]) for left in lefts[2:5]]
    pairs += [(lefts[3], rights[3]), (lefts[4], rights[3])]
    for left, right in pairs:
        if width_of(left) + width_of(right) <= room:
            return [spread(left, right, width)]
    return [spread(badge, rights[3], width)]


def mode_badge(view: View) -> Row:
    """The mode's word on its colour, a blank before it; whether orders are real, and a proxy on the way."""
    name = view.mode.upper() or "?"
    badge: Row = ((" ", "text"), (f" {name} ", f"{words.mode_ink(view.mode)} bold reverse"))
    if view.snap is not None and view.snap.settings.validate:
        badge += ((" VALIDATE ", "warn bold reverse"),)
    return (*badge, (" PROXY", "warn bold")) if proxy_of(view) else badge


def proxy_of(view: View) -> str:
    """The proxy on the way to Kraken, empty where there is none."""
    return view.setting("network.proxy", "") if view.mode.lower() in ("live", "paper") else ""


def price_words(view: View, snap: Snapshot) -> Row:
    """Pair and price, with the price's age where it is stale."""
    name = snap.rules.name if snap.rules else snap.settings.pair
    glyph = words.arrow(view.trend) if view.trend else " "
    ink = "stale" if view.is_stale else words.ink_of(view.trend)
    price = words.number(view.price, view.decimals)
    head = ((f"{name} ", "text bold"), (glyph, ink), (price, f"{ink} bold"))
    return (*head, (" STALE", "stale bold")) if view.is_stale else head


def feed_words(view: View) -> Row:
    """The dot and the age of the market."""
    heard = view.feed_age_ms
    ink = "stale bold" if view.is_stale else "ok"
    return ((("○" if view.is_stale else "●"), ink), (words.age(heard), ink if view.is_stale else "dim"))


def run_state(view: View, snap: Snapshot) -> Row:
    """RUN, PAUSED, HALTED with a glyph; what the engine does before and after; an override."""
    if view.pulse is Pulse.DEAD:
        return (("■ DEAD", "alarm bold reverse"),)
    if view.pulse is Pulse.SILENT:
        return (("○ SILENT", "alarm bold reverse"),)
    if snap.phase is not Phase.READY:
        return ((f"○ {snap.phase.value.upper()}", "warn bold"),)
    run = snap.run.run
    state: Row = ((f"{words.RUN_GLYPH[run]} {run.value}", words.RUN_INK[run]),)
    return (*state, (" +", "dim"), ("MANUAL", "warn bold")) if snap.override is not None else state


def override_left(view: View, snap: Snapshot) -> Row:
    """How long the bot still keeps its hands off, counted down where candles count it."""
    override = snap.override
    if override is None:
        return EMPTY
    left = words.override(override)
    if override.contract.until is Until.CANDLES and view.closes_in_ms is not None:
        ms = view.closes_in_ms + (override.left - 1) * snap.settings.interval * 1000
        left = f"{left}, {words.countdown(ms)}"
    return ((f" {left}", "warn"),)


def _ago(view: View) -> str:
    ago = view.decided_ago_ms
    return "never" if ago is None else f"{words.countdown(ago)} ago"


def _spread(view: View, snap: Snapshot) -> tuple[Row, Row]:
    quote = snap.quote
    if quote is None or quote.mid <= 0:
        return (("  spread ?", "dim"),), EMPTY
    gap = quote.ask - quote.bid
    points = f"{words.number(gap / quote.mid * 10_000, 1)}bp"
    absolute = words.number(gap, view.decimals)
    return row(("  spread ", "dim"), (f"{absolute} ({points})", "text")), ((f"  {points}", "dim"),)


def _book(view: View, snap: Snapshot) -> Row:
    if snap.quote is None:
        return EMPTY
    bid, ask = words.number(snap.quote.bid, view.decimals), words.number(snap.quote.ask, view.decimals)
    return ("  bid ", "dim"), (bid, "text"), ("  ask ", "dim"), (ask, "text")


def _source(snap: Snapshot) -> Row:
    offset = snap.clock_offset_ms
    clock = words.UNKNOWN if offset is None else f"{offset / 1000:+.2f}s".replace("-", words.MINUS)
    account = snap.feed.account
    apart = account != snap.feed.source and snap.feed.account_since_ms is not None
    return row(
        (f" {snap.feed.source}", "dim"),
        (f", account {account}" if apart else "", "warn"),
        (f"  clock {clock}", "dim"),
    )


def small_rows(view: View, width: int, height: int) -> list[Row]:
    """The page for a window that is too small: what is needed, and what must not be missed."""
    lines: list[Row] = [((f"too small: need {NEED[0]}x{NEED[1]}", "warn bold"),)]
    if view.snap is None:
        return [*lines, mode_badge(view)][:height]
    position = view.snap.position
    price, rate = view.exit_price, view.snap.fee_rate
    gain = None if price is None else position.net(price, rate, view.now_ms)
    net = "?" if gain is None or position.is_flat else "~" + words.signed(gain, 2)
    lines = [
        (*mode_badge(view)[1:], (" ", "text"), *run_state(view, view.snap)),
        ((f"{position.word} {words.volume(abs(position.size))}", f"{words.ink_of(position.size)} bold"),),
        (("P&L ", "dim"), (f"{net} net", words.ink_of(gain)))
        if not position.is_flat
        else (("P&L none open", "dim"),),
        choose(width, price_words(view, view.snap), price_words(view, view.snap)[1:]),
        *lines,
    ]
    return lines[:height]
