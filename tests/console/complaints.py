"""What people complain about in other consoles and bots, and what this one does about each.

A row says in our own words what they met, what ours does, and which tests show it (``path::name``). What is
not met, or not wholly, says so in ``lacks``. ``docs/complaints.md`` is written from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The groups, by the numbers of their rows.
GROUPS = {
    "In the terminal": range(49, 64),
    "Pausing, and trading by hand": range(64, 72),
    "Changing settings while it runs": range(72, 76),
}


@dataclass(frozen=True)
class Row:
    """One complaint."""

    met: str
    ours: str
    tests: tuple[str, ...]
    lacks: str = ""


CONSOLE = "tests/console/"
ENGINE = "tests/unit/engine/"

ROWS: dict[int, Row] = {
    49: Row(
        "The interface takes the terminal for itself: the mouse no longer scrolls or selects, and without "
        "a screen or on a signal nothing works.",
        "The wheel scrolls and clicks choose, nothing needs them, shift selects text, and `ui.mouse: no` "
        "leaves the mouse to the terminal. `run --headless` needs no screen, and every signal ends in order, "
        "with the terminal as it was.",
        (
            CONSOLE + "test_mouse.py::test_c49_where_it_is_not_wanted_the_mouse_is_left_to_the_terminal",
            CONSOLE + "test_run.py::test_a_signal_is_an_orderly_stop",
            "tests/process/test_headless.py::test_a_signal_ends_in_order",
        ),
    ),
    50: Row(
        "Over SSH they want the few things that matter by key: stop and go on, what is held and what it "
        "made, other settings.",
        "`p` pauses and resumes, the position with its net result is always on the screen, `e` edits the "
        "settings of the running bot; all of it in a real terminal by keyboard alone.",
        (
            "tests/terminal/test_console.py::test_trade_override_edit_pause_and_quit_by_keyboard",
            "tests/terminal/test_truth.py::test_the_position_panel_equals_the_ledger",
        ),
    ),
    51: Row(
        "It does not start inside tmux or screen, or dies at once: the terminal's name is not known.",
        "No list of terminals is asked; screen, tmux, xterm and the Linux console each get the colours "
        "and signs they can show.",
        (
            CONSOLE + "test_terminals.py::test_a_terminal_gets_what_it_can_show",
            "tests/terminal/test_console.py::test_trade_override_edit_pause_and_quit_by_keyboard",
        ),
    ),
    52: Row(
        "Memory grows by over a hundred megabytes a day, from the terminal's side.",
        "What the console keeps is bounded: the log's last thousand records, one snapshot, the strips of "
        "what is shown.",
        (
            CONSOLE + "test_comfort.py::test_c52_what_the_console_keeps_is_bounded",
        ),
        "Two days on the screen are measured by hand (`make bench ARGS=screen_days`), not by a test.",
    ),
    53: Row(
        "The status line stops for hours; or the screen lives while the bot hangs.",
        "The age of the last decision and of the feed tick by the console's own clock, and an engine that "
        "shows no sign of life for three seconds, or has died, is shouted.",
        (
            CONSOLE + "test_life.py::test_a_silent_engine_is_told_by_its_beat",
            CONSOLE + "test_life.py::test_ages_tick_by_the_consoles_clock_times_the_rate",
            CONSOLE + "test_life.py::test_a_dead_engine_is_loud_within_a_second",
        ),
    ),
    54: Row(
        "When the window loses the focus the program stands still, and then does everything at once.",
        "Nothing waits for the focus, and the engine has a thread of its own: a terminal that stops "
        "reading stops no trading.",
        (
            CONSOLE + "test_comfort.py::test_c54_without_the_focus_it_goes_on",
            "tests/terminal/test_stall.py::test_a_stalled_terminal_stops_no_trading",
        ),
    ),
    55: Row(
        "On a small server the client needs the whole processor and answers no more.",
        "The screen takes the newest snapshot at its own pace, four a second as usual, and repaints the "
        "cells that changed; a flood of ticks costs it nothing.",
        (
            CONSOLE + "test_chart.py::test_a_tick_repaints_the_axis_and_nothing_else_of_the_chart",
            CONSOLE + "test_life.py::test_refresh_follows_the_settings",
            "tests/console/output/test_lean_sessions.py::test_a_tick_costs_a_fraction_of_what_textual_sends",
        ),
    ),
    56: Row(
        "The log jumps to its end while somebody reads further up.",
        "A log that is read holds still, with a badge for what has come since; `end` returns.",
        (
            CONSOLE + "test_log.py::test_it_follows_until_it_is_read_and_then_holds",
            CONSOLE + "test_log.py::test_it_holds_while_the_oldest_records_fall_out_of_the_snapshot",
        ),
    ),
    57: Row(
        "Gains and losses cannot be told on light terminals, or by colour-blind eyes, and the colours "
        "cannot be set.",
        "Nine themes, light and colour-blind safe among them, each checked for contrast and for three "
        "kinds of colour-blindness; a person's own is checked by the same rules. A sign or a word always "
        "stands beside the colour.",
        (
            CONSOLE + "test_themes.py::test_words_can_be_read",
            CONSOLE + "test_themes.py::test_opposites_differ_for_every_eye",
            CONSOLE + "test_themes.py::test_a_persons_themes_join_and_bad_ones_are_reported",
        ),
    ),
    58: Row(
        "The price axis is on the wrong side and without the price of now; a shortcut is taken by the "
        "terminal; vim keys are missing.",
        "The axis is on the right, with the price and the flip price moving on it. Keys that terminals "
        "take or garble are never given to an action, any key can be changed, and h j k l move "
        "everywhere.",
        (
            CONSOLE + "test_comfort.py::test_c58_the_price_of_now_moves_on_the_right_axis",
            "tests/unit/keymap/test_keymap.py::test_a_key_that_is_not_given_away_is_refused_with_its_reason",
            CONSOLE + "test_keymap.py::test_a_key_of_their_own_works_and_the_usual_one_no_longer",
            CONSOLE + "test_keymap.py::test_vim_keys_move_in_dialogs_as_arrows_do",
        ),
    ),
    59: Row(
        "The output froze; most likely it was Ctrl+S, and flow control held it.",
        "Ctrl+S freezes nothing, and no action has it or can be given it.",
        (
            CONSOLE + "test_comfort.py::test_c59_ctrl_s_freezes_nothing",
            "tests/unit/keymap/test_keymap.py::test_a_key_that_is_not_given_away_is_refused_with_its_reason",
        ),
    ),
    60: Row(
        "Escape gets lost between some clients, SSH and tmux.",
        "Every dialog can be left without it: Cancel is a button, and comes first.",
        (
            CONSOLE + "test_comfort.py::test_c60_every_dialog_can_be_left_without_escape",
        ),
    ),
    61: Row(
        "It flickers under GNU screen.",
        "Only cells that changed are sent, never the whole screen; nothing blinks and nothing is "
        "animated.",
        (
            "tests/console/output/test_lean.py::test_only_cells_that_changed_are_sent",
            CONSOLE + "test_repaint.py::test_the_terminal_shows_what_is_meant",
        ),
    ),
    62: Row(
        "Full redraws and animations make any console painful over a slow line; there is no switch for "
        "it.",
        "The same, and `display.refresh: 1` draws once a second.",
        (
            "tests/console/output/test_lean_sessions.py::test_a_tick_costs_a_fraction_of_what_textual_sends",
            CONSOLE + "test_life.py::test_refresh_follows_the_settings",
        ),
    ),
    63: Row(
        "A tiny window, or one whose size changes fast, crashes it.",
        "Below 60x20 a page says what is needed and what is held; any size and any storm of sizes is "
        "survived.",
        (
            "tests/terminal/test_console.py::test_any_size_is_survived",
            CONSOLE + "test_presets.py::test_at_any_size_every_cell_belongs_to_one_panel",
        ),
    ),
    64: Row(
        "They want to buy and sell by key in the running bot, with a question before it.",
        "`b` and `s` open a ticket that says what it would do; a second step asks, and No is under the "
        "cursor.",
        (
            CONSOLE + "test_keys.py::test_buy_at_market",
            CONSOLE + "test_keys.py::test_the_second_step_defaults_to_no",
        ),
    ),
    65: Row(
        "Pausing should stop entries and go on with exits; and it must not let a position grow.",
        "PAUSED takes no new exposure, more of the same included, and exits go out; a missed entry is not "
        "made up.",
        (
            ENGINE + "test_manual.py::"
            "test_i12_paused_takes_no_new_exposure_and_a_missed_entry_is_not_made_up",
            ENGINE + "test_manual.py::test_paused_still_exits_whatever_the_way_of_flipping",
        ),
    ),
    66: Row(
        "Pausing cancels their orders or sets the result to zero, on paper too.",
        "A pause and its end touch neither orders nor position nor result, and hold over a restart; paper "
        "is the same engine.",
        (
            ENGINE + "test_pause.py::test_c66_a_pause_and_its_end_leave_orders_position_and_result_alone",
            ENGINE + "test_recovery.py::test_i12_pause_and_halt_survive_a_restart",
        ),
    ),
    67: Row(
        "The bot may sell at once what they bought by hand, while they wanted to enter themselves and let "
        "it exit.",
        "Every order by hand comes with a contract chosen in the ticket: hands off until the next signal, "
        "for so many candles, or until released; it is counted down in sight and survives a restart.",
        (
            ENGINE + "test_manual.py::test_i13_while_a_person_has_taken_over_signals_are_held",
            ENGINE + "test_manual.py::test_the_next_signal_ends_a_contract_until_then",
            ENGINE + "test_manual.py::"
            "test_a_contract_of_n_candles_ends_after_n_candles_and_does_not_trade_by_that",
            ENGINE + "test_recovery.py::test_i13_an_override_and_its_count_survive_a_restart",
        ),
    ),
    68: Row(
        "An order by hand should take an amount, a part of the position, and a price.",
        "The ticket takes any volume, a part of what is held by key or in percent, and a limit; it says the "
        "nearest valid ones, and what it would cost.",
        (
            CONSOLE + "test_ticket.py::test_each_part_has_a_key",
            CONSOLE + "test_ticket.py::test_a_part_is_rounded_down_to_the_lot",
            CONSOLE + "test_ticket.py::test_a_part_that_makes_no_order_says_why",
            CONSOLE + "test_keys.py::test_sell_at_a_limit_with_a_contract",
            CONSOLE + "test_keys.py::test_a_bad_ticket_has_no_trade",
        ),
    ),
    69: Row(
        "Trading by hand hides behind an option that nobody finds.",
        "It is always there: in the footer, the palette and the help.",
        (
            CONSOLE + "test_keys.py::test_every_action_is_in_the_palette",
            CONSOLE + "test_keys.py::test_an_action_is_in_help_and_key_table",
        ),
    ),
    70: Row(
        "An order by hand silently does nothing.",
        "A key that can do nothing says why, a ticket names what is wrong with it, and a refused order is "
        "told with the guard's numbers.",
        (
            CONSOLE + "test_keys.py::test_a_key_that_can_do_nothing_says_why",
            CONSOLE + "test_keys.py::test_a_bad_ticket_cannot_be_reviewed",
            ENGINE + "test_manual.py::test_i7_an_order_by_hand_that_the_guards_refuse_changes_nothing",
        ),
    ),
    71: Row(
        "A position that is already sold elsewhere cannot be closed, and the bot goes on as if it were "
        "held.",
        "The exchange's word counts: a position that somebody else closed halts the bot at once, and "
        "flatten says flat only when the exchange shows it.",
        (
            ENGINE + "test_external.py::test_f88_a_position_closed_by_somebody_else_halts_at_once",
            ENGINE + "test_flatten.py::test_flatten_when_flat_sends_nothing",
            ENGINE + "test_manual.py::test_on_spot_flat_is_said_only_when_the_balance_shows_it",
        ),
    ),
    72: Row(
        "To change an amount they must start anew, and timers begin again.",
        "Settings change in the running bot, each at the time it names; position, orders and what is "
        "counted stay.",
        (
            ENGINE + "test_deciding.py::"
            "test_settings_changed_while_running_count_from_the_next_candle_and_never_sell_by_a_buy",
            "tests/unit/session/test_translate.py::test_an_edit_changes_what_may_change_while_it_runs",
        ),
    ),
    73: Row(
        "Nobody knows which settings may be changed while it runs; some are accepted and have no effect.",
        "Each says when it counts: now, at the next candle, or after a restart; and the engine's own word "
        "tells what it took.",
        (
            CONSOLE + "test_comfort.py::test_c73_each_setting_says_when_it_counts",
            CONSOLE + "test_whatif.py::test_the_engine_s_word_on_an_edit_is_told_once",
        ),
    ),
    74: Row(
        "A wrong value was accepted while it ran and broke the next start.",
        "Every keystroke is checked by the rules of the start; a wrong value is never handed in, and "
        "never written.",
        (
            CONSOLE + "test_settings_form.py::test_a_bad_value_is_said_at_once_and_never_handed_in",
            "tests/unit/config/test_keys_in_file.py::test_a_bad_edit_changes_nothing",
        ),
    ),
    75: Row(
        "Reloading the settings is almost a restart, and fetches all data again.",
        "An edit reaches the running bot as one command; candles, average and orders are kept.",
        (
            ENGINE + "test_deciding.py::"
            "test_settings_changed_while_running_count_from_the_next_candle_and_never_sell_by_a_buy",
            ENGINE + "test_pause.py::test_c75_an_edit_fetches_nothing_and_keeps_the_candles",
        ),
    ),
}  # fmt: skip
