"""The loop the simulation stands on: exact, instant, and unable to hang."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.virtual import Standstill, elapsed_ns, run


def test_a_day_passes_at_once() -> None:
    async def day() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    began = time.monotonic()
    assert run(day()) == 86_400
    assert time.monotonic() - began < 5


def test_things_happen_in_the_order_of_their_times() -> None:
    told: list[tuple[str, float]] = []

    async def tell(name: str, *pauses: float) -> None:
        for pause in pauses:
            await asyncio.sleep(pause)
            told.append((name, asyncio.get_running_loop().time()))

    async def all_of_them() -> None:
        await asyncio.gather(tell("a", 0.3, 0.3), tell("b", 0.2, 0.2, 0.2), tell("c", 0.25))

    run(all_of_them())
    assert [name for name, _ in told] == ["b", "c", "a", "b", "a", "b"]
    assert [at for _, at in told] == pytest.approx([0.2, 0.25, 0.3, 0.4, 0.6, 0.6])


def test_a_timeout_strikes_at_its_time() -> None:
    async def impatient() -> int:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await asyncio.sleep(3)
        return elapsed_ns()

    assert run(impatient()) == 2_500_000_000


def test_a_wait_for_nothing_is_told_and_does_not_hang() -> None:
    with pytest.raises(Standstill, match="not due"):
        run(asyncio.Event().wait())


def test_a_task_that_spins_is_told_and_does_not_hang() -> None:
    async def spin() -> None:
        again()
        await asyncio.Event().wait()

    def again() -> None:
        asyncio.get_running_loop().call_soon(again)

    with pytest.raises(Standstill, match="stands still"):
        run(spin())
