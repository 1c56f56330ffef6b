"""Fast mode's booking as compiled code (extra ``speed``): the same numbers, sooner where there is much."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.booking import ROLLOVER_S, Sums, start_of
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Column, Trades
from tui_bot.backtest.signals import Places, Sides
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

#: From so many candles in all, over all runs, the compiled pass has won back what loading numba costs.
WORTHWHILE = 30_000_000

Kernel = Callable[..., int]

_ABSENT = "numba is not installed (extra speed); numpy computes the same, more slowly"


_troubles: dict[str, str] = {}


def kernel(history: History) -> Kernel | None:
    """The compiled pass for the prices of a history, None where it cannot be had; ``trouble`` says why."""
    if _troubles:
        return None
    try:
        import platformdirs

        numba = importlib.import_module("numba")
        numba.config.CACHE_DIR = str(platformdirs.user_cache_path("tui-bot") / "numba")
        from tui_bot.backtest.kernel import kernel_for

        return kernel_for(history.close.dtype.name)
    except ImportError:
        _troubles["numba"] = _ABSENT
    except Exception as failure:  # whatever a compiler may meet: a full disk, another processor
        _troubles["numba"] = f"numba fails ({type(failure).__name__}); numpy computes the same, more slowly"
    return None


def trouble() -> str:
    """Why there is no compiled pass, empty while nobody has asked or when there is one."""
    return _troubles.get("numba", "")


def is_worthwhile(candles: int) -> bool:
    """Whether so many candles, over all runs, are worth loading numba for."""
    return candles >= WORTHWHILE or "numba" in sys.modules


def pass_over(
    history: History, turns: tuple[Places, Sides], terms: Terms, tariff: Tariff, run: Kernel, *, equity: bool
) -> tuple[Trades, Sums, Column | None]:
    """The trades of a run all of whose numbers fit into 64 bits, their sums, and the equity if wanted."""
    places, sides = turns
    rows = np.empty((9, len(places)), np.int64)
    marks = np.empty(len(history) if equity else 0, np.int64)
    numbers = int(terms.can_short), terms.against, start_of(terms), history.interval, ROLLOVER_S
    columns = (*map(np.ascontiguousarray, (history.open, history.close, history.begin)), marks)
    sums = np.zeros(4, np.int64)
    found = run(*columns, places, sides, numbers, rates_of(tariff), rows, sums)
    return _trades(terms, rows[:, :found]), Sums(*sums.tolist()), marks if equity else None


def rates_of(tariff: Tariff) -> tuple[tuple[int, ...], ...]:
    """The rates as plain integers: of cost and fee, of opening and of rollover."""
    pairs = (
        (tariff.cost, tariff.fee),
        (tariff.opening[Side.BUY], tariff.opening[Side.SELL]),
        (tariff.rollover[Side.BUY], tariff.rollover[Side.SELL]),
    )
    return tuple((one.over, one.under, two.over, two.under) for one, two in pairs)


def _trades(terms: Terms, rows: NDArray[np.int64]) -> Trades:
    first, last, entered, left, side, entry, exit_, fees, net = rows
    lots = np.full(len(first), terms.lots, np.int64)
    return Trades(first, last, entered, left, side.astype(np.int8), lots, entry, exit_, fees, net)
