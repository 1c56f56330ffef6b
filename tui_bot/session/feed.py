"""Which feed a session listens to: push with polling behind it, or polling alone."""

from __future__ import annotations

import random

from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import Feed
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.dial import private_of
from tui_bot.kraken.exchange import KrakenExchange
from tui_bot.kraken.feeds import Feeds
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.private import PrivateStream
from tui_bot.kraken.push import PushFeed
from tui_bot.kraken.redial import Connects

_USAGE = 2


def feed_of(exchange: KrakenExchange, clock: ExchangeClock, interval: int, websocket: str | None) -> Feed:
    """Push where a WebSocket address is known. ``interval`` is in seconds. Raises LaunchError."""
    chance = random.Random()  # noqa: S311
    if websocket is None:
        return PollingFeed(exchange, clock, interval, chance)
    connects = Connects()
    try:
        return Feeds(
            PushFeed(exchange, clock, interval, chance, websocket, connects=connects),
            PrivateStream(exchange, clock, chance, private_of(websocket), connects),
        )
    except ValueError as error:
        raise LaunchError(f"exchange.websocket: {error}", _USAGE) from None
