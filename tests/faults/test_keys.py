"""Group C: keys, nonces, limits, permissions."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tui_bot.engine.memory import Run
from tui_bot.paper.options import BoxOptions

PRIVATE = ("OpenPositions", "BalanceEx", "TradeBalance", "OpenOrders", "ClosedOrders", "TradesHistory")


def private_times(story: Story) -> list[float]:
    return sorted(time for method in (*PRIVATE, "AddOrder", "CancelOrder") for time in story.times(method))


def test_f037_another_program_on_the_key_halts_before_any_order(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("KEY", kind="foreign-nonce", by=10**18)
        await story.passes(500)

    story = tell(place, course)
    assert story.orders == []
    assert story.sent("AddOrder") == 0
    assert story.now.run.run is Run.HALTED
    assert story.sent("OpenPositions") == 2  # at the start, and once in vain: tries might end in a lockout
    assert "another program may use this API key" in story.screen()


def test_f037_a_clock_that_steps_back_an_hour_changes_no_nonce(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        nonces = story.life.nonces
        ticking = nonces._now_us
        nonces._now_us = lambda: ticking() - 3_600_000_000
        await story.until_settled()
        await story.passes(120)

    story = tell(place, course)
    assert [order["status"] for order in story.orders] == ["closed"]
    assert "nonce" not in story.log
    assert story.now.run.run is Run.RUN


def test_f038_a_lockout_is_sat_out_and_its_end_is_shown(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("KEY", kind="lockout", seconds=900)
        await story.passes(400)
        story.look()
        await story.until_said("account read again", 900)

    story = tell(place, course)
    learnt, probe = next(pair for pair in pairwise(private_times(story)) if pair[1] - pair[0] > 300)
    assert probe - learnt >= 900  # nothing in between, also not the order of the signal that came meanwhile
    assert story.orders == []
    assert [made.blocks[0].name for made in story.signals] == ["agreement"]
    assert "locked the key out; not asked again until 12:17 UTC" in joined(story.screens()[0])
    assert story.log.count("locked the key out") < 8  # a quarter of an hour of it does not fill the log


def test_f038_an_exit_that_is_due_in_a_lockout_is_not_tried_before_its_end(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("KEY", kind="lockout", seconds=900)
        await story.until_said("not sent:")
        story.look()
        await story.until(lambda: story.now.position.is_flat, 1200)

    story = tell(place, course, turns(PAST + 2, 6, 60))
    bought, sold = story.times("AddOrder")
    assert sold - bought > 900
    assert story.held == 0
    assert "Kraken has locked the key out; not asked again until" in joined(story.screens()[0])


def test_f038_a_lockout_learnt_from_an_order_quiets_all_else(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("KEY", on="AddOrder", kind="lockout", seconds=900)
        await story.until_said("rejected:")
        await story.passes(300)

    story = tell(place, course)
    assert story.orders == []
    assert private_times(story)[-1] == story.times("AddOrder")[0]
    assert "HALTED" in story.screen()
    assert "Kraken has locked the key out" in story.screen()


def test_f039_a_copy_of_an_order_on_the_wire_is_refused_by_its_nonce(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.world.network.weather.copied = 1.0
        await story.until_settled()
        await story.passes(300)

    story = tell(place, course)
    assert len(story.times("AddOrder")) == 2
    assert len(story.orders) == 1
    assert story.now.run.run is Run.RUN


def test_f039_with_a_nonce_window_the_copy_is_executed_and_the_bot_stops(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.world.network.weather.copied = 1.0
        await story.until_said("HALTED")
        await story.passes(90)

    story = tell(place, course, options=BoxOptions(nonce_window=10**12), kept=False)
    assert len(story.orders) == 2  # which is why a key must have none
    assert "more was executed than ordered" in story.screen()
    assert story.now.exchange_size == story.now.position.size == Decimal("0.002")


def test_f042_a_throttled_key_is_left_in_peace_and_never_asked_twice_at_once(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="OpenPositions", text="EService:Throttled")
        await story.until_said("account read again")
        await story.until_settled()

    story = tell(place, course, rate=1)
    assert story.world.network.most_private == 1
    refused = story.world.box.faults.log[-1]["at_ms"] / 1000 + 0.001
    assert min(time for time in private_times(story) if time > refused) - refused >= 10
    assert len(story.orders) == 1
    assert "Kraken slows this key down" in story.log


def test_f043_a_pair_that_may_not_be_traded_is_said_and_not_tried_again(place: Path) -> None:
    refusal = "EAccount:Invalid permissions:XBT/USD trading restricted for US:CA."

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text=refusal, count=0)
        await story.until_said("HALTED")
        await story.passes(300)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.orders == []
    assert "the account may not trade this here; choose a pair that is offered" in story.screen()
    assert refusal in story.log


def test_f043_a_key_that_lost_a_permission_stops_the_bot(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("KEY", kind="drop", permission="modify-trades")
        await story.until_said("HALTED")
        await story.passes(300)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.orders == []
    assert "the API key lacks a permission; allow querying, creating and cancelling" in story.screen()


def test_f045_a_captcha_is_no_answer_to_an_order(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("LAG_VIEW", seconds=40)
        story.strike("WS", kind="STALL", channel="executions")
        story.strike("HTTP", on="AddOrder", code=403, body="captcha", applied=True)
        await story.until_said("unknown:")
        story.look()
        await story.until_settled()

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == 1
    assert "UNKNOWN ORDER" in joined(story.screens()[0])
    assert "Kraken's edge refuses this address (HTTP 403)" in joined(story.screens()[0])
    assert story.held == story.now.position.size > 0


def test_f045_an_address_that_is_turned_away_waits_for_minutes(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        for line in story.life.lines:
            line.cut()
        story.world.network.weather.no_push = True
        story.strike("HTTP", on="*", code=403, body="captcha", count=0)
        await story.passes(600)

    story = tell(place, course, rate=1)
    asked = [time for method in ("OHLC", "Ticker", "Time", "SystemStatus") for time in story.times(method)]
    late = sorted(time for time in asked if time > min(asked) + 60)
    assert all(after - before > 30 for before, after in pairwise(late))
    assert story.orders == []
    assert "EXCHANGE NOT HEARD" in story.screen()
    assert "Kraken's edge refuses this address (HTTP 403)" in story.log
    assert story.log.count("market not read") < 12


def test_f046_a_revoked_key_stops_the_bot_and_the_position_keeps_its_age(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("KEY", kind="revoke")
        await story.passes(400)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.now.run.run is Run.HALTED
    assert "cannot see or manage your position (LONG 0.001" in story.screen()
    assert "position ──────────────── read 6m ago" in story.screen()
    assert "LONG 0.0010 @ 59,404.0" in story.screen()
