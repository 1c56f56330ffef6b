"""The defects of Kraken's example bot, one row each, and the tests that show ours does not have them.

The rows tell the defects of the script "REST API indicator based trading bot" in our own words. Where the
tests live in another room they are named by node id; that they exist is tested here as well.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tests.support.market import random_closes
from tests.support.model import LONG, Stand, turning_settings
from tui_bot.engine.records import Outcome

ROOT = Path(__file__).parents[2]

ENGINE, MARKET, KRAKEN = "tests/unit/engine/test_", "tests/unit/market/test_", "tests/unit/kraken/test_"
HERE = "tests/scenario/test_example_defects.py::test_"

#: (number, what the example does wrong, the tests that show it is not so here)
DEFECTS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    # -- order and position truth
    (
        1,
        "any answer that parses counts as done, also a refusal",
        (
            ENGINE + "desk.py::test_f14_a_refused_or_unsent_order_is_no_position",
            KRAKEN + "errors.py::test_each_row_as_the_answer_to_an_order",
        ),
    ),
    (
        2,
        "after a refused first order the next one has the double size",
        (ENGINE + "deciding.py::test_a_refused_order_does_not_make_the_next_one_double",),
    ),
    (
        3,
        "an order that was taken while the answer got lost is never known",
        (
            ENGINE + "desk.py::test_f01_an_executed_order_whose_answer_is_lost_is_found_and_not_sent_again",
            KRAKEN + "http.py::test_a_connection_that_breaks_after_the_request",
        ),
    ),
    (
        4,
        "an order has no id of ours to be found by",
        (
            ENGINE + "desk.py::test_an_intent_has_an_id_a_cause_and_a_deadline",
            KRAKEN + "lookup.py::test_a_txid_that_is_not_known_yet",
        ),
    ),
    (
        5,
        "price, fee and volume of what was executed are never read",
        (
            ENGINE + "desk.py::test_an_order_that_fills_at_once_is_booked_once_and_kept",
            ENGINE + "desk.py::test_f22_a_cancelled_order_keeps_what_was_executed",
        ),
    ),
    (
        6,
        "nothing is compared with the exchange, neither at the start nor later",
        (
            ENGINE
            + "recovery.py::test_i11_a_position_that_changed_while_the_bot_was_away_bars_entries_at_once",
            ENGINE + "recovery.py::test_f34_f87_a_difference_that_lasts_halts_with_both_numbers",
        ),
    ),
    (
        7,
        "trades by hand, liquidations and transfers go unseen",
        (
            ENGINE + "recovery.py::test_f34_an_order_at_the_exchange_that_is_not_ours_is_told_as_external",
            ENGINE + "recovery.py::test_an_exchange_with_a_position_at_the_first_start_is_not_traded_over",
        ),
    ),
    (
        8,
        "a turn hidden by equal means lets the next order stack on the one before",
        (
            HERE + "on_a_quiet_pair_exposure_never_stacks",
            "tests/scenario/test_example_rule.py::test_trades_equal_those_of_the_example",
        ),
    ),
    (
        9,
        "a reversal is one order of twice the size that nobody checks",
        (
            ENGINE + "desk.py::test_f84_f85_a_flip_closes_with_leverage_and_reduce_only_and_then_opens",
            ENGINE + "guards.py::test_i11_i30_a_guard_refuses_with_name_numbers_and_advice",
        ),
    ),
    (
        10,
        "without leverage it still sells twice what it may own",
        (HERE + "on_spot_it_sells_no_more_than_it_bought",),
    ),
    (
        11,
        "an interrupt between sending and noting loses the position",
        (
            ENGINE + "recovery.py::"
            "test_i19_after_a_crash_right_behind_the_send_position_and_order_are_the_exchange_s",
            "tests/process/test_kill.py::test_kill_at_random_moments",
        ),
    ),
    # -- data and signal
    (
        12,
        "the answer is read by the name that was asked for, and Kraken answers by another",
        (KRAKEN + "names.py::test_every_name_leads_to_its_pair",),
    ),
    (13, "an error in the candle answer ends the program", (KRAKEN + "rest.py::test_failed_reads",)),
    (
        14,
        "after a failed fetch the old candles are judged again",
        (
            KRAKEN + "polling.py::test_failures_are_told_and_the_pauses_grow_to_thirty_seconds",
            ENGINE + "deciding.py::test_f52_a_candle_that_comes_twice_or_corrected_decides_nothing_new",
        ),
    ),
    (
        15,
        "no time of a candle is kept, so a repeated or skipped minute is not noticed",
        (
            MARKET + "candle.py::test_whatever_comes_the_series_has_no_hole_and_is_in_order",
            ENGINE + "deciding.py::test_f48_after_a_gap_only_the_newest_candle_is_judged",
        ),
    ),
    (
        16,
        "a minute of sleep and the loop's own time drift past whole candles",
        (KRAKEN + "polling.py::test_each_candle_comes_just_after_its_boundary_without_drift",),
    ),
    (
        17,
        "decisions come up to a minute after the close, by chance of the start",
        (
            KRAKEN + "polling.py::test_each_candle_comes_just_after_its_boundary_without_drift",
            ENGINE + "deciding.py::test_f53_a_signal_learnt_too_late_is_told_and_not_acted_on",
        ),
    ),
    (
        18,
        "the candles of the past are there, but the first decision waits for the third poll",
        (HERE + "the_first_close_after_a_start_is_judged",),
    ),
    (
        19,
        "zero stands for not ready",
        ("tests/unit/strategy/test_sma_slope.py::test_it_warms_up_with_period_plus_two",),
    ),
    (
        20,
        "minutes without trades are not thought of, and a short answer is an IndexError",
        (
            MARKET + "candle.py::test_f48_a_hole_is_filled_flat_and_marked",
            HERE + "a_history_too_short_is_warmed_up",
        ),
    ),
    (
        21,
        "every wiggle is a signal: no least slope, no end to the orders of an hour",
        (
            "tests/unit/strategy/test_sma_slope.py::test_min_slope_is_a_dead_band_for_the_turn",
            ENGINE + "deciding.py::"
            "test_i8_the_orders_of_an_hour_are_counted_and_then_entries_stop_but_not_exits",
        ),
    ),
    (
        22,
        "means of floats make and hide equality",
        ("tests/property/test_sma_slope.py::test_sums_and_slopes_are_exact",),
    ),
    (
        23,
        "all 720 rows are read each minute",
        (
            KRAKEN + "polling.py::test_less_than_a_call_a_second",
            KRAKEN + "tail.py::test_the_last_two_are_read_again",
        ),
    ),
    (
        24,
        "pair, interval and length are written into the code, the length twice",
        (
            "tests/unit/config/test_schema.py::test_values_name_every_field_and_read_back",
            "tests/property/test_sma_slope.py::test_every_verdict_is_that_of_the_plain_means",
        ),
    ),
    # -- network, API and errors
    (
        25,
        "a hung connection stops it for ever",
        (
            KRAKEN + "http.py::test_silence_ends_at_the_total_deadline",
            KRAKEN + "http.py::test_a_trickle_ends_at_the_total_deadline",
        ),
    ),
    (
        26,
        "all errors are one: no pause, no budget, no lockout, no maintenance",
        (
            KRAKEN + "errors.py::test_each_row_is_found_and_speaks_plainly",
            KRAKEN + "rest.py::test_a_lockout_stops_all_private_calls_for_its_time",
            KRAKEN + "budget.py::test_the_maximum_fits_at_once_and_then_calls_wait_for_the_decay",
            ENGINE + "guards.py::test_i11_i30_a_guard_refuses_with_name_numbers_and_advice",
        ),
    ),
    (
        27,
        "the nonce repeats within a millisecond and falls when the clock steps back",
        (
            KRAKEN + "nonce.py::test_a_clock_that_steps_back_does_not_matter",
            KRAKEN + "nonce.py::test_a_killed_process_leaves_no_nonce_to_be_given_again",
        ),
    ),
    (
        28,
        "a gateway's HTML page counts as failed although the order may live",
        (KRAKEN + "rest.py::test_answers_that_leave_an_order_lost",),
    ),
    (
        29,
        "a poll that stops or lags is not noticed",
        (
            KRAKEN + "polling.py::test_a_row_that_stays_away_is_told_once",
            "tests/console/test_life.py::test_an_old_feed_is_stale_with_its_age",
            ENGINE + "guards.py::test_i11_i30_a_guard_refuses_with_name_numbers_and_advice",
        ),
    ),
    (
        30,
        "whatever nobody expected ends the process with the position open and no word",
        (
            ENGINE + "runner.py::test_i25_a_feed_that_dies_or_ends_halts",
            ENGINE + "runner.py::test_i25_f10_a_surprise_while_placing_halts_and_the_order_is_looked_for",
            "tests/console/test_life.py::test_a_dead_engine_is_loud_within_a_second",
        ),
    ),
    # -- size, price, risk
    (
        31,
        "six decimals for every volume, and no minimums",
        (
            MARKET + "pair.py::test_f78_f79_a_volume_is_never_rounded_up_and_lies_on_the_lot_grid",
            MARKET + "pair.py::test_f80_both_minimums_count",
        ),
    ),
    (
        32,
        "market orders at whatever price there is",
        (
            ENGINE + "guards.py::test_an_order_is_judged_by_the_side_of_the_book_it_meets",
            ENGINE + "guards.py::test_i11_i30_a_guard_refuses_with_name_numbers_and_advice",
            ENGINE + "manual.py::test_a_limit_order_by_hand_rests_and_can_be_cancelled",
        ),
    ),
    (
        33,
        "margin unless one says otherwise",
        (
            "tests/unit/config/test_schema.py::test_the_defaults_are_safe",
            ENGINE + "plan.py::test_legs_on_spot_carry_neither_leverage_nor_reduce_only",
        ),
    ),
    (
        34,
        "no cap on trades or exposure",
        (
            ENGINE + "deciding.py::test_a_signal_that_guards_refuse_is_recorded_with_the_readings_and_marked",
            ENGINE + "deciding.py::"
            "test_i8_the_orders_of_an_hour_are_counted_and_then_entries_stop_but_not_exits",
        ),
    ),
    (
        35,
        "fees are not counted, and there is no result",
        (
            MARKET + "position.py::test_size_realised_and_fees_are_those_of_the_accountant",
            MARKET + "position.py::test_f81_break_even_holds_both_fees",
        ),
    ),
    # -- operation and security
    (
        36,
        "the secret stands in the source",
        (
            "tests/unit/config/test_bad_configs.py::test_a_pasted_secret_is_not_repeated",
            KRAKEN + "rest.py::test_no_trace_shows_the_keys",
        ),
    ),
    (
        37,
        "real money from the first run",
        ("tests/unit/config/test_schema.py::test_the_defaults_are_safe",),
    ),
    (
        38,
        "while it sleeps nobody can pause it, trade by hand or change a setting",
        (
            ENGINE + "manual.py::test_i12_paused_takes_no_new_exposure_and_a_missed_entry_is_not_made_up",
            ENGINE + "manual.py::test_an_order_by_hand_is_sent_and_takes_over",
            ENGINE + "flatten.py::test_flatten_closes_in_every_state_and_says_flat_by_the_exchange_s_view",
            ENGINE + "deciding.py::"
            "test_settings_changed_while_running_count_from_the_next_candle_and_never_sell_by_a_buy",
        ),
    ),
    (
        39,
        "it prints, without times, and keeps nothing",
        (
            ENGINE + "deciding.py::"
            "test_each_closed_candle_is_judged_once_and_recorded_with_the_settings_it_was_judged_by",
            "tests/unit/journal/test_reading.py::test_every_kind_has_a_sentence_and_a_json_line",
        ),
    ),
    (
        40,
        "nothing survives a restart, and two copies trade against each other",
        (
            "tests/unit/journal/test_kill.py::test_acknowledged_entries_survive_forty_kills",
            "tests/unit/journal/test_opening.py::test_one_writer_among_processes_and_a_killed_one_holds_nothing",
            ENGINE + "recovery.py::test_f105_the_candle_that_was_judged_is_not_judged_again",
        ),
    ),
    (
        41,
        "logic, network and printing are one loop that no test can reach",
        (
            "tests/property/test_sma_slope.py::test_the_strict_rule_is_the_example_s",
            "tests/scenario/test_example_rule.py::test_trades_equal_those_of_the_example",
        ),
    ),
    (
        42,
        "a dead bot looks like a quiet one",
        (
            "tests/console/test_life.py::test_a_silent_engine_is_told_by_its_beat",
            "tests/console/test_life.py::test_a_dead_engine_is_loud_within_a_second",
        ),
    ),
)


@cache
def functions_of(path: str) -> frozenset[str]:
    """The test functions that a file defines, those left out on purpose aside."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any(
            "skip" in ast.unparse(mark) or "xfail" in ast.unparse(mark) for mark in node.decorator_list
        )
    )


def test_all_forty_two_rows_are_there() -> None:
    assert [number for number, _, _ in DEFECTS] == list(range(1, 43))


@pytest.mark.parametrize(("number", "defect", "shown_by"), DEFECTS, ids=[str(row[0]) for row in DEFECTS])
def test_the_tests_that_show_it_exist(number: int, defect: str, shown_by: tuple[str, ...]) -> None:
    assert defect
    assert shown_by
    for node in shown_by:
        path, _, name = node.partition("::")
        assert name in functions_of(path), f"row {number}: {node}"


def test_on_a_quiet_pair_exposure_never_stacks() -> None:
    stand = Stand().start()
    signals = 0
    for close in random_closes(seed=5, count=800, tick="1", quiet=0.7):
        stand.close(close)
        signals += stand.decisions()[-1].decision.verdict.value != "none"
        assert abs(stand.exchange.position) in (0, LONG)
    held_already = [made for made in stand.decisions() if made.note.startswith("already")]
    assert signals > 50
    assert held_already, "the walk must hold a repeated signal, or it shows nothing"


def test_on_spot_it_sells_no_more_than_it_bought() -> None:
    stand = Stand(turning_settings(leverage=0))
    stand.exchange.coins = own = Decimal(3)
    stand.start()
    for close in random_closes(seed=6, count=400, tick="1"):
        stand.close(close)
        assert stand.exchange.coins - own in (0, LONG)
    assert len(stand.sent) > 50
    assert {intent.leverage for intent in stand.sent} == {0}


def test_the_first_close_after_a_start_is_judged() -> None:
    stand = Stand().start()
    stand.buy_signal()
    assert [made.outcome for made in stand.decisions()] == [Outcome.SIGNAL]
    assert stand.held == LONG


def test_a_history_too_short_is_warmed_up() -> None:
    stand = Stand(closes=[Decimal(60_000)]).start()
    stand.close(Decimal(59_900))
    stand.close(Decimal(59_800))
    assert [made.decision.reason for made in stand.decisions()] == [
        "warming up: 2 of 4 candles",
        "warming up: 3 of 4 candles",
    ]
    stand.buy_signal()
    assert stand.held == LONG
