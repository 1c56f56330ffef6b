"""The running candle, whatever it says and whenever, changes no decision and no order (F47)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import BEGIN, MINUTE, candle, candles, random_closes, settings
from tests.support.venue import Venue
from tui_bot.engine.events import CandleForming
from tui_bot.engine.records import DecisionMade
from tui_bot.market.candle import Candle
from tui_bot.strategy.sma_slope import SmaSlope

HISTORY = 12
SOON = 5  # candles that are played

prices = st.one_of(
    st.decimals("0.1", "200000", places=1),
    st.sampled_from([Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity")]),
)
formings = st.builds(
    Candle,
    begin=st.one_of(
        st.integers(HISTORY - 3, HISTORY + SOON + 3).map(lambda minute: BEGIN + minute * MINUTE),
        st.integers(BEGIN, BEGIN + 2 * HISTORY * MINUTE),
    ),
    open=prices,
    high=prices,
    low=prices,
    close=prices,
    volume=prices,
    trades=st.integers(-1, 50),
)
believable = st.builds(
    lambda minute, price, trades: replace(candle(minute, price), trades=trades),
    st.integers(HISTORY - 2, HISTORY + SOON + 2),
    st.decimals("1", "200000", places=1),
    st.integers(0, 50),
)


def told(seed: int, noise: list[list[Candle]]) -> tuple[list[object], list[object], object]:
    """Decisions, orders and position of a bot that hears these running candles before each close."""
    closes = list(random_closes(seed, HISTORY + SOON))
    venue = Venue(settings(strategy=SmaSlope(3)), history=candles(closes[:HISTORY]))
    venue.start()
    for minute, running in enumerate(noise, HISTORY):
        for forming in running:
            venue.play(CandleForming(venue.now_ms, forming))
        venue.close(candle(minute, closes[minute]))
        for forming in running[:1]:
            venue.play(CandleForming(venue.now_ms, forming))
    decisions = [body for body in venue.kept if isinstance(body, DecisionMade)]
    return list(decisions), list(venue.sent), venue.bot.state.position


@given(
    st.integers(0, 10_000),
    st.lists(st.lists(st.one_of(formings, believable), max_size=6), min_size=SOON, max_size=SOON),
)
def test_f47_no_running_candle_changes_a_decision_or_an_order(seed: int, noise: list[list[Candle]]) -> None:
    assert told(seed, noise) == told(seed, [[] for _ in noise])


def test_the_bot_of_this_test_does_trade() -> None:
    assert sum(len(told(seed, [[]] * SOON)[1]) for seed in range(20)) > 10
