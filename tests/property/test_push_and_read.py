"""The same executions by push and by look, in any order, twice or never: one position (F20, F29)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.support.model import Fate, Stand
from tui_bot.engine.events import (
    Event,
    Reconnected,
)
from tui_bot.engine.memory import Run
from tui_bot.engine.news import BalanceMoved, Executed, OrderReported
from tui_bot.engine.records import Filled
from tui_bot.market.order import OrderState

STEP = Decimal("0.0001")


@st.composite
def deliveries(draw: st.DrawFn, most: int) -> list[int]:
    """Which news arrive in which order: some of them twice, some never."""
    return draw(st.lists(st.integers(0, most - 1), max_size=2 * most))


@given(
    data=st.data(),
    fate=st.sampled_from([Fate.REST, Fate.SILENT, Fate.LOSE_RESTING]),
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    cancels=st.booleans(),
)
def test_push_and_reads_in_any_mixture_give_one_position(
    data: st.DataObject, fate: Fate, parts: list[int], cancels: bool
) -> None:
    stand = Stand()
    stand.fates.append(fate)
    stand.start()
    stand.deaf = True
    stand.buy_signal()
    news = happen(stand, parts, cancels)
    executed = Decimal(0)
    for number in data.draw(deliveries(len(news))):
        stand.deaf = data.draw(st.booleans())
        stand.tick(data.draw(st.sampled_from([0, 250, 2_000])))
        stand.play(news[number])
        assert stand.order().executed >= executed, "volume never goes down"
        executed = stand.order().executed
        assert 0 <= stand.held <= stand.exchange.position
    stand.deaf = False
    stand.wait(60)
    if fate is Fate.SILENT:
        stand.wait(90)
    assert stand.held == stand.exchange.position
    assert stand.order().state is stand.exchange.reports[stand.sent[0].cl_ord_id].state
    booked = Counter(body.fill.trade_id for body in stand.kept if isinstance(body, Filled))
    assert booked == Counter(fill.trade_id for fill in stand.exchange.fills)
    assert len(stand.sent) == 1
    assert stand.run() is Run.RUN


def happen(stand: Stand, parts: list[int], cancels: bool) -> list[Event]:
    """The order's life at the exchange, and all that would be pushed of it."""
    name = stand.sent[0].cl_ord_id
    news: list[Event] = []

    def tell() -> None:
        news.append(OrderReported(stand.exchange.now_ms, stand.exchange.reports[name]))

    tell()
    for part in parts:
        if stand.exchange.reports[name].state not in (OrderState.OPEN, OrderState.PARTIAL):
            break
        if fill := stand.exchange.execute(name, STEP * part):
            news.append(Executed(stand.exchange.now_ms, fill, name))
            tell()
    if cancels:
        stand.exchange.cancel(stand.exchange.reports[name].txid)
    elif stand.exchange.reports[name].state is OrderState.PARTIAL and (fill := stand.exchange.execute(name)):
        news.append(Executed(stand.exchange.now_ms, fill, name))
    tell()
    return [*news, BalanceMoved(stand.exchange.now_ms), Reconnected(stand.exchange.now_ms)]
