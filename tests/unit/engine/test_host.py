"""Sleep, lag, clocks that jump: nothing is opened until all is read again (I16, F102, F103)."""

from __future__ import annotations

import pytest

from tests.support.model import LONG, Stand
from tui_bot.engine.actions import MeasureClock, ReadAccount
from tui_bot.engine.events import AccountReported, ClockMeasured, Event, Quote, Quoted, Ticked, TimeSlipped
from tui_bot.engine.ports import Counters
from tui_bot.engine.watchdog import Watchdog, slip

HOUR_MS = 3_600_000


def blocks(stand: Stand) -> set[str]:
    """The guards that hold an entry back now."""
    return {reading.name for reading in stand.snapshot().guards if not reading.ok}


def asleep(stand: Stand, ms: int) -> None:
    """The machine slept; the quotes come again, the clock is not measured yet."""
    stand.exchange.now_ms += ms
    stand.deaf = True
    stand.play(TimeSlipped(stand.exchange.now_ms, ms, 0, 0))
    stand.quote()


# -- what the core makes of it -----------------------------------------------------------------------


def test_f102_three_hours_asleep_are_told_and_bar_entries_until_clock_and_account_are_read() -> None:
    stand = Stand().start()
    assert blocks(stand) == set()
    asleep(stand, 3 * HOUR_MS + 12 * 60_000)
    assert "asleep 3h 12m, 192 candles skipped, no order sent" in stand.notes()
    assert blocks(stand) == {"clock offset", "agreement"}
    assert stand.acted[MeasureClock] == 1
    assert stand.acted[ReadAccount] >= 1
    assert stand.sent == []
    stand.deaf = False
    stand.play(ClockMeasured(stand.exchange.now_ms, 0))
    stand.play(AccountReported(stand.exchange.now_ms, stand.exchange.account()))
    assert blocks(stand) == set()


def test_f102_a_candle_that_closed_in_sleep_opens_nothing() -> None:
    stand = Stand().start()
    asleep(stand, 10 * 60_000)
    stand.deaf = False
    stand.play(ClockMeasured(stand.exchange.now_ms, 0))
    stand.play(AccountReported(stand.exchange.now_ms, stand.exchange.account()))
    stand.step(1)
    assert stand.sent == []
    assert stand.held == 0


@pytest.mark.parametrize(("lag_ms", "barred"), [(1_400, False), (5_000, False), (5_100, True)])
def test_a_loop_that_is_held_up_is_told_and_from_five_seconds_on_bars_entries(
    lag_ms: int, barred: bool
) -> None:
    stand = Stand().start()
    stand.deaf = True
    stand.play(TimeSlipped(stand.exchange.now_ms, 0, 0, lag_ms))
    assert f"held up for {lag_ms / 1000:.1f} s" in stand.notes()
    assert bool(blocks(stand)) is barred


def test_a_clock_that_is_set_is_told_and_bars_entries() -> None:
    stand = Stand().start()
    stand.deaf = True
    stand.play(TimeSlipped(stand.exchange.now_ms, 0, -7_200_000, 0))
    assert "clock was set by -7200.0 s" in stand.notes()
    assert blocks(stand) == {"clock offset", "agreement"}


@pytest.mark.parametrize("jump_ms", [-600_000, 600_000])
def test_an_exchange_clock_that_moves_is_believed_when_it_is_measured_twice(jump_ms: int) -> None:
    """A box that died comes back with an older clock: the bot goes on without a restart."""
    stand = Stand().start()
    stand.buy_signal()
    assert stand.held == LONG
    stand.exchange.now_ms += jump_ms
    stand.deaf = True
    stand.play(ClockMeasured(stand.exchange.now_ms, jump_ms))
    assert f"clock has moved by {jump_ms / 1000:+.1f} s" in stand.notes()
    assert {"clock offset", "agreement"} <= blocks(stand)
    assert stand.bot.state.now_ms == stand.exchange.now_ms
    stand.deaf = False
    stand.tick(2_000)
    stand.play(ClockMeasured(stand.exchange.now_ms, jump_ms))
    stand.play(AccountReported(stand.exchange.now_ms, stand.exchange.account()))
    now = stand.exchange.now_ms
    stand.play(Quoted(now, Quote(stand.exchange.last, stand.exchange.last, stand.exchange.last, now)))
    assert blocks(stand) - {"position", "order value"} == set()
    assert stand.snapshot().clock_offset_ms == 0
    assert stand.run().value == "RUN"


def test_a_jump_that_is_not_confirmed_is_measured_on() -> None:
    stand = Stand().start()
    stand.deaf = True
    stand.play(ClockMeasured(stand.exchange.now_ms, 60_000))
    stand.play(ClockMeasured(stand.exchange.now_ms, -60_000))
    assert "clock offset" in blocks(stand)
    stand.deaf = False
    stand.play(ClockMeasured(stand.exchange.now_ms, -60_000))
    stand.play(AccountReported(stand.exchange.now_ms, stand.exchange.account()))
    assert "clock offset" not in blocks(stand)


def test_f103_an_offset_that_was_there_from_the_start_is_not_believed_away() -> None:
    stand = Stand().start()
    for _ in range(3):
        stand.play(ClockMeasured(stand.exchange.now_ms, 1_900))
        stand.play(ClockMeasured(stand.exchange.now_ms, 2_100))
    assert blocks(stand) == {"clock offset"}


@pytest.mark.parametrize("off_ms", [-7_000, 4_000])
def test_f103_setting_the_clock_opens_the_gate_without_a_restart(off_ms: int) -> None:
    stand = Stand().start()
    now, stand.bot.state.clock_offset_ms = stand.exchange.now_ms, None
    stand.play(ClockMeasured(now, off_ms))  # the first measurement: it was off from the start
    assert blocks(stand) == {"clock offset"}
    assert f"clock is off by {off_ms / 1000:+.1f} s: no entry until it is set" in stand.notes()
    stand.play(TimeSlipped(now, 0, off_ms, 0))  # a person sets it
    stand.play(ClockMeasured(now, 30))
    stand.play(AccountReported(now, stand.exchange.account()))
    assert blocks(stand) == set()
    assert "this machine's clock is right again (+0.0 s): entries go on" in stand.notes()
    assert "exchange's clock has moved" not in stand.notes()


def test_f103_a_clock_that_creeps_back_opens_the_gate_as_well() -> None:
    stand = Stand().start()
    for off_ms in (1_500, 2_600, 2_100, 1_200):
        stand.play(ClockMeasured(stand.exchange.now_ms, off_ms))
    assert blocks(stand) == set()
    assert stand.notes().count("right again") == 1


# -- what the watchdog makes of the counters -----------------------------------------------------------


@pytest.mark.parametrize(
    ("steady", "elapsed", "wall", "slipped"),
    [
        (250, 250, 250, (0, 0, 0)),
        (1_250, 1_250, 1_250, (0, 0, 0)),
        (1_251, 1_251, 1_251, (0, 0, 1_001)),
        (250, 2_250, 2_250, (0, 0, 0)),
        (250, 11_520_250, 11_520_250, (11_520_000, 0, 0)),
        (250, 250, 4_350, (0, 4_100, 0)),
        (250, 250, -3_599_750, (0, -3_600_000, 0)),
        (250, 250, 2_250, (0, 0, 0)),
        (250, 250, 7_200_250, (0, 7_200_000, 0)),
        (6_000, 6_000, 6_000, (0, 0, 5_750)),
    ],
    ids=[
        "even",
        "late",
        "too late",
        "a nap",
        "asleep",
        "set",
        "set back",
        "slewed",
        "no clock in sleep",
        "held up",
    ],
)
def test_f102_three_clocks_tell_sleep_from_lag_from_a_clock_that_is_set(
    steady: int, elapsed: int, wall: int, slipped: tuple[int, int, int]
) -> None:
    assert slip(Counters(5, 7, 9), Counters(5 + steady, 7 + elapsed, 9 + wall)) == slipped


class Clock:
    """Counters that a test moves."""

    rate = 1.0

    def __init__(self) -> None:
        self.now = Counters(0, 0, 0)

    def counters(self) -> Counters:
        """What is set."""
        return self.now

    def now_ms(self) -> int:
        """Exchange time."""
        return 1_000 + self.now.elapsed

    async def sleep_until(self, _at_ms: int) -> None:
        """Not needed."""


def test_a_look_tells_what_was_uneven_once_and_always_ticks() -> None:
    clock = Clock()
    heard: list[Event] = []
    watchdog = Watchdog(clock, heard.append)
    for counters in (Counters(250, 250, 250), Counters(500, 10_500, 10_500), Counters(750, 10_750, 10_750)):
        clock.now = counters
        watchdog.look()
    assert heard == [Ticked(1_250), TimeSlipped(11_500, 10_000, 0, 0), Ticked(11_500), Ticked(11_750)]
