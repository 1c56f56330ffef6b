"""The command line of ``tui-bot backtest``; what a sweep shares with it is here too."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tui_bot.commands import values

if TYPE_CHECKING:
    from decimal import Decimal

EXAMPLES = """\
examples:
  tui-bot backtest XBTUSD_1.csv                    your settings on Kraken's file of one-minute candles
  tui-bot backtest btc --period 50 --leverage 2    an imported history, other settings, long and short
  tui-bot backtest btc --rule-only               as if there were no limits on orders, size and loss
  tui-bot backtest btc --html report.html          the same as a page, with every trade

What is not given comes from the config file. A history is a file, or a name that `tui-bot history` knows.

"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to run, over what, and what to print."""
    add_history(parser)
    rule = parser.add_argument_group("rule (instead of the config's)")
    rule.add_argument("--period", type=values.whole, metavar="N", help="closes in the average")
    rule.add_argument("--min-slope", type=decimal, metavar="X", help="dead band in quote units a candle")
    rule.add_argument("--ties", choices=("strict", "carry"), help="what a flat step means")
    rule.add_argument(
        "--rule-only", action="store_true", help="without the limits and stops that would hold it back"
    )
    add_terms(parser)
    parser.add_argument(
        "--mode", choices=("auto", "fast", "event"), default="auto",
        help="fast: all candles at once; event: through the bot itself; auto: fast where it can say it",
    )  # fmt: skip
    shown = parser.add_argument_group("output")
    shown.add_argument(
        "--json", action="store_true", help="the figures as a JSON object; its keys are a contract"
    )
    shown.add_argument("--csv", type=Path, metavar="FILE", help="write every trade to a table")
    shown.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    shown.add_argument("--no-chart", action="store_true", help="figures only")


def add_history(parser: argparse.ArgumentParser) -> None:
    """Which candles."""
    parser.add_argument(
        "history", metavar="HISTORY", help="a file of candles, or the name of an imported one"
    )
    parser.add_argument("--from", dest="since", type=day, metavar="DAY", help="first day, UTC, 2024-12-31")
    parser.add_argument("--to", dest="until", type=day, metavar="DAY", help="first day after it, UTC")
    parser.add_argument("--pair", metavar="PAIR", help="the pair of a file that does not say it")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="config file (default: ./config.yaml, yours)"
    )
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="where imported histories are kept")


def add_terms(parser: argparse.ArgumentParser) -> None:
    """How orders fill and what they cost."""
    terms = parser.add_argument_group("terms of trade")
    terms.add_argument("--size", type=decimal, metavar="X", help="base units a trade (default: the config's)")
    terms.add_argument(
        "--leverage", type=values.whole, metavar="N", help="0: spot, long or flat; 2 to 5: short too"
    )
    terms.add_argument(
        "--fee", type=decimal, metavar="PERCENT", help="taker fee (default: the pair's dearest)"
    )
    terms.add_argument(
        "--slippage", type=values.whole, default=0, metavar="TICKS", help="against every order"
    )
    terms.add_argument(
        "--spread", type=values.whole, default=0, metavar="TICKS", help="fill beyond half of such a spread"
    )
    terms.add_argument("--cash", type=decimal, default="10000", metavar="X", help="at the start (10000)")


def decimal(text: str) -> Decimal:
    """A number, not negative."""
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or len(text) > 24:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 on")
    return number


def day(text: str) -> int:
    """The Unix second at which a UTC day begins."""
    from datetime import UTC, datetime

    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2024-12-31") from None
