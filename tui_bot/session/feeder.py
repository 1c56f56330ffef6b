"""Carries what a source shows into the paper box.

In a thread and a loop of its own, so that neither the bot nor the source waits for the other. When nothing
is carried the box closes its market by itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from tui_bot.crash import place_of
from tui_bot.engine.events import CandleRefused, Event, FeedRead, FeedSource, Quoted
from tui_bot.paper.remote import Errand, VisitError
from tui_bot.session.basket import Basket
from tui_bot.session.feeds import market_feed
from tui_bot.session.source import Opening, Source

#: Real seconds between two errands to the box; ten a second are more than an eye follows.
BREATH_S = 0.1
_STOP_S = 5.0

Remark = Callable[[str, str], None]


class Feeder:
    """Tells a box at ``rest`` what ``source`` shows after the ``opening``; ``interval`` is in seconds.

    ``remark`` gets a level and a text when a person should know something, in the feeder's own thread.
    """

    def __init__(self, source: Source, opening: Opening, interval: int, rest: str, remark: Remark) -> None:
        self._source = source
        self._opening = opening
        self._interval = interval
        self._remark = remark
        self._errand = Errand(rest, timeout=5)
        self._basket = Basket()
        self._troubled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._live, name="feeder", daemon=True)

    def open(self) -> None:
        """Tell the opening. Raises VisitError when the box does not take it."""
        for event in self._opening.events():
            self._basket.put(event)
        self._errand.push(self._basket.empty(self._opening.clock.now_ms()))

    def start(self) -> None:
        """Go on from there until ``stop``."""
        self._loop = asyncio.new_event_loop()
        self._work = self._loop.create_task(self._feed())
        self._thread.start()

    def stop(self) -> None:
        """End; the box hears no more."""
        if self._loop is not None and self._work is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._work.cancel)
            self._thread.join(_STOP_S)
        self._errand.close()

    def _live(self) -> None:
        if self._loop is None or self._work is None:
            return
        try:
            self._loop.run_until_complete(self._work)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            text = f"the feeder failed: {place_of(error)}; no more prices: the market is closed, start again"
            self._remark("error", text)
        finally:
            self._loop.close()

    async def _feed(self) -> None:
        market = self._source.market(self._opening.rules.name, self._opening.clock)
        address, closed = self._source.address, self._opening.recent.closed
        known = closed[-1].begin if closed else None
        proxy = self._source.proxy
        feed = market_feed(market, self._opening.clock, self._interval, address.websocket, known, proxy)
        try:
            async with asyncio.TaskGroup() as chores:
                chores.create_task(feed.run(self._hear))
                chores.create_task(self._carry())
        finally:
            await market.close()

    def _hear(self, event: Event) -> None:
        match event:
            case Quoted():
                self._troubled = False
            case FeedRead(fault=fault) if fault:
                self._tell_trouble(fault)
            case CandleRefused(begin=begin, reason=reason):
                self._remark("warning", f"{self._source.name}: bad candle {begin} ignored: {reason}")
            case FeedSource(name=name, reason=reason) if reason:
                self._remark("info" if name == "push" else "warning", f"{self._source.name}: {reason}")
            case _:
                pass
        if self._basket.put(event):
            self._news.set()

    async def _carry(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                self._errand.push(self._basket.empty(self._opening.clock.now_ms()))
            except VisitError as error:
                self._tell_trouble(f"the box took no prices: {error}")
            await asyncio.sleep(BREATH_S)

    def _tell_trouble(self, reason: str) -> None:
        """Once, until a quote has come: what follows from it is told by the box, which closes."""
        if not self._troubled:
            self._remark("warning", f"{self._source.name}: {reason}")
        self._troubled = True
