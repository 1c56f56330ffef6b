"""While nobody is there the bot does the same, takes less, or only exits; never more, and exits always."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.model import HELD, LONG, Stand, buying, turning_settings
from tui_bot.engine.attendance import Policy, Unattended, alone, most, unattended
from tui_bot.engine.commands import Attend
from tui_bot.engine.forecast import forecast
from tui_bot.engine.guards import blocks, judge
from tui_bot.engine.plan import Leg, closing_leg
from tui_bot.engine.records import Outcome
from tui_bot.market.order import Side

MINUTE_MS = 60_000
HALF = Decimal("0.5")


def stand(policy: Policy, falling: bool = True, **rule: Any) -> Stand:
    """A bot whose person has pressed a key just now."""
    at = Stand(turning_settings(unattended=Unattended(policy, HALF, **rule)), falling=falling).start()
    at.command(Attend())
    return at


def leave(at: Stand, minutes: int = 11) -> None:
    """Nobody presses a key for a while; the market goes on."""
    at.exchange.now_ms += minutes * MINUTE_MS
    at.more_history = ()
    at.tick()
    at.quote()


def signal_after(at: Stand, policy_minutes: int) -> None:
    """Candles close without a turn while nobody is there, then the average turns up."""
    for _ in range(policy_minutes):
        at.step(-1)
        at.tick()
    at.step(1)


def test_the_same_is_the_same() -> None:
    at = stand(Policy.SAME)
    signal_after(at, 12)
    assert at.held == LONG
    assert "UNATTENDED" not in at.notes()


def test_exits_only_holds_an_entry_back_by_name_number_and_sentence() -> None:
    at = stand(Policy.EXITS)
    signal_after(at, 12)
    assert at.sent == []
    made = at.decisions()[-1]
    assert made.outcome is Outcome.BLOCKED
    (reading,) = made.blocks
    assert reading.name == "unattended"
    assert reading.sentence.startswith("unattended: no key for 1")
    assert reading.advice == "press a key to let the bot enter; exits go on"
    assert "UNATTENDED, exits only: no key for" in at.notes()


def test_an_exit_goes_out_whoever_is_there() -> None:
    at = stand(Policy.EXITS)
    at.buy_signal()
    assert at.held == LONG
    for _ in range(12):
        at.step(1)
        at.tick()
    at.step(-1)
    assert [intent.leg for intent in at.sent] == ["open", "close"]
    assert at.held == 0


def test_a_key_ends_it() -> None:
    at = stand(Policy.EXITS)
    signal_after(at, 12)
    at.command(Attend())
    assert "attended again" in at.notes()
    at.step(-1)
    at.step(1)
    assert at.held == LONG


def test_smaller_takes_the_part_and_says_so_in_the_forecast() -> None:
    at = stand(Policy.SMALLER)
    for _ in range(12):
        at.step(-1)
        at.tick()
    told = forecast(at.snapshot())
    at.step(1)
    assert told is not None
    assert (told.volume, told.barred) == (LONG / 2, "")
    assert at.held == LONG / 2


def test_smaller_never_sells_what_was_bought_with_somebody_there() -> None:
    at = stand(Policy.SMALLER)
    at.buy_signal()
    for _ in range(12):
        at.step(1)
        at.tick()
    assert at.held == LONG
    at.step(-1)
    at.tick()
    assert at.held == -LONG / 2


def test_an_order_by_hand_is_a_persons() -> None:
    at = stand(Policy.EXITS, hours=(0, 1440))
    at.command(buying())
    assert at.held == LONG
    at.command(replace(buying(price="59000"), contract=HELD))
    assert len(at.sent) == 2


@pytest.mark.parametrize(
    ("hours", "clock", "is_alone"),
    [
        ((1320, 420), "23:00", True),
        ((1320, 420), "06:59", True),
        ((1320, 420), "07:00", False),
        ((1320, 420), "21:59", False),
        ((540, 1020), "09:00", True),
        ((540, 1020), "17:00", False),
    ],
)
def test_hours_hold_whoever_is_there(hours: tuple[int, int], clock: str, is_alone: bool) -> None:
    hour, minute = clock.split(":")
    now_ms = 20_000 * 1440 * MINUTE_MS + (int(hour) * 60 + int(minute)) * MINUTE_MS
    why = alone(Unattended(Policy.EXITS, hours=hours), now_ms, now_ms)
    assert bool(why) is is_alone
    assert not is_alone or why == f"it is {hours[0] // 60:02d}:00 to {hours[1] // 60:02d}:00 UTC"


@pytest.mark.parametrize("headless", [True, False])
def test_a_bot_without_a_screen_is_alone_only_where_that_was_chosen(headless: bool) -> None:
    at = Stand(turning_settings(unattended=Unattended(Policy.EXITS, headless=headless))).start()
    at.buy_signal()
    assert (at.held == 0) is headless


@given(
    policy=st.sampled_from(Policy),
    share=st.decimals("0.01", "1", places=2),
    quiet_min=st.none() | st.integers(0, 60),
    hours=st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    headless=st.booleans(),
    size=st.sampled_from(["0", "0.001", "-0.001", "0.0004"]),
    side=st.sampled_from(Side),
    volume=st.decimals("0.00005", "0.004", places=5),
    opens=st.booleans(),
    by_hand=st.booleans(),
)
def test_it_never_lets_anything_out_that_would_not_go_out_otherwise(
    policy: Policy,
    share: Decimal,
    quiet_min: int | None,
    hours: tuple[int, int] | None,
    headless: bool,
    size: str,
    side: Side,
    volume: Decimal,
    opens: bool,
    by_hand: bool,
) -> None:
    at = Stand().start()
    now = replace(at.bot.state.circumstances(), size=Decimal(size))
    attended = None if quiet_min is None else now.now_ms - quiet_min * MINUTE_MS
    rule = Unattended(policy, share, hours=hours, headless=headless)
    alone_now = replace(now, settings=replace(now.settings, unattended=rule), attended_ms=attended)
    leg = Leg("open", side, volume, 2, not opens, opens, by_hand=by_hand)
    before, after = blocks(judge(now, leg)), blocks(judge(alone_now, leg))
    assert set(before) <= set(after)
    assert {reading.name for reading in after} - {reading.name for reading in before} <= {"unattended"}
    assert most(alone_now) <= now.settings.trade_size
    if not opens or by_hand:
        assert before == after
    assert unattended(alone_now, leg).ok or policy is not Policy.SAME


def test_a_close_is_not_even_asked() -> None:
    at = stand(Policy.EXITS)
    at.buy_signal()
    leave(at)
    leg = closing_leg(at.bot.state.position)
    assert leg is not None
    assert not [one for one in judge(at.bot.state.circumstances(), leg) if one.name == "unattended"]
