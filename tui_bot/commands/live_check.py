"""What ``tui-bot check`` asks in mode live: the key, and the arming list as far as it only reads."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tui_bot.config.file import Loaded
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.preflight import Check, Ground, Verdict, judge
from tui_bot.engine.survey import survey
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.session.box import Address
from tui_bot.session.keylock import KeyLock
from tui_bot.session.live import open_access
from tui_bot.session.translate import bot_settings

#: The rows that need no key.
_PUBLIC = ("exchange", "pair", "clock offset", "size", "network")


def check_live(loaded: Loaded, key_file: Path, kraken: Address, folder: Path) -> Iterator[Check]:
    """Every row, the key first. ``folder`` is the state folder, named to whoever finds the key in use."""
    try:
        access = open_access(key_file, loaded.settings, kraken)
        lock = KeyLock(access.key, folder)
    except LaunchError as error:
        yield Check("key", Verdict.FAIL, str(error).removesuffix(". No order was sent"), "mend what it says")
        yield from _without_key(loaded, kraken)
        return
    try:
        yield Check("key", Verdict.PASS, f"in {access.place}")
        yield from asyncio.run(_asked(access.exchange, access.clock, loaded, access.gate.ground))
    finally:
        lock.release()


def _without_key(loaded: Loaded, kraken: Address) -> Iterator[Check]:
    proxy, clock = loaded.settings.network.proxy, ExchangeClock()
    with tempfile.TemporaryDirectory() as aside:
        exchange = open_kraken(
            kraken.rest, loaded.settings.pair, None, Path(aside) / "nonce", clock, proxy=proxy
        )
        rows = asyncio.run(_asked(exchange, clock, loaded, Ground(proxy=proxy or "")))
    yield from (check for check in rows if check.name in _PUBLIC)


async def _asked(
    exchange: KrakenExchange, clock: ExchangeClock, loaded: Loaded, ground: Ground
) -> list[Check]:
    try:
        seen = await survey(exchange, clock, bot_settings(loaded, clock.rate), ground)
    finally:
        await exchange.close()
    return [check for check in judge(seen) if check.verdict is not Verdict.OPEN]
