"""What the account may do: holds, free margin, margin level.

Arithmetic of Kraken's TradeBalance: equity = trade balance + unrealised profit, free margin = equity - used
margin, margin level = equity / used margin in percent. Every asset counts as collateral in full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.paper.clearing import fee_in_base
from tui_bot.paper.instruments import PAIRS, Pair
from tui_bot.paper.ledger import ZERO, Ledger, Order, Position

_HUNDRED = Decimal(100)
Mark = Callable[[Pair], Decimal | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """The account in quote currency (USD). `level` is None without positions."""

    equivalent: Decimal
    used_margin: Decimal
    held_margin: Decimal
    unrealised: Decimal
    cost: Decimal
    value: Decimal

    @property
    def equity(self) -> Decimal:
        """Trade balance plus unrealised profit."""
        return self.equivalent + self.unrealised

    @property
    def free_margin(self) -> Decimal:
        """What may back new positions."""
        return self.equity - self.used_margin

    @property
    def level(self) -> Decimal | None:
        """Equity in percent of used margin."""
        return self.equity / self.used_margin * _HUNDRED if self.used_margin else None


def position_net(position: Position, mark: Decimal, pair: Pair) -> tuple[Decimal, Decimal]:
    """Value at `mark` and unrealised profit of what is open of a row."""
    value = pair.money(mark * pair.volume(position.lots))
    long = position.opened.side == "buy"
    return value, value - position.cost if long else position.cost - value


def figures(ledger: Ledger, mark: Mark) -> Figures:
    """The account's figures with every pair valued at its mark."""
    currencies = {"ZUSD"}
    equivalent = ZERO
    used = held = unrealised = cost = total = ZERO
    for pair in PAIRS.values():
        price = mark(pair)
        if price is None:
            continue
        equivalent += ledger.balances.get(pair.base, ZERO) * price
        currencies.add(pair.quote)
    equivalent += sum((ledger.balances.get(currency, ZERO) for currency in currencies), ZERO)
    for position in ledger.positions.values():
        pair = PAIRS[position.opened.pair]
        price = mark(pair)
        value, net = position_net(position, price, pair) if price is not None else (position.cost, ZERO)
        used, cost, total, unrealised = (
            used + position.margin,
            cost + position.cost,
            total + value,
            unrealised + net,
        )
    for order in ledger.live.values():
        placed = order.placed
        if placed.leverage and not placed.reduce_only:
            held += PAIRS[placed.pair].cost(order.worst, order.remaining) / placed.leverage
    return Figures(equivalent, used, held, unrealised, cost, total)


def hold(ledger: Ledger, asset: str, now_ns: int) -> Decimal:
    """Part of a balance reserved by resting spot orders: cost and maker fee of buys, volume of sells."""
    return sum((_order_hold(ledger, order, asset, now_ns) for order in ledger.live.values()), ZERO)


def available(ledger: Ledger, asset: str, now_ns: int) -> Decimal:
    """What of a balance new spot orders may use."""
    return ledger.balances.get(asset, ZERO) - hold(ledger, asset, now_ns)


def _order_hold(ledger: Ledger, order: Order, asset: str, now_ns: int) -> Decimal:
    placed = order.placed
    pair = PAIRS[placed.pair]
    if placed.leverage:
        return ZERO
    percent, in_base = pair.fee_percent(ledger.volume_30d(now_ns), maker=True), fee_in_base(placed.oflags)
    if placed.side == "sell":
        volume = pair.volume(order.remaining) if asset == pair.base else ZERO
        return volume + pair.base_money(volume * percent / _HUNDRED) if in_base else volume
    if asset != pair.quote:
        return ZERO
    cost = pair.cost(order.worst, order.remaining)
    return cost if in_base else cost + pair.money(cost * percent / _HUNDRED)
