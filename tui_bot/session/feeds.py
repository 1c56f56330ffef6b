"""Which feeds a market and an account are followed by."""

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

USAGE = 2


def market_feed(
    market: KrakenExchange,
    clock: ExchangeClock,
    interval: int,
    websocket: str | None,
    known: int | None,
    proxy: str | None = None,
) -> Feed:
    """The public side: push with polling behind it, or polling alone without a WebSocket address.

    ``interval`` is in seconds, ``known`` the begin of the newest closed candle that need not be told. Raises
    ValueError for an address that may not be connected to.
    """
    chance = random.Random()  # noqa: S311
    if websocket is None:
        return PollingFeed(market, clock, interval, chance, known)
    return PushFeed(market, clock, interval, chance, websocket, known, proxy=proxy)


def bot_feed(
    exchange: KrakenExchange,
    clock: ExchangeClock,
    interval: int,
    websocket: str | None,
    proxy: str | None = None,
) -> Feed:
    """The market, and the account's own stream beside it where there is a WebSocket address.

    ``interval`` is in seconds. Raises ValueError for an address that may not be connected to.
    """
    if websocket is None:
        return market_feed(exchange, clock, interval, None, None)
    chance, connects = random.Random(), Connects()  # noqa: S311
    return Feeds(
        PushFeed(exchange, clock, interval, chance, websocket, connects=connects, proxy=proxy),
        PrivateStream(exchange, clock, chance, private_of(websocket), connects, proxy),
    )


def checked_feed(
    exchange: KrakenExchange,
    clock: ExchangeClock,
    interval: int,
    websocket: str | None,
    proxy: str | None = None,
) -> Feed:
    """As ``bot_feed``; raises LaunchError for an address that may not be connected to."""
    try:
        return bot_feed(exchange, clock, interval, websocket, proxy)
    except ValueError as error:
        raise LaunchError(f"exchange.websocket: {error}", USAGE) from None
