"""What one cell of a sweep came to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tui_bot.backtest.booking import Sums
from tui_bot.backtest.falls import Falls
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms
from tui_bot.market.number import ZERO
from tui_bot.strategy.sma_slope import Ties


@dataclass(frozen=True, slots=True)
class Outcome:
    """Amounts in quote units, exact. ``trades`` includes one still open, ``won`` counts the closed ones above
    zero. ``fall`` is the deepest fall of the account, marked at every close. ``trouble`` says why a cell
    could not be told, empty when it could.
    """

    rule: Rule
    trades: int = 0
    won: int = 0
    net: Decimal = ZERO
    fees: Decimal = ZERO
    fall: Decimal = ZERO
    trouble: str = ""

    @property
    def gross(self) -> Decimal:
        """The result before fees."""
        return self.net + self.fees


def outcome_of(rule: Rule, terms: Terms, trades: int, sums: Sums, falls: Falls) -> Outcome:
    """The outcome of a run from its sums and the account's falls."""
    return Outcome(
        rule=rule,
        trades=trades,
        won=sums.won,
        net=sums.net * terms.money,
        fees=sums.fees * terms.money,
        fall=falls.depth * terms.money,
    )


def to_row(outcome: Outcome) -> dict[str, Any]:
    """As JSON keeps it; money is text."""
    return {
        "period": outcome.rule.period,
        "min_slope": f"{outcome.rule.min_slope:f}",
        "ties": outcome.rule.ties.value,
        "trades": outcome.trades,
        "won": outcome.won,
        "net": f"{outcome.net:f}",
        "gross": f"{outcome.gross:f}",
        "fees": f"{outcome.fees:f}",
        "fall": f"{outcome.fall:f}",
        "trouble": outcome.trouble,
    }


def from_row(row: dict[str, Any]) -> Outcome:
    """Back from JSON. Raises KeyError, ValueError or ArithmeticError for what ``to_row`` did not write."""
    return Outcome(
        rule=Rule(int(row["period"]), Decimal(row["min_slope"]), Ties(row["ties"])),
        trades=int(row["trades"]),
        won=int(row["won"]),
        net=Decimal(row["net"]),
        fees=Decimal(row["fees"]),
        fall=Decimal(row["fall"]),
        trouble=str(row["trouble"]),
    )
