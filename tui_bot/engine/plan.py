"""From what is held to what is wanted: the orders between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tui_bot.engine.commands import Trade
from tui_bot.engine.settings import BotSettings, Flip
from tui_bot.market.number import ZERO, sign
from tui_bot.market.order import Intent, Origin, Side
from tui_bot.market.position import Position


@dataclass(frozen=True, slots=True)
class Leg:
    """One order of a plan. ``opens`` tells new exposure from an exit; ``lasts_ms`` is how long it may rest,
    0 for ever."""

    name: str
    side: Side
    volume: Decimal
    leverage: int
    reduce_only: bool
    opens: bool
    price: Decimal | None = None
    trigger: Decimal | None = None
    lasts_ms: int = 0
    by_hand: bool = False


#: The names of the orders that wait at the exchange to close a position.
STOP, TAKE_PROFIT = "stop", "take profit"


@dataclass(slots=True)
class Plan:
    """Legs still to be sent for one cause. The first is sent at once, each next one only when the one
    before is done and the exchange says we are flat."""

    signal: str
    origin: Origin
    legs: tuple[Leg, ...]
    valid_until_ms: int
    awaits_flat: bool = False
    attempt: int = 1
    awaits_account_ms: int | None = None
    awaits_clear: bool = False

    @property
    def waits(self) -> bool:
        """Whether the next leg needs something first: a flat account, one newly read, nothing in the way."""
        return self.awaits_flat or self.awaits_clear or self.awaits_account_ms is not None

    @property
    def lacking(self) -> str:
        """What the exchange did not do that the plan waits for."""
        if self.awaits_clear:
            return "did not cancel what rested and free what it held"
        return "did not confirm the close" if self.awaits_flat else "did not show the account"


def legs_to(
    target: Decimal, position: Position, settings: BotSettings, dust: bool = False
) -> tuple[Leg, ...]:
    """The orders that lead from ``position`` to a signed size of ``target``, in order.

    A margin close carries leverage and reduce-only: without leverage the position would stay (F84),
    without reduce-only it could open the opposite one (F85). A holding that is ``dust``, too small for
    an order of its own, counts as flat (F24).
    """
    change = target - position.size
    if change == 0 or (dust and target == 0):
        return ()
    side = Side.BUY if change > 0 else Side.SELL
    if sign(position.size) == sign(change):
        return (_opening(side, abs(change), position.leverage),)
    if position.is_flat or dust:
        return (_opening(side, abs(change), settings.leverage),)
    turns_round = sign(target) == -sign(position.size)
    if turns_round and settings.flip is Flip.ONE_ORDER and position.leverage and settings.leverage:
        return (Leg("flip", side, abs(change), settings.leverage, reduce_only=False, opens=True),)
    closed = min(abs(change), abs(position.size))
    close = Leg("close", side, closed, position.leverage, position.leverage > 0, opens=False)
    if not turns_round:
        return (close,)
    return close, _opening(side, abs(target), settings.leverage)


def legs_by_hand(trade: Trade, position: Position, settings: BotSettings) -> tuple[Leg, ...]:
    """The orders of a trade by hand. A limit order is one order: its second half could not be foreseen."""
    if trade.price is None:
        target = position.size + trade.side.sign * trade.volume
        return tuple(replace(leg, by_hand=True) for leg in legs_to(target, position, settings))
    against = position.size * trade.side.sign < 0
    closes = against and trade.volume <= abs(position.size)
    turns = position.is_flat or (against and not closes)
    leverage = settings.leverage if turns else position.leverage
    reduce_only = closes and leverage > 0
    leg = Leg("limit", trade.side, trade.volume, leverage, reduce_only, not closes, trade.price)
    return (replace(leg, lasts_ms=trade.lasts_ms, by_hand=True),)


def by_hand(settings: BotSettings, signal: str, legs: tuple[Leg, ...], now_ms: int) -> Plan:
    """A plan of a person's, good for as long as one of the bot's would be."""
    return Plan(signal, Origin.MANUAL, legs, now_ms + settings.limits.decide_within_ms)


def leg_of(intent: Intent) -> Leg:
    """The leg that an intent was made of."""
    side, volume, opens = intent.side, intent.volume, intent.opens
    price, trigger = intent.price, intent.trigger
    leg = Leg(intent.leg, side, volume, intent.leverage, intent.reduce_only, opens, price, trigger)
    return replace(leg, by_hand=intent.origin is Origin.MANUAL)


def exit_part(held: Decimal, target: Decimal) -> Decimal:
    """How far the way from ``held`` to ``target`` only takes exposure away."""
    return min(held, target, key=abs) if held * target > 0 else ZERO


def _opening(side: Side, volume: Decimal, leverage: int) -> Leg:
    return Leg("open", side, volume, leverage, reduce_only=False, opens=True)


def closing_leg(position: Position) -> Leg | None:
    """The order that ends the position, None when there is none."""
    if position.size == ZERO:
        return None
    side = Side.SELL if position.size > 0 else Side.BUY
    leverage = position.leverage
    return Leg("close", side, abs(position.size), leverage, leverage > 0, opens=False)
