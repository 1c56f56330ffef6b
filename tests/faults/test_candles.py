"""Group D: candles and prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.story import PAST, UP, Story, joined, tell
from tests.support.simulation.world import ORIGIN_S, simulated_settings
from tui_bot.engine.records import DecisionMade, Note, Outcome
from tui_bot.strategy.sma_slope import SmaSlope

FALLING = [600_000 - 200 * minute for minute in range(PAST + 30)]
MINUTE = 60
FIRST = ORIGIN_S // MINUTE * MINUTE  # the minute that runs at the start


def decided(story: Story) -> list[int]:
    """The candles that were judged, in order."""
    records = [record.body for record in story.life.records]
    return [body.decision.candle for body in records if isinstance(body, DecisionMade)]


def test_f047_a_signal_of_the_running_candle_is_none_until_it_closes(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until(lambda: beyond(story))
        story.look()
        await story.passes(240)

    def beyond(story: Story) -> bool:
        turn, forming = story.now.outlook.next, story.now.forming
        return turn is not None and forming is not None and forming.close > turn.price

    story = tell(place, course, FALLING, spikes={PAST + 1: 4000})
    assert decided(story)  # it went on judging, and nothing but closed candles
    assert story.signals == []
    assert story.orders == []
    seen = joined(story.screens()[0])
    assert "┇ running" in seen
    assert "→ BUY 0.0010 · else stay flat" in seen  # what would be, if it closed so


def test_f047_a_candle_that_is_repainted_after_its_judgement_is_told_and_changes_no_order(
    place: Path,
) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("FEED", on="OHLC", kind="REPAINT", newest=True)
        await story.until_said("after it was judged")

    story = tell(place, course)
    assert len(decided(story)) == len(set(decided(story)))
    assert len(story.orders) == 1
    assert "the exchange corrected the candle of 12:03 after it was judged" in story.screen()


def test_f048_an_interval_without_trades_is_made_flat_and_judged(place: Path) -> None:
    """As Kraken's candles were in older days: no row where nothing was traded."""

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FEED", on="OHLC", kind="GAP", newest=True, count=0)
        await story.until(lambda: FIRST + MINUTE in decided(story))

    story = tell(place, course, FALLING, quiet=frozenset({PAST + 1}))
    (flat,) = [candle for candle in story.now.candles if candle.begin == FIRST + MINUTE]
    assert flat.trades == 0
    assert flat.open == flat.close == story.now.candles[-2].close
    assert "no trade" in story.screen()


def test_f048_a_row_that_is_missing_although_trades_were_heard_is_waited_for(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.passes(70)
        story.strike("FEED", on="OHLC", kind="GAP", newest=True, count=0)
        await story.until_said("the candle that is over has not come")
        story.look()
        await story.passes(120)

    story = tell(place, course, UP)
    assert all(candle.trades for candle in story.now.candles)
    assert "market not read: the candle that is over has not come after 8 looks" in joined(story.screens()[0])


def test_f049_a_candle_is_closed_by_the_clock_when_nobody_trades(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.passes(5 * MINUTE)

    quiet = frozenset(range(PAST + 1, PAST + 5))
    story = tell(place, course, FALLING, quiet=quiet, rate=1)
    assert decided(story)[1:] == [FIRST + minute * MINUTE for minute in range(1, 5)]
    late = [
        record.at_ms / 1000 - record.body.decision.candle - MINUTE
        for record in story.life.records
        if isinstance(record.body, DecisionMade)
    ]
    assert max(late) < 5
    assert "close in 00:5" in story.screen()


def test_f050_a_candle_is_named_by_its_begin(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until(lambda: story.now.feed.source == "push" and story.now.forming is not None)
        for _ in range(20):
            await story.passes(15)
            forming = story.now.forming
            assert forming is not None
            assert forming.begin <= story.now.at_ms // 1000 <= forming.begin + MINUTE + 10

    story = tell(place, course, FALLING)
    assert story.now.feed.refused == 0
    last = story.now.candles[-1]
    assert last.close * 10 == FALLING[PAST + (last.begin - FIRST) // MINUTE]


def test_f051_a_candle_off_the_grid_is_ignored_and_said(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FEED", on="OHLC", kind="SHIFT_TS", newest=True, count=0)
        await story.until_said("ignored: begins off")

    story = tell(place, course)
    assert all(candle.begin % MINUTE == 0 for candle in story.now.candles)
    assert story.orders == []
    assert "bad candle of 11:59:07 ignored: begins off the 60 s grid" in story.screen()


@pytest.mark.parametrize("kind", ["DUP", "REORDER"])
def test_f052_a_candle_told_twice_or_out_of_order_is_judged_once(place: Path, kind: str) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FEED", on="OHLC", kind=kind, count=0)
        story.strike("FEED", on="OHLC", kind=kind, count=0, newest=True, nth=2)
        await story.until_settled()
        await story.passes(300)

    story = tell(place, course)
    assert decided(story) == sorted(set(decided(story)))
    assert len(story.signals) == len(story.orders) == 1
    begins = [candle.begin for candle in story.now.candles]
    assert begins == list(range(begins[0], begins[-1] + MINUTE, MINUTE))
    assert "LONG 0.0010" in story.screen()


def test_f053_an_old_market_is_stale_and_opens_nothing(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.without_push()
        story.world.network.weather.down = True
        await story.passes(400)
        story.look()
        story.world.network.weather.down = False
        await story.until_said("market read again")

    story = tell(place, course)
    assert story.orders == []
    seen = joined(story.screens()[0])
    assert "59,396.0 STALE" in seen
    assert "Kraken has not told the last close" in seen
    assert "market read again, after" in story.log
    late = [made for made in story.signals if made.outcome is Outcome.LATE]
    assert late or not story.signals  # what was learnt too late is said, not traded


def test_f053_candles_that_lag_are_told_too_late_to_act_on(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FEED", on="OHLC", kind="STALE", count=0)
        await story.until_said("too late to act on")

    story = tell(place, course)
    assert story.orders == []
    assert "the average turned up · learnt 122 s after its close: too late to act on" in story.screen()


@pytest.mark.parametrize("kind", ["ZERO", "NEG"])
def test_f054_a_price_of_zero_or_less_is_no_price(place: Path, kind: str) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.without_push()
        story.strike("FEED", on="Ticker", kind=kind, count=0)
        await story.passes(420)

    story = tell(place, course)
    assert story.orders == []
    assert story.now.quote is not None
    assert story.now.quote.bid > 0
    assert "59,396.0 STALE" in story.screen()
    assert "stale feed" in story.screen()
    assert "a price is zero or negative" in story.log


@pytest.mark.parametrize("kind", ["ZERO", "NEG"])
def test_f054_a_candle_of_zero_is_ignored(place: Path, kind: str) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FEED", on="OHLC", kind=kind, newest=True, count=0)
        await story.passes(420)

    story = tell(place, course)
    assert story.orders == []
    assert all(candle.close > 50_000 for candle in story.now.candles)
    assert "ignored: a price is zero or negative" in story.screen()


@pytest.mark.parametrize(
    "fault",
    [
        {"verb": "FEED", "on": "Ticker", "kind": "NAN"},
        {"verb": "BODY", "on": "Ticker", "kind": "NAN_LIT"},
        {"verb": "FEED", "on": "OHLC", "kind": "NAN", "newest": True},
        {"verb": "BODY", "on": "OHLC", "kind": "NAN_LIT"},
    ],
)
def test_f055_what_is_not_a_number_decides_nothing(place: Path, fault: dict[str, object]) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.without_push()
        story.world.script({**fault, "count": 0})
        await story.passes(420)

    story = tell(place, course)
    assert story.orders == []
    assert "is unreadable" in story.log
    assert "STALE" in story.screen() or "Kraken has not told the last close" in story.screen()
    warnings = [record for record in story.life.records if isinstance(record.body, Note)]
    assert len(warnings) < 20


def test_f056_nothing_is_ordered_far_from_the_last_close(place: Path) -> None:
    crash = [*UP[: PAST + 4], *(close * 62 // 100 for close in UP[PAST + 4 :])]

    async def course(story: Story) -> None:
        await story.ready()
        await story.until(lambda: bool(story.signals))

    story = tell(place, course, crash)
    (signal,) = story.signals
    assert [(block.name, block.limit) for block in signal.blocks] == [("collar", "1.00 %")]
    assert story.orders == []
    assert "→ the book is thin or the price jumped: trade less, or look at the market" in story.screen()


def test_f057_a_window_that_history_cannot_fill_warms_up(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.passes(300)

    settings = simulated_settings(20, strategy=SmaSlope(50))
    story = tell(place, course, settings=settings)
    assert story.orders == []
    assert story.signals == []
    assert "warming up: 35 of 52 candles" in story.screen()
