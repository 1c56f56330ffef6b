"""The market's stream against a box in the same process, on a virtual clock: book, pair, deaf channels."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar
from unittest.mock import patch

import pytest

from tests.support.market import RULES
from tests.support.simulation.line import Line
from tests.support.virtual import run
from tui_bot.engine.events import (
    CandleClosed,
    Event,
    FeedSource,
    Quote,
    Quoted,
    Remarked,
    StatusReported,
)
from tui_bot.engine.news import (
    BookMoved,
    RulesOutdated,
)
from tui_bot.engine.ports import Status
from tui_bot.kraken.bookwatch import TOLD_EVERY_S
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.prices import Recent, recent_candles, ticker_quote
from tui_bot.kraken.push import PushFeed
from tui_bot.market.book import Book
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules
from tui_bot.paper.desk import Desk
from tui_bot.paper.faults import read_script
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.ws.hub import Hub

E = TypeVar("E", bound=Event)
RICH = {"ZUSD": Decimal(10_000_000)}


class Watch:
    """A push feed at work on a box; it also is the REST side."""

    def __init__(self, depth: int) -> None:
        self.desk = Desk(BoxOptions(speed=0, past_minutes=60, balances=RICH))
        now_s = asyncio.get_running_loop().time
        self.hub = Hub(self.desk.box, now_s)
        self.events: list[Event] = []
        self.lines: list[Line] = []
        self.sent: list[str] = []
        self.still = False  # the market stands
        now_ms = self.desk.box.exchange.now_ns // 1_000_000
        self.clock = ExchangeClock(now_ms, counter_ns=lambda: round(now_s() * 1e9))
        known = now_ms // 60_000 * 60 - 60
        self.feed = PushFeed(self, self.clock, 60, random.Random(1), "ws://127.0.0.1:9", known, depth=depth)

    # -- the REST side

    async def pair(self) -> PairRules:
        return RULES

    async def recent(self, interval: int, since: int | None = None) -> Recent:
        after = "" if since is None else f"&since={since}"
        return recent_candles(self.desk.public(f"OHLC?pair=XBTUSD&interval={interval // 60}{after}"))

    async def quote(self) -> Quote:
        return ticker_quote(self.desk.public("Ticker?pair=XBTUSD"), self.clock.now_ms())

    async def status(self) -> Status:
        return Status("online", self.desk.box.exchange.pair_status.get("XXBTZUSD", "online"))

    async def measure_clock(self) -> int:
        return 0

    # -- the course of things

    async def dial(self, _url: str, _proxy: str | None = None) -> Line:
        line = Line(self.hub)
        send = line.send

        async def noted(message: str) -> None:
            self.sent.append(message)
            await send(message)

        line.send = noted  # type: ignore[method-assign]
        self.lines.append(line)
        return line

    async def work(self, story: Callable[[Watch], Coroutine[Any, Any, None]]) -> None:
        tasks = [asyncio.create_task(self.feed.run(self.events.append)), asyncio.create_task(self._beat())]
        try:
            await story(self)
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            if not self.still:
                self.desk.advance(0.25)
            self.hub.pump()
            self.hub.beat()

    def fault(self, verb: str = "WS", **rule: Any) -> None:
        self.desk.box.script(read_script([{"verb": verb, **rule}]))

    def asked(self, method: str, channel: str) -> int:
        return sum(f'"{method}"' in text and f'"{channel}"' in text for text in self.sent)

    # -- what was told

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def sources(self) -> list[str]:
        return [event.name for event in self.all(FeedSource)]

    def notes(self) -> list[str]:
        return [event.text for event in self.all(Remarked)]

    @property
    def book(self) -> Book | None:
        return self.all(BookMoved)[-1].book

    def candles_are_whole(self, count: int) -> None:
        begins = [event.candle.begin for event in self.all(CandleClosed)]
        assert len(begins) >= count
        assert begins == list(range(begins[0], begins[0] + 60 * len(begins), 60)), "each once, in order"
        for event in self.all(CandleClosed)[2:]:  # the first look reads again what is known
            assert event.at_ms < (event.candle.begin + 120) * 1000, "REST takes over within one interval"


def play(story: Callable[[Watch], Coroutine[Any, Any, None]], depth: int = 10) -> Watch:
    async def begin() -> Watch:
        watch = Watch(depth)
        with patch("tui_bot.kraken.socket.dial", watch.dial):
            await watch.work(story)
        return watch

    return run(begin())


@pytest.mark.parametrize(("depth", "seconds"), [(10, 60), (100, 15), (1000, 3)])
def test_the_book_is_the_exchanges_and_is_told_now_and_then(depth: int, seconds: int) -> None:
    async def story(watch: Watch) -> None:
        await asyncio.sleep(seconds)
        told = watch.all(BookMoved)
        assert 2 <= len(told) <= seconds / TOLD_EVERY_S + 1
        watch.still = True
        await asyncio.sleep(1)
        book = watch.book
        assert book is not None
        assert len(book.asks) == len(book.bids) == depth
        truth = watch.desk.public(f"Depth?pair=XBTUSD&count={min(depth, 500)}")["XXBTZUSD"]
        for side, levels in (("asks", book.asks), ("bids", book.bids)):
            assert [level[0] for level in levels[:500]] == [Decimal(row[0]) for row in truth[side]]

    watch = play(story, depth)
    assert not watch.notes()
    assert watch.asked("subscribe", "book") == 1


def test_what_a_market_order_gets_is_what_the_book_says() -> None:
    async def story(watch: Watch) -> None:
        await asyncio.sleep(10)
        watch.still = True
        await asyncio.sleep(1)
        book = watch.book
        assert book is not None
        foreseen = book.sweep(Side.BUY, Decimal(20))
        assert foreseen is not None
        watch.desk.order("buy", 20)
        trades = watch.desk.private("TradesHistory")["trades"].values()
        assert sum(Decimal(row["vol"]) for row in trades) == foreseen.volume == 20
        cost = sum(Decimal(row["cost"]) for row in trades)
        assert abs(cost - foreseen.average * 20) < Decimal("0.01")
        assert max(Decimal(row["price"]) for row in trades) == foreseen.worst > foreseen.best

    play(story, 100)


def test_a_book_out_of_step_is_told_counted_and_asked_for_anew() -> None:
    async def story(watch: Watch) -> None:
        await asyncio.sleep(10)
        for _ in range(40):  # many a message replaces the whole book, and mends it by itself
            watch.fault(kind="STALL", channel="book", frames=1)
            await asyncio.sleep(6)
            if watch.asked("unsubscribe", "book") == 3:
                break
        watch.still = True
        await asyncio.sleep(1)
        truth = watch.desk.public("Depth?pair=XBTUSD&count=10")["XXBTZUSD"]["asks"]
        book = watch.book
        assert book is not None
        assert [level[0] for level in book.asks] == [Decimal(row[0]) for row in truth]

    watch = play(story)
    assert len(watch.lines) == 1
    assert [text.split("; ")[1] for text in watch.notes()] == [
        "asked for anew, 1 so far",
        "asked for anew, 2 so far",
    ]
    moves = watch.all(BookMoved)
    assert sum(event.book is None for event in moves) >= 3, "between mismatch and snapshot there is none"


def test_a_pair_that_changes_its_state_is_told_at_once_and_its_rules_are_read() -> None:
    async def story(watch: Watch) -> None:
        await asyncio.sleep(70)
        watch.events.clear()
        watch.desk.box.exchange.set_status("cancel_only", "XXBTZUSD")
        await asyncio.sleep(1)
        (told,) = watch.all(StatusReported)
        assert (told.system, told.pair) == ("online", "cancel_only")
        assert len(watch.all(RulesOutdated)) == 1

    play(story)


def test_trades_move_the_last_price() -> None:
    async def story(watch: Watch) -> None:
        await asyncio.sleep(5)
        watch.fault(kind="STALL", channel="ohlc")
        watch.fault(kind="STALL", channel="ticker")
        watch.events.clear()
        await asyncio.sleep(1.9)
        watch.desk.order("buy", 30)
        await asyncio.sleep(60)
        lasts = {event.quote.last for event in watch.all(Quoted)}
        assert len(lasts) > 1

    play(story)


def test_f58_a_book_that_stays_silent_is_done_without_and_nothing_else_suffers() -> None:
    async def story(watch: Watch) -> None:
        watch.fault(kind="ACK_NO_DATA", channel="book")
        await asyncio.sleep(600)
        assert watch.asked("subscribe", "book") == 2
        watch.candles_are_whole(9)

    watch = play(story)
    assert watch.sources() == ["push"]
    assert len(watch.lines) == 1
    assert watch.notes() == ["the live stream has no book: stays silent; the bot does without"]


@pytest.mark.parametrize("channel", ["ohlc", "ticker"])
@pytest.mark.parametrize("from_start", [True, False])
def test_f58_f63_a_deaf_channel_is_found_dialled_anew_bridged_and_push_returns(
    channel: str, from_start: bool
) -> None:
    async def story(watch: Watch) -> None:
        if not from_start:
            await asyncio.sleep(150)
        watch.fault(kind="ACK_NO_DATA", channel=channel)
        began = len(watch.sent)
        await asyncio.sleep(125)
        again = [text for text in watch.sent[began:] if '"subscribe"' in text and f'"{channel}"' in text]
        assert again, "silent for two intervals, it is asked again"
        await asyncio.sleep(10)
        assert len(watch.lines) >= 2, "then on another socket"
        await asyncio.sleep(300)
        assert len(watch.lines) <= 30
        quotes = [event.at_ms for event in watch.all(Quoted)]
        assert all(later - one < 15_000 for one, later in itertools.pairwise(quotes))
        watch.fault(kind="OFF")
        await asyncio.sleep(75)
        assert watch.sources()[-1] == "push"
        lines = len(watch.lines)
        await asyncio.sleep(300)
        assert len(watch.lines) == lines
        watch.candles_are_whole(8)

    play(story)
