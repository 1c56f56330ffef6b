"""The money of a run in event mode, one execution at a time, in the same whole units as in fast mode.

It counts as the exchange in a box does: a margin fill closes the opposite position first and opens with what
is left, each part with its own cost and fee.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tui_bot.backtest.booking import ROLLOVER_S, start_of
from tui_bot.backtest.result import Trades
from tui_bot.backtest.tariff import MOST, Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

#: A margin position is closed by force where equity falls below so many percent of the margin it uses.
MARGIN_STOP = 40


@dataclass(slots=True)
class Held:
    """The open position: its size in lots, its side, where and when it was opened, what it cost so far."""

    side: int
    lots: int
    entry: int
    first: int
    entered: int
    cost: int
    fees: int
    due: int


@dataclass(frozen=True, slots=True)
class Execution:
    """So many lots at a price in ticks, with its cost and its fee."""

    ticks: int
    lots: int
    cost: int
    fee: int


Row = tuple[int, int, int, int, int, int, int, int, int, int]


@dataclass(slots=True)
class Ledger:
    """Cash, the position and the trades that have ended. ``place`` is a candle, times are Unix seconds."""

    terms: Terms
    cash: int = 0
    held: Held | None = None
    turnover: int = 0
    rows: list[Row] = field(default_factory=list)
    _tariffs: dict[int, Tariff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cash = start_of(self.terms)

    def tariff(self, lots: int) -> Tariff:
        """The tariff of so many lots."""
        if lots not in self._tariffs:
            self._tariffs[lots] = Tariff.of(self.terms, lots)
        return self._tariffs[lots]

    @property
    def signed_lots(self) -> int:
        """What is held, negative for a short."""
        return self.held.side * self.held.lots if self.held else 0

    def equity(self, ticks: int) -> int:
        """What the account is worth at a price."""
        held = self.held
        if held is None:
            return self.cash
        return self.cash + held.side * (self.tariff(held.lots).cost.take(ticks) - held.cost)

    def execute(self, side: Side, lots: int, ticks: int, now: int, place: int) -> tuple[Execution, ...]:
        """Book an order that fills wholly: what it closes, then what it opens."""
        held, parts = self.held, []
        if held is not None and held.side != side.sign:
            closing = min(lots, held.lots)
            parts.append(self._close(held, closing, ticks, now, place))
            lots -= closing
        if lots:
            parts.append(self._open(side, lots, ticks, now, place))
        return tuple(parts)

    def roll_over(self, until: int) -> None:
        """Charge what holding has cost by then."""
        held = self.held
        while held is not None and self.terms.leverage and held.due <= until:
            fee = self.tariff(held.lots).rollover[_side(held.side)].take(held.cost)
            held.due += ROLLOVER_S
            held.fees += fee
            self.cash -= fee

    def is_overdrawn(self, ticks: int) -> bool:
        """Whether the exchange would close the margin position by force at this price."""
        if self.held is None or not self.terms.leverage:
            return False
        return self.equity(ticks) * 100 * self.terms.leverage < MARGIN_STOP * self.held.cost

    def trades(self, count: int, last_close: int) -> Trades:
        """All trades of a history of so many candles, the open one at its last close."""
        rows, held = list(self.rows), self.held
        if held is not None:
            net = held.side * (self.tariff(held.lots).cost.take(last_close) - held.cost) - held.fees
            rows.append(
                (held.first, count, held.entered, 0, held.side, held.lots, held.entry, 0, held.fees, net)
            )
        most = max((abs(number) for row in rows for number in row), default=0)
        kind = np.int64 if most < MOST else object
        columns = [np.array(column, kind) for column in zip(*rows, strict=True)]
        columns = columns or [np.empty(0, np.int64) for _ in range(10)]
        columns[4] = columns[4].astype(np.int8)
        return Trades(*columns)

    def _close(self, held: Held, lots: int, ticks: int, now: int, place: int) -> Execution:
        if lots != held.lots:
            raise ValueError("a position that is left in parts is not counted in a backtest")
        tariff = self.tariff(lots)
        value = tariff.cost.take(ticks)
        fee = tariff.fee.take(value)
        gross = held.side * (value - held.cost)
        fees = held.fees + fee
        self.rows.append(
            (held.first, place, held.entered, now, held.side, lots, held.entry, ticks, fees, gross - fees)
        )
        self.cash += gross - fee
        self.turnover += value
        self.held = None
        return Execution(ticks, lots, value, fee)

    def _open(self, side: Side, lots: int, ticks: int, now: int, place: int) -> Execution:
        if self.held is not None:
            raise ValueError("a position that grows is not counted in a backtest")
        tariff = self.tariff(lots)
        value = tariff.cost.take(ticks)
        fee = tariff.fee.take(value) + tariff.opening[side].take(value)
        self.held = Held(side.sign, lots, ticks, place, now, value, fee, now + ROLLOVER_S)
        self.cash -= fee
        self.turnover += value
        return Execution(ticks, lots, value, fee)


def _side(sign: int) -> Side:
    return Side.BUY if sign > 0 else Side.SELL
