"""What the end of the candle series makes of an answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tui_bot.engine.events import CandleClosed, CandleForming, CandleRefused, CandlesLost, Event
from tui_bot.kraken.prices import Recent
from tui_bot.kraken.tail import CandleTail
from tui_bot.market.candle import Candle

LEEWAY = 1000


def candle(begin: int, close: int = 10) -> Candle:
    price = Decimal(close)
    return Candle(begin, price, price, price, price, Decimal(1), 1)


def recent(*begins: int, forming: int | None = None) -> Recent:
    return Recent(tuple(map(candle, begins)), None if forming is None else candle(forming))


def told(events: list[Event]) -> list[tuple[str, int]]:
    found = []
    for event in events:
        if isinstance(event, CandleClosed | CandleForming):
            found.append((type(event).__name__.removeprefix("Candle"), event.candle.begin))
        elif isinstance(event, CandleRefused):
            found.append(("Refused", event.begin))
    return found


def test_each_closed_candle_is_told_once() -> None:
    tail = CandleTail(60)
    first = tail.take(recent(600, 660, forming=720), 721_000, LEEWAY)
    assert told(first) == [("Closed", 600), ("Closed", 660), ("Forming", 720)]
    assert tail.take(recent(600, 660, forming=720), 722_000, LEEWAY) == []
    next_minute = tail.take(recent(660, 720, forming=780), 781_000, LEEWAY)
    assert told(next_minute) == [("Closed", 720), ("Forming", 780)]


def test_a_correction_is_told_again() -> None:
    tail = CandleTail(60)
    tail.take(recent(600, 660), 721_000, LEEWAY)
    corrected = Recent((candle(600), candle(660, close=11)), None)
    (event,) = tail.take(corrected, 722_000, LEEWAY)
    assert event == CandleClosed(722_000, candle(660, close=11))


def test_behind_until_the_expected_one_has_come() -> None:
    tail = CandleTail(60)
    assert tail.is_behind(721_000)
    tail.take(recent(600, forming=660), 720_500, LEEWAY)
    assert not tail.is_behind(719_999)
    assert tail.is_behind(720_000)
    tail.take(recent(600, 660), 720_900, LEEWAY)
    assert not tail.is_behind(720_900)


def test_after_a_gap_everything_is_asked_for_and_told_in_order() -> None:
    tail = CandleTail(60, known=600)
    assert tail.since(6_000_000) == 600 - 60 - 1
    events = tail.take(recent(*range(600, 5960, 60), forming=5940 + 60), 6_000_500, LEEWAY)
    closed = [begin for kind, begin in told(events) if kind == "Closed"]
    assert closed == list(range(600, 5960, 60))


def test_the_last_two_are_read_again() -> None:
    tail = CandleTail(60)
    tail.take(recent(600, 660), 721_000, LEEWAY)
    assert tail.since(725_000) == 599
    assert tail.since(785_000) == 599


def test_the_first_look_goes_back_ten_candles() -> None:
    assert CandleTail(60).since(6_000_000) == 5940 - 600 - 60 - 1


def test_a_candle_said_to_be_closed_before_its_time_waits() -> None:
    tail = CandleTail(60)
    early = recent(600, 660, 720)
    assert told(tail.take(early, 750_000, LEEWAY)) == [("Closed", 600), ("Closed", 660)]
    assert told(tail.take(early, 779_000, LEEWAY)) == [("Closed", 720)]


def test_a_candle_that_cannot_be_believed_is_refused_once_and_taken_when_mended() -> None:
    tail = CandleTail(60)
    bad = replace(candle(660), high=Decimal(1))
    (event,) = tail.take(Recent((bad,), None), 721_000, LEEWAY)
    assert isinstance(event, CandleRefused)
    assert event.begin == 660
    assert "enclose" in event.reason
    assert tail.take(Recent((bad,), None), 722_000, LEEWAY) == []
    assert not tail.is_behind(722_000)
    assert told(tail.take(recent(660), 723_000, LEEWAY)) == [("Closed", 660)]


def test_a_candle_off_the_grid_does_not_count_as_the_expected_one() -> None:
    tail = CandleTail(60)
    (event,) = tail.take(recent(651), 721_000, LEEWAY)
    assert isinstance(event, CandleRefused)
    assert tail.is_behind(721_000)


def test_a_running_candle_from_the_future_is_refused() -> None:
    tail = CandleTail(60)
    assert told(tail.take(recent(660, forming=900), 721_000, LEEWAY)) == [("Closed", 660), ("Refused", 900)]


def test_a_running_candle_that_is_over_already_is_not_told() -> None:
    tail = CandleTail(60)
    tail.take(recent(660), 721_000, LEEWAY)
    assert tail.take(Recent((), candle(660)), 721_000, LEEWAY) == []


def test_an_interval_left_out_is_made_flat_when_two_answers_agree() -> None:
    tail = CandleTail(60)
    tail.take(recent(540, 600), 661_000, LEEWAY)
    hole = recent(540, 600, forming=720)
    assert told(tail.take(hole, 721_500, LEEWAY)) == [("Forming", 720)]
    assert tail.is_behind(721_500)
    (event,) = tail.take(hole, 722_000, LEEWAY)
    assert event == CandleClosed(722_000, Candle.flat(660, Decimal(10)))
    assert not tail.is_behind(722_000)
    late = Recent((candle(600), candle(660, close=12)), candle(720))
    assert told(tail.take(late, 723_000, LEEWAY)) == [("Closed", 660)]


def test_f48_an_interval_in_which_trades_were_heard_is_never_made_flat() -> None:
    tail = CandleTail(60)
    tail.take(recent(540, 600, forming=660), 661_000, LEEWAY)
    for now_ms in (721_500, 722_000, 725_000):
        assert ("Closed", 660) not in told(tail.take(recent(540, 600, forming=720), now_ms, LEEWAY))
        assert tail.is_behind(now_ms)
    assert told(tail.take(recent(600, 660, forming=720), 726_000, LEEWAY)) == [("Closed", 660)]


def test_a_row_that_is_only_late_is_not_made_up() -> None:
    tail = CandleTail(60)
    stale = recent(540, 600, forming=660)
    for now_ms in (721_500, 722_000, 723_000):
        assert ("Closed", 660) not in told(tail.take(stale, now_ms, LEEWAY))
    assert told(tail.take(recent(600, 660, forming=720), 724_000, LEEWAY)) == [
        ("Closed", 660),
        ("Forming", 720),
    ]


def test_f57_candles_that_cannot_be_had_any_more_are_told_and_not_made_up() -> None:
    tail = CandleTail(60, known=600)
    begins = range(1200, 1200 + 720 * 60, 60)
    now_ms = (begins[-1] + 61) * 1000
    lost, *events = tail.take(recent(*begins), now_ms, LEEWAY)
    assert lost == CandlesLost(now_ms, 660, 1200)
    assert told(events) == [("Closed", begin) for begin in begins]


def test_a_full_answer_that_goes_back_far_enough_has_lost_nothing() -> None:
    begins = range(1200, 1200 + 720 * 60, 60)
    for known in (1140, 1200, 1260):
        events = CandleTail(60, known).take(recent(*begins), (begins[-1] + 61) * 1000, LEEWAY)
        assert not any(isinstance(event, CandlesLost) for event in events)
