"""Which mode a backtest takes, and that it says why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.bots import wide_bot
from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest import run as running
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.look_ahead import LookAheadError
from tui_bot.backtest.result import Result
from tui_bot.backtest.run import backtest
from tui_bot.backtest.terms import Fills
from tui_bot.backtest.walk import Inexpressible

HISTORY, RULE = random_history(42, 400), random_rule(3)
TERMS = random_terms(6, leverage=2, stake=Decimal("0.001"), fills=Fills.NEXT_OPEN, slippage=0)
BOT = wide_bot(HISTORY, RULE, TERMS)


def test_without_guards_that_bite_it_is_fast_and_the_same() -> None:
    fast = backtest(HISTORY, BOT, TERMS)
    assert (fast.mode, fast.notes) == ("fast", ())
    assert len(fast.trades) > 20
    assert backtest(HISTORY, BOT, TERMS, "event").difference(fast) == ""


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"orders_per_hour": 1}, "orders/hour"),
        ({"orders_per_day": 2}, "orders/day"),
        ({"daily_loss": Decimal("0.05")}, "daily loss"),
        ({"max_notional": Decimal(1)}, "order value"),
        ({"max_position": Decimal("0.0001")}, "position"),
    ],
)
def test_a_guard_that_bites_bites_in_both_modes(limits: dict[str, Any], name: str) -> None:
    settings = replace(BOT, limits=replace(BOT.limits, **limits))
    fast = backtest(HISTORY, settings, TERMS)
    assert fast.mode == "fast"
    assert name in fast.notes[0]
    assert fast.blocked > 0
    assert len(fast.trades) < len(run_fast(HISTORY, RULE, TERMS).trades)
    event = backtest(HISTORY, settings, TERMS, "event")
    assert event.difference(fast) == ""
    assert event.notes == fast.notes


def test_guards_that_are_there_but_never_bite_leave_it_fast() -> None:
    limits = replace(BOT.limits, daily_loss=Decimal(1000), orders_per_day=1000, orders_per_hour=60)
    settings = replace(BOT, limits=limits)
    fast = backtest(HISTORY, settings, TERMS)
    assert fast.mode == "fast"
    assert backtest(HISTORY, settings, TERMS, "event").same_as(fast)


def test_a_wide_spread_meets_the_collar() -> None:
    terms = replace(TERMS, fills=Fills.SPREAD, half_spread=600)
    settings = replace(BOT, limits=replace(BOT.limits, collar=Decimal("0.02")))
    result = backtest(HISTORY, settings, terms)
    assert "collar" in result.notes[0]
    assert any("held back: collar" in note for note in result.notes)


def test_a_stop_is_followed_candle_by_candle_and_at_once() -> None:
    settings, terms = replace(BOT, stop_loss=Decimal("0.0005")), replace(TERMS, cost_minimum=Decimal(0))
    fast = backtest(HISTORY, settings, terms)
    assert (fast.mode, fast.notes) == ("fast", ())
    assert backtest(HISTORY, settings, terms, "event").difference(fast) == ""
    assert len(fast.trades) > 0
    assert fast.difference(run_fast(HISTORY, RULE, terms))


def test_a_profit_that_the_bot_takes_itself_is_followed_by_the_bot() -> None:
    spot = replace(TERMS, leverage=0)
    settings = replace(BOT, leverage=0, stop_loss=Decimal("0.001"), take_profit=Decimal("0.002"))
    result = backtest(HISTORY, settings, spot)
    assert (result.mode, "take-profit beside a stop on spot" in result.notes[0]) == ("event", True)
    with pytest.raises(Inexpressible, match="take-profit"):
        backtest(HISTORY, settings, spot, "fast")


def test_history_and_settings_must_go_together() -> None:
    with pytest.raises(ValueError, match="set interval"):
        backtest(replace(HISTORY, interval=HISTORY.interval * 2), BOT, TERMS)
    with pytest.raises(ValueError, match="validate_only"):
        backtest(HISTORY, replace(BOT, validate=True), TERMS)


def test_every_run_is_checked_for_look_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    def peeking(history: History, **asked: Any) -> Result:
        result = run_fast(history, **asked)
        assert result.equity is not None
        return replace(result, equity=result.equity + int(history.close[-1]))

    monkeypatch.setattr(running, "run_fast", peeking)
    with pytest.raises(LookAheadError):
        backtest(HISTORY, BOT, TERMS)


@pytest.mark.parametrize("mode", ["fast", "event"])
def test_progress_is_told(mode: Any) -> None:
    told: list[tuple[int, int]] = []
    settings = replace(BOT, limits=replace(BOT.limits, orders_per_hour=1))
    backtest(HISTORY, settings, TERMS, mode, progress=lambda done, whole: told.append((done, whole)))
    assert told[0][0] == 0
    assert told[0][1] in (len(HISTORY), run_fast(HISTORY, RULE, TERMS).signals)
