"""Agreeing with the exchange: at the start, and whenever the account has been read."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.engine.actions import KeepCandles
from tui_bot.engine.clearance import waits
from tui_bot.engine.day import DAY_MS
from tui_bot.engine.events import Account, Recovered
from tui_bot.engine.external import take_up as take_up_external
from tui_bot.engine.external import tell_orders
from tui_bot.engine.identity import manual_number
from tui_bot.engine.lag import take_up as take_up_lag
from tui_bot.engine.memory import Memory, Run, RunState
from tui_bot.engine.missing import take_up as take_up_absence
from tui_bot.engine.records import Filled, FlattenMoved
from tui_bot.engine.settings_history import take_up as take_up_settings
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.state import LOSS, BotState
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Fill, Order, Origin, Side
from tui_bot.market.position import Position

#: The order that stands behind what was accepted from the exchange: none of ours.
EXTERNAL = "EXTERNAL"


def recover(state: BotState, event: Recovered) -> None:
    """Take up where the journal left off, with the exchange's view beside it. Never trades."""
    memory = event.memory
    state.journal_id = memory.journal_id
    state.started_ms = state.now_ms
    state.rules = event.rules
    state.account = event.account
    state.account_asked_ms = state.rules_asked_ms = state.now_ms
    state.run = memory.run or RunState(Run.RUN, "first start", state.now_ms)
    if memory.fault:
        state.halt(f"{memory.fault}. What was done since may be missing: compare with Kraken, then resume")
    state.override = memory.override
    state.tracker.remember(memory.orders, memory.fills, state.now_ms)
    state.control.remember(memory.orders, memory.fills)
    state.manual_orders = max((manual_number(order.intent.signal) for order in memory.orders), default=0)
    _rebuild_position(state, memory.fills)
    state.target = state.position.size if _is_retargeted(state, memory) else memory.target or ZERO
    state.placed_ms.extend(
        order.intent.created_ms
        for order in memory.orders
        if order.intent.opens and order.intent.created_ms > state.now_ms - DAY_MS
    )
    state.series.extend(candle for candle in event.candles if not state.candle_fault(candle))
    state.act(KeepCandles(state.series.closed))
    _take_up_candles(state, memory.decided)
    _take_up_loss(state, memory)
    take_up_lag(state, memory.learnt)
    take_up_external(state, memory.learnt)
    take_up_absence(state, memory.learnt)
    state.ended_read_ms = state.ended_asked_ms = state.now_ms
    state.phase = Phase.READY
    state.note("info", _greeting(state, memory.opened_before))
    _tell_last_end(state, memory)
    take_up_settings(state, memory.edits, event.values)
    foreign = (one for one in event.account.open_orders if not _is_ours(one.cl_ord_id, memory.orders))
    tell_orders(state, tuple(foreign))
    if memory.flattening:
        _take_up_flatten(state)
    reconcile(state, event.account)


def reconcile(state: BotState, account: Account) -> None:
    """Compare what the fills say with what the exchange says; halt when they stay apart.

    A difference bars entries at once, and halts when it outlasts the lag of the exchange's views
    with none of our orders under way (F19, F34, F87). An order that nobody finds is not under way, nor is
    one that waits in the book with nothing executed.
    """
    shown = {report.txid for report in account.open_orders if report.executed == 0}
    live = [order for order in state.tracker.live() if not (waits(order) and order.txid in shown)]
    under_way = any(not state.is_overdue(order) for order in live)
    if under_way or account.at_ms < state.moved_ms:
        state.differs_since_ms = None
        return
    expected, found = expected_and_found(state, account)
    if expected == found:
        state.differs_since_ms = None
        return
    if state.differs_since_ms is None:
        state.differs_since_ms = account.at_ms
    elif _has_parted(state, account):
        base = state.rules.base_name if state.rules else ""
        state.halt(
            f"the exchange holds {plain(found)} {base}, the bot's fills say {plain(expected)}. "
            "Look at Kraken; resume to accept the exchange's view"
        )


def _has_parted(state: BotState, account: Account) -> bool:
    since = state.differs_since_ms
    return since is not None and account.at_ms - since >= state.view_lag_ms


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


def accept_exchange_view(state: BotState, *, explained: bool = False) -> None:
    """Make the exchange's size ours, if it has parted from ours: the person has looked and resumed.

    A difference that is ``explained`` by what the person has accepted need not have lasted.
    """
    if state.account is None or state.price is None:
        return
    if not _has_parted(state, state.account) and not (explained and state.differs_since_ms is not None):
        return
    expected, found = expected_and_found(state, state.account)
    change = found - expected
    if change == 0:
        return
    leverage = state.position.leverage or (state.settings.leverage if state.account.position else 0)
    fill = Fill(
        trade_id=f"accepted-{state.now_ms}",
        txid=EXTERNAL,
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
    state.book(fill, Origin.MANUAL)
    state.target = state.position.size
    state.differs_since_ms = None
    state.keep(Filled(fill, ""))
    state.note("warning", f"accepted the exchange's position: {plain(state.position.size)}")


def _take_up_flatten(state: BotState) -> None:
    """A person wanted out and a stop came between: that stands on the screen until a person decides."""
    if state.position.is_flat and not state.tracker.live():
        state.keep(FlattenMoved(False, "info", "cut off when the bot stopped; nothing is held now"))
        return
    state.flatten_cut_off = True
    text = f"cut off when the bot stopped, and not resumed by itself; still held: {_held(state)}; f resumes"
    state.note("warning", f"flatten: {text}")


def _is_ours(cl_ord_id: str | None, orders: tuple[Order, ...]) -> bool:
    return any(order.intent.cl_ord_id == cl_ord_id for order in orders)


def last_known(memory: Memory) -> int:
    """The newest moment that the journal tells of, 0 where it is new."""
    times = [order.changed_ms for order in memory.orders] + [fill.at_ms for fill in memory.fills]
    times += [memory.run.since_ms] if memory.run else []
    times += [memory.decided * 1000] if memory.decided else []
    return max(times, default=0)


def _is_retargeted(state: BotState, memory: Memory) -> bool:
    """Whether the last judged candle's target no longer counts: a person has traded since."""
    if memory.target is None or memory.decided is None:
        return memory.target is None
    judged_ms = (memory.decided + state.series.interval) * 1000
    others = (one for one in memory.orders if one.intent.origin is Origin.MANUAL or one.intent.protects)
    by_hand = {order.txid for order in others} | {EXTERNAL}
    return any(fill.at_ms >= judged_ms and fill.txid in by_hand for fill in memory.fills)


def _rebuild_position(state: BotState, fills: tuple[Fill, ...]) -> None:
    origins = {order.txid: order.intent.origin for order in state.tracker.orders.values()}
    state.position = Position()
    for fill in fills:
        state.book(fill, origins.get(fill.txid, Origin.MANUAL))
    state.day.turn(state.now_ms, state.position)


def _take_up_loss(state: BotState, memory: Memory) -> None:
    """A day's loss is rebuilt from the fills; that it had reached its limit is in the journal."""
    interval = state.series.interval
    state.loss.rebuild(memory.fills, state.series.closed, interval, state.fee_rate, state.now_ms)
    day, _, worst = memory.learnt.get(LOSS, "").partition(" ")
    if day == str(state.loss.day):
        state.loss.worst = max(state.loss.worst, Decimal(worst))


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
    unfinished = f"; {live} order{'s' * (live != 1)} being checked" if live else ""
    return f"taken up from the journal: {_held(state)}, {state.run.run.value}{unfinished}"


def _tell_last_end(state: BotState, memory: Memory) -> None:
    """What the run before this one left, in its own words (I27)."""
    if memory.left is not None:
        state.note("info", f"the last run stopped in order and left: {memory.left}")
    elif memory.opened_before:
        why = "killed, or power or journal failed"
        state.note("warning", f"the last run ended without saying what it left: {why}")


def _held(state: BotState) -> str:
    return f"{state.position.word} {plain(abs(state.position.size))}" if state.position.size else "FLAT"
