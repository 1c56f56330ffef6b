"""A fire drill: something goes wrong at the exchange in a box on purpose, and the bot is judged by it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tui_bot.engine.drills import WAIT_S, Fault, Script, offered
from tui_bot.engine.snapshot import Snapshot
from tui_bot.paper.remote import VisitError, box_clock, box_faults, box_ledger
from tui_bot.session.verdict import PROMISES, Ledger, Verdict, judge

#: How long the bot may take to find out once the effect is over: exchange seconds, and real ones where
#: those go by fast.
PATIENCE_S, REAL_PATIENCE_S = 300, 15.0

_LOOK_S = 0.05
_TIMEOUT_S = 5.0

Remark = Callable[[str, str], None]


class Drills:
    """One drill at a time, in the engine's loop; what it finds goes to ``remark``. There are none until a box
    of ours is ``open``.
    """

    def __init__(self, latest: Callable[[], Snapshot | None], remark: Remark) -> None:
        self._latest, self._remark = latest, remark
        self._rest = ""
        self._offered: dict[str, Fault] = {}
        self._task: asyncio.Task[None] | None = None

    def open(self, rest: str, mode: str) -> None:
        """Drills are at this box of ours, put right where one was cut short. Raises VisitError."""
        self._rest, self._offered = rest, {fault.name: fault for fault in offered(mode)}
        ends = [rule for fault in self._offered.values() for rule in fault.ends]
        if ends:
            box_faults(rest, _TIMEOUT_S, {"clear": True, "faults": ends})

    def start(self, name: str) -> None:
        """Begin one, or say why not."""
        fault = self._offered.get(name)
        if fault is None:
            self._remark("warning", f"no fire drill {name!r} here; nothing was done")
        elif self._task is not None and not self._task.done():
            self._remark("warning", "a fire drill is under way; wait for its end")
        else:
            self._task = asyncio.create_task(self._run(fault))

    async def _run(self, fault: Fault) -> None:
        try:
            await self._drill(fault)
        except VisitError as error:
            self._remark("error", f"fire drill given up: {error}; the bot goes on, nothing was judged")

    async def _drill(self, fault: Fault) -> None:
        before = await asyncio.to_thread(box_ledger, self._rest, _TIMEOUT_S)
        wait = f"; waiting up to {WAIT_S // 60} minutes for an order" if fault.awaits_order else ""
        self._remark("warning", f"fire drill: {fault.sentence}{wait}")
        try:
            await self._tell(fault.script)
            struck = not fault.awaits_order or await self._struck()
            if struck:
                await self._pass(fault.seconds)
        finally:  # at the end of the session too: the box keeps its books for the next
            await self._tell(fault.ends)
        if not struck:
            text = f"fire drill over: no order came within {WAIT_S // 60} minutes, the fault is withdrawn"
            self._remark("warning", f"{text}; b and s order by hand")
            return
        self._report(fault, await self._judged(before))

    async def _now_ms(self) -> int:
        """Exchange time, by the box's own clock."""
        return (await asyncio.to_thread(box_clock, self._rest, _TIMEOUT_S)).now_ms

    async def _tell(self, script: Script) -> dict[str, Any]:
        """Have the box do this from now on, and forget what still waits."""
        members = {"clear": True, "faults": script}
        return await asyncio.to_thread(box_faults, self._rest, _TIMEOUT_S, members)

    async def _struck(self) -> bool:
        """Whether an order came in time; what did not strike is then withdrawn."""
        end = await self._now_ms() + WAIT_S * 1000
        while await self._now_ms() < end:
            rules = (await asyncio.to_thread(box_faults, self._rest, _TIMEOUT_S))["rules"]
            if any(rule["struck"] for rule in rules):
                await self._tell(())
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _pass(self, seconds: int) -> None:
        end = await self._now_ms() + seconds * 1000
        while await self._now_ms() < end:  # noqa: ASYNC110 - exchange time has a pace of its own
            await asyncio.sleep(_LOOK_S)

    async def _judged(self, before: Ledger) -> Verdict:
        """The verdict once all is well, or the last one when patience ends."""
        end_ms, end_s = await self._now_ms() + PATIENCE_S * 1000, time.monotonic() + REAL_PATIENCE_S
        while True:
            after = await asyncio.to_thread(box_ledger, self._rest, _TIMEOUT_S)
            verdict = judge(before, after, await self._next_snapshot())
            if not verdict.broken or (after["now_ms"] >= end_ms and time.monotonic() >= end_s):
                return verdict
            await asyncio.sleep(_LOOK_S)

    async def _next_snapshot(self) -> Snapshot:
        """One that was made after this call."""
        seen = self._latest()
        while True:
            snap = self._latest()
            if snap is not None and snap is not seen:
                return snap
            await asyncio.sleep(_LOOK_S)

    def _report(self, fault: Fault, verdict: Verdict) -> None:
        level = "error" if verdict.broken else "info"
        kept = "BROKEN: " + "; ".join(verdict.broken) if verdict.broken else f"all kept: {PROMISES}"
        self._remark(level, f"fire drill over ({fault.name}): {kept}")
        self._remark(level, f"fire drill: {verdict.numbers}")
