"""The X-ray of a candle: what is known, in numbers; what is not, said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console.play import console
from tests.console.stage import GUARDS, NOW_MS, D, decision, fill, order, snapshot
from tui_bot.console.rows import text_of
from tui_bot.console.watch import Pulse, View
from tui_bot.console.xray import ELSEWHERE, candle_of, xray_rows
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.records import DecisionMade, Filled, Note, OrderMoved, Outcome, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Order
from tui_bot.strategy.decision import Verdict

SNAP = snapshot(200)


def of(snap: Snapshot, begin: int | None) -> str:
    view = View(snap, NOW_MS, Pulse.ALIVE, 0, 0, "demo")
    return "\n".join(text_of(line) for line in xray_rows(view, begin))


def traded(back: int = 6) -> tuple[Snapshot, int, Order]:
    """A buy that followed from the candle ``back`` before the newest, and its two executions."""
    candle = SNAP.candles[-back]
    begin, closed_ms = candle.begin, (candle.begin + 60) * 1000
    bought = order(ago_s=300, executed=D("0.0010"))
    intent = replace(bought.intent, signal=candle_signal("BTC/USD", 60, begin), created_ms=closed_ms + 304)
    bought = replace(bought, intent=intent, sent_ms=closed_ms + 306, answered_ms=closed_ms + 344)
    made = DecisionMade(
        replace(decision(SNAP.candles[: 200 - back + 1]), verdict=Verdict.SELL),
        Outcome.SIGNAL, D("-0.001"), (), "", "d1", GUARDS,
    )  # fmt: skip
    fills = (fill(closed_ms + 350), replace(fill(closed_ms + 900), trade_id="T2"))
    log = (
        Record(closed_ms + 300, made),
        Record(closed_ms + 344, OrderMoved(bought)),
        *(Record(one.at_ms, Filled(one, intent.cl_ord_id)) for one in fills),
    )
    return replace(SNAP, log=log, orders=(bought,)), begin, bought


def test_a_trade_from_its_closes_to_its_fills() -> None:
    snap, begin, _ = traded()
    said = of(snap, begin)
    closes = [candle.close for candle in SNAP.candles]
    for number in (closes[-6], closes[-26], closes[-6] - closes[-26]):
        assert f"{abs(number):,.1f}" in said
    assert f"sum {sum(closes[-25:-5])}" in said
    assert "SIGNAL" in said
    for guard in GUARDS:
        assert guard.sentence in said
    assert "guards as they stood then" in said
    assert "SELL 0.0010 market   filled" in said
    assert "sent +6 ms  answered +38 ms" in said
    assert "0.0010 @ 67,647.2  fee 0.27" in said
    assert "44 ms after it was sent" in said
    assert "594 ms after it was sent" in said
    assert ELSEWHERE not in said


def test_a_step_whose_time_is_not_known_is_a_question_mark() -> None:
    snap, begin, bought = traded()
    lost = replace(bought, sent_ms=0, answered_ms=0)
    assert "sent ?  answered ?" in of(replace(snap, orders=(lost,)), begin)


def test_a_blocked_signal_shows_the_guard_its_number_and_when_it_lifts() -> None:
    blocked = next(
        record.body for record in SNAP.log
        if isinstance(record.body, DecisionMade) and record.body.outcome is Outcome.BLOCKED
    )  # fmt: skip
    said = of(SNAP, blocked.decision.candle)
    assert "BLOCKED" in said
    assert "BLOCK orders/hour: 6 of 6 → next slot 14:13" in said
    assert "guards that said no" in said  # a journal of before has only those


def test_no_trade_says_that_no_guard_was_asked() -> None:
    said = of(SNAP, SNAP.candles[-8].begin)
    assert "guards: none was asked, no order was wanted" in said
    assert "orders: none" in said
    assert "no turn: the average still rises" in said


def test_what_is_not_in_memory_says_so_and_where_it_is() -> None:
    forgotten = of(replace(SNAP, log=()), SNAP.candles[-8].begin)
    assert "worked out anew by the settings of now" in forgotten
    assert ELSEWHERE in forgotten
    assert f"not in memory any more: {ELSEWHERE}" in of(SNAP, SNAP.candles[0].begin - 600)
    snap, begin, _ = traded()
    assert "orders: none in memory for this candle" in of(replace(snap, orders=()), begin)
    turn = next(
        candle.begin for number, candle in enumerate(SNAP.candles)
        if number > 25 and decision(SNAP.candles[: number + 1]).verdict is not Verdict.NONE
    )  # fmt: skip
    assert "what they said then is not in memory" in of(replace(SNAP, log=()), turn)


def test_first_candles_and_none_at_all() -> None:
    assert "warming up: 1 of 22 candles" in of(SNAP, SNAP.candles[0].begin)
    assert "no candle was judged yet" in of(replace(SNAP, decision=None), None)
    assert "still runs" in of(SNAP, SNAP.candles[-1].begin + 60)


def test_which_candle_a_line_of_the_log_is_about() -> None:
    snap, begin, bought = traded()
    assert [candle_of(snap, record) for record in snap.log] == [begin] * 4
    note = Record((begin + 60) * 1000 + 5000, Note("info", "hello"))
    assert candle_of(snap, note) == begin
    by_hand = replace(bought, intent=replace(bought.intent, signal="manual/1/1"))
    assert candle_of(snap, Record(note.at_ms, OrderMoved(by_hand))) == begin


@pytest.mark.anyio
async def test_enter_opens_the_candle_under_the_cursor_and_arrows_go_on() -> None:
    snap, _, _ = traded()
    async with console((80, 24), log=snap.log, orders=snap.orders) as play:
        await play.press(*["left"] * 6, "enter")
        assert "14:08 to 14:09 UTC" in play.prose
        assert "answered +38 ms" in play.prose
        await play.press("left", "left", "right")
        assert "14:07 to 14:08 UTC" in play.prose
        await play.press(*["right"] * 9)
        assert "14:13 to 14:14 UTC" in play.prose
        await play.press("escape")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_enter_opens_the_lowest_line_of_the_log_that_is_read() -> None:
    async with console() as play:
        await play.press("l", "k", "k", "enter")
        assert "BLOCK orders/hour: 6 of 6" in play.prose
        await play.press("escape", "end", "enter")
        assert "14:13 to 14:14 UTC" in play.prose


@pytest.mark.anyio
async def test_enter_on_a_long_candle_opens_its_last_short_one() -> None:
    async with console() as play:
        await play.press("minus", "left", "enter")
        assert "14:09 to 14:10 UTC" in play.prose
