"""The last look inside the sender: what closed between decision and send keeps the order back (I11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.model import LONG, SELL, Fate, Stand, longing, turning_settings
from tui_bot.engine.commands import Configure, Contract, Flatten, Pause, Release, Resume, Trade, Until
from tui_bot.engine.events import (
    AccountReported,
    Broken,
    ClockMeasured,
    Reconnected,
    StatusReported,
)
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import Order, OrderState, Side

HELD = Contract(Until.RELEASED)
Toggle = Callable[[Stand], None]


def _paused(stand: Stand) -> None:
    stand.command(Pause())


def _halted(stand: Stand) -> None:
    stand.bot.state.halt("a test")


def _manual(stand: Stand) -> None:
    stand.bot.manual._take_over(HELD, "by hand")


def _unreconciled(stand: Stand) -> None:
    stand.deaf = True
    stand.play(Reconnected(stand.exchange.now_ms + 1))


def _differing(stand: Stand) -> None:
    stand.bot.state.differs_since_ms = stand.exchange.now_ms


def _unknown(stand: Stand) -> None:
    other = replace(stand.bot.state.tracker.live()[-1].intent, cl_ord_id="other")
    stand.bot.state.tracker._put(Order(other, OrderState.UNKNOWN), stand.exchange.now_ms)


def _stale(stand: Stand) -> None:
    stand.bot.state.heard_ms = stand.exchange.now_ms - 121_000


def _skewed(stand: Stand) -> None:
    stand.play(ClockMeasured(stand.exchange.now_ms, 2_001))


def _journal_failed(stand: Stand) -> None:
    stand.play(Broken(stand.exchange.now_ms, "JOURNAL FAILED"))


def _not_online(stand: Stand) -> None:
    stand.play(StatusReported(stand.exchange.now_ms, "cancel_only", "online"))


def _jumped(stand: Stand) -> None:
    stand.quote(stand.exchange.last * 2)


def _poor(stand: Stand) -> None:
    account = replace(stand.exchange.account(), free_margin=Decimal(0))
    stand.play(AccountReported(stand.exchange.now_ms, account))


def _starting(stand: Stand) -> None:
    stand.bot.state.phase = Phase.STARTING


def _smaller(stand: Stand) -> None:
    limits = replace(stand.settings.limits, max_position=Decimal("0.0005"))
    stand.command(Configure(replace(stand.settings, limits=limits), ()))


#: Gate, what closes it, the word that names it.
EVERY_ENTRY: dict[str, tuple[Toggle, str]] = {
    "unreconciled": (_unreconciled, "agreement"),
    "differing": (_differing, "agreement"),
    "unknown": (_unknown, "unknown order"),
    "stale": (_stale, "stale feed"),
    "skewed": (_skewed, "clock offset"),
    "journal failed": (_journal_failed, "JOURNAL FAILED"),
    "not online": (_not_online, "cancel_only"),
    "price jumped": (_jumped, "collar"),
    "no money": (_poor, "funds"),
    "limit lowered": (_smaller, "position"),
    "not ready": (_starting, "engine is starting"),
}
THE_BOT_S = {"paused": (_paused, "paused"), "halted": (_halted, "halted"), "manual": (_manual, "manual")}


def _by_signal(stand: Stand) -> None:
    stand.start()
    stand.buy_signal()


def _by_hand(stand: Stand) -> None:
    stand.start()
    stand.command(Trade(Side.BUY, LONG, None, HELD))


def _after_resume(stand: Stand) -> None:
    stand.start()
    stand.command(Pause())
    stand.command(Resume())
    stand.buy_signal()


def _after_release(stand: Stand) -> None:
    stand.start()
    stand.command(Flatten(HELD))
    stand.command(Release())
    stand.buy_signal()


def _after_restart(stand: Stand) -> None:
    stand.memory = replace(stand.memory, opened_before=True)
    _by_signal(stand)


ENTRY_POINTS: dict[str, Toggle] = {
    "signal": _by_signal,
    "by hand": _by_hand,
    "resume": _after_resume,
    "release": _after_release,
    "restart": _after_restart,
}


def _enter(gate: Toggle | None, entry: Toggle) -> Stand:
    stand = Stand()
    if gate is not None:
        stand.meanwhile = lambda: gate(stand)
    entry(stand)
    return stand


@pytest.mark.parametrize("entry", ENTRY_POINTS)
def test_with_every_gate_open_the_order_leaves(entry: str) -> None:
    assert len(_enter(None, ENTRY_POINTS[entry]).sent) == 1


@pytest.mark.parametrize("entry", ENTRY_POINTS)
@pytest.mark.parametrize("gate", EVERY_ENTRY)
def test_i11_a_gate_that_closes_between_decision_and_send_stops_every_entry(gate: str, entry: str) -> None:
    close, word = EVERY_ENTRY[gate]
    stand = _enter(close, ENTRY_POINTS[entry])
    assert stand.sent == []
    ended = [one for one in stand.bot.state.tracker.orders.values() if one.state is OrderState.NOT_SENT]
    assert len(ended) == 1
    assert word in ended[0].reason


@pytest.mark.parametrize("entry", [name for name in ENTRY_POINTS if name != "by hand"])
@pytest.mark.parametrize("gate", THE_BOT_S)
def test_i11_i12_i13_what_stops_the_bot_wins_the_race_against_its_order(gate: str, entry: str) -> None:
    close, word = THE_BOT_S[gate]
    stand = _enter(close, ENTRY_POINTS[entry])
    assert stand.sent == []
    assert word in next(iter(stand.bot.state.tracker.orders.values())).reason


@pytest.mark.parametrize("gate", ["unreconciled", "differing", "stale", "skewed", "limit lowered"])
def test_i11_an_exit_is_kept_back_by_its_own_shorter_list(gate: str) -> None:
    stand = longing()
    stand.meanwhile = lambda: EVERY_ENTRY[gate][0](stand)
    stand.sell_signal()
    assert [intent.side for intent in stand.sent[1:2]] == [SELL]


@pytest.mark.parametrize("gate", ["paused", "journal failed", "halted", "manual", "not online", "unknown"])
def test_i11_gates_that_an_exit_of_the_bot_meets(gate: str) -> None:
    stand = longing()
    close, _ = (EVERY_ENTRY | THE_BOT_S)[gate]
    stand.meanwhile = lambda: close(stand)
    stand.sell_signal()
    assert len(stand.sent) == (2 if gate == "paused" else 1)


def test_i12_an_exit_goes_out_though_a_pause_came_in_between_and_the_flip_stays_flat() -> None:
    stand = longing()
    stand.meanwhile = lambda: _paused(stand)
    stand.sell_signal()
    stand.wait(10)
    assert (len(stand.sent), stand.held, stand.run()) == (2, Decimal(0), Run.PAUSED)


def test_an_order_that_was_settled_meanwhile_is_not_sent() -> None:
    stand = longing(Fate.FILL)
    assert "its order is closed" in stand.bot.release(stand.sent[0])
    assert "not known" in stand.bot.release(replace(stand.sent[0], cl_ord_id="nobody's"))


def test_a_trade_by_hand_goes_out_though_the_bot_is_paused_meanwhile() -> None:
    stand = Stand(turning_settings()).start()
    stand.meanwhile = lambda: _paused(stand)
    stand.command(Trade(Side.BUY, LONG, None, HELD))
    assert len(stand.sent) == 1
