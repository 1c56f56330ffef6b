"""The command line of ``tui-bot history``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

HISTORY_EXAMPLES = """\
examples:
  tui-bot history import XBTUSD_1.csv    Kraken's OHLCVT file; its name tells the rest
  tui-bot history import data.csv --pair BTC/USD --name mine
  tui-bot history import ~/.local/state/tui-bot/paper/journal.sqlite --name recorded

"""


def add_verbs(history: argparse.ArgumentParser) -> None:
    """The verbs of ``tui-bot history`` and their options."""
    verbs = history.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_import(
        _verb(verbs, "import", "read a file of candles, check it, and keep it in ticks for backtests")
    )
    listed = _verb(verbs, "list", "print the histories that are kept")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    verified = _verb(
        verbs, "verify", "read what is kept as a whole, and the files it came from, by their hashes"
    )
    verified.add_argument("name", nargs="?", metavar="NAME", help="this one alone")


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], verb: str, text: str
) -> argparse.ArgumentParser:
    one = verbs.add_parser(verb, help=text, description=text[0].upper() + text[1:] + ".")
    one.add_argument("--state-dir", type=Path, metavar="DIR", help="where the histories are kept")
    one.set_defaults(command=_run, verb=verb)
    return one


def _add_import(parser: argparse.ArgumentParser) -> None:
    text = "Kraken's OHLCVT, a CSV with a header, or a journal of tui-bot"
    parser.add_argument("file", type=Path, metavar="FILE", help=text)
    parser.add_argument("--pair", type=_pair, metavar="PAIR", help="such as BTC/USD; else by its name")
    parser.add_argument(
        "--interval",
        type=_minutes,
        metavar="MINUTES",
        help="length of a candle; else by its name or its rows",
    )
    parser.add_argument(
        "--tick",
        type=_tick,
        metavar="PRICE",
        help="the step of prices; else the coarsest that all of them fit",
    )
    parser.add_argument(
        "--holes",
        choices=("fill", "keep"),
        default="fill",
        help="intervals without a candle: filled flat as the bot does live (the default), or left out",
    )
    parser.add_argument("--name", default="", metavar="NAME", help="what to call it; else like the file")


def _pair(text: str) -> str:
    from tui_bot.backtest.files.pair_name import pair_of

    pair = pair_of(text)
    if not pair:
        raise argparse.ArgumentTypeError(f"{text!r} is no pair; use a name such as BTC/USD")
    return pair


def _minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 21600:
        raise argparse.ArgumentTypeError(f"{text!r} is not an interval; use 1 to 21600 minutes")
    return 60 * int(text)


def _tick(text: str) -> Decimal:
    from tui_bot.market.number import ZERO, parse_decimal

    try:
        tick = parse_decimal(text)
    except ValueError:
        tick = ZERO
    if not 0 < tick <= 10**6 or tick * 10**10 % 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a step of prices; use one such as 0.1")
    return tick


def _run(options: argparse.Namespace) -> int:
    from tui_bot.commands import history
    from tui_bot.session.state_dir import default_state_dir

    state_dir = options.state_dir or default_state_dir()
    if options.verb == "import":
        return history.import_file(options.file, state_dir, history.read_options(options), options.name)
    if options.verb == "list":
        return history.print_list(state_dir, as_json=options.json)
    return history.verify_kept(state_dir, options.name)
