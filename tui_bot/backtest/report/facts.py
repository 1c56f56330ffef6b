"""The figures of a run in words, one list for every form of the report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.backtest.history import History
from tui_bot.backtest.report import words
from tui_bot.backtest.result import Result
from tui_bot.backtest.statistics import Statistics
from tui_bot.strategy.sma_slope import Ties


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure: ``tone`` is ``good``, ``bad`` or empty, by sign; ``more`` is what explains it."""

    name: str
    value: str
    tone: str = ""
    more: str = ""


def title(history: History, result: Result) -> str:
    """What was run over what."""
    days = (result.end - result.begin) / 86_400
    holes = (
        f", {history.holes:,} holes {'filled flat' if history.filled else 'kept'}" if history.holes else ""
    )
    return (
        f"{result.pair} {words.interval(result.interval)}  {words.day(result.begin)} → "
        f"{words.day(max(result.begin, result.end - 1))}  {days:,.1f} days, {result.candles:,} candles{holes}"
    )


def setting(result: Result) -> str:
    """The rule and the terms of trade."""
    rule, terms = result.rule, result.terms
    parts = [f"SMA {rule.period}"]
    if rule.min_slope:
        parts.append(f"slope beyond {rule.min_slope.normalize():f}")
    if rule.ties is not Ties.STRICT:
        parts.append(f"ties {rule.ties.value}")
    parts.append(f"long/short x{terms.leverage}" if terms.can_short else "spot, long/flat")
    parts.append(f"stake {terms.stake.normalize():f}")
    parts.append(f"fee {words.percent(float(terms.taker_fee))}")
    parts.append(terms.fills.value)
    if terms.against:
        parts.append(f"{terms.against} ticks against")
    return " · ".join(parts)


def money_facts(result: Result, figures: Statistics) -> tuple[Fact, ...]:
    """What it brought."""
    cash, fall, worst = result.terms.cash, figures.drawdown, figures.worst_day
    back = f"back {words.day(fall.back)}" if fall.back else "not back"
    return (
        _won("net", figures.net, _of(figures.net, cash)),
        _won("gross", figures.gross),
        Fact("fees", words.amount(figures.fees), "", f"turnover {words.amount(figures.turnover, 0)}"),
        _won("buy and hold", figures.hold.net, f"{words.percent(figures.hold.share, signed=True)} of it"),
        Fact("drawdown", words.amount(-fall.depth), "bad" if fall.depth else "", words.percent(-fall.share)),
        Fact("  fell", f"{words.day(fall.peak)} → {words.day(fall.bottom)}" if fall.depth else "never"),
        Fact("  below a peak", words.span(fall.length_s), "", f"at longest; {back}" if fall.depth else ""),
        _won("worst day", worst.net, words.day(worst.day)) if worst else Fact("worst day", "none lost"),
        Fact("exposure", words.percent(figures.exposure, 1), "", "of the time"),
    )


def trade_facts(figures: Statistics) -> tuple[Fact, ...]:
    """How it traded."""
    still = "1 open" if figures.open else ""
    return (
        Fact("trades", f"{figures.trades:,}", "", still),
        Fact("won", words.percent(figures.win_rate, 1), "", f"{figures.won:,}"),
        Fact("profit factor", words.ratio(figures.profit_factor), _tone(figures.profit_factor, 1.0)),
        Fact("average hold", words.span(figures.average_hold_s)),
        Fact("flips a day", f"{figures.flips_a_day:,.1f}"),
        Fact("cost a day", words.amount(figures.cost_a_day), "", _stake(figures.cost_of_stake)),
        Fact("break-even", words.percent(figures.break_even), "", "a trade has to move"),
        Fact("Sharpe", words.ratio(figures.sharpe), _tone(figures.sharpe, 0.0), "daily, a year"),
        Fact("Sortino", words.ratio(figures.sortino), _tone(figures.sortino, 0.0), "daily, a year"),
    )


def verdict(result: Result, figures: Statistics) -> str:
    """The sentence to take away."""
    fees, gross, hold = (
        words.amount(figures.fees),
        words.change(figures.gross),
        words.change(figures.hold.net),
    )
    if figures.used_up is not None:
        return (
            f"The account was used up on {words.day(figures.used_up)}; what follows could not have happened."
        )
    if not len(result.trades):
        return "Nothing was traded: the average never turned as the rule asks."
    if figures.net > 0 and figures.net >= figures.hold.net:
        return f"On these candles it made more than buying once and keeping it ({hold})."
    if figures.net > 0:
        return f"It made money, but buying once and keeping it made more: {hold}."
    if figures.gross > 0:
        return f"The moves brought {gross}, the fees took {fees}: it trades too often for what it finds."
    return f"It lost before fees ({gross}), and fees took {fees} more."


def _won(name: str, value: Decimal, more: str = "") -> Fact:
    return Fact(name, words.change(value), "good" if value > 0 else "bad" if value < 0 else "", more)


def _tone(value: float | None, middle: float) -> str:
    return "" if value is None or value == middle else "good" if value > middle else "bad"


def _of(value: Decimal, cash: Decimal) -> str:
    return f"{words.percent(float(value / cash), signed=True)} of {words.amount(cash, 0)}" if cash else ""


def _stake(share: float | None) -> str:
    return "" if share is None else f"{words.percent(share, 1)} of the stake"
