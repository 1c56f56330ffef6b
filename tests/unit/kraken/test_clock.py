"""Exchange time from a clock that answers in whole seconds."""

import time

import pytest

from tui_bot.kraken.clock import ExchangeClock, elapsed_ns

SECOND = 1_000_000_000


class Counter:
    def __init__(self) -> None:
        self.ns = 0

    def __call__(self) -> int:
        return self.ns


def test_time_runs_at_its_rate() -> None:
    counter = Counter()
    clock = ExchangeClock(1000, 60, counter)
    counter.ns = SECOND // 2
    assert clock.now_ms() == 31_000
    assert clock.rate == 60


def test_without_an_origin_it_is_the_wall_clock() -> None:
    assert abs(ExchangeClock().now_ms() - time.time() * 1000) < 1000
    assert elapsed_ns() <= elapsed_ns()


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_must_be_positive(rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        ExchangeClock(0, rate)


def test_an_answer_within_its_second_changes_nothing() -> None:
    clock = ExchangeClock(10_500, counter_ns=Counter())
    assert clock.observe(10, 10_480, 10_500) == 0
    assert clock.now_ms() == 10_500


def test_two_answers_bound_the_offset() -> None:
    counter = Counter()
    clock = ExchangeClock(0, counter_ns=counter)
    # the exchange is 3.3 s ahead: its second 3 is seen at 0.0, its second 4 not before 0.7
    assert clock.observe(3, 0, 0) == 3500
    assert clock.observe(3, 600, 600) == 3200  # 3.0 .. 3.4
    assert clock.observe(4, 710, 710) == 3345  # 3.29 .. 3.4
    counter.ns = SECOND
    assert clock.offset_ms == 3345
    assert clock.now_ms() == 4345


def test_a_slow_answer_bounds_less() -> None:
    clock = ExchangeClock(0, counter_ns=Counter())
    clock.observe(3, 0, 0)
    clock.observe(3, 600, 600)
    assert clock.observe(8, 700, 5700) == 3200


def test_f103_a_wall_clock_that_is_set_counts_at_once_and_nothing_here_steps() -> None:
    counter, wall = Counter(), Counter()
    wall.ns = 100 * SECOND
    clock = ExchangeClock(None, 1.0, counter, wall)
    assert clock.observe(104, 100_000, 100_000) == 4_500
    assert clock.now_ms() == 104_500
    counter.ns, wall.ns = SECOND, 105_400 * SECOND // 1_000  # a person has set it 4.4 s forward
    assert clock.observe(105, 101_000, 101_000) == 0
    assert clock.now_ms() == 105_500
    counter.ns, wall.ns = 2 * SECOND, 99 * SECOND  # and set it back again
    assert clock.observe(106, 102_000, 102_000) == 7_500
    assert clock.now_ms() == 106_500


def test_a_jump_starts_anew() -> None:
    clock = ExchangeClock(0, counter_ns=Counter())
    assert clock.observe(3, 0, 0) == 3500
    assert clock.observe(100, 1000, 1000) == 99_500
    assert clock.observe(101, 1000, 1000) == 100_000 or clock.offset_ms > 99_000


def test_the_bounds_widen_with_drift() -> None:
    clock = ExchangeClock(0, counter_ns=Counter())
    clock.observe(3, 0, 0)
    clock.observe(4, 700, 700)  # 3.3 .. 4.0
    later = 20_000_000  # at 100 ppm the bounds widen by two seconds
    assert clock.observe(20_002, later, later) == 2500


@pytest.mark.anyio
async def test_sleeping_ends_not_before_its_time() -> None:
    clock = ExchangeClock(rate=100)
    until = clock.now_ms() + 3000
    started = time.monotonic()
    await clock.sleep_until(until)
    assert clock.now_ms() >= until
    assert time.monotonic() - started < 0.5
    await clock.sleep_until(until)


@pytest.mark.anyio
async def test_sleeping_heeds_a_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter()
    clock = ExchangeClock(0, counter_ns=counter)
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        counter.ns += round(seconds * SECOND)
        if len(slept) == 3:
            clock.observe(95, clock.local_ms(), clock.local_ms())

    monkeypatch.setattr("asyncio.sleep", sleep)
    await clock.sleep_until(100_000)
    assert clock.now_ms() >= 100_000
    assert len(slept) < 20
    assert max(slept) == 0.5
