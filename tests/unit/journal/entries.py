"""Entries to write in tests."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.engine.records import Body, DecisionMade, Filled, IntentMade, OrderMoved, Outcome, Record
from tui_bot.market.order import Fill, Intent, Order, OrderState, Origin, Side
from tui_bot.strategy.decision import Decision, Verdict

PAIR = "BTC/USD"
NOON_MS = 1_795_348_800_000


def intent(number: int, leg: str = "open", side: Side = Side.BUY) -> Intent:
    """The intent with this number."""
    return Intent(
        cl_ord_id=f"c{number}-{leg}",
        pair=PAIR,
        side=side,
        volume=Decimal("0.00100000"),
        price=Decimal("65000.10"),
        leverage=0,
        reduce_only=False,
        origin=Origin.BOT,
        signal=f"signal {number}",
        leg=leg,
        reference=Decimal(65000),
        created_ms=NOON_MS + number,
        deadline_ms=NOON_MS + number + 5000,
    )


def moved(number: int, state: OrderState, executed: str = "0") -> OrderMoved:
    """The order of that intent in another state."""
    average = Decimal(65000) if Decimal(executed) else None
    return OrderMoved(Order(intent(number), state, f"O{number}", Decimal(executed), average))


def filled(number: int) -> Filled:
    """An execution of that order."""
    fill = Fill(f"T{number}", f"O{number}", PAIR, Side.BUY, Decimal(65000), Decimal("0.001"), Decimal(65),
                Decimal("0.26"), NOON_MS + number)  # fmt: skip
    return Filled(fill, f"c{number}-open")


def decided(number: int, target: str = "0", close: str = "65000.5", sums: bool = True) -> DecisionMade:
    """The judgement of the candle with this number."""
    totals = (Decimal(1300000), Decimal(1300001), Decimal(1300003)) if sums else ()
    slopes = (Decimal(1), Decimal(2)) if sums else ()
    begin = NOON_MS // 1000 + 60 * number
    decision = Decision(begin, Decimal(close), 20, totals, slopes, Verdict.NONE, "no turn")
    return DecisionMade(decision, Outcome.NO_TRADE, Decimal(target), (), "", "abc")


def record(body: Body, at_ms: int = NOON_MS) -> Record:
    """An entry of that moment."""
    return Record(at_ms, body)


def meant(number: int, leg: str = "open") -> Record:
    """The entry of an intent."""
    return record(IntentMade(intent(number, leg)))
