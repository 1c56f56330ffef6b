"""The command line of ``tui-bot sweep``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tui_bot.commands import values
from tui_bot.commands.backtest_arguments import add_history, add_terms

EXAMPLES = """\
examples:
  tui-bot sweep XBTUSD_1.csv --period 2..200              every period, on all cores
  tui-bot sweep btc --period 10..100:5 --min-slope 0..4   a grid, drawn as a map
  tui-bot sweep btc --period 2..200 --out-of-sample 30    judged on candles it was not chosen by
  tui-bot sweep btc --period 2..200 --walk-forward 6      chosen anew six times, as one would have

What is done is kept: interrupt it, and the same command goes on. The rule alone is tried, without the limits
and stops of your settings; run the cell you like best with `tui-bot backtest`.

"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The grid, the candles, the terms, who works, what is printed."""
    add_history(parser)
    grid = parser.add_argument_group(
        "grid: values, ranges, lists of them (20 or 10,20,50 or 2..200 or 2..200:2)"
    )
    grid.add_argument("--period", default="2..200", metavar="VALUES", help="closes in the average (2..200)")
    grid.add_argument(
        "--min-slope", default="0", metavar="VALUES", help="dead band in quote units a candle (0)"
    )
    grid.add_argument(
        "--ties", default="strict", metavar="KINDS", help="strict, carry, or strict,carry (strict)"
    )
    add_terms(parser)
    judged = parser.add_mutually_exclusive_group()
    judged.add_argument(
        "--out-of-sample",
        type=_share,
        metavar="PERCENT",
        help="of the candles, the last: judge the best on them",
    )
    judged.add_argument(
        "--walk-forward", type=_steps, metavar="N", help="choose on each of N stretches, trade the next"
    )
    work = parser.add_argument_group("work")
    work.add_argument("--workers", type=_workers, metavar="N", help="processes (default: one a core)")
    work.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask cluster, tcp://host:port (extra cluster)"
    )
    shown = parser.add_argument_group("output")
    shown.add_argument("--top", type=values.whole, default=10, metavar="N", help="so many of the best (10)")
    shown.add_argument("--csv", type=Path, metavar="FILE", help="write every cell to a table")
    shown.add_argument("--json", action="store_true", help="every cell, one JSON object a line")


def _share(text: str) -> int:
    number = values.whole(text)
    if not 1 <= number <= 90:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; use 1 to 90 percent")
    return number


def _steps(text: str) -> int:
    number = values.whole(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of steps; use 1 to 1000")
    return number


def _workers(text: str) -> int:
    number = values.whole(text)
    if not 1 <= number <= 512:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; use 1 to 512")
    return number
