"""What must not be overlooked: a dead or silent engine, a halt, an order of unknown fate."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.position import LATE, remains
from tui_bot.console.rows import Row, fit, wrap
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.guards import OPEN_STATUS
from tui_bot.engine.memory import Run
from tui_bot.engine.ports import NOT_LISTED
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.market.order import Order
from tui_bot.sanitise import sanitise

LOUD = "alarm bold reverse"

#: How many times its usual patience something may stay unheard before it is shouted.
MISSED = 6


def alarm(view: View) -> str:
    """The one thing to shout, empty when all is well."""
    if view.pulse is Pulse.DEAD:
        kept = "what it held is unknown" if view.snap is None else remains(view.snap)
        why = f" ({sanitise(view.trouble, 120)})" if view.trouble else ""
        said = "nothing trades, values are old; orders at the exchange stay"
        return f"the bot is DEAD{why}: {said}: {kept}; press {view.keymap.key('bot.quit')}"
    if view.pulse is Pulse.SILENT:
        return f"ENGINE SILENT {view.silent_s} s: what you see may be old"
    snap = view.snap
    if snap is None:
        return ""
    if snap.phase in (Phase.DEAD, Phase.STOPPED):
        why = sanitise(snap.trouble, 120) or "nothing trades"
        return f"the engine is {snap.phase.value.upper()}: {why}; press {view.keymap.key('bot.quit')}"
    if count := len(lost_orders(view)):
        head = "UNKNOWN ORDER" if count == 1 else f"{count} UNKNOWN ORDERS"
        fate = "may or may not be at the exchange; no new order until that is known"
        return f"{head}: {fate} · {view.keymap.way('trade.settle')} settles it{next_look(view, snap)}"
    if snap.flatten_cut_off:
        ways = f"{view.keymap.way('trade.flatten')} resumes it, {view.keymap.way('trade.release')} hands back"
        return f"FLATTEN CUT OFF when the bot stopped, not resumed by itself: {remains(snap)} · {ways}"
    if snap.run.run is Run.HALTED:
        ago = words.age(view.now_ms - snap.run.since_ms)
        resume = f"{view.keymap.way('bot.pause')} resumes once the cause is gone"
        return f"HALTED {ago} ago: {sanitise(snap.run.reason, 160)} · {resume}"
    if snap.circumstances is not None and snap.circumstances.journal_trouble:
        return sanitise(snap.circumstances.journal_trouble, 160)
    return shut(snap) or unheard(view, snap)


#: What each of the exchange's states means for a person; an unknown word lets nothing through.
_STATES = {
    "maintenance": "in maintenance: neither orders nor cancels are taken",
    "cancel_only": "takes cancels only",
    "post_only": "takes resting orders only, no market orders",
    "limit_only": "takes limit orders only, no market orders",
    "reduce_only": "lets positions be closed, not opened",
    NOT_LISTED: "does not list it any more",
}


def shut(snap: Snapshot) -> str:
    """How far the exchange or the pair is not open for trading, and what that means for what is held."""
    pair = snap.rules.status if snap.rules is not None else OPEN_STATUS
    word = snap.system_status if snap.system_status not in (OPEN_STATUS, "?") else pair
    if word == OPEN_STATUS:
        return ""
    who = "KRAKEN" if word == snap.system_status else f"{snap.settings.pair}: Kraken"
    state = _STATES.get(word, f"says {sanitise(word, 30)}: nothing is ordered")
    if snap.position.is_flat or word == "reduce_only":
        return f"{who} {state}"
    held = f"{snap.position.word} {words.volume(abs(snap.position.size))}"
    return f"{who} {state}; your position ({held}) cannot be closed now"


def lost_orders(view: View) -> list[Order]:
    """The orders that are UNKNOWN (and not merely on their way), newest first."""
    orders = view.snap.orders if view.snap is not None else ()
    return [order for order in orders if words.STATE_WORD[order.state] == "UNKNOWN"]


def next_look(view: View, snap: Snapshot) -> str:
    """When an order of unknown fate is looked for again, empty where nobody looks."""
    if snap.next_look_ms is None:
        return ""
    left_ms = snap.next_look_ms - view.now_ms
    return f" · next look {words.countdown(left_ms)}" if left_ms > 0 else " · looking now"


def unheard(view: View, snap: Snapshot) -> str:
    """What has not been heard of the exchange for long, empty while all is fresh."""
    limits = snap.settings.limits
    feed_ms, patience = view.feed_age_ms, MISSED * limits.stale_after_ms
    if feed_ms is not None and feed_ms > patience:
        since = words.time_of(view.now_ms - feed_ms)
        return (
            f"EXCHANGE NOT HEARD for {words.age(feed_ms)}: prices and position are those of {since} UTC; "
            "nothing is opened until it is back"
        )
    return _unread(view, snap)


def _unread(view: View, snap: Snapshot) -> str:
    account_ms = view.now_ms - snap.account.at_ms if snap.account is not None else 0
    patience = LATE if snap.account_trouble else MISSED
    if account_ms <= patience * snap.settings.limits.reconcile_every_ms:
        return ""
    why = f" ({sanitise(snap.account_trouble, 110)})" if snap.account_trouble else ""
    return f"ACCOUNT NOT READ for {words.age(account_ms)}{why}: position and orders may be others by now"


def banner_rows(view: View, width: int, _height: int) -> list[Row]:
    """The alarm over the whole width; the stylesheet gives it two rows."""
    text = alarm(view)
    if not text:
        return []
    rows = wrap(((" ", LOUD),), ((text, LOUD),), width)
    return [tuple((span, LOUD) for span, _ in fit(line, width)) for line in rows[:3]]
