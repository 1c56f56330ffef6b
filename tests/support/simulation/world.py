"""A box, a network and the bot's lives, from one seed, on one virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from tests.support.market import settings as usual_settings
from tests.support.simulation.disk import Disk
from tests.support.simulation.life import Hook, Life
from tests.support.simulation.network import Network
from tests.support.simulation.tape import Tape
from tests.support.virtual import elapsed_ns
from tui_bot.engine.settings import BotSettings
from tui_bot.paper.book import Book
from tui_bot.paper.box import Box
from tui_bot.paper.clock import NS_PER_MINUTE, NS_PER_SECOND, RunningClock
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.faults import read_script
from tui_bot.paper.instruments import BTC_USD
from tui_bot.paper.market import Market
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.truth import ledger
from tui_bot.paper.ws.hub import Hub
from tui_bot.strategy.sma_slope import SmaSlope

ORIGIN_S = 1_767_614_420 // 60 * 60 + 2  # two seconds into a minute
_SERVE_S = 0.25
_BOOK_LOTS = 18_000_000


class World:
    """One box and one bot after another; made and used on a running virtual loop.

    ``rate`` is exchange seconds in a (virtual) real one. ``closes`` are the market's script in ticks, the
    first of them for the minute ``past`` before the start; ``quiet`` and ``spikes`` as on the tape.
    ``depth`` is how many levels of the book the bot follows, 0 for none.
    """

    def __init__(
        self,
        seed: int,
        place: Path,
        closes: Sequence[int],
        *,
        past: int = 30,
        rate: float = 20.0,
        settings: BotSettings | None = None,
        options: BoxOptions | None = None,
        keeps_durable: bool = False,
        quiet: frozenset[int] = frozenset(),
        spikes: Mapping[int, int] | None = None,
        depth: int = 10,
    ) -> None:
        self.seed = seed
        self.rate = rate
        self.depth = depth
        self.place = place
        self.settings = settings or simulated_settings(rate)
        self.tape = Tape((ORIGIN_S - past * 60) * NS_PER_SECOND, closes, quiet, spikes)
        self.box = _box(options or BoxOptions(), seed, self.tape, rate, past)
        self.hub = Hub(self.box, lambda: asyncio.get_running_loop().time())
        self.network = Network(self.box, Random(f"{seed}:network"))
        self.disk = Disk(place / "life-0", keeps_durable=keeps_durable)
        self.lives: list[Life] = []
        self.burials = 0
        self._serving: asyncio.Task[None] | None = None

    # -- the course of things

    @contextmanager
    def running(self) -> Iterator[World]:
        """Within it the exchange serves; entered on the running loop."""
        chance = Random(f"{self.seed}:journal")
        dials = patch("tui_bot.kraken.socket.dial", self._dial)
        names = patch("tui_bot.journal.database.secrets.token_hex", lambda size: chance.randbytes(size).hex())
        self._serving = asyncio.create_task(self._serve())
        with dials, names:
            try:
                yield self
            finally:
                self._serving.cancel()

    def begin(self, hook: Hook | None = None, settings: BotSettings | None = None) -> Life:
        """A new life on the disk as it is."""
        more: dict[str, Any] = {"depth": self.depth} if hook is None else {"depth": self.depth, "hook": hook}
        chosen = settings or self.settings
        life = Life(self.disk, self.network, self.hub, chosen, self.rate, self.seed, **more)
        self.lives.append(life)
        life.start()
        return life

    @property
    def life(self) -> Life:
        """The present life, or the last one."""
        return self.lives[-1]

    async def kill(self, *, power_loss: bool = False) -> None:
        """The present life ends at once; the next one finds the disk as it was."""
        await self.life.die()
        self.bury(power_loss=power_loss)

    async def buried(self, patience_s: float, *, power_loss: bool = False) -> bool:
        """Wait until a hook has killed the present life; False when it outlived that time."""
        try:
            async with asyncio.timeout(patience_s / self.rate):
                await self.life.dead()
        except TimeoutError:
            return False
        await self.kill(power_loss=power_loss)
        return True

    def bury(self, *, power_loss: bool) -> None:
        """The next life works on what the last one left."""
        self.burials += 1
        place = self.place / f"life-{self.burials}"
        self.disk = self.disk.successor(place, power_loss=power_loss)

    async def passes(self, seconds: float) -> None:
        """Let so many seconds of exchange time pass."""
        await asyncio.sleep(seconds / self.rate)

    async def until(self, holds: Callable[[], bool], seconds: float = 600.0) -> bool:
        """Let time pass until something holds; False when it did not within so many exchange seconds."""
        for _ in range(int(seconds * 4 / self.rate) + 1):
            if holds():
                return True
            await asyncio.sleep(0.25)
        return holds()

    def script(self, *rules: dict[str, Any]) -> None:
        """Put faults into force."""
        self.box.script(read_script(list(rules)))

    # -- what really happened

    @property
    def exchange(self) -> Exchange:
        """The box's core."""
        return self.box.exchange

    def truth(self) -> dict[str, Any]:
        """The exchange's own books, the one oracle."""
        self.box.catch_up()
        return ledger(self.exchange)

    @property
    def held(self) -> Decimal:
        """The signed size of the account: margin positions, or coins bought since the start."""
        books = self.truth()
        margin = Decimal(books["net_position"]["XXBTZUSD"])
        return margin or Decimal(books["balances"].get("XXBT", "0"))

    # -- inside

    async def _serve(self) -> None:
        while True:
            self.box.catch_up()
            if self.hub.sessions:
                self.hub.pump()
                self.hub.beat()
            await asyncio.sleep(_SERVE_S)

    async def _dial(self, url: str, *_more: Any, **_options: Any) -> Any:
        return await self.life.dial(url)


def simulated_settings(rate: float, **changes: Any) -> BotSettings:
    """The settings of a quick simulation: an average of three, limits that suit a fast exchange."""
    limits = {
        "stale_after_ms": int(10_000 * max(1.0, rate)),
        "max_clock_offset_ms": int(2_000 * max(1.0, rate)),
        "order_deadline_ms": min(60_000, int(5_000 * max(1.0, rate))),
        "look_up_every_ms": int(1_500 * max(1.0, rate)),
        "reconcile_every_ms": max(60_000, int(2_000 * rate)),
        "collar": Decimal("0.01"),
        "exit_collar": Decimal("0.03"),
        **changes.pop("limits", {}),
    }
    usual = usual_settings(limits=limits, **changes)
    return usual if "strategy" in changes else replace(usual, strategy=SmaSlope(3))


def _box(options: BoxOptions, seed: int, tape: Tape, rate: float, past: int) -> Box:
    quiet = replace(options, seed=seed, key_seed=seed, origin_s=ORIGIN_S, past_minutes=past, speed=0)
    market = Market(BTC_USD, tape, Book(seed, _BOOK_LOTS))
    with patch("tui_bot.paper.box._simulated", lambda _seed, _start_ns: [market]):
        box = Box(quiet)
    box.clock = RunningClock(ORIGIN_S * NS_PER_SECOND, rate, elapsed_ns)
    assert box.exchange.now_ns <= ORIGIN_S * NS_PER_SECOND + NS_PER_MINUTE
    return box
