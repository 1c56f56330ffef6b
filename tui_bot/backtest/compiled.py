"""Fast mode as compiled code (extra ``speed``): the same numbers, sooner where there is much."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.booking import ROLLOVER_S, Sums, start_of
from tui_bot.backtest.falls import Falls
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Column, Trades
from tui_bot.backtest.signals import Places, Sides
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

Kernel = Callable[..., int]

#: From so many candles in all, over all runs, the compiled pass has won back what loading numba costs.
WORTHWHILE = 30_000_000

_ABSENT = "numba is not installed (extra speed); numpy computes the same, more slowly"

_troubles: dict[str, str] = {}


def kernel(history: History) -> Kernel | None:
    """The compiled pass for the prices of a history, None where it cannot be had; ``trouble`` says why."""
    if _troubles:
        return None
    try:
        numba = importlib.import_module("numba")
        if not numba.config.CACHE_DIR:
            _keep_code(numba)
        from tui_bot.backtest.kernel import kernel_for

        return kernel_for(history.close.dtype.name)
    except ImportError:
        _troubles["numba"] = _ABSENT
    except Exception as failure:  # whatever a compiler may meet: a full disk, another processor
        _troubles["numba"] = f"numba fails ({type(failure).__name__}); numpy computes the same, more slowly"
    return None


def _keep_code(numba: Any) -> None:
    """Say where machine code lives between runs."""
    import platformdirs

    numba.config.CACHE_DIR = str(platformdirs.user_cache_path("tui-bot") / "numba")


def trouble() -> str:
    """Why there is no compiled pass, empty while nobody has asked or when there is one."""
    return _troubles.get("numba", "")


def is_worthwhile(candles: int) -> bool:
    """Whether so many candles, over all runs, are worth loading numba for."""
    return candles >= WORTHWHILE or "numba" in sys.modules


def pass_over(
    history: History,
    turns: tuple[Places, Sides],
    terms: Terms,
    tariff: Tariff,
    kernel: Kernel,
    *,
    equity: bool,
    falls: bool,
) -> tuple[Trades, Sums, Column | None, Falls | None]:
    """The trades of a run all of whose numbers fit into 64 bits, their sums, and the equity and its falls if
    wanted."""
    rows = np.empty((len(turns[0]), 9), np.int64)
    marks = np.empty(len(history) if equity else 0, np.int64)
    found, sums, fell = _run(history, turns, terms, tariff, kernel, rows, marks, falls=falls)
    return _trades(terms, rows[:found].T), sums, marks if equity else None, fell if falls else None


def add_up(
    history: History, turns: tuple[Places, Sides], terms: Terms, tariff: Tariff, kernel: Kernel
) -> tuple[int, Sums, Falls]:
    """How many trades ``pass_over`` finds, their sums, and how the account fell."""
    rows, marks = np.empty((0, 9), np.int64), np.empty(0, np.int64)
    return _run(history, turns, terms, tariff, kernel, rows, marks, falls=True)


def _run(
    history: History,
    turns: tuple[Places, Sides],
    terms: Terms,
    tariff: Tariff,
    kernel: Kernel,
    rows: NDArray[np.int64],
    marks: NDArray[np.int64],
    *,
    falls: bool,
) -> tuple[int, Sums, Falls]:
    start = start_of(terms)
    numbers = int(terms.can_short), terms.against, start, history.interval, ROLLOVER_S
    columns = map(np.ascontiguousarray, (history.open, history.close, history.begin))
    sums = np.zeros(6, np.int64)
    #: as ``kernel.TOP`` and after it
    fell = np.array([start, -1, 0, 0, start, -1, 0, -1, 0, 0, 0] if falls else [], np.int64)
    found = kernel(*columns, marks, *turns, numbers, rates_of(tariff), rows, sums, fell)
    return found, Sums(*sums.tolist()), _falls(fell) if falls else Falls(start)


def _falls(fell: NDArray[np.int64]) -> Falls:
    _, _, length_s, depth, top, peak, bottom, back, *_ = fell.tolist()
    return Falls(top=top, depth=depth, peak=peak, bottom=bottom, back=back, length_s=length_s)


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
    lots = np.broadcast_to(np.int64(terms.lots), len(first))
    return Trades(first, last, entered, left, side.astype(np.int8), lots, entry, exit_, fees, net)
