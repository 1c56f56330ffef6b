"""One truth: the bot fed candle by candle, and fast mode over all of them at once, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from tests.support.bots import wide_bot
from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest.event import run_events
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.stops import Stops
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.walk import Inexpressible


def agree(history: History, rule: Rule, terms: Terms) -> Result:
    """What event mode finds, after fast mode has found the same or said that it cannot tell."""
    event = run_events(history, wide_bot(history, rule, terms), terms)
    try:
        fast = run_fast(history, rule, terms, engine="numpy")
    except Inexpressible:
        return event
    assert event.difference(fast) == ""
    return event


@pytest.mark.parametrize("block", range(10))
def test_both_modes_find_the_same(block: int) -> None:
    traded = 0
    for seed in range(block * 20, block * 20 + 20):
        traded += len(agree(random_history(seed), random_rule(seed), random_terms(seed)).trades)
    assert traded > 20


@pytest.mark.parametrize("block", range(10))
def test_both_modes_find_the_same_where_minimums_and_money_bite(block: int) -> None:
    traded = blocked = 0
    for seed in range(block * 20, block * 20 + 20):
        found = agree(random_history(seed), random_rule(seed), short_terms(seed))
        traded, blocked = traded + len(found.trades), blocked + found.blocked
    assert traded > 10
    assert blocked > 5


def short_terms(seed: int) -> Terms:
    """Money for about one trade of 1 to 3 dollars, and a minimum that prices around 2,000 come under."""
    chance = Random(seed + 1)
    return random_terms(
        seed,
        stake=Decimal("0.001"),
        cost_minimum=Decimal(chance.choice(("0.5", "1.98", "2.001"))),
        cash=Decimal(chance.choice(("2.1", "1.3", "4.2", "100"))),
    )


@pytest.mark.parametrize("block", range(10))
def test_both_modes_find_the_same_where_limits_bite(block: int) -> None:
    blocked = told = 0
    for seed in range(block * 20, block * 20 + 20):
        chance, history, rule = Random(seed), random_history(seed), random_rule(seed)
        terms = random_terms(seed, stake=Decimal("0.001"))
        usual = wide_bot(history, rule, terms)
        limits = replace(
            usual.limits,
            orders_per_hour=chance.choice((1, 2, 100)),
            orders_per_day=chance.choice((2, 5, 100)),
            daily_loss=Decimal(chance.choice(("0", "0.02", "0.2"))),
            max_notional=Decimal(chance.choice(("2", "2.1", "4.01", "100"))),
            max_position=Decimal(chance.choice(("0.001", "0.001", "0.0009"))),
            collar=Decimal(chance.choice(("0.0003", "0.5"))),
            exit_collar=Decimal(chance.choice(("0.0004", "0.5"))),
        )
        event = run_events(history, replace(usual, limits=limits), terms)
        fast = run_fast(history, rule, terms, engine="numpy", limits=limits)
        assert event.difference(fast) == ""
        assert event.notes == fast.notes
        blocked, told = blocked + event.blocked, told + len(event.notes)
    assert blocked > 20
    assert told > 5


@pytest.mark.parametrize("block", range(10))
def test_both_modes_find_the_same_where_stops_rest(block: int) -> None:
    stopped = told = 0
    for seed in range(block * 20, block * 20 + 20):
        chance, history, rule = Random(seed + 7), random_history(seed), random_rule(seed)
        terms = random_terms(seed, stake=Decimal("0.001"))
        usual = wide_bot(history, rule, terms)
        limits = replace(
            usual.limits,
            orders_per_day=chance.choice((2, 5, 100)),
            daily_loss=Decimal(chance.choice(("0", "0.02", "0.2"))),
            max_notional=Decimal(chance.choice(("2.1", "4.01", "100"))),
            exit_collar=Decimal(chance.choice(("0.0004", "0.5"))),
        )
        loss = Decimal(chance.choice(("0", "0.0003", "0.001", "0.01", "0.05")))
        profit = Decimal(chance.choice(("0", "0.0003", "0.002", "0.02")) if terms.leverage or not loss else 0)
        event = run_events(history, replace(usual, limits=limits, stop_loss=loss, take_profit=profit), terms)
        try:
            stops = Stops(loss, profit)
            fast = run_fast(history, rule, terms, engine="numpy", limits=limits, stops=stops)
        except Inexpressible:
            told += 1
            continue
        assert event.difference(fast) == ""
        assert event.notes == fast.notes
        stopped += len(fast.trades) if loss or profit else 0
    assert stopped > 5
    assert told < 10


def test_where_nothing_is_charged_the_loss_guard_reckons_with_the_fee_of_an_exit() -> None:
    history, rule = random_history(3208), random_rule(3208)
    terms = random_terms(
        3208, stake=Decimal("0.001"), cost_minimum=Decimal(0), taker_fee=Decimal(0), leverage=0
    )
    usual = wide_bot(history, rule, terms)
    limits = replace(usual.limits, daily_loss=Decimal("0.005"))
    event = run_events(history, replace(usual, limits=limits), terms)
    assert "daily loss 1" in event.notes[0]
    assert run_fast(history, rule, terms, limits=limits).difference(event) == ""
