"""Agreeing with the exchange: at the start, and whenever the account has been read."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.engine.desk import mark_of
from tui_bot.engine.events import Account, Recovered
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import Filled
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.state import HOUR_MS, BotState
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Fill, Order, Origin, Side
from tui_bot.market.position import Position


def recover(state: BotState, event: Recovered) -> None:
    """Take up where the journal left off, with the exchange's view beside it. Never trades."""
    memory = event.memory
    state.journal_id = memory.journal_id
    state.rules = event.rules
    state.account = event.account
    state.account_asked_ms = state.now_ms
    state.foreign = tuple(
        report for report in event.account.open_orders if not _is_ours(report.cl_ord_id, memory.orders)
    )
    state.run = memory.run or RunState(Run.RUN, "first start", state.now_ms)
    state.override = memory.override
    state.tracker.remember(memory.orders, memory.fills, state.now_ms)
    _rebuild_position(state, memory.fills)
    state.target = state.position.size if memory.target is None else memory.target
    state.placed_ms.extend(
        order.intent.created_ms
        for order in memory.orders
        if not order.intent.reduce_only and order.intent.created_ms > state.now_ms - HOUR_MS
    )
    state.series.extend(event.candles)
    _take_up_candles(state, memory.decided)
    state.phase = Phase.READY
    state.note("info", _greeting(state, memory.opened_before))


def reconcile(state: BotState, account: Account) -> None:
    """Compare what the fills say with what the exchange says; halt when they stay apart.

    A difference counts only when it outlasts the lag of the exchange's views with none of our
    orders under way (F19, F34, F87).
    """
    if state.tracker.live() or account.at_ms < state.moved_ms:
        state.differs_since_ms = None
        return
    expected, found = expected_and_found(state, account)
    if expected == found:
        state.differs_since_ms = None
        return
    if state.differs_since_ms is None:
        state.differs_since_ms = account.at_ms
    elif account.at_ms - state.differs_since_ms >= state.settings.limits.view_lag_ms:
        base = state.rules.base_name if state.rules else ""
        state.halt(
            f"the exchange holds {plain(found)} {base}, the bot's fills say {plain(expected)}. "
            "Look at Kraken; resume to accept the exchange's view"
        )


def expected_and_found(state: BotState, account: Account) -> tuple[Decimal, Decimal]:
    """The size our fills lead to and the size the exchange shows.

    On spot the account may hold coins of the person's own, so only a lack of coins differs.
    """
    position = state.position
    if position.leverage or account.position != 0:
        return (position.size if position.leverage else ZERO), account.position
    holding = account.balances.get(state.rules.base) if state.rules else None
    total = holding.total if holding else ZERO
    step = state.rules.lot_step if state.rules else ZERO
    return (position.size, total) if total < position.size - step else (position.size, position.size)


def accept_exchange_view(state: BotState) -> None:
    """Make the exchange's size ours; the person has looked and resumed."""
    if state.account is None or state.price is None:
        return
    expected, found = expected_and_found(state, state.account)
    change = found - expected
    if change == 0:
        return
    leverage = state.position.leverage or (state.settings.leverage if state.account.position else 0)
    fill = Fill(
        trade_id=f"accepted-{state.now_ms}",
        txid="EXTERNAL",
        pair=state.settings.pair,
        side=Side.BUY if change > 0 else Side.SELL,
        price=state.price,
        volume=abs(change),
        cost=abs(change) * state.price,
        fee=ZERO,
        at_ms=state.now_ms,
        leverage=leverage,
    )
    state.tracker.adopt(fill)
    state.book(fill)
    state.target = state.position.size
    state.differs_since_ms = None
    state.keep(Filled(fill, ""))
    state.note("warning", f"accepted the exchange's position: {plain(state.position.size)}")


def _is_ours(cl_ord_id: str | None, orders: tuple[Order, ...]) -> bool:
    return any(order.intent.cl_ord_id == cl_ord_id for order in orders)


def _rebuild_position(state: BotState, fills: tuple[Fill, ...]) -> None:
    origins = {order.txid: order.intent.origin for order in state.tracker.orders.values()}
    state.position = Position()
    for fill in fills:
        state.book(fill)
        origin = origins.get(fill.txid, Origin.MANUAL)
        state.marks.append(mark_of(fill, origin, state.series.interval))
    state.day.turn(state.now_ms, state.position)


def _take_up_candles(state: BotState, decided: int | None) -> None:
    """The past is not traded: candles that closed while nobody watched are only counted."""
    last = state.series.last
    if last is None:
        state.decided = decided
        return
    if decided is not None and last.begin > decided:
        missed = (last.begin - decided) // state.series.interval
        state.note("info", f"{missed} candles closed while the bot was away; no order was sent for them")
    state.decided = max(last.begin, decided or 0)


def _greeting(state: BotState, opened_before: bool) -> str:
    if not opened_before:
        return "first start: a new journal"
    live = len(state.tracker.live())
    held = f"{state.position.word} {plain(abs(state.position.size))}" if state.position.size else "FLAT"
    unfinished = f"; {live} order{'s' * (live != 1)} being checked" if live else ""
    return f"taken up from the journal: {held}, {state.run.run.value}{unfinished}"
