"""A backtest as plain values, for a screen: the kept histories, one run, its figures and its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.history import History
from tui_bot.backtest.library import open_history
from tui_bot.backtest.listed import rules_of
from tui_bot.backtest.look_ahead import LookAheadError
from tui_bot.backtest.preview import history_of
from tui_bot.backtest.report import facts, words
from tui_bot.backtest.report.facts import Fact
from tui_bot.backtest.result import Result
from tui_bot.backtest.run import backtest
from tui_bot.backtest.statistics import statistics
from tui_bot.backtest.store.kept import Kept, all_kept
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot

#: A run is drawn from no more columns than this; a screen puts some of them together.
MOST = 960

#: Told what is being done, how much of it is done, and of how much.
Report = Callable[[str, int, int], None]

Span = tuple[float, float, float, float]


class RefusedError(Exception):
    """There is no run; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """Some candles together: first, highest, lowest and last price, the same of the account, and how many
    orders were filled there."""

    price: Span
    equity: Span
    bought: int
    sold: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One run: what was run over what, in words, its figures, and its columns, oldest first."""

    title: str
    setting: str
    verdict: str
    notes: tuple[str, ...]
    money: tuple[Fact, ...]
    trading: tuple[Fact, ...]
    columns: tuple[Column, ...]


def offers(state_dir: Path | None) -> tuple[tuple[str, str], ...]:
    """The histories kept beside the state: the name of each, and a few words of it."""
    return tuple((kept.name, _brief(kept)) for kept in all_kept(state_dir)) if state_dir is not None else ()


def run(snap: Snapshot, settings: BotSettings, name: str, state_dir: Path | None, report: Report) -> Shown:
    """Run settings, guards included, over a kept history, over the snapshot's candles if ``name`` is empty.

    The fee is the account's where the pair is the bot's, else the dearest of the pair. Raises RefusedError.
    """
    said: list[str] = []
    try:
        history = _kept(name, state_dir, said, report) if name else _on_screen(snap, settings)
        if len(history) < settings.strategy.warmup:
            raise RefusedError(
                f"{len(history):,} candles are too few for a period of {settings.strategy.period}: "
                f"it takes {settings.strategy.warmup}"
            )
        if history.pair != settings.pair:
            said.append(
                f"{history.pair} is not the bot's pair: its size and slope are those of {settings.pair}"
            )
        adapted = replace(settings, pair=history.pair, interval=history.interval)
        # No compiled pass: to compile it would hold up the bot, which lives in the same process.
        result = backtest(
            history, adapted, _terms(snap, adapted, history), engine="numpy",
            progress=lambda done, of: report("running", done, of),
        )  # fmt: skip
        return _shown(history, result, tuple(said))
    except (HistoryError, LookAheadError, ValueError, OSError) as error:
        raise RefusedError(str(error)) from error


def columns(history: History, result: Result) -> tuple[Column, ...]:
    """At most ``MOST`` of them, every peak and bottom kept."""
    count = len(history)
    if not count or result.equity is None:
        return ()
    edges = np.unique(np.linspace(0, count, min(count, MOST) + 1).astype(np.int64))[:-1]
    tick, money = float(history.tick), float(result.terms.money)
    prices = _spans(edges, (history.open, history.high, history.low, history.close), tick)
    before = np.concatenate((np.array([result.start], dtype=result.equity.dtype), result.equity[:-1]))
    high, low = np.maximum(before, result.equity), np.minimum(before, result.equity)
    accounts = _spans(edges, (before, high, low, result.equity), money)
    trades, closed = result.trades, result.trades.closed
    ends = trades.last[:closed]
    bought = np.concatenate((trades.first[trades.side > 0], ends[trades.side[:closed] < 0]))
    sold = np.concatenate((trades.first[trades.side < 0], ends[trades.side[:closed] > 0]))
    found = zip(prices, accounts, _counts(edges, bought), _counts(edges, sold), strict=True)
    return tuple(Column(*each) for each in found)


def _spans(edges: NDArray[np.int64], four: tuple[NDArray[Any], ...], unit: float) -> list[Span]:
    first, high, low, last = four
    lasts = np.append(edges[1:], len(last)) - 1
    found = (first[edges], np.maximum.reduceat(high, edges), np.minimum.reduceat(low, edges), last[lasts])
    return [
        (float(opened), float(highest), float(lowest), float(closed))
        for opened, highest, lowest, closed in zip(
            *((part.astype(np.float64) * unit) for part in found), strict=True
        )
    ]


def _counts(edges: NDArray[np.int64], places: NDArray[Any]) -> list[int]:
    owners = edges.searchsorted(places.astype(np.int64), "right") - 1
    return [int(each) for each in np.bincount(owners, minlength=len(edges))]


def _shown(history: History, result: Result, said: tuple[str, ...]) -> Shown:
    figures = statistics(history, result)
    return Shown(
        title=facts.title(history, result),
        setting=facts.setting(result),
        verdict=facts.verdict(result, figures),
        notes=(*said, *result.notes),
        money=facts.money_facts(result, figures),
        trading=facts.trade_facts(figures),
        columns=columns(history, result),
    )


def _kept(name: str, state_dir: Path | None, said: list[str], report: Report) -> History:
    if state_dir is None:
        raise RefusedError("no state folder: no history is kept")
    return open_history(
        name, state_dir, progress=lambda done, of: report("reading", done, of), tell=said.append
    )


def _on_screen(snap: Snapshot, settings: BotSettings) -> History:
    if snap.rules is None or not snap.candles:
        raise RefusedError("no candles on the screen yet; choose a kept history with the arrows")
    return history_of(snap.candles, settings, snap.rules)


def _terms(snap: Snapshot, settings: BotSettings, history: History) -> Terms:
    if snap.rules is not None and history.pair == snap.settings.pair:
        return replace(Terms.of(settings, snap.rules, taker_fee=snap.fee_rate), tick=history.tick)
    return Terms.of(settings, rules_of(history.pair, history.tick)[0])


def _brief(kept: Kept) -> str:
    if kept.head is None:
        return "damaged"
    return f"{kept.head.pair} {words.interval(kept.head.interval)}"
