"""Group E: connections."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tui_bot.engine.memory import Run

FAST = 1  # at a rate of 1 the feed's own times in real seconds are those of the exchange


def cut(story: Story) -> None:
    """Every WebSocket connection breaks."""
    for line in story.life.lines:
        line.cut()


async def by_push(story: Story) -> None:
    await story.ready()
    await story.until(lambda: story.now.feed.source == "push")


async def outlives(story: Story, seconds: float) -> None:
    """The feed has no source but polling, and what is shown is fresh all the same."""
    for _ in range(int(seconds // 10)):
        await story.passes(10)
        heard = story.now.feed.heard_ms
        assert heard is not None
        assert story.now.at_ms - heard < 10_000


def test_f058_an_acknowledged_subscription_without_data_is_noticed(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        story.strike("WS", kind="ACK_NO_DATA")
        story.strike("WS", kind="CLOSE")
        await outlives(story, 120)
        story.strike("WS", kind="OFF")
        await story.until(lambda: story.now.feed.source == "push")

    story = tell(place, course, rate=FAST)
    assert "the live stream is away: ohlc stays silent" in story.log
    assert "the live stream is back" in story.screen()


def test_f058_one_channel_that_falls_silent_is_noticed_beside_another_that_does_not(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        story.strike("WS", kind="STALL", channel="ticker")
        await story.until(lambda: story.now.feed.source == "poll")
        await outlives(story, 60)

    story = tell(place, course, rate=FAST)
    assert "the live stream of ticker is behind; polling meanwhile" in story.log


@pytest.mark.parametrize("kind", ["STALL", "HALF_OPEN"])
def test_f059_a_dead_connection_is_bridged_after_five_seconds_and_left_after_ten(
    place: Path, kind: str
) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        began = story.now.at_ms
        story.strike("WS", kind=kind, heartbeats=False)
        await story.until_said("the live stream is silent")
        assert story.now.at_ms - began < 7_000
        if kind == "HALF_OPEN":  # the other one still answers a ping
            await story.until(lambda: not story.life.lines[0].is_open)
            assert story.now.at_ms - began < 12_000
        await outlives(story, 60)

    story = tell(place, course, rate=FAST)
    assert "the live stream is silent; polling meanwhile" in story.log


def test_f060_what_was_filled_in_a_gap_is_read_before_anything_is_opened(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        await story.until(lambda: bool(story.now.orders))
        story.strike("WS", kind="CLOSE", code=1006)
        before = story.sent("OpenPositions")
        await story.until_said("the live stream is back")
        await story.until(lambda: story.sent("OpenPositions") > before)
        await story.until_settled()

    story = tell(place, course, rate=FAST)
    assert story.held == story.now.position.size > 0
    assert "LONG 0.0010" in story.screen()
    assert "the live stream is back" in story.screen()


def test_f060_while_the_account_is_not_read_after_a_gap_nothing_is_opened(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        await story.until(lambda: len(story.said) > 4)  # two candles, one before the signal
        story.strike("HANG", on="OpenPositions", seconds=300)
        cut(story)
        await story.until(lambda: bool(story.signals))

    story = tell(place, course)
    (signal,) = story.signals
    assert [block.value for block in signal.blocks] == ["reconnected, the account is not read yet"]
    assert story.orders == []
    assert "reconnected, the account is not read yet → the account is being read again" in story.screen()


def test_f061_every_connection_subscribes_to_all_that_is_wanted(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        story.strike("WS", kind="STALL", channel="ticker", frames=6)
        cut(story)
        await story.until_said("the live stream is away")
        await story.until_said("the live stream is back")

    story = tell(place, course, rate=FAST)
    sessions = [line._session for line in story.life.lines]
    assert len(sessions) > 1
    assert "the live stream is back" in story.log


def test_f063_without_pushed_candles_polling_decides(place: Path) -> None:
    async def course(story: Story) -> None:
        story.strike("WS", kind="ACK_NO_DATA")
        await story.ready()
        await story.until_settled()

    story = tell(place, course)
    assert len(story.orders) == 1
    wide = joined(story.screens((160, 48))[-1])
    assert " poll clock" in wide  # the source's name


def test_f064_nothing_grows_on_a_dead_connection(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        sizes = []
        for _ in range(4):
            story.strike("WS", kind="HALF_OPEN")
            await story.passes(600)
            waiting = sum(len(session.outgoing) for session in story.world.hub.sessions.values())
            sizes.append((len(asyncio.all_tasks()), waiting, len(story.world.hub.sessions)))
        assert max(tasks for tasks, _, _ in sizes) <= sizes[0][0] + 4
        assert max(frames for _, frames, _ in sizes) < 200
        assert max(sessions for _, _, sessions in sizes) <= 2

    story = tell(place, course)
    assert story.now.feed.source == "push"
    assert "RUN" in story.screen()


def test_f065_a_connection_that_is_closed_again_and_again_is_tried_ever_more_slowly(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        for _ in range(100):
            cut(story)
            await story.passes(5)

    story = tell(place, course, rate=FAST)
    assert 12 <= len(story.life.lines) <= 60
    assert len(story.orders) == 1
    told = [line for line in story.said if "live stream is away" in line]
    assert "; try 2 in 0 s, polling meanwhile" in told[0]
    assert len(told) < 9


def test_f066_an_order_s_answer_that_drips_is_given_up_and_the_order_found(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.mute_executions()
        story.strike("LAG_VIEW", seconds=40)
        story.strike("TRICKLE", on="AddOrder", rate=1)
        await story.until_said("unknown:")
        story.look()
        await story.until_settled()

    story = tell(place, course, rate=FAST)
    assert len(story.orders) == 1
    seen = joined(story.screens()[0])
    assert "UNKNOWN ORDER: may or may not be at the exchange" in seen
    assert "no complete answer within 10 s" in seen
    assert story.held == story.now.position.size > 0


def test_f066_a_read_that_drips_does_not_hold_up_an_order(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("TRICKLE", on="BalanceEx", rate=1, count=0)
        await story.until(lambda: story.sent("AddOrder") > 1)

    story = tell(place, course, turns(PAST + 2, 4, 20), rate=FAST)
    late = story.orders[1]["opentm_ms"] - story.signals[1].decision.candle * 1000 - 60_000
    assert late < 5_000
    assert "ACCOUNT NOT READ for 4m (BalanceEx: " in story.screen()


def test_f067_a_small_answer_is_never_inflated(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(8 * 1024 * 1024))
    monkeypatch.setattr(gzip, "compress", lambda _body: bomb)  # the box's own is slow to make

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("BODY", on="OHLC", kind="GZIP_BOMB", count=0)
        story.strike("BODY", on="AddOrder", kind="GZIP_BOMB")
        await story.passes(300)

    story = tell(place, course)
    assert story.orders == []
    assert "Kraken's answer to OHLC is unreadable: not JSON" in story.log
    assert "Kraken has not told the last close" in story.screen()


def test_f067_an_answer_that_is_too_long_is_not_read_to_its_end(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("BODY", on="OpenPositions", kind="HUGE", count=0)
        await story.passes(300)

    story = tell(place, course)
    assert story.orders == []
    assert "the answer is longer than 4096 KiB" in story.screen()


KINDS = (
    "DEEP", "HUGE", "HUGE_INT", "NAN_LIT", "DUP_KEYS", "TRUNC", "WRONG_TYPE",
    "ESC_TEXT", "MARKUP_TEXT", "BIDI",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_f068_an_order_with_a_senseless_answer_is_found_and_not_repeated(place: Path, kind: str) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.mute_executions()
        story.strike("LAG_VIEW", seconds=40)
        story.strike("BODY", on="AddOrder", kind=kind)
        await story.until(lambda: bool(story.now.orders))
        await story.passes(6)
        story.look()
        await story.until_settled()

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.held == story.now.position.size > 0
    # where there are no numbers in it to spoil the answer is a good one
    assert ("UNKNOWN ORDER" in story.screens()[0]) is (kind not in {"HUGE_INT", "NAN_LIT"})


@pytest.mark.parametrize("kind", KINDS)
def test_f068_senseless_answers_to_reads_decide_nothing_and_pass(place: Path, kind: str) -> None:
    methods = ("OHLC", "OpenPositions", "BalanceEx", "TradeBalance", "SystemStatus")

    async def course(story: Story) -> None:
        await story.ready()
        for method in methods:
            story.strike("BODY", on=method, kind=kind, count=3)
        await story.passes(400)

    story = tell(place, course)
    assert story.now.run.run is not Run.HALTED or "EXTERNAL" in story.log
    assert "\x1b" not in "".join(story.screens())
    assert len([line for line in story.said if line.startswith("warning")]) < 15


def test_f070_without_names_or_a_route_it_waits_and_says_so(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        cut(story)
        story.world.network.weather.down = True
        await story.passes(300)
        story.look()
        story.world.network.weather.down = False
        await story.until_said("market read again")

    story = tell(place, course)
    assert story.sent("AddOrder") == 0
    seen = joined(story.screens()[0])
    assert "no connection: no route" in seen
    assert "STALE" in seen
    assert "market read again, after" in story.screen()


def test_f070_whoever_cannot_prove_to_be_kraken_stops_the_bot(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.world.network.weather.impostor = True
        await story.until_said("HALTED")
        await story.passes(300)

    story = tell(place, course)
    assert story.orders == []
    assert "the certificate of the other end is not valid for Kraken" in story.screen()


def test_f062_an_invalid_session_gets_a_new_token(place: Path) -> None:
    async def course(story: Story) -> None:
        await by_push(story)
        await story.until(lambda: story.now.feed.account == "push")
        story.strike("WS", kind="BAD_SESSION")
        story.strike("WS", kind="CLOSE")
        await story.until_said("the account's stream is back")
        await story.until_settled()

    story = tell(place, course)
    assert story.sent("GetWebSocketsToken") >= 2
    assert "LONG 0.0010" in story.screen()
