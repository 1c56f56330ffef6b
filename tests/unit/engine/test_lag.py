"""The bound for absence watches itself: lags and late arrivals are kept, and widen it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.market import LIMITS
from tests.support.model import Fate, Stand, longing
from tui_bot.engine.events import LookedUp
from tui_bot.engine.news import OrderReported
from tui_bot.market.order import OrderState

BOUND_MS = LIMITS.order_deadline_ms + LIMITS.view_lag_ms


def acknowledged() -> Stand:
    """An order that Kraken has acknowledged and that is not executed yet."""
    return longing(Fate.REST)


def miss(stand: Stand, after_ms: int) -> None:
    """A complete look misses the order so long after its acknowledgement."""
    at_ms = stand.order().changed_ms + after_ms
    stand.exchange.now_ms = at_ms
    stand.play(LookedUp(at_ms, stand.sent[0].cl_ord_id, None))


def test_f19_an_acknowledged_order_that_the_lists_lack_shows_their_lag() -> None:
    stand = acknowledged()
    miss(stand, 7_000)
    assert stand.bot.state.view_lag_seen_ms == 7_000
    assert stand.bot.state.view_lag_ms == LIMITS.view_lag_ms
    assert stand.order().state is OrderState.OPEN
    assert "lists lagged by 7 s" in stand.notes()
    miss(stand, 7_900)
    assert stand.notes().count("lagged") == 1  # no news


def test_f19_an_order_that_ends_while_a_look_is_under_way_may_be_missed_by_it() -> None:
    stand = acknowledged()
    report = replace(stand.exchange.reports[stand.sent[0].cl_ord_id], state=OrderState.CANCELED)
    stand.play(OrderReported(stand.exchange.now_ms, report))
    miss(stand, 7_000)
    assert stand.order().state is OrderState.CANCELED
    assert "lagged" not in stand.notes()


def test_f19_a_lag_beyond_a_minute_is_an_alarm_and_widens_the_bound_by_itself() -> None:
    stand = acknowledged()
    miss(stand, 80_000)
    assert stand.bot.state.view_lag_ms == 120_000
    assert "an order counts as absent only 120 s after its deadline now" in stand.notes()
    assert stand.recovered().bot.state.view_lag_ms == 120_000


def test_i4_a_widened_bound_holds_for_the_next_lost_order() -> None:
    stand = acknowledged()
    miss(stand, 100_000)
    stand.fill()
    stand.wait(3)
    stand.fates.append(Fate.LOSE)
    stand.sell_signal()
    stand.wait(BOUND_MS / 1000 + 30)
    assert stand.order().state is OrderState.UNKNOWN
    stand.wait(60)
    assert stand.order().state is OrderState.NOT_PLACED


def test_a_lost_order_found_after_a_look_that_missed_it_shows_lag_and_arrival() -> None:
    stand = longing(Fate.LOSE)
    stand.tick(2_000)
    txid = stand.exchange.accept(stand.sent[0])
    report = stand.exchange.reports[stand.sent[0].cl_ord_id]
    opened_ms = stand.exchange.now_ms
    miss(stand, opened_ms - stand.order().changed_ms + 5_000)
    seen = replace(report, opened_ms=opened_ms)
    stand.play(LookedUp(stand.exchange.now_ms + 1_000, stand.sent[0].cl_ord_id, seen))
    assert stand.order().txid == txid
    assert stand.bot.state.view_lag_seen_ms == 5_000
    assert stand.bot.state.arrival_seen_ms == 2_000
    assert "arrived 2 s after it was made" in stand.notes()


def test_f03_an_arrival_past_the_deadline_is_an_alarm() -> None:
    stand = longing(Fate.LOSE)
    stand.exchange.accept(stand.sent[0])
    late = replace(
        stand.exchange.reports[stand.sent[0].cl_ord_id], opened_ms=stand.sent[0].deadline_ms + 4_000
    )
    stand.exchange.reports[stand.sent[0].cl_ord_id] = late
    stand.wait(15)
    assert "arrived 9 s after it was made, past its deadline" in stand.notes()
    assert stand.recovered().bot.state.arrival_seen_ms == 9_000


@pytest.mark.parametrize("after_s", [3, 8])
def test_i20_short_lives_converge_because_the_first_look_is_kept(after_s: int) -> None:
    """Each life ends before a second look; before it was kept, none of them settled anything."""
    stand = longing(Fate.LOSE)
    cl_ord_id = stand.sent[0].cl_ord_id
    stand.exchange.now_ms += BOUND_MS
    lives = 0
    while stand.order_known(cl_ord_id) is OrderState.UNKNOWN and lives < 20:
        stand = stand.recovered()
        stand.tick(1_000, after_s)
        lives += 1
    assert stand.order_known(cl_ord_id) is OrderState.NOT_PLACED
    assert lives > 1
