"""From the person's settings to the engine's: the same numbers, and real time scaled by the market's rate."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from tui_bot.config.check import digest_of, settings_of
from tui_bot.config.contradictions import PROOF_S
from tui_bot.config.file import Loaded
from tui_bot.engine.looks import APART_MS
from tui_bot.engine.settings import Flip, Limits
from tui_bot.session.translate import LONGEST_DEADLINE_MS, VIEW_LAG_MS, bot_settings, edited
from tui_bot.strategy.sma_slope import Ties

#: What a network or a machine takes.
SCALED = (
    "stale_after_ms", "max_clock_offset_ms", "look_up_every_ms", "order_deadline_ms", "fresh_account_ms",
)  # fmt: skip


def loaded(**texts: str) -> Loaded:
    """Settings as if read from a file; ``trading__leverage`` stands for ``trading.leverage``."""
    settings = settings_of({name.replace("__", "."): text for name, text in texts.items()})
    return Loaded(settings, Path("config.yaml"), "", digest_of(settings))


def limits(rate: float, **texts: str) -> Limits:
    """The limits at a rate."""
    return bot_settings(loaded(**texts), rate).limits


def test_each_number_arrives_in_the_engine_s_unit() -> None:
    made = bot_settings(
        loaded(
            pair="ETH/USD",
            interval="5",
            strategy__period="7",
            strategy__min_slope="0.5",
            strategy__ties="carry",
            trading__trade_size="0.25",
            trading__leverage="3",
            trading__flip="one order",
            limits__max_position="0.5",
            limits__max_notional="1234.5",
            limits__orders_per_hour="9",
            limits__orders_per_day="40",
            limits__daily_loss="12.5",
            limits__collar_percent="1.5",
            limits__exit_collar_percent="4",
            limits__stale_after="8",
            limits__clock_offset="1.5",
        ),
        1,
    )
    assert (made.pair, made.interval, made.trade_size, made.leverage) == ("ETH/USD", 300, Decimal("0.25"), 3)
    assert made.flip is Flip.ONE_ORDER
    assert (made.strategy.period, made.strategy.min_slope) == (7, Decimal("0.5"))
    assert made.strategy.ties is Ties.CARRY
    found = made.limits
    assert (found.max_position, found.max_notional) == (Decimal("0.5"), Decimal("1234.5"))
    assert (found.collar, found.exit_collar) == (Decimal("0.015"), Decimal("0.04"))
    assert (found.orders_per_hour, found.stale_after_ms, found.max_clock_offset_ms) == (9, 8_000, 1_500)
    assert (found.orders_per_day, found.daily_loss) == (40, Decimal("12.5"))
    assert (found.decide_within_ms, found.order_deadline_ms) == (300_000, 5_000)


def test_what_takes_real_time_grows_with_the_rate() -> None:
    real, fast = limits(1), limits(10)
    for name in (
        "stale_after_ms",
        "max_clock_offset_ms",
        "look_up_every_ms",
        "order_deadline_ms",
        "fresh_account_ms",
    ):
        assert getattr(fast, name) == 10 * getattr(real, name)


def test_what_is_exchange_time_or_money_stays() -> None:
    real, fast = limits(1), limits(20)
    for field in fields(Limits):
        if field.name not in SCALED:
            assert getattr(fast, field.name) == getattr(real, field.name), field.name


def test_a_deadline_is_never_longer_than_the_exchange_allows() -> None:
    assert limits(5000).order_deadline_ms == LONGEST_DEADLINE_MS
    assert LONGEST_DEADLINE_MS <= 60_000 - 10_000  # our reading of its clock may be ahead


def test_an_order_s_absence_is_never_proved_sooner_than_the_views_may_lag() -> None:
    assert {limits(rate).view_lag_ms for rate in (1, 60, 5000)} == {VIEW_LAG_MS}


def test_a_slow_market_loosens_nothing() -> None:
    assert limits(0.1) == limits(1)


@pytest.mark.parametrize(("rate", "expected"), [(1, 60_000), (30, 60_000), (60, 120_000)])
def test_the_account_is_read_at_most_every_two_real_seconds(rate: float, expected: int) -> None:
    assert limits(rate).reconcile_every_ms == expected


def test_the_digest_is_that_of_the_settings() -> None:
    one = loaded()
    assert bot_settings(one, 1).digest == one.digest
    assert bot_settings(loaded(trading__trade_size="0.0015"), 1).digest != one.digest


def test_an_edit_changes_what_may_change_while_it_runs() -> None:
    running = bot_settings(loaded(), 1)
    wanted = loaded(pair="ETH/USD", interval="15", strategy__period="9")
    after = edited(running, wanted, 1)
    assert (after.pair, after.interval) == (running.pair, running.interval)
    assert after.strategy.period == 9


def test_an_edit_of_the_interval_leaves_its_deadline_to_the_restart() -> None:
    running = bot_settings(loaded(), 1)
    after = edited(running, loaded(interval="15"), 1)
    assert replace(after, digest=running.digest) == running


def test_what_settings_are_told_of_a_proof_of_absence_is_what_the_engine_takes() -> None:
    known = limits(1)
    assert known.order_deadline_ms + known.view_lag_ms + APART_MS == PROOF_S * 1000
