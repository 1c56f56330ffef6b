"""What a bot's settings would have made of candles that are already known: few, and at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules


@dataclass(frozen=True, slots=True)
class Preview:
    """One run over known candles; amounts in quote units.

    ``orders`` are the candles (their begin) at whose close an order follows, and its side. ``trades`` counts
    positions, an open one at the last close included. ``net`` is what is left after all ``fees`` paid,
    ``drawdown`` the deepest fall from a peak, at closes. ``line`` is the average at each candle.
    """

    orders: tuple[tuple[int, Side], ...]
    trades: int
    fees: Decimal
    net: Decimal
    drawdown: Decimal
    line: tuple[Decimal | None, ...]


def preview(candles: Sequence[Candle], settings: BotSettings, rules: PairRules, fee: Decimal) -> Preview:
    """Trade every turn of the average, filled at the next open, with ``fee`` (a fraction of cost) each time.

    Guards and what people did are left out. Raises ValueError where the settings cannot be run so.
    """
    history = history_of(candles, settings, rules)
    terms = replace(Terms.of(settings, rules, taker_fee=fee), tick=history.tick)
    result = run_fast(history, Rule.of(settings.strategy), terms, equity=False, falls=True)
    entries, exits = result.trades.entered, result.trades.left
    first = np.where(result.trades.side > 0, 1, -1)
    fills = [(int(at), int(side)) for at, side in zip(entries, first, strict=True)]
    fills += [(int(at), -int(side)) for at, side in zip(exits, first, strict=True) if at]
    orders = sorted({(at - settings.interval, side) for at, side in fills})
    return Preview(
        orders=tuple((begin, Side.BUY if side > 0 else Side.SELL) for begin, side in orders),
        trades=len(result.trades),
        fees=result.money(result.fees),
        net=result.money(result.worth - result.start),
        drawdown=result.money(result.falls.depth) if result.falls else ZERO,
        line=settings.strategy.line(candles),
    )


def history_of(candles: Sequence[Candle], settings: BotSettings, rules: PairRules) -> History:
    """Closed candles as columns, on the pair's tick or, where a price lies off it, on a finer one."""
    prices = [price for one in candles for price in (one.open, one.high, one.low, one.close)]
    tick = rules.tick_size
    if any(price % tick for price in prices):
        exponents = [price.normalize().as_tuple().exponent for price in prices]
        tick = Decimal(1).scaleb(min(one for one in exponents if isinstance(one, int)))
    columns = np.array([int(price / tick) for price in prices], np.int64).reshape(-1, 4)
    return History(
        pair=settings.pair,
        interval=settings.interval,
        tick=tick,
        begin=np.array([one.begin for one in candles], np.int64),
        open=columns[:, 0],
        high=columns[:, 1],
        low=columns[:, 2],
        close=columns[:, 3],
        volume=np.array([float(one.volume) for one in candles], np.float64),
        filled=True,
    )
