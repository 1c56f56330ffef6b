"""A new order in the place of one that rests, judged as if the old one were gone. Pure."""

from __future__ import annotations

from dataclasses import replace

from tui_bot.engine.commands import Replace, Trade
from tui_bot.engine.foresight import foresee
from tui_bot.engine.guards import Circumstances, Reading
from tui_bot.engine.plan import legs_by_hand
from tui_bot.engine.settings import BotSettings
from tui_bot.market.number import ZERO
from tui_bot.market.order import Order, Side
from tui_bot.market.position import Position


def refusals_of(
    command: Replace, order: Order, now: Circumstances, position: Position, settings: BotSettings
) -> tuple[Reading, ...]:
    """What the guards would say to the new order if the old one were gone."""
    trade = Trade(order.intent.side, command.volume, command.price, command.contract, command.lasts_ms)
    return foresee(without(order, now), legs_by_hand(trade, position, settings))


def without(order: Order, now: Circumstances) -> Circumstances:
    """The circumstances once an order is cancelled: it does not live, and what it holds is free."""
    now = replace(now, live=max(0, now.live - 1))
    if now.account is None or now.rules is None or order.intent.leverage:
        return now
    buys = order.intent.side is Side.BUY
    asset = now.rules.quote if buys else now.rules.base
    holding = now.account.balances.get(asset)
    if holding is None:
        return now
    freed = order.remaining
    if buys:
        freed *= (order.intent.price or ZERO) * (1 + now.rules.taker_rate)
    freed = min(freed, holding.held)
    balances = {**now.account.balances, asset: replace(holding, held=holding.held - freed)}
    return replace(now, account=replace(now.account, balances=balances))
