"""Why the newest candle was traded or not: every number that led there."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.records import DecisionMade, Note, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import plain
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Decision


def why_rows(view: View) -> list[Row]:
    """From the closes to the outcome."""
    snap = view.snap
    if snap is None or snap.decision is None:
        return [(("no candle was judged yet", "dim"),)]
    decision = snap.decision
    made = _record(snap)
    return [
        *_candle(view, snap, decision),
        EMPTY,
        *_averages(decision, view.decimals),
        EMPTY,
        row(
            ("verdict     ", "dim"),
            (decision.verdict.name, "text bold"),
            (f"  {sanitise(decision.reason)}", "text"),
        ),
        *_outcome(snap, made),
        *_resent(snap, decision),
        EMPTY,
        *_guards(snap, made),
    ]


def _candle(view: View, snap: Snapshot, decision: Decision) -> list[Row]:
    length = snap.settings.interval * 1000
    begin = decision.candle * 1000
    lines = [
        row(
            ("candle      ", "dim"),
            (f"{words.time_of(begin)} to {words.time_of(begin + length)} UTC", "text"),
            (f"   close {words.number(decision.close, view.decimals)}", "text bold"),
        )
    ]
    closes = [candle for candle in snap.candles if candle.begin <= decision.candle][-(decision.period + 2) :]
    if len(closes) > decision.period:
        old = closes[-1 - decision.period]
        lines.append(
            row(
                ("leaves      ", "dim"),
                (f"close of {words.time_of(old.begin * 1000)} ", "text"),
                (words.number(old.close, view.decimals), "text"),
                ("  newest minus this ", "dim"),
                (
                    words.signed(decision.close - old.close, view.decimals),
                    words.ink_of(decision.close - old.close),
                ),
            )
        )
    newest = "  ".join(words.number(candle.close, view.decimals) for candle in closes[-3:])
    return [*lines, row(("closes      ", "dim"), (f"… {newest}", "text"))]


def _averages(decision: Decision, decimals: int) -> list[Row]:
    lines = []
    for name, total, average in zip(
        ("two before", "one before", "newest"), decision.sums, decision.averages, strict=False
    ):
        lines.append(
            row(
                (f"{name:<11} ", "dim"),
                (f"sum {plain(total)}", "text"),
                (f" / {decision.period} = ", "dim"),
                (words.number(average, decimals + 3), "text bold"),
            )
        )
    for name, step in zip(("step then", "step now"), decision.slopes, strict=False):
        slope: Decimal = step / decision.period
        lines.append(
            row(
                (f"{name:<11} ", "dim"),
                (f"{words.arrow(step)} ", words.ink_of(step)),
                (f"{words.signed(slope, decimals + 3)} a candle", "text"),
            )
        )
    return lines


def _record(snap: Snapshot) -> Record | None:
    return next((record for record in reversed(snap.log) if isinstance(record.body, DecisionMade)), None)


def _outcome(snap: Snapshot, record: Record | None) -> list[Row]:
    if record is None or not isinstance(record.body, DecisionMade):
        return [row(("outcome     ", "dim"), ("not in the log any more", "dim"))]
    made = record.body
    note = f"  {sanitise(made.note)}" if made.note else ""
    return [
        row(("outcome     ", "dim"), (made.outcome.value.upper(), "text bold"), (note, "text")),
        row(
            ("target      ", "dim"),
            (f"{words.holding(made.target)} {words.volume(abs(made.target))}", "text"),
            ("   held ", "dim"),
            (f"{words.holding(snap.position.size)} {words.volume(abs(snap.position.size))}", "text"),
        ),
        row(("settings    ", "dim"), (sanitise(made.settings, 40), "dim")),
    ]


def _resent(snap: Snapshot, decision: Decision) -> list[Row]:
    """What became of the one more attempt that the person allows, if it came to that."""
    signal = candle_signal(snap.settings.pair, snap.settings.interval, decision.candle)
    notes = (record.body for record in reversed(snap.log) if isinstance(record.body, Note))
    told = next((note.text for note in notes if note.facts.get("resend") == signal), "")
    return [row(("resend      ", "dim"), (sanitise(told), "warn"))] if told else []


def _guards(snap: Snapshot, record: Record | None) -> list[Row]:
    blocks = record.body.blocks if record is not None and isinstance(record.body, DecisionMade) else ()
    lines: list[Row] = [((("guards that said no" if blocks else "guards as they stand now"), "title"),)]
    for reading in blocks or snap.guards:
        verdict = ("ok    ", "ok") if reading.ok else ("BLOCK ", "alarm bold")
        advice = f" → {sanitise(reading.advice)}" if reading.advice else ""
        lines.append(row(verdict, (sanitise(reading.sentence), "text"), (advice, "warn")))
    return lines
