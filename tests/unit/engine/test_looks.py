"""When an order of unknown fate is looked for: soon, then less often, within the allowance, without end."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.market import LIMITS
from tests.support.model import Fate, Stand, longing
from tui_bot.engine.actions import LookUp
from tui_bot.engine.commands import Settle
from tui_bot.engine.events import BudgetReported
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.looks import APART_MS, COST, LONGEST
from tui_bot.kraken.tiers import STARTER
from tui_bot.market.order import OrderState

LONGEST_S = LONGEST * LIMITS.look_up_every_ms / 1000
OVER_S = (LIMITS.order_deadline_ms + LIMITS.view_lag_ms) / 1000


def looks(stand: Stand) -> list[float]:
    """When it was looked for, in seconds since the order was made."""
    asked = zip(stand.events, stand.answers, strict=True)
    found = (event.at_ms for event, actions in asked for one in actions if isinstance(one, LookUp))
    return [(at_ms - stand.sent[0].created_ms) / 1000 for at_ms in found]


def counted(stand: Stand, seconds: float) -> float:
    """Time passes at Kraken's lowest level, where each look costs; the highest its counter stood."""
    level = highest = 0.0
    seen = 0
    for _ in range(round(seconds / 1.5)):
        level = max(0.0, level - 1.5 * STARTER.calls_decay)
        level += COST * (len(looks(stand)) - seen)
        seen, highest = len(looks(stand)), max(highest, level)
        now_ms = stand.exchange.now_ms
        calls = Gauge("api", level, now_ms, STARTER.calls, STARTER.calls_decay, 8)
        stand.play(BudgetReported(now_ms, calls, Gauge("orders", 0, now_ms, 60, 1.0, 9)))
        stand.tick(1500)
    return highest


def test_f21_f40_an_unknown_order_is_looked_for_at_once_and_then_less_and_less_often() -> None:
    stand = longing(Fate.LOSE)
    assert looks(stand) == [0]
    stand.wait(60)
    assert looks(stand) == [0, 1.5, 4.5, 10.5, 25.5, 40.5, 55.5]


def test_i4_the_two_looks_that_can_prove_something_are_not_put_off() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(OVER_S + 30)
    assert stand.order().state is OrderState.NOT_PLACED
    first, second = looks(stand)[-2:]
    assert OVER_S < first <= OVER_S + 1.5
    assert first + APART_MS / 1000 <= second <= first + APART_MS / 1000 + 1.5


@pytest.mark.parametrize("seconds", [90, 3600])
def test_f40_s29_looking_leaves_what_a_cancel_a_close_and_a_read_of_the_account_take(seconds: int) -> None:
    stand = longing(Fate.LOSE)
    stand.deaf = True
    assert counted(stand, seconds) <= STARTER.calls - 8
    assert max(later - sooner for sooner, later in pairwise(looks(stand))) <= LONGEST_S
    assert looks(stand)[-1] >= seconds - LONGEST_S - 1.5  # it never stops


def test_where_nothing_is_left_of_the_allowance_the_look_waits_but_not_longer_than_the_longest() -> None:
    stand = longing(Fate.LOSE)
    now_ms = stand.exchange.now_ms
    spent = Gauge("api", 40.0, now_ms, STARTER.calls, STARTER.calls_decay, 8)
    stand.play(BudgetReported(now_ms, spent, Gauge("orders", 0, now_ms, 60, 1.0, 9)))
    stand.wait(31)
    assert looks(stand) == [0, LONGEST_S, 2 * LONGEST_S]


def test_what_a_person_has_seen_is_looked_for_soon_again() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(45)
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=True))
    stand.wait(3)
    assert looks(stand)[-2:] == [46.5, 48]


def test_the_snapshot_tells_when_the_next_look_is() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(25.5)
    assert stand.snapshot().next_look_ms == stand.exchange.now_ms + 15_000
    stand.wait(OVER_S + 20)
    assert stand.order().state is OrderState.NOT_PLACED
    assert stand.snapshot().next_look_ms is None
