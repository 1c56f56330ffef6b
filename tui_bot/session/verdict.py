"""Whether the bot kept its promises, judged by the box's own books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import ZERO, plain

#: ``/box/ledger``: every order and fill that there ever was, in exact decimal text.
Ledger = Mapping[str, Any]

PROMISES = "no order doubled, none filled beyond its size, position as shown, none left UNKNOWN"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted, and the promises that were not kept."""

    numbers: str
    broken: tuple[str, ...]


def judge(before: Ledger, after: Ledger, snap: Snapshot) -> Verdict:
    """The orders that came between two looks at the books, against a snapshot made after the second."""
    known = {row["txid"] for row in before["orders"]}
    orders = [row for row in after["orders"] if row["txid"] not in known]
    fills = len(after["fills"]) - len(before["fills"])
    ordered = sum((Decimal(row["vol"]) for row in orders), ZERO)
    executed = sum((Decimal(row["vol_exec"]) for row in orders), ZERO)
    shown, real = _positions(after, snap)
    doubled = _doubled(orders, snap)
    beyond = [row for row in after["orders"] if Decimal(row["vol_exec"]) > Decimal(row["vol"])]
    unknown = sum(order.state.is_uncertain for order in snap.orders)
    position = f"position {_volume(shown)} shown, {_volume(real)} at the exchange"
    broken = (
        *((f"{len(doubled)} doubled: {', '.join(doubled)}",) if doubled else ()),
        *((f"{len(beyond)} filled beyond the size ordered",) if beyond else ()),
        *((position,) if shown != real else ()),
        *((f"{unknown} left UNKNOWN",) if unknown else ()),
    )
    numbers = (
        f"orders at the exchange: {len(orders)}, {_volume(executed)} executed of {_volume(ordered)}, "
        f"{fills} fills; {position}; {unknown} UNKNOWN"
    )
    return Verdict(numbers, broken)


def _doubled(orders: list[Mapping[str, Any]], snap: Snapshot) -> list[str]:
    """What was ordered twice: one client id twice, or two for one leg of one signal."""
    causes = {one.intent.cl_ord_id: f"{one.intent.signal} {one.intent.leg}" for one in snap.orders}
    ids = [row["cl_ord_id"] for row in orders if row["cl_ord_id"]]
    return [cause for cause, count in Counter(causes.get(one, one) for one in ids).items() if count > 1]


def _volume(value: Decimal | None) -> str:
    """Without idle zeros, never with an exponent."""
    return "?" if value is None else plain(value.normalize())


def _positions(after: Ledger, snap: Snapshot) -> tuple[Decimal | None, Decimal]:
    """What the screen shows, and what there is: the position, or the coins on a spot account."""
    pair, base = (snap.rules.key, snap.rules.base) if snap.rules else ("", "")
    if snap.settings.leverage or snap.position.leverage:
        return snap.position.size, Decimal(after["net_position"].get(pair, "0"))
    return snap.exchange_size, Decimal(after["balances"].get(base, "0"))
