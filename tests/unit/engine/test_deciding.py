"""From a closed candle to an outcome, and what the market says besides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import LIMITS, RULES, candle
from tests.support.model import BUY, LONG, SHORT, Fate, Stand, turning_settings
from tui_bot.engine.actions import ReadAccount, ReadRules
from tui_bot.engine.commands import Change, Configure, Contract, Pause, Trade, Until
from tui_bot.engine.day import DAY_MS
from tui_bot.engine.events import (
    AccountUnread,
    Broken,
    CandleClosed,
    CandleForming,
    CandlesLost,
    ClockMeasured,
    FeedRead,
    Quote,
    Quoted,
    Remarked,
    RulesReported,
    StatusReported,
)
from tui_bot.engine.forecast import forecast
from tui_bot.engine.memory import Run
from tui_bot.engine.records import Outcome, SettingsChanged
from tui_bot.engine.settings import Flip
from tui_bot.engine.snapshot import MarkKind
from tui_bot.market.candle import Candle


def test_each_closed_candle_is_judged_once_and_recorded_with_the_settings_it_was_judged_by() -> None:
    stand = Stand().start()
    for way in (-1, 1, 1, -1):
        stand.step(way)
    assert [made.outcome for made in stand.decisions()] == [
        Outcome.NO_TRADE,
        Outcome.SIGNAL,
        Outcome.NO_TRADE,
        Outcome.SIGNAL,
    ]
    assert {made.settings for made in stand.decisions()} == {"test"}
    assert stand.held == SHORT


def test_f52_a_candle_that_comes_twice_or_corrected_decides_nothing_new() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.close_again()
    newest = len(stand.closes) - 1
    stand.play(CandleClosed(stand.exchange.now_ms, candle(newest, 50_000)))
    assert len(stand.decisions()) == 1
    assert stand.held == LONG
    assert "after it was judged" in stand.notes()


def test_f48_after_a_gap_only_the_newest_candle_is_judged() -> None:
    stand = Stand().start()
    stand.closes += [stand.closes[-1]] * 3
    stand.close(Decimal(70_000))
    assert len(stand.decisions()) == 1
    assert stand.bot.state.candles_refused == 0


def test_f47_the_forming_candle_decides_nothing() -> None:
    stand = Stand().start()
    stand.play(CandleForming(stand.exchange.now_ms, candle(3, 99_000)))
    assert (stand.decisions(), stand.sent) == ([], [])
    assert stand.bot.state.series.forming is not None


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (candle(3, 60_000, low=Decimal(0)), "zero or negative"),
        (replace(candle(3, 60_000), begin=candle(3, 1).begin + 7), "off the 60 s grid"),
        (candle(4, 60_000), "not over yet"),
        (candle(400, 60_000), "not over yet"),
    ],
)
def test_f50_f51_f54_a_candle_that_cannot_be_is_ignored_and_the_next_one_counts(
    bad: Candle, reason: str
) -> None:
    stand = Stand().start()
    stand.play(CandleClosed(stand.exchange.now_ms, bad))
    assert stand.decisions() == []
    assert " ignored: " in stand.notes()
    assert reason in stand.notes()
    assert stand.bot.state.candles_refused == 1
    stand.buy_signal()
    assert stand.held == LONG


def test_f53_a_signal_learnt_too_late_is_told_and_not_acted_on() -> None:
    stand = Stand().start()
    stand.step(1, late_ms=LIMITS.decide_within_ms + 1)
    made = stand.decisions()[-1]
    assert made.outcome is Outcome.LATE
    assert "too late to act on" in made.note
    assert stand.sent == []


@pytest.mark.parametrize("fate", [Fate.FILL, Fate.REFUSE])
def test_f53_an_opposite_signal_learnt_too_late_still_exits_and_opens_nothing(fate: Fate) -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.fates.append(fate)
    stand.step(-1, late_ms=LIMITS.decide_within_ms + 5_000)
    made = stand.decisions()[-1]
    assert made.outcome is Outcome.LATE
    assert made.note == "learnt 65 s after its close: the exit is owed, no entry"
    assert made.target == 0
    stand.wait(30)
    stand.step(-1, late_ms=0)  # an exit that failed is tried again
    assert stand.held == stand.exchange.position == 0
    assert all(not intent.opens for intent in stand.sent[1:])


def test_f53_a_late_signal_in_the_direction_held_changes_nothing() -> None:
    stand = Stand().start()
    stand.command(Trade(BUY, LONG, None, Contract(Until.NEXT_SIGNAL)))
    stand.step(1, late_ms=LIMITS.decide_within_ms + 1)
    assert stand.decisions()[-1].outcome is Outcome.LATE
    assert stand.held == stand.bot.state.target == LONG


def test_a_signal_that_guards_refuse_is_recorded_with_the_readings_and_marked() -> None:
    stand = Stand(turning_settings(limits={"max_position": Decimal("0.0001")})).start()
    stand.buy_signal()
    made = stand.decisions()[-1]
    assert made.outcome is Outcome.BLOCKED
    assert [reading.name for reading in made.blocks] == ["position"]
    assert [reading.name for reading in made.readings if not reading.ok] == ["position"]
    assert len(made.readings) > 15
    assert [mark.kind for mark in stand.bot.state.marks] == [MarkKind.BLOCKED]
    stand.step(1)
    assert stand.sent == []
    assert stand.decisions()[-1].readings == ()  # no order was wanted, so nobody was asked


def test_i8_the_orders_of_an_hour_are_counted_and_then_entries_stop_but_not_exits() -> None:
    stand = Stand(turning_settings(limits={"orders_per_hour": 2})).start()
    for way in (1, -1, 1, -1):
        stand.step(way)
    assert sum(intent.opens for intent in stand.sent) == 2
    assert stand.held == 0
    for _ in range(60):
        stand.step(-1)
    stand.buy_signal()
    assert stand.held == LONG


def test_a_refused_exit_is_told_each_time_it_is_tried() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.play(StatusReported(stand.exchange.now_ms, "maintenance", "online"))
    stand.sell_signal()
    stand.step(-1)
    assert "BLOCKED exit, tried again: exchange: maintenance" in stand.notes()
    stand.play(StatusReported(stand.exchange.now_ms, "online", "online"))
    stand.step(-1)
    assert stand.held == 0


def test_a_one_order_flip_that_is_refused_still_exits_at_the_next_close() -> None:
    stand = Stand(turning_settings(flip=Flip.ONE_ORDER, limits={"orders_per_hour": 1})).start()
    stand.buy_signal()
    stand.sell_signal()
    assert stand.held == LONG
    stand.step(-1)
    assert stand.held == 0
    assert stand.sent[-1].leg == "close"


def test_settings_changed_while_running_count_from_the_next_candle_and_never_sell_by_a_buy() -> None:
    stand = Stand().start()
    stand.buy_signal()
    smaller = turning_settings(trade_size=Decimal("0.0004"))
    stand.command(Configure(smaller, (Change("trading.trade_size", "0.001", "0.0004"),)))
    assert any(isinstance(body, SettingsChanged) for body in stand.kept)
    stand.step(1)
    assert stand.held == LONG
    stand.sell_signal()
    assert stand.held == Decimal("-0.0004")


def test_f107_a_smaller_size_does_not_sell_on_a_buy_signal() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.bot.state.settings = turning_settings(trade_size=Decimal("0.0004"))
    stand.step(0)
    stand.step(-1)  # strict: the flat step hides this turn
    stand.step(1)
    assert stand.decisions()[-1].note == "already long"
    stand.step(1)
    assert stand.held == LONG


@pytest.mark.parametrize(
    ("bid", "ask", "last"),
    [("0", "1", "1"), ("2", "1", "1"), ("NaN", "1", "1"), ("1", "Infinity", "1"), ("1", "1", "-1")],
)
def test_f54_f55_a_quote_that_is_not_one_is_not_taken(bid: str, ask: str, last: str) -> None:
    stand = Stand().start()
    before = stand.bot.state.quote
    stand.play(Quoted(stand.exchange.now_ms, Quote(Decimal(bid), Decimal(ask), Decimal(last), 0)))
    assert stand.bot.state.quote == before


def test_a_trouble_of_the_feed_is_told_once_and_when_it_is_over() -> None:
    stand = Stand().start()
    for _ in range(3):
        stand.play(FeedRead(stand.exchange.now_ms, "the quote", "HTTP 520"))
    assert stand.notes().count("HTTP 520") == 1
    assert stand.bot.state.feed_trouble.reason == "HTTP 520"
    stand.play(FeedRead(stand.exchange.now_ms, "the quote"))
    assert stand.bot.state.feed_trouble.reason == ""
    assert "market read again, after 3 failures" in stand.notes()


def test_f37_f46_an_account_that_a_person_must_mend_halts() -> None:
    stand = Stand().start()
    stand.play(AccountUnread(stand.exchange.now_ms, "timeout"))
    assert stand.run() is Run.RUN
    stand.play(AccountUnread(stand.exchange.now_ms, "EAPI:Invalid key", lasting=True))
    assert stand.run() is Run.HALTED
    asked = stand.acted[ReadAccount]
    stand.wait(300)
    assert stand.acted[ReadAccount] == asked


def test_f71_f72_a_change_of_status_is_told_once() -> None:
    stand = Stand().start()
    for _ in range(2):
        stand.play(StatusReported(stand.exchange.now_ms, "cancel_only", "online"))
    assert stand.notes().count("exchange cancel_only") == 1


def test_f76_rules_are_read_daily_and_a_change_is_told() -> None:
    stand = Stand().start()
    stand.tick(DAY_MS + 1)
    assert stand.acted[ReadRules] == 1
    stand.play(RulesReported(stand.exchange.now_ms, replace(RULES, lot_decimals=3)))
    assert "pair rules changed" in stand.notes()


def test_f57_lost_candles_begin_the_average_anew_and_are_told() -> None:
    stand = Stand().start()
    stand.play(CandlesLost(stand.exchange.now_ms, 600, 1200))
    assert stand.bot.state.series.closed == ()
    assert "10 candles were missed and cannot be had any more" in stand.notes()
    stand.step(1)
    assert "warming up" in stand.decisions()[-1].decision.reason
    assert stand.sent == []


def test_f52_a_candle_older_than_all_that_are_kept_is_refused_with_its_reason() -> None:
    stand = Stand().start()
    before = stand.bot.state.series.closed
    stand.play(CandleClosed(stand.exchange.now_ms, candle(-5, 1)))
    assert stand.bot.state.series.closed is before
    assert " ignored: older than the candles that are kept" in stand.notes()


def test_f103_the_clock_offset_bars_entries() -> None:
    stand = Stand().start()
    stand.play(ClockMeasured(stand.exchange.now_ms, 4_100))
    stand.buy_signal()
    assert [reading.name for reading in stand.decisions()[-1].blocks] == ["clock offset"]


def test_i25_a_broken_part_halts_with_its_reason() -> None:
    stand = Stand().start()
    stand.play(Broken(stand.exchange.now_ms, "a part of the engine failed"))
    assert stand.run() is Run.HALTED
    assert stand.bot.state.trouble == "a part of the engine failed"
    stand.buy_signal()
    assert stand.sent == []


def test_remarks_and_unread_accounts_reach_the_log() -> None:
    stand = Stand().start()
    stand.play(Remarked(stand.exchange.now_ms, "error", "settings not changed"))
    stand.play(AccountUnread(stand.exchange.now_ms, "timeout"))
    assert "settings not changed" in stand.notes()
    assert "account not read: timeout" in stand.notes()


def test_f20_the_account_is_read_again_on_a_timer() -> None:
    stand = Stand().start()
    before = stand.acted[ReadAccount]
    stand.wait(185)
    assert stand.acted[ReadAccount] == before + 3


def test_time_never_runs_backwards_for_the_bot() -> None:
    stand = Stand().start()
    now = stand.bot.state.now_ms
    stand.play(ClockMeasured(now - 60_000, 0))
    assert stand.bot.state.now_ms == now


def test_the_day_s_result_starts_again_at_midnight_utc() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.sell_signal()
    first = stand.snapshot().day
    assert first.fills == 3
    assert first.fees > 0
    stand.exchange.now_ms = (stand.exchange.now_ms // DAY_MS + 1) * DAY_MS
    stand.tick()
    second = stand.snapshot().day
    assert (second.fills, second.fees, second.net) == (0, Decimal(0), Decimal(0))


def test_the_day_s_result_survives_a_restart() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.sell_signal()
    assert stand.recovered().snapshot().day == stand.snapshot().day
    assert stand.recovered().snapshot().position == stand.snapshot().position


def test_the_forecast_says_what_the_turn_then_does() -> None:
    stand = Stand().start()
    for paused in (False, True):
        for way in (1, -1):
            if paused:
                stand.command(Pause())
            promised = forecast(stand.snapshot())
            assert promised is not None
            before = stand.held
            stand.step(way)
            moved = abs(stand.held - before)
            assert moved == (0 if promised.barred else promised.volume)
    assert stand.held == 0


def test_a_forecast_while_paused_promises_the_exit_only() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.command(Pause())
    promised = forecast(stand.snapshot())
    assert promised is not None
    assert (promised.volume, promised.target, promised.barred) == (LONG, Decimal(0), "")


def test_a_refused_order_does_not_make_the_next_one_double() -> None:
    stand = Stand()
    stand.fates.append(Fate.REFUSE)
    stand.start().buy_signal()
    stand.sell_signal()
    assert {intent.volume for intent in stand.sent} == {LONG}
