"""The planted bugs, one for each invariant of faults.md section 2 that has a meaning here."""

from __future__ import annotations

from tests.planted.bug import Bug

#: The invariants, I1 to I35.
INVARIANTS = tuple(f"I{number}" for number in range(1, 36))

#: Invariants that nothing here could break, and why.
NO_MEANING = {
    "I10": "the bot enters at market: what rests is a person's own limit order, or a stop that is to stay",
}

ENGINE = "tests/unit/engine"
DEATHS = "tests/simulation/test_deaths.py::test_a_death_doubles_loses_and_misstates_nothing"
GUARDS = f"{ENGINE}/test_guards.py::test_i11_i30_a_guard_refuses_with_name_numbers_and_advice"

_ORDERS = (
    Bug(
        "I1",
        "the order leaves before its intent is in the journal",
        "tui_bot/engine/keeper.py",
        "            self._journal.write(records, candles)",
        "            asyncio.get_running_loop().call_later(0.01, self._journal.write, records, candles)",
        f"{ENGINE}/test_runner.py::test_i1_the_intent_is_written_before_the_order_leaves",
    ),
    Bug(
        "I2",
        "a live order does not bar the next one",
        "tui_bot/engine/guards.py",
        "    ok = now.live == 0\n",
        "    ok = True\n",
        GUARDS,
    ),
    Bug(
        "I3",
        "an order whose answer is lost on the way is sent again",
        "tui_bot/kraken/rest.py",
        "        except TransportError as fault:\n            reply = fault\n",
        "        except TransportError:\n"
        '            reply = await self._signed("AddOrder", params, ORDER_S, MAX_ORDER_BYTES)\n',
        "tests/unit/kraken/test_rest.py::test_faults_on_the_way",
    ),
    Bug(
        "I4",
        "an order that one look does not find is held for absent",
        "tui_bot/engine/missing.py",
        "        if order.state is not OrderState.UNKNOWN or not state.is_overdue(order):",
        "        if order.state is OrderState.UNKNOWN:\n            self._end(order, 'not found')\n"
        "        if order.state is not OrderState.UNKNOWN or not state.is_overdue(order):",
        "tests/simulation/test_storm.py::test_no_lost_answer_becomes_a_second_order[0]",
    ),
    Bug(
        "I5",
        "the control of what is sent objects to nothing",
        "tui_bot/engine/control.py",
        '        if leg is None:\n            return ""\n',
        '        if leg is None or leg:\n            return ""\n',
        f"{ENGINE}/test_control.py::test_i5_f106_a_desk_that_sends_twice_is_stopped_by_the_control",
    ),
    Bug(
        "I6",
        "a close on margin is not reduce-only",
        "tui_bot/engine/plan.py",
        '    close = Leg("close", side, closed, position.leverage, position.leverage > 0, opens=False)',
        '    close = Leg("close", side, closed, position.leverage, False, opens=False)',
        f"{ENGINE}/test_desk.py::test_f84_f85_a_flip_closes_with_leverage_and_reduce_only_and_then_opens",
    ),
    Bug(
        "I7",
        "an order below the pair's minimum, or off its grid, is let pass",
        "tui_bot/engine/guards.py",
        "    if fault is None:\n",
        "    if fault is None or fault:\n",
        f"{ENGINE}/test_manual.py::test_i7_an_order_by_hand_that_the_guards_refuse_changes_nothing",
    ),
    Bug(
        "I8",
        "one order more than the limit of an hour",
        "tui_bot/engine/limits.py",
        "    if used < limit:\n",
        "    if used <= limit:\n",
        f"{ENGINE}/test_deciding.py"
        "::test_i8_the_orders_of_an_hour_are_counted_and_then_entries_stop_but_not_exits",
    ),
    Bug(
        "I9",
        "an order is finished before its executions are booked",
        "tui_bot/engine/tracker.py",
        "(state in _TERMINAL and booked < executed) or (state is OrderState.OPEN and executed > 0)",
        "state is OrderState.OPEN and executed > 0",
        f"{ENGINE}/test_desk.py::test_i9_an_end_whose_executions_are_not_known_yet_is_not_an_end",
    ),
)

_GATES = (
    Bug(
        "I11",
        "the sender does not look at the gates again",
        "tui_bot/engine/bot.py",
        "        return closed_gate(self.state, intent) or self.state.control.release(intent)",
        "        return self.state.control.release(intent)",
        f"{ENGINE}/test_release.py::test_i11_a_gate_that_closes_between_decision_and_send_stops_every_entry",
    ),
    Bug(
        "I12",
        "a pause is not kept in the journal",
        "tui_bot/engine/state.py",
        "        self.keep(RunChanged(self.run))\n",
        "",
        f"{ENGINE}/test_recovery.py::test_i12_a_pause_survives_a_death_right_behind_it",
    ),
    Bug(
        "I13",
        "the bot trades although a person has taken over",
        "tui_bot/engine/bot.py",
        '        if state.override is not None:\n            return "a person has taken over"\n',
        "",
        f"{ENGINE}/test_manual.py::test_i13_while_a_person_has_taken_over_signals_are_held",
    ),
    Bug(
        "I14",
        "a flatten needs a journal that works",
        "tui_bot/engine/runner.py",
        "    return isinstance(action, PlaceOrder) and action.intent.is_flatten and not action.intent.opens",
        "    return not isinstance(action, PlaceOrder)",
        f"{ENGINE}/test_journal_trouble.py"
        "::test_f91_i14_a_flatten_goes_out_although_nothing_can_be_journaled",
    ),
    Bug(
        "I15",
        "a market that was last heard long ago is good enough",
        "tui_bot/engine/guards.py",
        "    ok = age <= limit\n",
        "    ok = age >= 0\n",
        GUARDS,
    ),
    Bug(
        "I16",
        "a clock that is off by any amount is good enough",
        "tui_bot/engine/guards.py",
        "    ok = abs(now.clock_offset_ms) <= limit\n",
        "    ok = abs(now.clock_offset_ms) >= 0\n",
        f"{ENGINE}/test_host.py::test_f103_an_offset_that_was_there_from_the_start_is_not_believed_away",
    ),
    Bug(
        "I17",
        "the words that bar are listed instead of the one that lets pass",
        "tui_bot/engine/guards.py",
        "    ok = closing or (now.system_status == OPEN_STATUS and pair == OPEN_STATUS)\n",
        '    barring = {"?", "maintenance", "cancel_only", "post_only", "limit_only", "reduce_only"}\n'
        "    ok = closing or not {now.system_status, pair} & barring\n",
        GUARDS,
    ),
    Bug(
        "I18",
        "the config file is written where it lies",
        "tui_bot/config/disk.py",
        "    descriptor, name = tempfile.mkstemp("
        'prefix=f".{target.name}.", suffix=".new", dir=target.parent)\n',
        "    name, descriptor = str(target), os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)\n",
        "tests/unit/config/test_deaths.py::test_a_death_in_a_save_leaves_a_whole_file",
    ),
)

_RECOVERY = (
    Bug(
        "I19",
        "the last execution in the journal is left out of the position",
        "tui_bot/engine/reconcile.py",
        "    for fill in fills:\n        state.book(",
        "    for fill in fills[:-1]:\n        state.book(",
        f"{DEATHS}[fill journaled]",
    ),
    Bug(
        "I20",
        "an order that was cut off by a death is taken for not sent",
        "tui_bot/engine/tracker.py",
        'state=OrderState.UNKNOWN, reason="the bot stopped before the answer")',
        'state=OrderState.NOT_SENT, reason="the bot stopped before the answer")',
        f"{ENGINE}/test_tracker.py::test_f12_an_order_without_a_known_answer_is_unknown_after_a_restart",
    ),
    Bug(
        "I21",
        "the newest candle of the history is judged at the start",
        "tui_bot/engine/bot.py",
        "        self.desk.on_ended(event.ended)\n",
        "        self.desk.on_ended(event.ended)\n"
        "        if self.state.series.last:\n            self._decide(self.state.series.last.begin)\n",
        f"{ENGINE}/test_recovery.py::test_i21_a_turn_that_came_while_away_is_not_traded_at_the_start",
    ),
    Bug(
        "I22",
        "a commit does not wait for the disk",
        "tui_bot/journal/database.py",
        '    ("synchronous", "FULL", 2),\n',
        '    ("synchronous", "OFF", 0),\n',
        "tests/unit/journal/test_opening.py::test_commits_are_durable_and_the_files_private",
    ),
    Bug(
        "I23",
        "the writer's lock lets others in",
        "tui_bot/journal/lock.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        "tests/unit/journal/test_opening.py::test_one_writer_in_one_process",
    ),
    Bug(
        "I24",
        "an order's name is drawn by lot",
        "tui_bot/engine/identity.py",
        '    return sha256(f"{journal_id}/{signal}/{leg}{again}".encode()).hexdigest()[:32]\n',
        "    import os\n\n    return os.urandom(16).hex()\n",
        "tests/simulation/test_seeds.py::test_every_promise_is_kept_and_each_seed_plays_the_same_twice[0]",
    ),
    Bug(
        "I25",
        "a task of the engine dies in silence",
        "tui_bot/engine/tasks.py",
        "            self._failed(error)\n",
        "            del error\n",
        f"{ENGINE}/test_runner.py::test_i25_a_feed_that_dies_or_ends_halts",
    ),
    Bug(
        "I26",
        "the queue of events grows without a bound",
        "tui_bot/engine/runner.py",
        "asyncio.Queue(maxsize=10_000)",
        "asyncio.Queue()",
        f"{ENGINE}/test_runner.py::test_a_flood_that_fills_the_queue_stops_instead_of_growing",
    ),
)

_PEOPLE = (
    Bug(
        "I27",
        "the last word leaves out the position",
        "tui_bot/engine/farewell.py",
        "    parts = [held(snapshot)]\n",
        "    parts: list[str] = []\n",
        "tests/unit/session/test_farewell.py::test_flat",
    ),
    Bug(
        "I28",
        "a size that was never read is told as nought",
        "tui_bot/control/status.py",
        '"size": plain(position.size) if known else None,',
        '"size": plain(position.size),',
        "tests/unit/control/test_status.py::test_i28_what_was_not_read_is_null_and_never_zero",
    ),
    Bug(
        "I29",
        "a dialog calls real money play money",
        "tui_bot/console/words.py",
        'if play_money(mode) else f"{mode.upper()} · REAL MONEY"',
        'if mode else f"{mode.upper()} · REAL MONEY"',
        "tests/console/test_frames.py::test_a_live_ticket_is_marked_as_real_money",
    ),
    Bug(
        "I30",
        "a refusal that does not say what to do",
        "tui_bot/engine/guards.py",
        '    advice = "" if ok else "set this machine\'s clock (NTP)"\n',
        '    advice = ""\n',
        GUARDS,
    ),
    Bug(
        "I31",
        "the engine writes to the terminal itself",
        "tui_bot/session/session.py",
        "        before, self._latest = self._latest, snapshot\n",
        "        before, self._latest = self._latest, snapshot\n"
        "        import os\n\n        os.write(1, b' ' * 9_000)\n",
        "tests/terminal/test_stall.py::test_a_stalled_terminal_stops_no_trading",
    ),
)

_SECRETS = (
    Bug(
        "I32",
        "a secret shows in the text form of what holds it",
        "tui_bot/keys/pair.py",
        '    def __repr__(self) -> str:\n        return "••••"\n',
        "    def __repr__(self) -> str:\n        return self._text\n",
        "tests/unit/keys/test_pair.py::test_s3_no_text_form_of_a_pair_or_a_secret_shows_it",
    ),
    Bug(
        "I33",
        "control bytes from outside are let through",
        "tui_bot/sanitise.py",
        "    clean = _UNSAFE.sub(MARK, str(text)[: 4 * limit])\n",
        "    clean = str(text)[: 4 * limit]\n",
        "tests/unit/journal/test_reading.py::test_outside_text_cannot_steer_the_terminal",
    ),
    Bug(
        "I34",
        "a note over the screen is parsed as markup",
        "tui_bot/console/app.py",
        "markup=False",
        "markup=True",
        "tests/console/test_hostile.py::test_every_way_to_the_screen",
    ),
    Bug(
        "I35",
        "a signed request may go to any host",
        "tui_bot/kraken/http.py",
        '    local = url.scheme == "http" and url.host in LOOPBACK\n',
        '    local = url.scheme in ("http", "https")\n',
        "tests/unit/kraken/test_http.py::test_all_other_addresses_are_refused",
    ),
)

BUGS: tuple[Bug, ...] = (*_ORDERS, *_GATES, *_RECOVERY, *_PEOPLE, *_SECRETS)
