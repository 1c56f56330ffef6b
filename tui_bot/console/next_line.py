"""The sentence that says what the bot will do at the next close, or why it will not."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.rows import Row, choose, row
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.forecast import Forecast, forecast
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Side
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Verdict

HEAD = (" NEXT  ", "title")


def next_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row; shorter wordings where there is less room."""
    snap = view.snap
    if snap is None:
        starts = "the engine starts; nothing trades"
        return [
            choose(
                width, (HEAD, (f"{starts} before it has recovered", "dim")), (HEAD, (f"{starts} yet", "dim"))
            )
        ]
    if view.pulse is Pulse.DEAD:
        return [(HEAD, ("nothing: the bot is dead", "alarm bold"))]
    if snap.run.run is Run.HALTED:
        halted = (HEAD, ("HALTED ", "alarm bold"), (sanitise(snap.run.reason), "text"))
        resume = f" · {view.keymap.way('bot.pause')} resumes once it is cleared"
        return [choose(width, (*halted, (resume, "dim")), halted)]
    if (left := view.closes_in_ms) is not None and left < -snap.settings.limits.stale_after_ms:
        late = words.age(-left)
        full = f"nothing is decided: Kraken has not told the last close, {late} overdue"
        brief = f"nothing is decided: the last close is {late} overdue"
        return [choose(width, (HEAD, (full, "warn")), (HEAD, (brief, "warn")))]
    turn = forecast(snap)
    if turn is None:
        return [(HEAD, (f"no turn possible at this close: {snap.outlook.why or 'unknown'}", "dim"))]
    return [choose(width, *_sentences(view, snap, turn))]


def _sentences(view: View, snap: Snapshot, turn: Forecast) -> list[Row]:
    """From the fullest wording to the shortest."""
    beyond = "above" if turn.verdict is Verdict.BUY else "below"
    price = words.number(turn.price, view.decimals)
    away = ""
    if view.price:
        away = f" ({words.percent((turn.price - view.price) / view.price)})"
    left = words.countdown(view.closes_in_ms)
    then = outcome_words(snap, turn)
    rest = _otherwise(snap)
    condition = (f"close {beyond} ", "text"), (price, "flip bold")
    when = (" in ", "dim"), (left, "text bold")
    arrow = (" → ", "text")
    return [
        row(HEAD, *condition, (away, "text"), *when, arrow, *then, (f" · {rest}", "dim")),
        row(HEAD, *condition, (away, "text"), *when, arrow, *then),
        row(HEAD, *condition, *when, arrow, *then),
        row((" ", "text"), *condition, *when, arrow, *then),
    ]


def outcome_words(snap: Snapshot, turn: Forecast) -> Row:
    """What would follow a turn: an order, nothing, or why no order although one is wanted."""
    if turn.volume == 0:
        return ((f"nothing: already {words.holding(snap.position.size)}", "text"),)
    order = f"{turn.side.name} {words.volume(turn.volume)}"
    if turn.barred:
        return ((f"no {order}: ", "warn bold"), (_bar(snap, turn.barred), "warn"))
    ink = "up bold" if turn.side is Side.BUY else "down bold"
    return ((order, ink),)


def outcome_brief(snap: Snapshot, turn: Forecast) -> Row:
    """The same in two words, where there is no room for a reason."""
    if turn.volume == 0:
        return ((f"stays {words.holding(snap.position.size)}", "text"),)
    return ((f"no {turn.side.name}", "warn bold"),) if turn.barred else outcome_words(snap, turn)


def _bar(snap: Snapshot, barred: str) -> str:
    if snap.override is not None and barred == "manual override":
        return f"override, {words.override(snap.override)}"
    return barred


def _otherwise(snap: Snapshot) -> str:
    return f"else stay {words.holding(snap.position.size)}"
