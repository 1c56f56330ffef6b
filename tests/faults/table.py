"""Every fault that live bots are known to have met, and the tests that show what this one does about it.

A row says what happened to others. It names tests (a name with the row's number, or ``path::name`` of one
that shows more than this row), or says why a box on one machine cannot show it, or that its tests are
to come.
"""

from __future__ import annotations

from dataclasses import dataclass

TO_COME = "to come"

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


def _to_come(symptom: str) -> Row:
    return Row(symptom, why_not=TO_COME)


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
    ),
    4: _shown(
        "a repeat with the same client id fills twice",
        "tests/unit/paper/test_paper_orders.py::test_client_ids_are_unique_among_open_orders_only",
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
        "tests/unit/engine/test_manual.py::test_f09_flatten_repeats_a_cancel_that_failed",
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
    19: _to_come("pushed as filled, read as open for a minute"),
    20: _to_come("a fill noticed minutes late, or never told"),
    21: _to_come("filled at once, believed rejected"),
    22: _to_come("a canceled order had partly filled"),
    23: _to_come("partial fill, restart, stuck"),
    24: _to_come("a remainder below the minimum stays"),
    25: _to_come("a little less filled than asked"),
    26: _to_come("fill and balance differ in the last digits"),
    27: _to_come("canceled, but the balance is still held"),
    28: _to_come("coins locked by an own stop"),
    29: _to_come("a fill counted twice"),
    30: _to_come("cancels that never leave, orders pile up"),
    31: _to_come("a limit order stranded far from the market"),
    32: _to_come("a market order canceled by the exchange"),
    33: _to_come("a position adjusted twice"),
    34: _to_come("somebody trades by hand beside the bot"),
    35: _to_come("open orders come back empty"),
    36: _to_come("an order beyond the first page"),
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
    41: _to_come("order rate limit exceeded"),
    42: _shown(
        "throttled",
        "test_f042_a_throttled_key_is_left_in_peace_and_never_asked_twice_at_once",
    ),
    43: _shown(
        "the key or the region may not trade the pair",
        "test_f043_a_pair_that_may_not_be_traded_is_said_and_not_tried_again",
        "test_f043_a_key_that_lost_a_permission_stops_the_bot",
    ),
    44: _to_come("a key that can withdraw is stolen"),
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
    62: _to_come("invalid session without end"),
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
    77: _to_come("a balance moved into an earning wallet"),
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
    90: _to_come("slowly eaten by rollover"),
    91: _to_come("disk full"),
    92: _to_come("disk error, database locked"),
    93: _shown(
        "the last commits are gone after a power cut",
        "test_f093_what_was_acknowledged_is_on_the_disk",
        "test_f093_with_less_than_full_the_same_cuts_lose_some",
    ),
    94: _to_come("two consoles spoil the journal"),
    95: _to_come("two bots on one account"),
    96: _to_come("dead between fill and record"),
    97: _to_come("the link dropped, and the bot with it"),
    98: _to_come("the terminal multiplexer is killed at logout"),
    99: _to_come("the terminal is gone, the console spins"),
    100: _to_come("a stalled link freezes the bot"),
    101: _to_come("a terminal of one cell"),
    102: _to_come("the machine slept"),
    103: _to_come("a clock that is off"),
    104: _to_come("an hour of wrong candles at a change of time"),
    105: _to_come("a restart repeats the last signal"),
    106: _to_come("an old binary, and nothing counts what is sent"),
    107: _to_come("a person and the bot fight over a pair"),
    108: _to_come("text of the exchange steers the terminal"),
    109: _to_come("text of the exchange becomes a button"),
    110: _to_come("a bracket in a message crashes the screen"),
    111: _shown(
        "a secret on the crash screen",
        "test_f111_an_error_inside_the_signer_leaves_no_piece_of_it",
        "test_f111_an_error_at_the_accounts_login_leaves_no_piece_of_it",
    ),
    112: _to_come("a key in the logs"),
    113: _to_come("invisible characters fake a name or a price"),
}
