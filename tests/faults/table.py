"""Every fault that live bots are known to have met, and the tests that show what this one does about it.

A row says what happened to others. It names tests (a name with the row's number, or ``path::name`` of one
that shows more than this row), or says why a box on one machine cannot show it.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The groups, by the numbers of their rows.
GROUPS = {
    "A. the answer to an order was lost": range(1, 19),
    "B. order life, and views that disagree": range(19, 37),
    "C. keys, nonces, limits, permissions": range(37, 47),
    "D. candles and prices": range(47, 58),
    "E. connections": range(58, 71),
    "F. exchange and pair state": range(71, 78),
    "G. size, precision, money": range(78, 84),
    "H. margin": range(84, 91),
    "I. process, host, storage, clock": range(91, 108),
    "J. untrusted text, terminal, secrets": range(108, 114),
}


@dataclass(frozen=True)
class Row:
    """One fault."""

    symptom: str
    tests: tuple[str, ...] = ()
    why_not: str = ""


def _shown(symptom: str, *tests: str) -> Row:
    return Row(symptom, tests)


def _not_here(symptom: str, why: str) -> Row:
    return Row(symptom, why_not=why)


ROWS: dict[int, Row] = {
    1: _shown(
        "an order times out, is sent again, and two trades are on the account",
        "test_f001_an_order_whose_answer_is_lost_is_looked_for_and_never_repeated",
        "tests/simulation/test_storm.py::test_no_lost_answer_becomes_a_second_order",
    ),
    2: _shown(
        "a gateway's page instead of an answer, the order live anyway",
        "test_f002_a_gateway_s_page_is_no_answer",
    ),
    3: _shown(
        "a gateway's page now, the order later",
        "test_f003_an_order_that_arrives_later_is_waited_for",
        "test_f003_an_order_that_never_arrives_is_called_absent_only_when_it_no_longer_can",
        "test_f003_f040_while_it_is_looked_for_the_lowest_level_s_allowance_is_not_used_up",
    ),
    4: _shown(
        "a repeat with the same client id fills twice",
        "tests/unit/paper/test_paper_orders.py::test_client_ids_are_unique_among_open_orders_only",
        "test_f004_the_one_more_attempt_has_an_id_of_its_own_and_the_first_fills_nothing_any_more",
        "tests/unit/engine/test_resend.py::test_a_proved_absent_entry_is_sent_once_more_under_a_new_id",
        "tests/faults/test_keys.py::test_f039_with_a_nonce_window_the_copy_is_executed_and_the_bot_stops",
    ),
    5: _shown(
        "one transport fails, another repeats the order",
        "test_f005_what_fails_over_one_transport_is_not_repeated_over_the_other",
    ),
    6: _shown(
        "a lost answer is taken for a failure, and the next loop trades again",
        "test_f006_while_an_order_is_unknown_a_signal_sends_nothing_more",
    ),
    7: _shown(
        "a repeat answers insufficient funds without end",
        "test_f007_insufficient_funds_after_a_lost_answer_is_not_asked_for_again",
        "tests/unit/engine/test_resend.py::test_f07_f08_no_refusal_settles_an_order_whose_answer_was_lost",
    ),
    8: _shown(
        "after a time-out the next answer is an invalid nonce",
        "test_f008_an_order_that_is_overtaken_by_later_calls_proves_nothing",
        "tests/unit/engine/test_resend.py::test_f07_f08_a_refused_second_attempt_speaks_for_the_first_and_halts",
    ),
    9: _shown(
        "a cancel timed out: filled, or still live",
        "tests/unit/engine/test_manual.py::test_f09_a_cancel_that_is_not_confirmed_says_so_and_can_be_repeated",
        "tests/unit/engine/test_flatten.py::test_f09_flatten_repeats_a_cancel_that_failed",
    ),
    10: _shown(
        "success without an order id",
        "test_f010_success_in_another_shape_is_no_answer",
    ),
    11: _shown(
        "the client raises in the middle of a request",
        "test_f011_a_request_that_broke_off_on_its_way_may_have_arrived",
        "test_f011_only_what_never_left_was_not_sent",
        "tests/unit/paper/test_paper_fault_places.py::test_a_request_cut_off_on_its_way_is_not_done",
    ),
    12: _shown(
        "the process died while the exchange was away",
        "test_f012_after_a_death_in_an_outage_the_order_is_found_first",
        "tests/simulation/test_deaths.py::test_a_death_doubles_loses_and_misstates_nothing",
    ),
    13: _shown(
        "one sell executed three times",
        "test_f013_a_slow_order_is_one_order_however_old_the_lists_are",
        "tests/unit/engine/test_control.py::test_i5_f13_no_plan_of_fills_lets_more_than_one_step_beyond_the_order_pass",
    ),
    14: _shown(
        "HTTP 200 carries an error",
        "test_f014_an_error_in_a_good_answer_is_a_refusal",
        "test_f014_an_error_that_does_not_say_whether_it_was_placed_is_looked_into",
    ),
    15: _shown(
        "half of a batch accepted",
        "test_f015_a_turn_is_two_orders_each_with_a_fate_of_its_own",
    ),
    16: _shown(
        "deadline elapsed",
        "test_f016_an_order_that_the_exchange_calls_too_late_is_no_order",
    ),
    17: _shown(
        "an order call that never returns",
        "test_f017_an_order_that_is_never_answered_is_looked_for",
    ),
    18: _shown(
        "the order is live, the journal could not keep it",
        "test_f018_an_order_whose_acknowledgement_cannot_be_kept_is_named_and_stops_trading",
    ),
    19: _shown(
        "pushed as filled, read as open for a minute",
        "test_f019_lists_that_are_a_minute_old_do_not_undo_what_was_pushed",
        "tests/unit/engine/test_lag.py::test_f19_a_lag_beyond_a_minute_is_an_alarm_and_widens_the_bound_by_itself",
    ),
    20: _shown(
        "a fill noticed minutes late, or never told",
        "test_f020_a_fill_that_is_never_pushed_is_found_by_asking",
    ),
    21: _shown(
        "filled at once, believed rejected",
        "test_f021_a_lost_order_that_was_filled_at_once_is_found_among_the_closed",
    ),
    22: _shown(
        "a canceled order had partly filled",
        "test_f022_what_a_canceled_order_had_executed_is_a_position",
    ),
    23: _shown(
        "partial fill, restart, stuck",
        "test_f023_a_partial_fill_is_taken_up_after_a_death_and_does_not_block",
    ),
    24: _shown(
        "a remainder below the minimum stays",
        "test_f024_a_remainder_below_the_minimum_is_flat_for_signals_and_is_shown",
    ),
    25: _shown(
        "a little less filled than asked",
        "test_f025_what_was_executed_counts_not_what_was_asked_for",
    ),
    26: _shown(
        "fill and balance differ in the last digits",
        "tests/unit/engine/test_desk.py::test_f26_a_spot_sale_that_lacks_its_last_digit_sells_what_there_is",
        "tests/unit/engine/test_guards.py::test_f26_a_spot_exit_within_one_lot_step_of_the_balance_is_cut_to_it",
    ),
    27: _shown(
        "canceled, but the balance is still held",
        "tests/unit/engine/test_protection.py::test_f27_a_spot_close_waits_until_the_coins_of_the_stop_are_free",
    ),
    28: _shown(
        "coins locked by an own stop",
        "tests/unit/engine/test_protection.py::test_f28_f86_a_close_cancels_the_stop_and_confirms_before_it_sends",
    ),
    29: _shown(
        "a fill counted twice",
        "test_f029_executions_that_come_twice_or_out_of_order_count_once",
        "tests/property/test_push_and_read.py::test_push_and_reads_in_any_mixture_give_one_position",
    ),
    30: _shown(
        "cancels that never leave, orders pile up",
        "test_f030_a_cancel_that_never_left_is_told_and_no_second_order_joins",
    ),
    31: _shown(
        "a limit order stranded far from the market",
        "test_f031_an_order_far_from_the_market_stays_in_sight_until_it_is_cancelled",
        "test_f031_an_order_far_from_the_market_ends_at_its_time",
    ),
    32: _shown(
        "a market order canceled by the exchange",
        "test_f032_an_order_that_the_exchange_cancelled_unfilled_is_no_position_and_not_repeated",
    ),
    33: _shown(
        "a position adjusted twice",
        "test_f033_with_old_lists_a_position_is_closed_once_and_not_turned_late",
    ),
    34: _shown(
        "somebody trades by hand beside the bot",
        "test_f034_an_execution_of_somebody_else_is_told_and_stops_trading",
        "test_f034_an_order_of_somebody_else_is_shown_and_bars_entries",
    ),
    35: _shown(
        "open orders come back empty",
        "test_f035_an_order_that_a_list_leaves_out_is_not_gone",
    ),
    36: _shown(
        "an order beyond the first page",
        "tests/unit/kraken/test_lookup.py::test_all_pages_are_read",
    ),
    37: _shown(
        "storms of invalid nonces",
        "test_f037_another_program_on_the_key_halts_before_any_order",
        "test_f037_a_clock_that_steps_back_an_hour_changes_no_nonce",
    ),
    38: _shown(
        "locked out for a quarter of an hour",
        "test_f038_a_lockout_is_sat_out_and_its_end_is_shown",
        "test_f038_an_exit_that_is_due_in_a_lockout_is_not_tried_before_its_end",
        "test_f038_a_lockout_learnt_from_an_order_quiets_all_else",
    ),
    39: _shown(
        "a wide nonce window lets a copy of an order through",
        "test_f039_a_copy_of_an_order_on_the_wire_is_refused_by_its_nonce",
        "test_f039_with_a_nonce_window_the_copy_is_executed_and_the_bot_stops",
    ),
    40: _shown(
        "rate limit exceeded, the bot is blind",
        "test_f040_the_strict_call_counter_never_refuses_the_bot",
    ),
    41: _shown(
        "order rate limit exceeded",
        "tests/simulation/test_budget.py::test_f40_f41_trading_at_the_real_pace_is_never_refused_for_its_rate",
        "tests/property/test_kraken_budget.py::test_f41_an_entry_that_is_let_pass_leaves_room_for_its_cancel_and_a_close",
    ),
    42: _shown(
        "throttled",
        "test_f042_a_throttled_key_is_left_in_peace_and_never_asked_twice_at_once",
    ),
    43: _shown(
        "the key or the region may not trade the pair",
        "test_f043_a_pair_that_may_not_be_traded_is_said_and_not_tried_again",
        "test_f043_a_key_that_lost_a_permission_stops_the_bot",
    ),
    44: _shown(
        "a key that can withdraw is stolen",
        "tests/unit/session/test_live.py::test_s6_a_key_that_can_withdraw_is_not_armed",
        "tests/unit/commands/test_keys.py::test_s6_a_key_that_can_withdraw_is_refused_whatever_else_is_typed",
    ),
    45: _shown(
        "a captcha instead of an answer",
        "test_f045_a_captcha_is_no_answer_to_an_order",
        "test_f045_an_address_that_is_turned_away_waits_for_minutes",
    ),
    46: _shown(
        "a key revoked while a position is open",
        "test_f046_a_revoked_key_stops_the_bot_and_the_position_keeps_its_age",
    ),
    47: _shown(
        "a signal that appears and disappears",
        "test_f047_a_signal_of_the_running_candle_is_none_until_it_closes",
        "test_f047_a_candle_that_is_repainted_after_its_judgement_is_told_and_changes_no_order",
    ),
    48: _shown(
        "a candle is missing",
        "test_f048_an_interval_without_trades_is_made_flat_and_judged",
        "test_f048_a_row_that_is_missing_although_trades_were_heard_is_waited_for",
    ),
    49: _shown(
        "the close never comes",
        "test_f049_a_candle_is_closed_by_the_clock_when_nobody_trades",
    ),
    50: _shown(
        "all candles are one interval off",
        "test_f050_a_candle_is_named_by_its_begin",
    ),
    51: _shown(
        "a candle off the grid",
        "test_f051_a_candle_off_the_grid_is_ignored_and_said",
    ),
    52: _shown(
        "candles twice or out of order",
        "test_f052_a_candle_told_twice_or_out_of_order_is_judged_once",
    ),
    53: _shown(
        "candles that are hours old",
        "test_f053_an_old_market_is_stale_and_opens_nothing",
        "test_f053_candles_that_lag_are_told_too_late_to_act_on",
    ),
    54: _shown(
        "a price of zero",
        "test_f054_a_price_of_zero_or_less_is_no_price",
        "test_f054_a_candle_of_zero_is_ignored",
    ),
    55: _shown(
        "not a number, or an empty book",
        "test_f055_what_is_not_a_number_decides_nothing",
    ),
    56: _shown(
        "a flash print",
        "test_f056_nothing_is_ordered_far_from_the_last_close",
    ),
    57: _shown(
        "the wrong history after a restart",
        "test_f057_a_window_that_history_cannot_fill_warms_up",
    ),
    58: _shown(
        "subscribed, acknowledged, and no data",
        "test_f058_an_acknowledged_subscription_without_data_is_noticed",
        "test_f058_one_channel_that_falls_silent_is_noticed_beside_another_that_does_not",
    ),
    59: _shown(
        "silent for hours without an error",
        "test_f059_a_dead_connection_is_bridged_after_five_seconds_and_left_after_ten",
    ),
    60: _shown(
        "reconnected, but what happened in the gap is lost",
        "test_f060_what_was_filled_in_a_gap_is_read_before_anything_is_opened",
        "test_f060_while_the_account_is_not_read_after_a_gap_nothing_is_opened",
    ),
    61: _shown(
        "reconnected, not subscribed again",
        "test_f061_every_connection_subscribes_to_all_that_is_wanted",
    ),
    62: _shown(
        "invalid session without end",
        "test_f062_an_invalid_session_gets_a_new_token",
    ),
    63: _shown(
        "pushed candles never arrive",
        "test_f063_without_pushed_candles_polling_decides",
    ),
    64: _shown(
        "sending on a dead socket, memory grows",
        "test_f064_nothing_grows_on_a_dead_connection",
    ),
    65: _shown(
        "closed in bursts",
        "test_f065_a_connection_that_is_closed_again_and_again_is_tried_ever_more_slowly",
    ),
    66: _shown(
        "an answer that drips",
        "test_f066_an_order_s_answer_that_drips_is_given_up_and_the_order_found",
        "test_f066_a_read_that_drips_does_not_hold_up_an_order",
    ),
    67: _shown(
        "a small answer that inflates",
        "test_f067_a_small_answer_is_never_inflated",
        "test_f067_an_answer_that_is_too_long_is_not_read_to_its_end",
        "test_f067_what_is_compressed_is_not_inflated",
    ),
    68: _shown(
        "deep, huge, cut, double or senseless answers",
        "test_f068_an_order_with_a_senseless_answer_is_found_and_not_repeated",
        "test_f068_senseless_answers_to_reads_decide_nothing_and_pass",
    ),
    69: _shown(
        "silently through a proxy or with other certificates",
        "test_f069_the_environment_is_not_asked",
    ),
    70: _shown(
        "no name resolution, a black hole, a captive portal",
        "test_f070_without_names_or_a_route_it_waits_and_says_so",
        "test_f070_whoever_cannot_prove_to_be_kraken_stops_the_bot",
        "test_f070_a_false_certificate_ends_it_before_a_byte_of_the_request",
    ),
    71: _shown(
        "a state of the exchange misread",
        "test_f071_only_online_lets_an_order_pass",
        "test_f071_a_word_nobody_knows_lets_nothing_pass",
        "test_f071_an_exit_that_was_barred_goes_out_when_the_exchange_opens_again",
    ),
    72: _shown(
        "maintenance: neither orders nor cancels",
        "test_f072_in_maintenance_it_says_that_the_position_cannot_be_closed",
    ),
    73: _shown(
        "post only: market orders refused",
        "test_f073_post_only_holds_everything_and_flatten_says_that_it_cannot",
    ),
    74: _shown(
        "a pair that may only be reduced",
        "test_f074_reduce_only_lets_the_close_pass_and_not_the_new_position",
        "test_f074_limit_only_lets_no_market_order_pass_and_says_so",
    ),
    75: _shown(
        "a pair renamed, unknown or gone",
        "test_f075_a_pair_that_is_gone_is_an_alarm_and_no_crash",
    ),
    76: _shown(
        "decimals changed",
        "test_f076_changed_decimals_are_learnt_from_a_refusal",
    ),
    77: _shown(
        "a balance moved into an earning wallet",
        "test_f077_what_earns_is_shown_apart_and_never_sold",
        "tests/console/test_truth.py::test_f77_what_no_order_can_use_is_shown_apart",
    ),
    78: _shown(
        "too many decimals",
        "test_f078_a_size_with_too_many_decimals_is_cut_to_the_lot_grid",
        "test_f078_the_smallest_sizes_are_sent_in_plain_digits",
    ),
    79: _shown(
        "a size that rounds to nothing",
        "test_f079_a_size_that_rounds_to_nothing_is_no_order",
    ),
    80: _shown(
        "below one of two minimums",
        "test_f080_below_the_minimum_of_the_base_nothing_leaves",
        "test_f080_below_the_minimum_of_the_quote_nothing_leaves",
    ),
    81: _shown(
        "all in, and the fee on top",
        "test_f081_an_all_in_buy_leaves_room_for_its_fee",
        "test_f081_what_the_bot_lets_pass_the_exchange_takes",
    ),
    82: _shown(
        "a second price that is invalid",
        "test_f082_a_price_that_is_off_the_grid_or_on_the_wrong_side_never_leaves",
    ),
    83: _shown(
        "ten times the size by a slip in the config",
        "test_f083_ten_times_the_size_by_a_slip_is_stopped_by_a_limit_of_its_own",
    ),
    84: _shown(
        "closed the coins, not the position",
        "test_f084_a_close_carries_leverage_and_is_confirmed_by_the_exchange_s_positions",
    ),
    85: _shown(
        "a close larger than the position opens the opposite",
        "test_f085_a_close_can_only_reduce",
        "test_f085_a_close_of_more_than_is_left_does_not_turn_the_position",
    ),
    86: _shown(
        "a conditional close opens a position",
        "test_f086_nothing_of_the_bot_s_stays_behind_that_could_open_a_position",
    ),
    87: _shown(
        "liquidated, and the bot goes on",
        "test_f087_after_a_liquidation_nothing_is_entered_again",
    ),
    88: _shown(
        "closed by the term limit",
        "test_f088_after_a_close_by_the_term_limit_nothing_is_entered_again",
    ),
    89: _shown(
        "margin refused",
        "test_f089_margin_that_is_refused_is_never_replaced_by_spot",
    ),
    90: _shown(
        "slowly eaten by rollover",
        "tests/unit/engine/test_loss.py::test_f90_rollover_counts_while_a_margin_position_is_held_and_after_it_is_closed",
        "tests/unit/paper/test_paper_margin.py::test_rollover_every_four_hours_on_time_however_late_it_is_looked_at",
    ),
    91: _shown(
        "disk full",
        "tests/unit/journal/test_reserve.py::test_f91_a_full_disk_is_written_on_with_the_reserve_and_mends_itself",
        "tests/unit/engine/test_journal_trouble.py::test_f91_i14_a_flatten_goes_out_although_nothing_can_be_journaled",
        "tests/process/test_trouble.py::test_a_full_disk_halts_and_no_order_follows",
    ),
    92: _shown(
        "disk error, database locked",
        "tests/unit/journal/test_opening.py::test_a_file_locked_by_another_program_is_told",
        "tests/unit/journal/test_disk_full.py::test_a_disk_that_takes_no_more_bytes",
        "tests/unit/journal/test_opening.py::test_a_flipped_bit_is_found",
        "tests/faults/test_lost_answers.py::test_f018_an_order_whose_acknowledgement_cannot_be_kept_is_named_and_stops_trading",
    ),
    93: _shown(
        "the last commits are gone after a power cut",
        "test_f093_after_a_power_cut_what_was_ordered_is_known",
        "test_f093_what_was_acknowledged_is_on_the_disk",
        "test_f093_with_less_than_full_the_same_cuts_lose_some",
        "tests/unit/journal/test_opening.py::test_a_file_that_cannot_be_made_durable_is_refused",
        "tests/simulation/test_deaths.py::test_a_death_doubles_loses_and_misstates_nothing",
    ),
    94: _shown(
        "two consoles spoil the journal",
        "tests/unit/journal/test_opening.py::test_one_writer_among_processes_and_a_killed_one_holds_nothing",
        "tests/process/test_failures.py::test_a_second_bot_on_the_same_state_is_refused_and_the_first_goes_on",
    ),
    95: _shown(
        "two bots on one account",
        "tests/process/test_failures.py::test_f95_a_second_bot_on_the_same_key_is_refused_whatever_its_state_folder",
        "tests/faults/test_keys.py::test_f037_another_program_on_the_key_halts_before_any_order",
    ),
    96: _shown(
        "dead between fill and record",
        "test_f096_a_death_between_execution_and_record_loses_nothing",
        "tests/simulation/test_deaths.py::test_a_death_doubles_loses_and_misstates_nothing",
        "tests/process/test_kill.py::test_kill_at_random_moments",
    ),
    97: _shown(
        "the link dropped, and the bot with it",
        "tests/terminal/test_console.py::test_a_closed_terminal_ends_in_order",
        "tests/process/test_headless.py::test_a_reader_that_has_gone_does_not_stop_the_bot",
    ),
    98: _not_here(
        "the terminal multiplexer is killed at logout",
        "a logout needs logind and a session of its own; what the bot does when its terminal goes is F97",
    ),
    99: _shown(
        "the terminal is gone, the console spins",
        "tests/terminal/test_console.py::test_a_closed_terminal_ends_in_order",
    ),
    100: _shown(
        "a stalled link freezes the bot",
        "tests/terminal/test_stall.py::test_a_stalled_terminal_stops_no_trading",
    ),
    101: _shown(
        "a terminal of one cell",
        "tests/console/test_hostile.py::test_any_size_down_to_one_cell",
        "tests/console/test_hostile.py::test_too_small_keeps_what_matters",
        "tests/terminal/test_console.py::test_any_size_is_survived",
    ),
    102: _shown(
        "the machine slept",
        "tests/unit/engine/test_host.py::test_f102_three_hours_asleep_are_told_and_bar_entries_until_clock_and_account_are_read",
        "tests/unit/engine/test_host.py::test_f102_a_candle_that_closed_in_sleep_opens_nothing",
    ),
    103: _shown(
        "a clock that is off",
        "test_f103_a_clock_that_is_off_bars_entries_and_is_shown",
    ),
    104: _shown(
        "an hour of wrong candles at a change of time",
        "test_f104_wherever_the_machine_is_and_whatever_the_hour_it_trades_the_same",
    ),
    105: _shown(
        "a restart repeats the last signal",
        "test_f105_after_a_restart_within_the_candle_its_signal_is_not_repeated",
        "tests/process/test_kill.py::test_kill_at_random_moments",
    ),
    106: _shown(
        "an old binary, and nothing counts what is sent",
        "tests/unit/engine/test_control.py::test_i5_f106_a_desk_that_sends_twice_is_stopped_by_the_control",
        "tests/unit/engine/test_control.py::test_f106_the_sender_lets_each_order_out_once_and_none_that_nobody_ordered",
        "tests/process/test_failures.py::test_a_journal_of_a_newer_version_is_left_alone",
    ),
    107: _shown(
        "a person and the bot fight over a pair",
        "tests/unit/engine/test_manual.py::test_i13_while_a_person_has_taken_over_signals_are_held",
        "tests/unit/engine/test_manual.py::test_an_order_by_hand_is_sent_and_takes_over",
        "tests/process/test_headless.py::test_what_a_person_has_ordered_survives_a_restart",
    ),
    108: _shown(
        "text of the exchange steers the terminal",
        "test_f108_what_steers_a_terminal_is_made_visible",
        "test_f108_an_answer_full_of_it_is_no_answer",
        "tests/console/test_hostile.py::test_every_way_to_the_screen",
    ),
    109: _shown(
        "text of the exchange becomes a button",
        "test_f109_markup_of_the_exchange_is_shown_as_it_is",
        "tests/console/test_hostile.py::test_every_way_to_the_screen",
    ),
    110: _shown(
        "a bracket in a message crashes the screen",
        "tests/console/test_hostile.py::test_every_way_to_the_screen",
        "tests/faults/test_outside_text.py::test_f109_markup_of_the_exchange_is_shown_as_it_is",
    ),
    111: _shown(
        "a secret on the crash screen",
        "test_f111_an_error_inside_the_signer_leaves_no_piece_of_it",
        "test_f111_an_error_at_the_accounts_login_leaves_no_piece_of_it",
        "tests/console/test_life.py::test_a_crash_of_the_console_leaves_places_but_no_values",
        "tests/process/test_trouble.py::test_a_surprise_ends_in_one_sentence_without_values",
        "tests/unit/kraken/test_signing.py::test_no_text_form_shows_a_key",
    ),
    112: _shown(
        "a key in the logs",
        "test_f112_neither_key_nor_secret_is_kept_or_shown",
    ),
    113: _shown(
        "invisible characters fake a name or a price",
        "tests/faults/test_outside_text.py::test_f108_what_steers_a_terminal_is_made_visible",
        "tests/console/test_hostile.py::test_every_way_to_the_screen",
    ),
}
