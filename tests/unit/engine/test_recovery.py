"""Starting is recovering: every shape of what the journal may know. It never trades."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import BEGIN, MINUTE, candle
from tests.support.model import LONG, SHORT, Exchange, Fate, Stand, recall, turning_settings
from tui_bot.engine.actions import LookUp, PlaceOrder
from tui_bot.engine.commands import Command, Contract, Flatten, Pause, Release, Resume, Trade, Until
from tui_bot.engine.events import JournalStrained
from tui_bot.engine.memory import Memory, Run, RunState
from tui_bot.engine.records import Outcome, RunChanged
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import OrderState, Side

HELD = Contract(Until.RELEASED)


def test_a_first_start_is_flat_running_and_sends_nothing() -> None:
    stand = Stand().start()
    state = stand.bot.state
    assert (state.phase, stand.run()) == (Phase.READY, Run.RUN)
    assert stand.held == state.target == 0
    assert "first start" in stand.notes()
    assert stand.acted[PlaceOrder] == 0


def test_i21_recovery_looks_for_unfinished_orders_and_never_trades() -> None:
    stand = Stand()
    stand.fates.append(Fate.SILENT)
    stand.start().buy_signal()
    after = stand.recovered()
    assert after.acted[PlaceOrder] == 0
    assert after.acted[LookUp] >= 1
    assert after.order_known(stand.sent[0].cl_ord_id) is OrderState.OPEN


@pytest.mark.parametrize(
    "fate", [Fate.FILL, Fate.LOSE_FILLED, Fate.LOSE, Fate.REST, Fate.REFUSE, Fate.NOT_SENT]
)
def test_i19_after_a_crash_right_behind_the_send_position_and_order_are_the_exchange_s(fate: Fate) -> None:
    stand = Stand().start()
    stand.deaf = True
    stand.fates.append(fate)
    stand.buy_signal()
    del stand.kept[[type(body).__name__ for body in stand.kept].index("IntentMade") + 1 :]
    after = stand.recovered()
    after.wait(110)
    assert after.held == stand.exchange.position
    assert len(stand.exchange.reports) <= 1
    assert after.acted[PlaceOrder] == 0


def test_f105_the_candle_that_was_judged_is_not_judged_again() -> None:
    stand = Stand().start()
    stand.buy_signal()
    after = stand.recovered()
    after.close_again()
    assert after.sent == []
    assert after.decisions() == []
    assert after.held == LONG


def test_f105_a_judged_candle_that_the_history_lacks_is_not_judged_when_it_comes() -> None:
    stand = Stand().start()
    stand.buy_signal()
    newest = stand.closes.pop()
    after = stand.recovered()
    after.exchange.position = after.held
    after.close(newest)
    assert (after.sent, after.decisions()) == ([], [])
    after.sell_signal()
    assert after.held == SHORT


def test_f102_candles_missed_while_away_are_counted_and_not_traded() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.closes += [Decimal(59_000), Decimal(58_000), Decimal(57_000)]
    stand.exchange.now_ms = stand.close_ms
    after = stand.recovered()
    assert "3 candles closed while the bot was away; no order was sent for them" in after.notes()
    assert (after.sent, after.held) == ([], LONG)
    after.step(-1)
    assert after.sent == []


def test_i21_a_turn_that_came_while_away_is_not_traded_at_the_start() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.closes.append(Decimal(57_000))
    stand.exchange.now_ms = stand.close_ms
    after = stand.recovered()
    assert (after.sent, after.held, after.decisions()) == ([], LONG, [])


def test_i12_a_pause_survives_a_death_right_behind_it() -> None:
    stand = Stand().start()
    stand.command(Pause())
    after = stand.recovered()
    assert after.run() is Run.PAUSED
    after.buy_signal()
    assert after.sent == []


@pytest.mark.parametrize("run", [Run.PAUSED, Run.HALTED])
def test_i12_pause_and_halt_survive_a_restart(run: Run) -> None:
    after = Stand(memory=Memory("j", run=RunState(run, "because", 5), opened_before=True)).start()
    assert (after.run(), after.why()) == (run, "because")
    after.buy_signal()
    assert after.sent == []


def test_i13_an_override_and_its_count_survive_a_restart() -> None:
    stand = Stand().start()
    stand.command(Trade(Side.BUY, LONG, None, Contract(Until.CANDLES, 3)))
    stand.step(-1)
    after = stand.recovered()
    override = after.bot.state.override
    assert override is not None
    assert override.left == 2
    after.step(-1)
    after.step(-1)
    assert not after.overridden()
    assert after.held == LONG


def test_what_a_person_bought_is_not_sold_by_a_target_from_before() -> None:
    stand = Stand().start()
    stand.step(-1)
    stand.command(Trade(Side.BUY, LONG, None, HELD))
    stand.command(Release())
    after = stand.recovered()
    assert after.bot.state.target == LONG
    after.step(-1)
    assert (after.sent, after.held) == ([], LONG)


def test_an_exit_that_failed_is_still_owed_after_a_restart() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.fates.append(Fate.REFUSE)
    stand.sell_signal()
    after = stand.recovered()
    assert after.bot.state.target == SHORT
    after.step(-1)
    assert after.held == after.exchange.position == 0


def test_i3_an_order_by_hand_right_after_a_restart_has_an_id_of_its_own() -> None:
    stand = Stand().start()
    stand.command(Trade(Side.BUY, LONG, None, HELD))
    after = stand.recovered()
    after.command(Trade(Side.BUY, LONG, None, HELD))
    assert after.sent[0].created_ms == stand.sent[0].created_ms
    assert after.sent[0].cl_ord_id != stand.sent[0].cl_ord_id


def test_resting_orders_are_taken_up_and_can_be_cancelled_after_a_restart() -> None:
    stand = Stand().start()
    stand.command(Trade(Side.BUY, LONG, Decimal(59_000), HELD))
    after = stand.recovered()
    assert [order.state for order in after.bot.state.tracker.live()] == [OrderState.OPEN]
    assert after.bot.state.foreign == ()
    after.command(Flatten(HELD))
    after.wait(10)
    assert after.bot.state.tracker.live() == ()


def test_f34_an_order_at_the_exchange_that_is_not_ours_is_told_as_external() -> None:
    stand = Stand().start()
    stand.command(Trade(Side.BUY, LONG, Decimal(59_000), HELD))
    report = stand.exchange.open_orders()[0]
    stand.exchange.foreign.append(replace(report, txid="XXXX", cl_ord_id=None))
    stand.wait(70)
    assert "EXTERNAL order at the exchange: buy" in stand.notes()
    assert [one.txid for one in stand.bot.state.foreign] == ["XXXX"]
    assert [one.txid for one in stand.recovered().bot.state.foreign] == ["XXXX"]


def test_orders_of_the_last_hour_count_after_a_restart_and_exits_do_not() -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.buy_signal()
    stand.sell_signal()
    after = stand.recovered()
    assert tuple(after.bot.state.placed_ms) == tuple(stand.bot.state.placed_ms)
    assert len(after.bot.state.placed_ms) == 1


def test_candles_that_cannot_be_believed_are_left_out_of_the_history() -> None:
    stand = Stand()
    bad = candle(1, 60_000, low=Decimal(0))
    stand.more_history = (bad, candle(2, 60_000), candle(500, 60_000))
    stand.closes = stand.closes[:1]
    stand.start()
    last = stand.bot.state.series.last
    assert last is not None
    assert last.begin == BEGIN + 2 * MINUTE
    assert [one.filled for one in stand.bot.state.series.closed] == [False, True, False]


# -- agreeing ----------------------------------------------------------------------------------------


def drifted() -> Stand:
    """A long bot whose position somebody closed at the exchange."""
    stand = Stand().start()
    stand.buy_signal()
    stand.exchange.position = Decimal(0)
    stand.wait(61)
    return stand


def test_i11_no_entry_while_the_exchange_shows_another_position() -> None:
    stand = Stand()
    stand.exchange.position = Decimal("0.005")
    stand.start().buy_signal()
    made = stand.decisions()[-1]
    assert made.outcome is Outcome.BLOCKED
    assert [reading.name for reading in made.blocks] == ["agreement"]
    assert stand.run() is Run.RUN


def test_f34_f87_a_difference_that_lasts_halts_with_both_numbers() -> None:
    stand = drifted()
    assert stand.run() is Run.RUN
    stand.wait(100)
    assert stand.run() is Run.HALTED
    assert "the exchange holds 0 BTC, the bot's fills say 0.00100000" in stand.why()
    assert stand.acted[PlaceOrder] == 1  # nothing is mended by trading


def test_f34_f87_a_difference_is_noticed_though_an_order_by_hand_rests() -> None:
    stand = Stand().start()
    stand.buy_signal()
    resting = Trade(Side.BUY, LONG, Decimal(30_000), Contract(Until.RELEASED), 28 * 86_400_000)
    stand.command(resting)
    stand.wait(90)
    assert stand.order().state is OrderState.OPEN
    stand.exchange.position = Decimal(0)
    stand.wait(180)
    assert stand.run() is Run.HALTED
    assert "the exchange holds 0 BTC, the bot's fills say 0.00100000" in stand.why()


def test_f19_a_difference_that_passes_does_not_halt() -> None:
    stand = drifted()
    stand.exchange.position = LONG
    stand.wait(200)
    assert stand.run() is Run.RUN
    assert stand.bot.state.differs_since_ms is None


def test_resuming_accepts_the_exchange_s_position_and_keeps_it_for_the_next_start() -> None:
    stand = drifted()
    stand.wait(100)
    stand.command(Resume())
    assert stand.run() is Run.RUN
    assert stand.held == stand.bot.state.target == 0
    assert "accepted the exchange's position: 0" in stand.notes()
    stand.wait(200)
    assert stand.run() is Run.RUN
    assert stand.recovered().held == 0


def test_resuming_from_a_pause_does_not_accept_a_passing_difference() -> None:
    stand = drifted()
    stand.command(Pause())
    stand.command(Resume())
    assert stand.held == LONG


def test_i11_a_position_that_changed_while_the_bot_was_away_bars_entries_at_once() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.exchange.position = Decimal(0)
    after = stand.recovered()
    assert after.bot.state.differs_since_ms is not None
    after.wait(110)
    assert after.run() is Run.HALTED


@pytest.mark.parametrize(("coins", "halts"), [("0", True), ("0.001", False), ("7", False)])
def test_on_spot_only_a_lack_of_coins_differs(coins: str, halts: bool) -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.buy_signal()
    stand.exchange.coins = Decimal(coins)
    stand.wait(200)
    assert (stand.run() is Run.HALTED) == halts


def test_an_exchange_with_a_position_at_the_first_start_is_not_traded_over() -> None:
    after = Stand(exchange=Exchange(position=Decimal("0.004"))).start()
    after.wait(110)
    assert after.run() is Run.HALTED
    after.command(Resume())
    assert after.held == Decimal("0.004")


def cut_off() -> Stand:
    """The start after a life that ended between a flatten and its close."""
    stand = Stand().start()
    stand.buy_signal()
    stand.fates.append(Fate.NOT_SENT)
    stand.deaf = True
    stand.tick()
    stand.command(Flatten(HELD))
    assert stand.exchange.position == LONG
    return stand.recovered()


def again(stand: Stand) -> Stand:
    """One more start."""
    return Stand(stand.settings, exchange=stand.exchange, memory=recall(stand.kept, stand.memory)).start()


def test_i21_f96_a_flatten_that_a_crash_cut_off_is_told_at_each_start_until_a_person_resumes_it() -> None:
    stand = cut_off()
    for _ in range(2):
        assert "cut off when the bot stopped, and not resumed by itself" in stand.notes()
        assert "still held: LONG 0.00100000; f resumes" in stand.notes()
        assert stand.snapshot().flatten_cut_off
        stand.wait(60)
        assert stand.sent == []
        assert stand.overridden()
        stand = again(stand)
    stand.command(Flatten(HELD))
    assert not stand.snapshot().flatten_cut_off
    assert stand.exchange.position == 0
    assert "cut off" not in again(stand).notes()


@pytest.mark.parametrize("word", [Release(), Trade(Side.BUY, LONG, None, HELD)])
def test_a_flatten_that_was_cut_off_is_forgotten_when_a_person_wants_something_else(word: Command) -> None:
    stand = cut_off()
    stand.command(word)
    assert not stand.snapshot().flatten_cut_off
    assert "cut off" not in again(stand).notes()


def test_a_flatten_that_was_cut_off_is_forgotten_when_nothing_is_held_any_more() -> None:
    stand = cut_off()
    gone = again(stand)
    stand.exchange.position = gone.exchange.position = Decimal(0)
    gone.wait(200)
    gone.command(Resume())
    assert not gone.snapshot().flatten_cut_off
    assert "nothing is held any more" in gone.notes()
    assert "nothing is held now" not in again(gone).notes()


def test_a_flatten_that_ended_is_not_told_at_the_next_start() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.command(Flatten(Contract(Until.RELEASED)))
    assert "cut off" not in stand.recovered().notes()


def test_f18_f91_a_halt_that_the_journal_could_not_keep_holds_over_a_restart() -> None:
    stand = Stand(memory=Memory("stand", fault="the journal cannot be written: disk full"))
    stand.start().buy_signal()
    assert stand.sent == []
    assert stand.run() is Run.HALTED
    assert stand.why().startswith("the journal cannot be written: disk full. What was done since")
    kept = [body.state for body in stand.kept if isinstance(body, RunChanged)]
    assert [state.run for state in kept] == [Run.HALTED]


def test_i27_the_next_start_shows_what_the_last_run_said_it_left() -> None:
    left = Memory("stand", opened_before=True, left="LONG 0.0010 BTC @ 65,000.5, no stop rests, 1 open")
    assert f"the last run stopped in order and left: {left.left}" in Stand(memory=left).start().notes()
    killed = Memory("stand", opened_before=True)
    assert "ended without saying what it left: killed" in Stand(memory=killed).start().notes()
    assert "the last run" not in Stand().start().notes()


def test_f91_a_journal_on_its_reserve_bars_entries_and_no_exit() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.play(JournalStrained(stand.exchange.now_ms, "DISK FULL: entries stopped"))
    stand.play(JournalStrained(stand.exchange.now_ms, "DISK FULL: entries stopped"))
    assert stand.notes().count("DISK FULL: entries stopped") == 1
    stand.sell_signal()
    assert stand.held == 0
    assert stand.sent[-1].leg == "close"
    stand.buy_signal()
    assert stand.held == 0
    assert [block.name for block in stand.decisions()[-1].blocks] == ["journal"]
    stand.play(JournalStrained(stand.exchange.now_ms, ""))
    assert "the disk has space again" in stand.notes()
    stand.sell_signal()
    assert stand.held == SHORT
