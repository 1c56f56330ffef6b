"""What others do on the pair bars entries until a person accepts it; what takes our position away halts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.model import LONG, Stand, turning_settings
from tui_bot.engine.commands import Accept, Contract, Resume, Trade, Until
from tui_bot.engine.events import Reconnected
from tui_bot.engine.external import KEEP_ACCEPTED
from tui_bot.engine.memory import Run
from tui_bot.engine.news import Executed, OrderReported
from tui_bot.engine.records import Outcome
from tui_bot.engine.settings import BotSettings
from tui_bot.market.order import Fill, OrderReport, OrderState, Side


def report(
    txid: str = "X1",
    executed: str = "0",
    side: Side = Side.SELL,
    state: OrderState = OrderState.CLOSED,
    marks: tuple[str, ...] = (),
    leverage: int = 0,
) -> OrderReport:
    """An order of somebody else's."""
    done = Decimal(executed)
    average = Decimal(59_000) if done else None
    return OrderReport(
        txid,
        None,
        "BTC/USD",
        side,
        done or LONG,
        done,
        average,
        Decimal(0),
        state,
        leverage=leverage,
        marks=marks,
    )


def patient(**changes: object) -> BotSettings:
    """A bot that acts on a signal though it comes minutes late, as it does after a wait in a test."""
    usual = turning_settings(**changes)
    return replace(usual, limits=replace(usual.limits, decide_within_ms=900_000))


def long() -> Stand:
    """Such a bot, long on margin."""
    stand = Stand(patient()).start()
    stand.buy_signal()
    return stand


def blocked(stand: Stand) -> list[str]:
    """The guards that said no to the newest signal."""
    return [block.name for block in stand.decisions()[-1].blocks]


def ended(stand: Stand, *reports: OrderReport) -> None:
    """Such orders end at the exchange; the bot reads of them within a minute."""
    stand.exchange.foreign_ended.extend(reports)
    stand.wait(63)


def test_f34_a_foreign_order_bars_entries_and_not_exits_until_it_is_accepted() -> None:
    stand = long()
    stand.exchange.foreign.append(report(state=OrderState.OPEN))
    stand.wait(63)
    assert (
        "EXTERNAL order at the exchange: sell 0.001 (X1); entries wait until it is accepted" in stand.notes()
    )
    stand.sell_signal()
    assert [intent.leg for intent in stand.sent] == ["open", "close"]
    assert "foreign activity: 1 external of 0" in stand.notes()
    stand.buy_signal()
    assert (stand.decisions()[-1].outcome, blocked(stand)) == (Outcome.BLOCKED, ["foreign activity"])
    stand.command(Accept())
    stand.sell_signal()
    assert stand.sent[-1].opens


def test_what_was_accepted_stays_accepted_and_what_was_not_bars_after_a_restart() -> None:
    stand = Stand(patient()).start()
    stand.exchange.foreign.append(report("X1", state=OrderState.OPEN))
    stand.wait(63)
    again = stand.recovered()
    again.buy_signal()
    assert blocked(again) == ["foreign activity"]
    again.command(Accept())
    assert "1 external order accepted by hand" in again.notes()
    third = again.recovered()
    third.sell_signal()
    third.buy_signal()
    assert third.held == LONG
    third.exchange.foreign.append(report("X2", state=OrderState.OPEN))
    third.wait(63)
    assert list(third.bot.state.external.seen) == ["X2"]


def test_f34_an_order_that_was_executed_and_gone_between_two_reads_is_found() -> None:
    stand = Stand(patient(leverage=0)).start()
    stand.wait(63)
    ended(stand, report(executed="0.5"), report("X2"))
    assert "EXTERNAL execution at the exchange: sell 0.5 at 59000 (X1)" in stand.notes()
    assert "X2" not in stand.notes()  # it ended without an execution
    stand.buy_signal()
    assert blocked(stand) == ["foreign activity"]
    assert stand.run() is Run.RUN


def test_i8_a_second_execution_that_nobody_ordered_halts() -> None:
    stand = Stand(patient(leverage=0)).start()
    ended(stand, report("X1", "0.5"))
    assert stand.run() is Run.RUN
    ended(stand, report("X2", "0.1"))
    assert stand.run() is Run.HALTED
    assert "the second execution that nobody expected" in stand.why()
    stand.command(Resume())
    stand.wait(200)
    assert stand.run() is Run.RUN
    stand.buy_signal()
    assert stand.held == LONG


def test_one_order_told_by_push_and_by_a_read_counts_once() -> None:
    stand = Stand(patient(leverage=0)).start()
    now = stand.exchange.now_ms
    fill = Fill("T9", "X1", "BTC/USD", Side.SELL, Decimal(1), LONG, LONG, Decimal(0), now)
    stand.play(Executed(now, fill, None))
    ended(stand, report("X1", "0.001"))
    assert stand.notes().count("EXTERNAL execution") == 1
    assert stand.run() is Run.RUN


@pytest.mark.parametrize("marks", [("liquidated",), ("stopped", "liquidation")])
def test_f87_a_liquidation_is_called_by_its_name_halts_and_is_not_re_entered(marks: tuple[str, ...]) -> None:
    stand = long()
    stand.exchange.position = Decimal(0)
    ended(stand, report("X1", "0.001", marks=marks, leverage=2))
    assert stand.run() is Run.HALTED
    assert "LIQUIDATED by Kraken: sell 0.001 at 59000" in stand.why()
    stand.command(Resume())
    assert (stand.run(), stand.held, stand.bot.state.target) == (Run.RUN, Decimal(0), Decimal(0))
    stand.step(1)
    stand.step(1)
    assert len(stand.sent) == 1  # the same signal is not entered again
    stand.wait(300)
    assert stand.run() is Run.RUN
    stand.sell_signal()
    assert len(stand.sent) == 2


def test_f87_a_pushed_liquidation_halts_at_once_and_gets_its_name() -> None:
    stand = long()
    stand.exchange.position = Decimal(0)
    done = report("X1", "0.001", marks=("liquidated",), leverage=2)
    now = stand.exchange.now_ms
    stand.play(OrderReported(now, replace(done, state=OrderState.OPEN, executed=Decimal(0))))
    fill = Fill("T9", "X1", "BTC/USD", Side.SELL, Decimal(59_000), LONG, 59 * LONG, Decimal(0), now, 2)
    stand.play(Executed(now, fill, None))
    assert stand.run() is Run.HALTED
    assert "closed at the exchange, not by this bot" in stand.why()
    stand.exchange.foreign_ended.append(done)
    stand.tick()
    assert "LIQUIDATED by Kraken" in stand.why()


def test_f88_a_position_closed_by_somebody_else_halts_at_once() -> None:
    stand = long()
    stand.exchange.position = Decimal(0)
    ended(stand, report("X1", "0.001", leverage=2))
    assert stand.run() is Run.HALTED
    assert "closed at the exchange, not by this bot" in stand.why()
    stand.command(Resume())
    assert stand.held == 0


def test_f87_a_liquidation_while_the_bot_was_away_halts_at_the_start() -> None:
    stand = long()
    stand.exchange.position = Decimal(0)
    stand.exchange.foreign_ended.append(report("X1", "0.001", marks=("liquidated",), leverage=2))
    after = stand.recovered()
    assert after.run() is Run.HALTED
    assert "LIQUIDATED" in after.why()
    after.command(Resume())
    assert after.recovered().run() is Run.RUN


def test_f60_after_a_reconnect_and_a_resume_the_orders_that_ended_are_read() -> None:
    stand = Stand(patient(leverage=0)).start()
    stand.exchange.foreign_ended.append(report("X1", "0.5"))
    stand.play(Reconnected(stand.exchange.now_ms))
    assert "X1" in stand.notes()


def test_f20_an_order_of_ours_that_ended_unseen_is_taken_up_from_the_list() -> None:
    stand = Stand(patient()).start()
    stand.command(Trade(Side.BUY, LONG, Decimal(59_000), Contract(Until.RELEASED)))
    stand.wait(1.5)
    stand.fill()
    stand.play(Reconnected(stand.exchange.now_ms))
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == LONG


def test_nothing_to_accept_is_said_and_old_acceptances_are_forgotten() -> None:
    stand = Stand(patient(leverage=0)).start()
    stand.command(Accept())
    assert "nothing to accept" in stand.notes()
    stand.exchange.foreign += [report(f"X{n}", state=OrderState.OPEN) for n in range(KEEP_ACCEPTED + 5)]
    stand.wait(63)
    stand.command(Accept())
    assert len(stand.bot.state.external.accepted) == KEEP_ACCEPTED


# -- an account that is new enough -------------------------------------------------------------------


def picky(**changes: object) -> Stand:
    """A bot that wants the account at most ten seconds old."""
    wide = turning_settings(**changes)
    return Stand(replace(wide, limits=replace(wide.limits, fresh_account_ms=10_000))).start()


def test_an_entry_on_an_old_account_follows_when_it_has_been_read() -> None:
    stand = picky()
    reads = stand.acted
    stand.buy_signal()
    assert stand.held == LONG
    assert stand.bot.state.account is not None
    assert stand.sent[0].before is not None
    assert stand.sent[0].created_ms - stand.sent[0].before.at_ms <= 10_000
    assert reads


def test_an_entry_waits_for_the_account_and_is_dropped_when_it_does_not_come_in_time() -> None:
    stand = picky()
    stand.deaf = True
    stand.buy_signal()
    assert stand.sent == []
    stand.wait(30)
    stand.deaf = False
    stand.wait(3)
    assert stand.held == LONG
    late = picky()
    late.deaf = True
    late.buy_signal()
    late.wait(63)
    late.deaf = False
    late.wait(63)
    assert late.sent == []
    assert "the order is not sent: the exchange did not show the account in time" in late.notes()


def test_i11_what_the_fresh_account_shows_is_judged_before_the_entry_leaves() -> None:
    stand = picky()
    stand.exchange.foreign.append(report(state=OrderState.OPEN))
    stand.buy_signal()
    assert stand.sent == []
    assert "the order is not sent: foreign activity" in stand.notes()
    other = picky()
    other.exchange.position = Decimal("0.004")
    other.buy_signal()
    assert other.sent == []
    assert "the order is not sent: agreement" in other.notes()


def test_an_exit_does_not_wait_for_the_account() -> None:
    stand = picky()
    stand.buy_signal()
    stand.deaf = True
    stand.sell_signal()
    assert [intent.leg for intent in stand.sent] == ["open", "close"]
