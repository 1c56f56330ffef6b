"""The flip ladder: the closes at which the average turns, how far they are, and what the bot would do."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.empty import empty_rows
from tui_bot.console.next_line import outcome_brief, outcome_words
from tui_bot.console.rows import Row, choose, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.forecast import forecast
from tui_bot.engine.snapshot import Snapshot
from tui_bot.strategy.decision import Threshold, Verdict

#: From these widths on there is room for the times, for what would follow, and for whole sentences.
WITH_TIME, THEN, SENTENCES = 33, 40, 79


#: What a heading needs beside its title: the corner, a blank after it, the signs that there is more.
ROOM_FOR_SIGNS = 8


def ladder_rows(view: View, width: int, height: int) -> list[Row]:
    """The threshold of this candle and of those after it, as many as there is room for."""
    snap = view.snap
    heading = rule("flip ladder", width)
    if snap is None:
        return [heading, *empty_rows("ladder", view, width, height - 1)]
    outlook = snap.outlook
    if outlook.next is None:
        why = ((f" {outlook.why or 'unknown'}", "dim"),)
        return [heading, why, *empty_rows("ladder", view, width, height - 2)]
    up = outlook.next.verdict is Verdict.BUY
    turn = f"{'above' if up else 'below'} → {'up' if up else 'down'}"
    title = f"flip ladder · close {turn}"
    lines = [rule(title if len(title) + ROOM_FOR_SIGNS <= width else f"flip ladder · {turn}", width)]
    if width >= SENTENCES and height > 2:
        lines.append(
            row((" close    in    average turns at      away      spreads   what the bot would do", "dim"))
        )
    steps = (outlook.next, *outlook.ladder)[: max(height - len(lines), 0)]
    return lines + [_step(view, snap, ahead, step, width) for ahead, step in enumerate(steps)]


def _step(view: View, snap: Snapshot, ahead: int, step: Threshold, width: int) -> Row:
    seconds = snap.settings.interval
    name = "now" if ahead == 0 else f"+{words.interval(ahead * seconds)}"
    time = words.time_of((step.begin + seconds) * 1000)
    gap = None if view.price is None else step.price - view.price
    price = words.number(step.price, view.decimals), "flip bold" if ahead == 0 else "text"
    away = words.percent(gap / view.price if gap is not None and view.price else None)
    head = (f" {name:<5}", "dim"), (f"{price[0]:>11}", price[1]), (f" {away:>8}", "dim")
    if width < THEN:
        return row(*head, (f"  {time}" if width >= WITH_TIME else "", "dim"))
    turn = forecast(snap, ahead)
    then = outcome_words(snap, turn) if turn is not None else ()
    if width < SENTENCES:
        brief = outcome_brief(snap, turn) if turn is not None else ()
        return choose(width, row(*head, ("  ", "text"), *then), row(*head, ("  ", "text"), *brief))
    if turn is not None and turn.volume and not turn.barred:
        then += ((f"  {words.holding(snap.position.size)} → {words.holding(turn.target)}", "dim"),)
    return row(
        (f" {time}", "text"),
        (f" {name:>6}  ", "dim"),
        (f"{price[0]:>14}", price[1]),
        (f" {away:>10}", "text"),
        (f" {_spreads(snap, gap):>12}   ", "dim"),
        *then,
    )


def _spreads(snap: Snapshot, gap: Decimal | None) -> str:
    """The distance in spreads of the book: what it costs to cross it is the unit."""
    if snap.quote is None or gap is None or snap.quote.ask <= snap.quote.bid:
        return words.UNKNOWN
    return words.number(abs(gap) / (snap.quote.ask - snap.quote.bid), 0)
