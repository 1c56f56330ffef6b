"""A backtest of a bot's settings: in fast mode where that is the same, else with the bot itself; checked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

from tui_bot.backtest.fast import Engine, run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.look_ahead import check
from tui_bot.backtest.progress import Progress
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.stops import Stops
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.walk import Inexpressible
from tui_bot.engine.settings import BotSettings

Mode = Literal["auto", "fast", "event"]

#: How often the check for look-ahead cuts the history, and how many candles it runs again at a time.
FAST_CHECK = {"cuts": 16, "most": 8_000}
EVENT_CHECK = {"cuts": 4, "most": 1_500}


def backtest(
    history: History,
    settings: BotSettings,
    terms: Terms,
    mode: Mode = "auto",
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Result:
    """Run a history through a bot's settings, guards included.

    ``auto`` takes fast mode where it finds the same for certain, and event mode where it cannot: the notes of
    the result say why. See ``run_fast`` for ``engine``. ``progress`` is told how much is done, and of how
    much.

    Raises:
        Inexpressible: ``fast`` was asked for and cannot follow these settings; the text names what it cannot.
        LookAheadError: the run knew what it could not know yet.
        ValueError: history and settings do not go together; the text says why.
    """
    if why := mismatch(history, settings):
        raise ValueError(why)
    if mode == "event":
        return _with_bot(history, settings, terms, progress)
    try:
        return _fast(history, settings, terms, engine, progress)
    except Inexpressible as reason:
        if mode == "fast":
            raise
        result = _with_bot(history, settings, terms, progress)
        return replace(result, notes=(f"event mode: fast mode cannot follow {reason}", *result.notes))


def mismatch(history: History, settings: BotSettings) -> str:
    """Why a history and settings do not go together, empty if they do."""
    if history.interval != settings.interval:
        has, asked = history.interval // 60, settings.interval // 60
        return f"the history has candles of {has} minutes, the settings ask for {asked}; set interval: {has}"
    if settings.validate:
        return "trading.validate_only places no order: there is nothing to test; set it to no"
    return ""


def wordless(settings: BotSettings) -> str | None:
    """The setting that fast mode has no words for, None where it knows all."""
    if settings.stop_loss and settings.take_profit and not settings.leverage:
        return "a take-profit beside a stop on spot, which the bot watches itself"
    return None


def _fast(
    history: History, settings: BotSettings, terms: Terms, engine: Engine, progress: Progress | None
) -> Result:
    if setting := wordless(settings):
        raise Inexpressible(setting)
    rule = Rule.of(settings.strategy)
    stops = Stops(settings.stop_loss, settings.take_profit)
    again = partial(run_fast, rule=rule, terms=terms, engine=engine, limits=settings.limits, stops=stops)
    result = again(history, progress=progress)
    check(history, result, again, **FAST_CHECK)
    return result


def _with_bot(history: History, settings: BotSettings, terms: Terms, progress: Progress | None) -> Result:
    from tui_bot.backtest.event import run_events  # brings the bot, which fast mode spares

    again = partial(run_events, settings=settings, terms=terms)
    result = again(history, progress=progress)
    check(history, result, again, **EVENT_CHECK)
    return result
