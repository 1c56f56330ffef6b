"""The figures of a run, against sums made by hand and against loops in plain Python."""

from __future__ import annotations

import statistics as plain
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backtest.runs import TERMS, history_of, run
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.statistics import DAY_S, daily, drawdown, sharpe, sortino, statistics

D = Decimal


def test_a_run_by_hand() -> None:
    """A long that ends where it began, a short that loses a unit, a long still open that is two units up."""
    history = history_of([1000, 990, 980, 970, 1000, 1020, 1030, 1000, 990, 1010, 1030])
    result = run(history, Rule(2))
    figures = statistics(history, result)
    trades = [(trade.side.sign, trade.entry, trade.exit, trade.net) for trade in result.each()]
    assert trades == [
        (1, D("100.0"), D("100.0"), D("-0.2250")),  # two fees of 0.1, 0.025 for the margin
        (-1, D("100.0"), D("101.0"), D("-1.2110")),  # 0.1, 0.101, 0.01
        (1, D("101.0"), None, D("1.8737")),  # 0.101, 0.0253: no exit yet
    ]
    assert (figures.trades, figures.open, figures.won, figures.win_rate) == (2, True, 0, 0.0)
    assert (figures.net, figures.fees, figures.gross) == (D("0.4377"), D("0.5623"), D("1.0000"))
    assert (figures.profit_factor, figures.exposure, figures.average_hold_s) == (0.0, 6 / 11, 150.0)
    assert figures.hold.net == D("103.0") - D("100.0") - D("0.1")
    assert figures.drawdown.depth == D("2.875") + D("1.335")
    assert figures.worst_day is None


def test_shares_and_days() -> None:
    history = history_of([1000, 1010] * 2000)
    result = run(history, Rule(3))
    figures = statistics(history, result)
    trades = list(result.each())
    ended = [trade for trade in trades if trade.left is not None]
    won = [trade for trade in ended if trade.net > 0]
    lost = [trade for trade in ended if trade.net < 0]
    assert (figures.trades, figures.won) == (len(ended), len(won))
    assert figures.win_rate == len(won) / len(ended)
    if lost:
        assert figures.profit_factor == pytest.approx(
            float(sum(trade.net for trade in won)) / -float(sum(trade.net for trade in lost))
        )
    assert figures.days == 4000 / 1440
    assert figures.flips_a_day == len(trades) / figures.days
    assert figures.exposure == sum(trade.bars for trade in trades) / 4000
    assert figures.average_hold_s == pytest.approx(
        plain.fmean(trade.left - trade.entered for trade in ended if trade.left is not None)
    )


def test_no_trade_is_no_figure() -> None:
    history = history_of([1000] * 50)
    figures = statistics(history, run(history, Rule(5)))
    assert not figures.trades
    assert not figures.net
    assert not figures.drawdown.depth
    assert figures.win_rate is figures.profit_factor is figures.average_hold_s is figures.sharpe is None
    assert figures.worst_day is None


def test_without_marks_there_are_no_figures() -> None:
    history = history_of([1000] * 50)
    with pytest.raises(ValueError, match="no equity"):
        statistics(history, replace(run(history, Rule(5)), equity=None))


def test_an_account_that_is_used_up_says_when() -> None:
    history = history_of([1000, 1100] * 400)
    result = run(history, Rule(3), replace(TERMS, taker_fee=D("0.01")))
    assert result.equity is not None
    figures = statistics(history, replace(result, equity=result.equity - result.equity[300]))
    assert figures.used_up is not None
    assert history.begin[0] < figures.used_up <= history.end


def test_a_mark_at_midnight_closes_the_day_before() -> None:
    begin = np.array([DAY_S - 120, DAY_S - 60, DAY_S, 2 * DAY_S - 60])
    days = daily(begin, 60, np.array([100, 110, 99, 121]), 100)
    assert days.number.tolist() == [0, 1]
    assert days.change.tolist() == [10, 11]
    assert days.returns.tolist() == [0.1, 0.1]


def test_sharpe_and_sortino_of_known_returns() -> None:
    returns = [0.01, -0.02, 0.03, 0.0]
    mean, root = plain.fmean(returns), 365**0.5
    assert sharpe(np.array(returns)) == pytest.approx(mean / plain.stdev(returns) * root)
    assert sortino(np.array(returns)) == pytest.approx(mean / (0.0004 / 4) ** 0.5 * root)
    assert sharpe(np.array([0.01])) is sharpe(np.array([0.01, 0.01])) is sortino(np.array([0.1, 0.2])) is None


@given(st.lists(st.integers(-400, 400), min_size=2, max_size=60))
def test_the_deepest_fall_is_that_of_a_loop(steps: list[int]) -> None:
    history = history_of([1000] * len(steps))
    marks = np.cumsum(np.array(steps)) + 10_000
    result = replace(run(history, Rule(5)), equity=marks, start=10_000)
    peak, deepest, share = 10_000, 0, 0.0
    for mark in marks.tolist():
        peak = max(peak, mark)
        if peak - mark > deepest:
            deepest, share = peak - mark, (peak - mark) / peak
    fall = drawdown(history, result)
    assert fall.depth == result.money(deepest)
    assert fall.share == pytest.approx(share)
    assert fall.peak <= fall.bottom
    assert fall.back is None or fall.back > fall.bottom


@given(st.lists(st.integers(-400, 400), min_size=2, max_size=60))
def test_the_longest_time_below_a_peak_is_that_of_a_loop(steps: list[int]) -> None:
    history = history_of([1000] * len(steps))
    marks = np.cumsum(np.array(steps)) + 10_000
    result = replace(run(history, Rule(5)), equity=marks, start=10_000)
    peak, since, longest = 10_000, result.begin, 0
    below = False
    for end, mark in zip((history.begin + 60).tolist(), marks.tolist(), strict=True):
        if mark >= peak:
            longest = max(longest, end - since) if below else longest
            peak, since, below = mark, end, False
        else:
            below = True
            longest = max(longest, end - since)
    assert drawdown(history, result).length_s == longest
