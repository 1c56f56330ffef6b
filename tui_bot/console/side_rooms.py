"""The rooms a wide screen adds: the flip ladder, the guards with their numbers, what fees cost."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import Row, fit, row, rule
from tui_bot.console.watch import View
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Threshold, Verdict


def ladder_rows(view: View, width: int, height: int) -> list[Row]:
    """The closes at which the average turns, for this candle and the ones after it."""
    if view.snap is None:
        return [rule("flip ladder", width)]
    outlook = view.snap.outlook
    if outlook.next is None:
        return [rule("flip ladder", width), ((f" {outlook.why or 'unknown'}", "dim"),)]
    up = outlook.next.verdict is Verdict.BUY
    title = rule(f"flip ladder · close {'above' if up else 'below'} → {'up' if up else 'down'}", width)
    steps = (outlook.next, *outlook.ladder)[: max(height - 1, 0)]
    return [
        title,
        *(_step(view, place, step, view.snap.settings.interval) for place, step in enumerate(steps)),
    ]


def _step(view: View, ahead: int, step: Threshold, seconds: int) -> Row:
    name = "now" if ahead == 0 else f"+{words.interval(ahead * seconds)}"
    away = None if not view.price else (step.price - view.price) / view.price
    ink = "flip bold" if ahead == 0 else "text"
    return row(
        (f" {name:<6}", "dim"),
        (f"{words.number(step.price, view.decimals):>12}", ink),
        (f"  {words.percent(away):>8}", "dim"),
        (f"  at {words.time_of(step.begin * 1000 + seconds * 1000)}", "dim"),
    )


def guards_rows(view: View, width: int, height: int) -> list[Row]:
    """Each guard with what it measured, its limit, and its verdict in a word."""
    lines = [rule("guards", width)]
    if view.snap is None:
        return lines
    # Refusals first: they are never the ones that fall off the panel, nor is a verdict cut off.
    ordered = sorted(view.snap.guards, key=lambda reading: reading.ok)
    for reading in ordered[: max(height - 1, 0)]:
        verdict = ("ok ", "ok") if reading.ok else ("BLOCK ", "alarm bold")
        numbers = reading.value + (f" of {reading.limit}" if reading.limit else "")
        left = row((f" {sanitise(reading.name, 14):<14} ", "dim"), (sanitise(numbers, 60), "text"))
        lines.append((*fit(left, max(width - 1 - len(verdict[0]), 0)), (" ", "text"), verdict))
    if not view.snap.guards:
        lines.append(((" nothing measured yet", "dim"),))
    return lines


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
