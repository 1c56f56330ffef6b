"""The time before a bot with real money may trade: asks, shows, and waits for a person's word.

Until the word is given nothing but reads leaves. Then one order of the usual size is validated, which places
nothing, and the list has to pass once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tui_bot.engine.commands import Arm, CheckAgain
from tui_bot.engine.events import Account
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import Clock, LiveExchange
from tui_bot.engine.preflight import Check, Ground, Verdict, judge, passes
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.engine.survey import survey, trial_order
from tui_bot.engine.view import View
from tui_bot.engine.watchdog import TICK_S

FAILED, RETRYABLE = 1, 3

#: The list is asked again so often while a person reads it; a pass costs five points of Kraken's counter.
AGAIN_S = 30.0


@dataclass(slots=True)
class Arming:
    """Publishes the list until the person arms or leaves."""

    view: View
    exchange: LiveExchange
    clock: Clock
    publish: Callable[[Snapshot], None]
    ground: Ground
    _account: Account | None = None
    _words: asyncio.Queue[Arm | CheckAgain] = field(default_factory=asyncio.Queue)
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, word: Arm | CheckAgain) -> None:
        """The person's word; in the engine's own loop."""
        self._words.put_nowait(word)

    def stop(self) -> None:
        """Give up: nothing more is asked."""
        self._left.set()

    async def run(self, typed: str | None = None) -> bool:
        """Whether the bot may trade. With ``typed``, the word given beforehand, nobody is waited for.

        Raises:
            LaunchError: the word was given beforehand and the list does not pass.
        """
        self.view.state.phase = Phase.ARMING
        work = asyncio.create_task(self._attended() if typed is None else self._at_once(typed))
        left = asyncio.create_task(self._left.wait())
        heart = asyncio.create_task(self._beat())
        try:
            await asyncio.wait((work, left), return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else False
        finally:
            for task in (work, left, heart):
                task.cancel()
                with suppress(asyncio.CancelledError, LaunchError):
                    await task

    # -- inside --------------------------------------------------------------------------------------

    async def _attended(self) -> bool:
        await self._look()
        while True:
            word = await self._next_word()
            if isinstance(word, CheckAgain):
                await self._look()
            elif await self._arms(word.typed):
                return True

    async def _at_once(self, typed: str) -> bool:
        if await self._arms(typed):
            return True
        failing = [check for check in self.view.checks if check.verdict is Verdict.FAIL]
        reasons = "\n".join(f"  {check.sentence}" for check in failing) or f"  {self.view.remark}"
        code = RETRYABLE if failing and all(check.retryable for check in failing) else FAILED
        raise LaunchError(f"not armed, no order was sent:\n{reasons}", code)

    async def _next_word(self) -> Arm | CheckAgain:
        try:
            async with asyncio.timeout(AGAIN_S):
                return await self._words.get()
        except TimeoutError:
            return CheckAgain()

    async def _look(self) -> None:
        settings = self.view.state.settings
        seen = await survey(self.exchange, self.clock, settings, self.ground)
        self._account = seen.account
        self._show(judge(seen))

    async def _arms(self, typed: str) -> bool:
        """The list once more, now with an order that is only validated."""
        settings = self.view.state.settings
        seen = await survey(self.exchange, self.clock, settings, self.ground, self._account)
        name = seen.rules.name if seen.rules else settings.pair
        checks = judge(seen)
        if not passes(checks):
            self._show(checks, "not armed: a row of the list says no")
            return False
        if typed != name:
            self._show(checks, f"not armed: what was typed is not {name}")
            return False
        order = trial_order(settings, name, self.clock.now_ms())
        trial = await self.exchange.place(order, lambda: "given up" if self._left.is_set() else "")
        checks = judge(replace(seen, trial=trial))
        armed = passes(checks)
        self._show(checks, "" if armed else "not armed: the trial order was not validated")
        return armed

    def _show(self, checks: tuple[Check, ...], remark: str = "") -> None:
        self.view.checks, self.view.remark = checks, remark
        self._publish()

    async def _beat(self) -> None:
        """Proves that the engine lives while nothing happens."""
        while True:
            self._publish()
            await asyncio.sleep(TICK_S)

    def _publish(self) -> None:
        state = self.view.state
        state.now_ms, state.beat = self.clock.now_ms(), state.beat + 1
        self.publish(self.view.snapshot())
