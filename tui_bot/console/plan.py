"""What an order by hand would do, worked out while it is typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from tui_bot.console import words
from tui_bot.console.exits import leaves_row, read_part
from tui_bot.console.position import open_orders, uncertain_words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.commands import LASTS_MS, Contract, Flatten, Trade
from tui_bot.engine.foresight import foresee
from tui_bot.engine.guards import Reading, blocks
from tui_bot.engine.plan import legs_by_hand
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import parse_decimal, plain
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from tui_bot.engine.events import Quote


@dataclass(frozen=True, slots=True)
class Plan:
    """``trade`` is None while ``faults`` stand in its way; ``lines`` say what it would do."""

    trade: Trade | None
    faults: tuple[str, ...]
    lines: tuple[Row, ...]


def plan_trade(
    view: View,
    side: Side,
    volume_text: str,
    price_text: str,
    contract: Contract,
    lasts_ms: int = LASTS_MS,
) -> Plan:
    """Read what was typed and work out what would follow. A volume may be a part of what is held: ``50%``."""
    snap = view.snap
    if snap is None or snap.rules is None or snap.quote is None:
        return Plan(None, ("no price yet",), ())
    faults: list[str] = []
    limit = _read(price_text, "limit price", faults) if price_text.strip() else None
    if limit is not None and (fault := snap.rules.price_fault(limit)):
        nearest = snap.rules.round_price(limit if limit > 0 else snap.quote.last)
        faults.append(f"{fault}; nearest: {plain(nearest)}")
    volume = _read_volume(snap, side, volume_text, faults)
    if volume is None:
        return Plan(None, tuple(faults), ())
    price = limit if limit is not None and limit > 0 else _touch(snap.quote, side)
    if fault := snap.rules.volume_fault(volume, price):
        faults.append(f"{fault}; smallest at this price: {plain(smallest(snap.rules, price))}")
    trade = Trade(side, volume, limit, contract, lasts_ms)
    return Plan(None if faults else trade, tuple(faults), tuple(preview(view, trade)))


def _read_volume(snap: Snapshot, side: Side, text: str, faults: list[str]) -> Decimal | None:
    if not text.strip().endswith("%"):
        return _read(text, "volume", faults)
    volume, fault = read_part(snap, side, text)
    if volume is None:
        faults.append(f"volume: {fault}")
    return volume


def _touch(quote: Quote, side: Side) -> Decimal:
    """What a market order of this side would meet first."""
    return quote.ask if side is Side.BUY else quote.bid


def smallest(rules: PairRules, price: Decimal) -> Decimal:
    """The smallest volume both minimums allow at this price."""
    by_cost = (rules.cost_minimum / price / rules.lot_step).to_integral_value(ROUND_CEILING) * rules.lot_step
    return max(rules.order_minimum, by_cost)


def _read(text: str, name: str, faults: list[str]) -> Decimal | None:
    try:
        return parse_decimal(text.strip())
    except ValueError:
        faults.append(f"{name}: not a plain number" if text.strip() else f"{name}: missing")
        return None


def preview(view: View, trade: Trade) -> list[Row]:
    """Price, cost, fee, the position after it, and the guards that would say no."""
    snap = view.snap
    if snap is None or snap.quote is None:
        return [(("no price", "alarm bold"),)]
    price = trade.price if trade.price is not None else _touch(snap.quote, trade.side)
    source = _source(snap.quote, trade)
    money = snap.rules.quote_name if snap.rules else ""
    gap = words.number(snap.quote.ask - snap.quote.bid, view.decimals)
    cost = trade.volume * price
    after = snap.position.size + trade.side.sign * trade.volume
    lever = f"leverage x{snap.settings.leverage}" if snap.settings.leverage else "spot, no leverage"
    lines = [
        row(
            ("price    ", "dim"),
            (words.number(price, view.decimals), "text bold"),
            (f"  {source}", "dim"),
            (f"   market {words.age(view.feed_age_ms)} old", "stale bold" if view.is_stale else "dim"),
            (f"   spread {gap}", "dim"),
            ("   STALE" if view.is_stale else "", "stale bold"),
        ),
        row(
            ("cost     ", "dim"),
            (f"{words.number(cost, 2)} {money}", "text bold"),
            (f"   fee ~{words.number(cost * snap.fee_rate, 2)} {money}", "text"),
            (f"   {lever}", "dim"),
        ),
        row(("position ", "dim"), *_held(snap.position.size), (" → ", "dim"), *_held(after)),
    ]
    if swept := sweep_row(view, trade):
        lines.insert(1, swept)
    if leaves := leaves_row(snap, trade.side, trade.volume, price):
        lines.append(leaves)
    if not snap.settings.can_short and after < 0:
        held = words.volume(snap.position.size)
        lines.append(((f"the bot holds only {held}; spot cannot go short", "warn"),))
    return [*lines, *guard_lines(snap, trade)]


def _source(quote: Quote, trade: Trade) -> str:
    """Where the price comes from; a limit that the market has passed already fills like a market order."""
    if trade.price is None:
        return "ask" if trade.side is Side.BUY else "bid"
    crosses = (trade.price - _touch(quote, trade.side)) * trade.side.sign >= 0
    return "limit, fills at once" if crosses else "limit"


def ends_row(view: View, lasts_ms: int) -> Row:
    """When a limit order ends by itself; while it rests the bot's entries wait, and its exit cancels it."""
    at = words.time_of(view.now_ms + lasts_ms, seconds=lasts_ms < 3_600_000)
    ends = f"{at} UTC, {words.lasting(lasts_ms)} from now"
    return row(
        ("rests    ", "dim"),
        (f"until {ends}", "text"),
        (": the bot enters nothing, its exit cancels it", "warn"),
    )


def sweep_row(view: View, trade: Trade) -> Row | None:
    """What a market order of this size would fill at by the book, where that is known and fresh."""
    snap = view.snap
    if snap is None or snap.book is None or snap.rules is None or trade.price is not None or view.is_stale:
        return None
    sweep = snap.book.sweep(trade.side, trade.volume)
    if sweep is None:
        return None
    ticks = abs(sweep.average - sweep.best) / snap.rules.tick_size
    short = sweep.volume < trade.volume
    return row(
        ("fills    ", "dim"),
        (words.number(sweep.average, view.decimals), "text bold"),
        (" on average", "dim"),
        (f"   worst {words.number(sweep.worst, view.decimals)}", "text"),
        (f"   slippage {words.number(sweep.slippage * 100, 3)} % ({words.number(ticks, 1)} ticks)", "text"),
        (f"   only {words.volume(sweep.volume)} in the book" if short else "", "warn bold"),
    )


def guard_lines(snap: Snapshot, trade: Trade) -> list[Row]:
    """The guards that would refuse the order at this moment, judged as the engine will."""
    return verdict_rows(refusals(snap, trade))


def verdict_rows(refused: Sequence[Reading]) -> list[Row]:
    """What the guards say to an order: each that would refuse it, or that all pass."""
    if not refused:
        return [row(("guards   ", "dim"), ("all pass now", "ok"))]
    return [
        row(
            ("guards   ", "dim"),
            ("BLOCK ", "alarm bold"),
            (sanitise(reading.sentence), "text"),
            (f" → {sanitise(reading.advice)}" if reading.advice else "", "warn"),
        )
        for reading in refused
    ]


def refusals(snap: Snapshot, trade: Trade) -> Sequence[Reading]:
    """What the engine would say no with, if it got the order now."""
    if snap.circumstances is None or trade.volume <= 0 or (trade.price is not None and trade.price <= 0):
        return blocks(snap.guards)
    return foresee(snap.circumstances, legs_by_hand(trade, snap.position, snap.settings))


def _held(size: Decimal) -> Row:
    word = words.holding(size)
    return ((word if not size else f"{word} {words.volume(abs(size))}", f"{words.ink_of(size)} bold"),)


def trade_words(view: View, trade: Trade) -> list[Row]:
    """The question before the order is sent."""
    snap = view.snap
    pair = "" if snap is None else snap.rules.name if snap.rules else snap.settings.pair
    kind = "at market" if trade.price is None else f"at {words.number(trade.price, view.decimals)} or better"
    head = row(
        (f"{trade.side.name} ", f"{words.SIDE_INK[trade.side]} bold"),
        (f"{words.volume(trade.volume)} ", "text bold"),
        (f"{pair} {kind}", "text"),
    )
    override = row(("override ", "dim"), (words.contract(trade.contract), "text"))
    rests = [ends_row(view, trade.lasts_ms)] if trade.price is not None else []
    return [head, *preview(view, trade), *rests, override]


def flatten_words(view: View, command: Flatten) -> list[Row]:
    """What flattening would cancel and close."""
    snap = view.snap
    if snap is None:
        return [(("the engine is starting", "dim"),)]
    resting = open_orders(snap)
    lines = [
        row(
            ("cancels  ", "dim"), (f"{resting} resting order{'' if resting == 1 else 's'} of the bot", "text")
        )
    ]
    for count, word in uncertain_words(snap):
        lines.append(row(("besides  ", "dim"), (f"{count} {word}: may still fill", "alarm bold")))
    lines += _closing(view, snap)
    if snap.foreign:
        count = len(snap.foreign)
        left = f"{count} EXTERNAL order{'s' * (count > 1)} alone; you are asked about it next"
        lines.append(row(("leaves   ", "dim"), (left, "warn")))
    wait = words.contract(command.contract)
    return [*lines, EMPTY, row(("then     ", "dim"), (f"the bot keeps its hands off {wait}", "text"))]


def _closing(view: View, snap: Snapshot) -> list[Row]:
    position, price = snap.position, view.exit_price
    if position.is_flat:
        return [row(("closes   ", "dim"), ("nothing: already flat", "text"))]
    side = Side.BUY if position.size < 0 else Side.SELL
    cost = None if price is None else abs(position.size) * price
    fee = None if cost is None else cost * snap.fee_rate
    net = None if price is None else position.net(price, snap.fee_rate, view.now_ms)
    held = f"{position.word} {words.volume(abs(position.size))}"
    return [
        row(
            ("closes   ", "dim"),
            (held, f"{words.ink_of(position.size)} bold"),
            (f" with a market {side.name}", "text"),
            ("   price STALE" if view.is_stale else "", "stale bold"),
        ),
        row(
            ("about    ", "dim"),
            (words.number(cost, 2), "text"),
            (f"   fee ~{words.number(fee, 2)}", "text"),
            ("   result ", "dim"),
            (f"~{words.signed(net, 2)} net", words.ink_of(net)),
            (" of fees and rollover" if position.leverage else " of fees", "dim"),
        ),
    ]
