"""From the list to the word: what leaves before, what the word must be, and how one leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.support.market import RULES, settings
from tests.unit.engine.test_preflight import ACCOUNT, KEY, QUOTE
from tui_bot.engine import arming
from tui_bot.engine.arming import Arming
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Arm, CheckAgain
from tui_bot.engine.events import Account, Answer, Quote, Refused, Validated
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError, KeyFacts, Status
from tui_bot.engine.preflight import Ground, Verdict
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.engine.view import View
from tui_bot.market.candle import Candle
from tui_bot.market.order import Intent, Order
from tui_bot.market.pair import PairRules

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class StillClock:
    """Stands at one moment."""

    rate = 1.0

    def now_ms(self) -> int:
        return 1_790_000_000_000

    async def sleep_until(self, at_ms: int) -> None:
        raise AssertionError(at_ms)


CHECKED = Validated("buy 0.00100000 XBTUSD @ market")


@dataclass
class Kraken:
    """Answers well unless told otherwise, and keeps what it was asked."""

    key: KeyFacts = KEY
    trial: Answer = CHECKED
    failing: dict[str, ExchangeError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    orders: list[Intent] = field(default_factory=list)
    hanging: bool = False

    async def _asked(self, name: str) -> None:
        self.asked.append(name)
        if self.hanging:
            await asyncio.Event().wait()
        if name in self.failing:
            raise self.failing[name]

    async def rules(self) -> PairRules:
        await self._asked("rules")
        return RULES

    async def status(self) -> Status:
        await self._asked("status")
        return Status("online", "online")

    async def quote(self) -> Quote:
        await self._asked("quote")
        return QUOTE

    async def account(self) -> Account:
        await self._asked("account")
        return ACCOUNT

    async def key_facts(self) -> KeyFacts:
        await self._asked("key")
        return self.key

    async def measure_clock(self) -> int:
        await self._asked("clock")
        return 20

    async def place(self, intent: Intent, release: Callable[[], str]) -> Answer:
        assert not release()
        self.orders.append(intent)
        return self.trial

    async def candles(self, interval: int) -> tuple[Candle, ...]:
        raise AssertionError(interval)

    async def cancel(self, txid: str) -> str:
        raise AssertionError(txid)

    async def look_up(self, order: Order) -> object:
        raise AssertionError(order)

    async def close(self) -> None:
        raise AssertionError


class Scene:
    """An arming at a Kraken made to measure."""

    def __init__(self, kraken: Kraken | None = None) -> None:
        self.kraken = kraken or Kraken()
        self.shown: list[Snapshot] = []
        view = View(Bot(settings(leverage=0)).state, "live", 1.0)
        self.arming = Arming(view, self.kraken, StillClock(), self.shown.append, Ground())  # type: ignore[arg-type]

    async def until(self, seen: Callable[[Snapshot], bool]) -> Snapshot:
        async with asyncio.timeout(5):
            while not self.shown or not seen(self.shown[-1]):  # noqa: ASYNC110 - a list wakes nobody
                await asyncio.sleep(0)
        return self.shown[-1]


async def test_the_list_is_published_and_only_reads_have_left() -> None:
    scene = Scene()
    run = asyncio.create_task(scene.arming.run())
    shown = await scene.until(lambda snap: bool(snap.checks))
    assert shown.phase is Phase.ARMING
    assert shown.checks[-1].verdict is Verdict.OPEN
    assert scene.kraken.asked == ["clock", "rules", "status", "quote", "key", "account"]
    scene.arming.stop()
    assert await run is False
    assert scene.kraken.orders == []


async def test_the_pairs_name_arms_after_one_validated_order() -> None:
    scene = Scene()
    run = asyncio.create_task(scene.arming.run())
    await scene.until(lambda snap: bool(snap.checks))
    scene.arming.take(Arm("BTC/USD"))
    assert await run is True
    (trial,) = scene.kraken.orders
    assert trial.validate
    assert trial.volume == settings().trade_size
    assert scene.shown[-1].checks[-1].verdict is Verdict.PASS


@pytest.mark.parametrize("typed", ["", "btc/usd", "BTC/USD ", "XBTUSD", "ETH/USD", "yes", "BTC/USD\n"])
async def test_s24_nothing_but_the_pairs_name_arms(typed: str) -> None:
    scene = Scene()
    run = asyncio.create_task(scene.arming.run())
    scene.arming.take(Arm(typed))
    shown = await scene.until(lambda snap: bool(snap.remark))
    assert shown.remark == "not armed: what was typed is not BTC/USD"
    assert scene.kraken.orders == []
    scene.arming.stop()
    assert await run is False


async def test_s6_a_failing_row_cannot_be_armed_over_even_one_that_failed_after_it_was_shown() -> None:
    scene = Scene()
    run = asyncio.create_task(scene.arming.run())
    await scene.until(lambda snap: bool(snap.checks))
    scene.kraken.key = replace(KEY, may_withdraw=True)
    scene.arming.take(Arm("BTC/USD"))
    shown = await scene.until(lambda snap: bool(snap.remark))
    assert shown.remark == "not armed: a row of the list says no"
    assert scene.kraken.orders == []
    scene.kraken.key = KEY
    scene.arming.take(CheckAgain())
    shown = await scene.until(lambda snap: not snap.remark)
    scene.arming.take(Arm("BTC/USD"))
    assert await run is True


async def test_f43_a_trial_order_that_fails_does_not_arm() -> None:
    scene = Scene(Kraken(trial=Refused("EGeneral:Permission denied", "allow it at Kraken")))
    run = asyncio.create_task(scene.arming.run())
    scene.arming.take(Arm("BTC/USD"))
    shown = await scene.until(lambda snap: bool(snap.remark))
    assert shown.remark == "not armed: the trial order was not validated"
    scene.arming.stop()
    assert await run is False


async def test_f38_a_key_that_is_refused_is_not_tried_on() -> None:
    scene = Scene(Kraken(failing={"key": ExchangeError("EAPI:Invalid key", retryable=False)}))
    run = asyncio.create_task(scene.arming.run())
    shown = await scene.until(lambda snap: bool(snap.checks))
    assert "account" not in scene.kraken.asked
    failing = {check.name for check in shown.checks if check.verdict is Verdict.FAIL}
    assert {"permissions", "withdrawal", "nonce window", "key use"} <= failing
    scene.arming.stop()
    await run


async def test_leaving_does_not_wait_for_an_exchange_that_hangs() -> None:
    scene = Scene(Kraken(hanging=True))
    run = asyncio.create_task(scene.arming.run())
    await scene.until(lambda snap: bool(scene.kraken.asked))
    scene.arming.stop()
    async with asyncio.timeout(1):
        assert await run is False


async def test_it_lives_visibly_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arming, "TICK_S", 0)
    scene = Scene(Kraken(hanging=True))
    run = asyncio.create_task(scene.arming.run())
    await scene.until(lambda snap: snap.beat > 3)
    scene.arming.stop()
    await run


async def test_the_list_is_asked_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arming, "AGAIN_S", 0.001)
    scene = Scene()
    run = asyncio.create_task(scene.arming.run())
    await scene.until(lambda snap: scene.kraken.asked.count("key") > 2)
    assert scene.kraken.orders == []
    scene.arming.stop()
    await run


async def test_a_word_given_beforehand_arms_at_once_or_says_which_row_stands_in_the_way() -> None:
    assert await Scene().arming.run("BTC/USD") is True
    scene = Scene(Kraken(key=replace(KEY, nonce_window=9)))
    with pytest.raises(LaunchError, match="nonce window: 9") as caught:
        await scene.arming.run("BTC/USD")
    assert caught.value.exit_code == 1
    assert scene.kraken.orders == []


async def test_a_list_that_only_time_can_mend_is_for_another_try() -> None:
    scene = Scene(Kraken(failing={"quote": ExchangeError("no connection", retryable=True)}))
    with pytest.raises(LaunchError, match="no connection") as caught:
        await scene.arming.run("BTC/USD")
    assert caught.value.exit_code == 3
