"""``tui-bot backtest``: the bot's settings over years of candles, and what that came to."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.history import History
from tui_bot.backtest.library import open_history
from tui_bot.backtest.listed import rules_of
from tui_bot.backtest.look_ahead import LookAheadError
from tui_bot.backtest.reading import ReadOptions
from tui_bot.backtest.result import Result
from tui_bot.backtest.run import backtest, mismatch
from tui_bot.backtest.statistics import Statistics, statistics
from tui_bot.backtest.terms import Fills, Terms
from tui_bot.backtest.unguarded import rule_only
from tui_bot.backtest.walk import Inexpressible
from tui_bot.commands.complaint import complain
from tui_bot.commands.progress import progress_bar
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.engine.settings import BotSettings
from tui_bot.sanitise import sanitise
from tui_bot.session.translate import bot_settings
from tui_bot.strategy.sma_slope import Ties

FAILED, USAGE = 1, 2


class UsageError(Exception):
    """What was asked for does not go together; the text says why and what to do."""


def run_backtest(options: argparse.Namespace, state_dir: Path) -> int:
    """Read, run, print; the exit code of the process."""
    try:
        settings = configured(options)
        history = chosen_history(options, state_dir, settings)
        settings = settings_over(settings, history)
        terms = terms_of(options, settings, history)
        with progress_bar("running") as progress:
            result = backtest(history, settings, terms, mode=options.mode, progress=progress)
        _show(options, history, result, statistics(history, result))
    except HistoryError as error:
        return complain(error, error.exit_code)
    except ConfigError as error:
        return complain(error, USAGE)
    except Inexpressible as error:
        return complain(f"fast mode cannot follow {error}; use --mode event, or --rule-only", USAGE)
    except UsageError as error:
        return complain(error, USAGE)
    except LookAheadError as error:
        return complain(error, FAILED)
    except OSError as error:
        return complain(f"{error.filename or 'the report'} could not be written: {error.strerror}", FAILED)
    return 0


def configured(options: argparse.Namespace) -> BotSettings:
    """The settings of the config file, with what the command line says instead. Raises ConfigError."""
    settings = bot_settings(load(find(options.config)), 1.0)
    rule = settings.strategy
    rule = replace(
        rule,
        period=rule.period if options.period is None else options.period,
        min_slope=rule.min_slope if options.min_slope is None else options.min_slope,
        ties=rule.ties if options.ties is None else Ties(options.ties),
    )
    if options.rule_only:
        settings = rule_only(settings)
    return replace(
        settings,
        strategy=rule,
        trade_size=settings.trade_size if options.size is None else options.size,
        leverage=settings.leverage if options.leverage is None else options.leverage,
    )


def chosen_history(options: argparse.Namespace, state_dir: Path, settings: BotSettings) -> History:
    """The candles named, within the days named. Raises HistoryError."""
    asked = ReadOptions(pair=options.pair or "", otherwise=settings.pair)
    with progress_bar(f"reading {sanitise(options.history, 60)}") as progress:
        history = open_history(options.history, state_dir, asked, progress, _tell)
    begin = history.begin
    start = None if options.since is None else int(begin.searchsorted(options.since))
    stop = None if options.until is None else int(begin.searchsorted(options.until))
    part = history.slice(start, stop)
    if len(part) < settings.strategy.warmup:
        raise HistoryError(
            f"{options.history}: {len(part):,} candles are too few for a period of "
            f"{settings.strategy.period}; it takes {settings.strategy.warmup} (look at --from and --to)"
        )
    return part


def terms_of(options: argparse.Namespace, settings: BotSettings, history: History) -> Terms:
    """How orders fill and what they cost, in this history's market."""
    rules, _listed = rules_of(history.pair, history.tick)
    return Terms.of(
        settings,
        rules,
        taker_fee=None if options.fee is None else options.fee / Decimal(100),
        fills=Fills.SPREAD if options.spread else Fills.NEXT_OPEN,
        slippage=options.slippage,
        half_spread=(options.spread + 1) // 2,
        cash=options.cash,
    )


def settings_over(settings: BotSettings, history: History) -> BotSettings:
    """The settings on the history's pair and candles. Raises UsageError."""
    adapted = replace(settings, pair=history.pair, interval=history.interval)
    if why := mismatch(history, adapted):
        raise UsageError(why)
    return adapted


def _show(options: argparse.Namespace, history: History, result: Result, figures: Statistics) -> None:
    if options.csv is not None:
        from tui_bot.backtest.report.rows import write_trades

        with options.csv.open("w", encoding="utf-8", newline="") as file:
            write_trades(result, file)
    if options.html is not None:
        from tui_bot.backtest.report.page import page

        options.html.write_text(page(history, result, figures), "utf-8")
    if options.json:
        from tui_bot.backtest.report.rows import summary

        sys.stdout.write(json.dumps(summary(history, result, figures)) + "\n")
    else:
        from tui_bot.backtest.report.text import report

        size = shutil.get_terminal_size()
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        sys.stdout.write(report(history, result, figures, size, colour=colour, chart=not options.no_chart))
    sys.stdout.flush()


def _tell(text: str) -> None:
    complain(text, 0)
