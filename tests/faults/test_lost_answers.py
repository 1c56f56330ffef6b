"""Group A: the answer to an order was lost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import pytest

from tests.faults.story import DOWN, PAST, Story, joined, tell
from tests.support.simulation.life import WatchedJournal
from tests.support.simulation.network import Killed
from tests.support.simulation.tape import turns
from tests.support.simulation.world import simulated_settings
from tui_bot.engine.memory import Run
from tui_bot.engine.ports import JournalError
from tui_bot.kraken.tiers import TIERS
from tui_bot.market.order import OrderState
from tui_bot.paper.ws.session import Session

SIZE = Decimal("0.001")


def hidden(story: Story, seconds: float = 40) -> None:
    """For a while neither reads nor pushes tell what becomes of an order."""
    story.strike("LAG_VIEW", seconds=seconds)
    story.strike("WS", kind="STALL", channel="executions")


async def ends(story: Story, seconds: float = 900) -> None:
    """Until the order has come to its end and the account was read since."""
    await story.until_settled(seconds)
    await story.passes(100)


def traded_once(story: Story, size: Decimal = SIZE) -> None:
    """One order was sent, the exchange has one, and what it led to is what is shown."""
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == 1
    assert story.held == story.now.position.size == story.now.exchange_size == size
    assert story.now.run.run is Run.RUN


def test_f001_an_order_whose_answer_is_lost_is_looked_for_and_never_repeated(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("ACCEPT_DROP", on="AddOrder")
        await story.until_said("unknown:")
        story.look()
        await ends(story)

    story = tell(place, course)
    traded_once(story)
    seen = joined(story.screens()[0])
    assert "UNKNOWN ORDER: may or may not be at the exchange; no new order until that is known" in seen
    assert "if the bot died now: 1 UNKNOWN" in seen


@pytest.mark.parametrize("code", [502, 520])
@pytest.mark.parametrize("applied", [False, True])
def test_f002_a_gateway_s_page_is_no_answer(code: int, applied: bool, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        if applied:
            hidden(story)
        story.strike("HTTP", on="AddOrder", code=code, body="cf_html", applied=applied)
        await story.until_said("unknown:")
        story.look()
        await ends(story)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == applied
    assert story.held == story.now.position.size == SIZE * applied
    assert f"HTTP {code}" in story.log
    assert "<html" not in story.log.lower() + story.screen().lower()


@pytest.mark.parametrize("seconds", [10, 55])
def test_f003_an_order_that_arrives_later_is_waited_for(seconds: int, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ACCEPT_LATE", on="AddOrder", seconds=seconds, then="drop")
        await story.until_said("unknown:")
        story.look()
        await ends(story)

    story = tell(place, course)
    traded_once(story)
    assert "UNKNOWN ORDER" in joined(story.screens()[0])


def test_f003_an_order_that_never_arrives_is_called_absent_only_when_it_no_longer_can(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("DROP_BEFORE", on="AddOrder")
        await story.until_said("not placed", 900)
        story.look()

    story = tell(place, course)
    limits = story.world.settings.limits
    looked = [time for time in story.times("OpenOrders") if time > story.times("AddOrder")[0]]
    bound_s = (limits.order_deadline_ms + limits.view_lag_ms) / 1000
    assert looked[-1] - story.times("AddOrder")[0] >= bound_s
    assert story.sent("AddOrder") == 1
    assert story.orders == []
    assert story.now.position.size == 0


def test_f003_f040_while_it_is_looked_for_the_lowest_level_s_allowance_is_not_used_up(place: Path) -> None:
    used: list[float] = []

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("DROP_BEFORE", on="AddOrder")
        await story.until_said("unknown:")
        for _ in range(80):
            await story.passes(1)
            assert story.now.calls is not None
            assert story.now.next_look_ms is not None
            used.append(story.now.calls.used(story.now.at_ms))
        await story.until_said("not placed", 900)

    story = tell(place, course, settings=simulated_settings(1.0), rate=1.0)
    assert story.sent("AddOrder") == 1
    assert max(used) < TIERS["starter"].calls
    assert sum(used) / len(used) < 9  # of 15: a look each second and a half would keep it at the limit


@pytest.mark.parametrize(
    ("verb", "more"), [("DROP_BEFORE", {}), ("ACCEPT_LATE", {"seconds": 20, "then": "drop"})]
)
def test_f004_the_one_more_attempt_has_an_id_of_its_own_and_the_first_fills_nothing_any_more(
    verb: str, more: dict[str, Any], place: Path
) -> None:
    """The lists of this exchange do not lag, so absence is proved while the signal is still current."""
    settings = simulated_settings(1.0, resend=True, limits={"view_lag_ms": 3_000})

    async def course(story: Story) -> None:
        await story.ready()
        story.strike(verb, on="AddOrder", **more)
        await story.until_said("sent again, once, under a new id: the first is proved absent", 400)
        await ends(story)

    story = tell(place, course, settings=settings, rate=1.0)
    sent = [dict(parse_qsl(form)) for _, method, form in story.world.network.requests if method == "AddOrder"]
    assert len(sent) == len({form["cl_ord_id"] for form in sent}) == 2
    assert [order["cl_ord_id"] for order in story.orders] == [sent[1]["cl_ord_id"]]
    assert story.held == story.now.position.size == SIZE
    assert {order.state for order in story.now.orders} == {OrderState.CLOSED, OrderState.NOT_PLACED}


def test_f005_what_fails_over_one_transport_is_not_repeated_over_the_other(place: Path) -> None:
    frames: list[str] = []

    async def course(story: Story) -> None:
        hub = story.world.hub
        receive = hub.receive

        def heard(session: Session, text: str) -> None:
            frames.append(text)
            receive(session, text)

        with patch.object(hub, "receive", heard):
            await story.ready()
            story.strike("ACCEPT_DROP", on="AddOrder", count=0)
            await ends(story)

    story = tell(place, course)
    traded_once(story)
    assert any("executions" in frame for frame in frames)  # a socket was there
    assert not [frame for frame in frames if '"add_order"' in frame]


def test_f006_while_an_order_is_unknown_a_signal_sends_nothing_more(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story, 100)
        story.strike("ACCEPT_DROP", on="AddOrder")
        await story.until_said("unknown:")
        await story.passes(90)
        story.look()
        assert story.sent("AddOrder") == 1
        await ends(story)

    story = tell(place, course)
    traded_once(story)
    assert "UNKNOWN" in joined(story.screens()[0])
    assert len(story.signals) == 1


def test_f007_insufficient_funds_after_a_lost_answer_is_not_asked_for_again(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("ACCEPT_DROP", on="AddOrder")
        story.strike("ERR", on="AddOrder", text="EOrder:Insufficient funds", nth=2, count=0)
        await ends(story)

    story = tell(place, course)
    traded_once(story)
    assert "Insufficient funds" not in story.log


def test_f008_an_order_that_is_overtaken_by_later_calls_proves_nothing(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("ACCEPT_LATE", on="AddOrder", seconds=3, then="drop")
        await story.until_said("unknown:")
        story.strike("ERR", on="OpenOrders", text="EAPI:Invalid nonce")
        story.look()
        await story.passes(200)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == 1
    assert story.held == story.now.position.size == SIZE
    assert "UNKNOWN ORDER" in joined(story.screens()[0])


@pytest.mark.parametrize("kind", ["WRONG_TYPE", "TRUNC"])
def test_f010_success_in_another_shape_is_no_answer(kind: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("BODY", on="AddOrder", kind=kind)
        await story.until_said("unknown:")
        await ends(story)

    story = tell(place, course)
    traded_once(story)


def test_f011_a_request_that_broke_off_on_its_way_may_have_arrived(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()

        def hook(step: str) -> None:
            if step == "sent AddOrder":
                story.world.network.cut_next = True

        story.life.hook = hook
        await story.until_said("unknown:")
        story.look()
        await ends(story)

    story = tell(place, course)
    assert story.orders == []
    assert story.now.position.size == 0
    assert "UNKNOWN ORDER" in joined(story.screens()[0])


def test_f011_only_what_never_left_was_not_sent(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()

        def hook(step: str) -> None:
            if "committed" in step and "IntentMade" in step:
                story.world.network.weather.refuse = 1.0

        story.life.hook = hook
        await ends(story)

    story = tell(place, course)
    assert story.sent("AddOrder") == 0
    assert "unknown:" not in story.log
    assert "not sent" in story.log


def test_f012_after_a_death_in_an_outage_the_order_is_found_first(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()

        def hook(step: str) -> None:
            if step == "applied AddOrder":
                raise Killed

        story.life.hook = hook
        assert await story.world.buried(600)
        story.world.network.weather.down = True
        story.world.begin()
        await story.passes(120)
        story.look()
        story.world.network.weather.down = False
        await ends(story)

    story = tell(place, course)
    traded_once(story)
    assert "RECOVERING" in joined(story.screens()[0])
    assert "1 order being checked" in story.log


def test_f013_a_slow_order_is_one_order_however_old_the_lists_are(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("LAG_VIEW", seconds=60)
        story.strike("FILL", on="AddOrder", seconds=70)
        await story.until(lambda: story.sent("AddOrder") > 0)
        await story.passes(65)
        story.look()
        await ends(story)
        await story.passes(100)

    story = tell(place, course, closes=DOWN)
    traded_once(story, -SIZE)
    assert "SELL 0.0010 mkt resting" in joined(story.screens()[0])


@pytest.mark.parametrize(
    "text",
    [
        "EOrder:Insufficient funds",
        "EOrder:Rate limit exceeded",
        "EGeneral:Invalid arguments:volume",
        "EService:Market in cancel_only mode",
    ],
)
def test_f014_an_error_in_a_good_answer_is_a_refusal(text: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text=text)
        await story.until_said("rejected:")
        await story.passes(50)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.orders == []
    assert story.now.position.size == 0
    assert text in story.log


@pytest.mark.parametrize(
    "text", ["EService:Unavailable", "EService:Busy", "EGeneral:Internal error", "EOdd:New"]
)
def test_f014_an_error_that_does_not_say_whether_it_was_placed_is_looked_into(text: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("ERR", on="AddOrder", text=text, applied=True)
        await story.until_said("unknown:")
        await ends(story)

    story = tell(place, course)
    traded_once(story)


def test_f015_a_turn_is_two_orders_each_with_a_fate_of_its_own(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text="EOrder:Insufficient initial margin", nth=3)
        await story.until_said("rejected:", 900)
        await story.passes(60)

    story = tell(place, course, closes=turns(PAST + 2, 6, 20))
    assert story.sent("AddOrder") == 3
    assert story.sent("AddOrderBatch") == 0
    assert len(story.orders) == 2
    assert story.held == story.now.position.size == 0
    assert "FLAT" in story.screen()
    assert "Insufficient initial margin" in story.log


def test_f016_an_order_that_the_exchange_calls_too_late_is_no_order(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text="EService:Deadline elapsed")
        await ends(story)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.orders == []
    assert "Deadline elapsed" in story.log
    assert story.now.run.run is Run.RUN


def test_f017_an_order_that_is_never_answered_is_looked_for(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        hidden(story)
        story.strike("HANG", on="AddOrder", seconds=10_000, applied=True)
        await story.until_said("unknown:", 1200)
        story.look()
        await ends(story)

    story = tell(place, course)
    traded_once(story)


def test_f018_an_order_whose_acknowledgement_cannot_be_kept_is_named_and_stops_trading(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        journal = story.life.journal
        assert isinstance(journal, WatchedJournal)

        def hook(step: str) -> None:
            if step == "applied AddOrder":
                journal.faults.append(JournalError("database is locked"))

        story.life.hook = hook
        await story.until(lambda: story.now.run.run is Run.HALTED)
        await story.passes(200)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == 1
    assert story.held == SIZE
    assert "HALTED" in story.screen()
    assert story.orders[0]["txid"] in story.screen() + story.log
