"""What other settings would have made of the candles on the screen, beside those in effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.forecast import forecast
from tui_bot.engine.settings import BotSettings, Flip
from tui_bot.engine.snapshot import Snapshot
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope, Ties

if TYPE_CHECKING:
    from tui_bot.backtest.preview import Preview

#: The settings that the candles can be run again with.
PATHS = (
    "strategy.period",
    "strategy.min_slope",
    "strategy.ties",
    "trading.trade_size",
    "trading.leverage",
    "trading.flip",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both runs over the same candles, ``old`` with the settings in effect; or ``why`` there is none."""

    snap: Snapshot
    settings: BotSettings
    old: Preview | None
    new: Preview | None
    why: str = ""


def concerns(changes: Mapping[str, str]) -> bool:
    """Whether a change shows in such a run."""
    return any(path in PATHS for path in changes)


def compare(snap: Snapshot, changes: Mapping[str, str]) -> Comparison:
    """Run the candles of a snapshot twice. The changes must be good ones.

    It takes a few milliseconds, more the first time: not for the screen's own thread.
    """
    settings = changed(snap, changes)
    if snap.rules is None or len(snap.candles) < 3:
        return Comparison(snap, settings, None, None, "no candles yet")
    from tui_bot.backtest.preview import preview

    fee = snap.fee_rate or snap.rules.taker_rate
    try:
        old = preview(snap.candles, snap.settings, snap.rules, fee)
        new = preview(snap.candles, settings, snap.rules, fee)
    except ValueError as error:
        return Comparison(snap, settings, None, None, str(error))
    return Comparison(snap, settings, old, new)


def changed(snap: Snapshot, changes: Mapping[str, str]) -> BotSettings:
    """The engine's settings after the changes, as far as they show here."""
    before, texts = snap.settings, {path: text for path, text in changes.items() if path in PATHS}
    strategy = before.strategy
    after = SmaSlope(
        int(texts.get("strategy.period", strategy.period)),
        Decimal(texts.get("strategy.min_slope", strategy.min_slope)),
        Ties(texts.get("strategy.ties", strategy.ties)),
    )
    return replace(
        before,
        strategy=after if after != strategy else strategy,
        trade_size=Decimal(texts.get("trading.trade_size", before.trade_size)),
        leverage=int(texts.get("trading.leverage", before.leverage)),
        flip=Flip(texts.get("trading.flip", before.flip)),
    )


def brief_row(found: Comparison) -> Row:
    """One line: trades, fees, net, drawdown, each before and after."""
    old, new = found.old, found.new
    if old is None or new is None:
        return row(("what-if ", "title"), (f"? {found.why}", "dim"))
    return row(
        ("what-if ", "title"),
        (f"{span(found.snap)}: ", "dim"),
        (f"{old.trades} → ", "dim"),
        (f"{new.trades}", "text bold"),
        (" trades, fees ", "dim"),
        (f"{words.number(old.fees, 2)} → ", "dim"),
        (words.number(new.fees, 2), "text bold"),
        (", net ", "dim"),
        (f"{words.signed(old.net, 2)} → ", "dim"),
        (words.signed(new.net, 2), f"{words.ink_of(new.net)} bold"),
    )


def table_rows(found: Comparison, view: View) -> list[Row]:
    """Both runs side by side, and what would follow at the next close."""
    old, new = found.old, found.new
    if old is None or new is None:
        return [brief_row(found)]
    lines = [
        row((f"{'over the last ' + span(found.snap):<26}", "title"), (f"{'now':>12}{'then':>12}", "title"))
    ]
    for name, was, would, ink in (
        ("trades", str(old.trades), str(new.trades), "text"),
        ("fees", words.number(old.fees, 2), words.number(new.fees, 2), "text"),
        ("net result", words.signed(old.net, 2), words.signed(new.net, 2), words.ink_of(new.net)),
        ("deepest fall", words.number(old.drawdown, 2), words.number(new.drawdown, 2), "text"),
    ):
        lines.append(row((f"{name:<26}", "dim"), (f"{was:>12}", "text"), (f"{would:>12}", f"{ink} bold")))
    before, after = (
        next_words(found.snap, found.snap.settings, view),
        next_words(found.snap, found.settings, view),
    )
    return [
        *lines,
        EMPTY,
        row(("next close now  ", "dim"), (before, "text")),
        row(("next close then ", "dim"), (after, "text bold")),
        row(
            (
                "filled at the next open, every turn traded; guards, stops and what people did are left out",
                "dim",
            )
        ),
    ]


def next_words(snap: Snapshot, settings: BotSettings, view: View) -> str:
    """The sentence for the next close under these settings."""
    strategy = settings.strategy
    seen = replace(snap, settings=settings, outlook=strategy.outlook(snap.candles))
    turn = forecast(seen)
    if turn is None:
        return f"no turn possible: {seen.outlook.why or 'unknown'}"
    beyond = "above" if turn.verdict is Verdict.BUY else "below"
    away = f" ({words.percent((turn.price - view.price) / view.price)})" if view.price else ""
    then = f"{turn.side.name} {words.volume(turn.volume)}" if turn.volume else "nothing"
    barred = f", barred now: {turn.barred}" if turn.volume and turn.barred else ""
    return f"close {beyond} {words.number(turn.price, view.decimals)}{away} → {then}{barred}"


def span(snap: Snapshot) -> str:
    """How long the candles reach back, ``12h`` or ``45m``."""
    minutes = len(snap.candles) * snap.settings.interval // 60
    return (
        f"{minutes // 1440}d{minutes // 60 % 24}h"
        if minutes >= 2880
        else (f"{minutes // 60}h{minutes % 60:02d}m" if minutes >= 60 else f"{minutes}m")
    )
