"""What each action does when its key is pressed: one deed an action, by its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.console.dialogs import EXTERNAL, OVERRIDE, TABLE
from tests.console.play import Play
from tests.console.screens import LONG_LOG, REPLAY, UNKNOWN
from tests.console.stage import snapshot
from tui_bot.console.log_kind import Kind
from tui_bot.console.presets import Preset
from tui_bot.engine.commands import Pause, Submission
from tui_bot.engine.transport import Pace, SeekTrade, Step, Toggle

#: A text in which one of the log's lines says "an apple" near its start and one near its end.
LOG: dict[str, Any] = {"log": LONG_LOG}
CANDLES = snapshot().candles
SEARCHED = ("slash", *"apple", "enter")


@dataclass(frozen=True, slots=True)
class Deed:
    """``holds`` must be false before the key and true after it, on a console with these ``changes``.

    ``first`` happens first, then the keys ``before``.
    """

    holds: Callable[[Play], bool]
    before: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    first: Callable[[Play], None] = lambda _play: None


def _opens(title: str, *before: str, **changes: Any) -> Deed:
    """A dialog with this heading, and nothing sent to the engine."""

    def holds(play: Play) -> bool:
        return type(play.app.screen).__name__ == title and not play.engine.commands

    return Deed(holds, before, changes)


def _asks(question: str, **changes: Any) -> Deed:
    """A question, and nothing sent to the engine before its answer."""
    return Deed(lambda play: question in play.text and not play.engine.commands, (), changes)


def _sends(command: Submission, **changes: Any) -> Deed:
    return Deed(lambda play: play.engine.commands == [command], (), changes)


def _line(number: int, *before: str) -> Deed:
    """This line of the log is under its cursor."""
    return Deed(lambda play: play.app.main.log_panel.book.here == LONG_LOG[number], before, LOG)


def _candle(place: int, *before: str) -> Deed:
    """This candle is under the chart's cursor."""

    def holds(play: Play) -> bool:
        chosen = play.app.main.chart.chosen
        return chosen is not None and chosen.begin == CANDLES[place].begin

    return Deed(holds, before)


def _layout(preset: Preset, *before: str) -> Deed:
    return Deed(lambda play: play.app.main.preset is preset, before)


def _focus(panel: str, *before: str) -> Deed:
    return Deed(lambda play: play.app.main.focused_panel == panel, before)


def _says(words: str, *before: str) -> Deed:
    return Deed(lambda play: words in play.text, before)


def _follows(play: Play) -> bool:
    return play.app.main.log_panel.is_following


def _newest(play: Play) -> bool:
    return "G newest" not in play.text


def _sent(play: Play) -> list[Any]:
    """The rows that the terminal is thought to show: they are not sent again."""
    return play.app.output._lean._rows


DEEDS = {
    "bot.pause": _sends(Pause()),
    "trade.buy": _asks("BUY by hand"),
    "trade.sell": _asks("SELL by hand"),
    "trade.flatten": _opens("FlattenTicket"),
    "trade.cancel": _asks("Cancel orders?", orders=TABLE),
    "trade.orders": _opens("OrdersPage"),
    "trade.release": _asks("Release the override?", override=OVERRIDE),
    "trade.settle": _opens("SettleDialog", orders=UNKNOWN),
    "trade.accept": _asks("Accept what is EXTERNAL?", circumstances=EXTERNAL),
    "bot.edit": _opens("SettingsForm"),
    "view.why": _says("14:13 to 14:14 UTC"),
    "view.health": _opens("HealthPage"),
    "view.backtest": _opens("BacktestPage"),
    "log.focus": _focus("log"),
    "log.up": _line(-2),
    "log.down": _line(-3, "k", "k", "k"),
    "log.page_up": Deed(lambda play: not _follows(play), (), LOG),
    "log.page_down": Deed(_follows, ("k",), LOG),
    "log.filter": Deed(lambda play: play.app.main.log_panel.book.kind is Kind.SIGNALS),
    "log.search": _opens("Find"),
    "log.hit_older": _line(20, *SEARCHED),
    "log.hit_newer": _line(33, *SEARCHED, "n"),
    "log.copy": Deed(lambda play: any("copied" in note for note in play.notes)),
    "log.oldest": _line(0),
    "log.newest": Deed(_follows, ("k", "k"), LOG),
    "view.balanced": _layout(Preset.BALANCED, "4"),
    "view.chart": _layout(Preset.CHART),
    "view.log": _layout(Preset.LOG),
    "view.desk": _layout(Preset.DESK),
    "view.zoom": Deed(lambda play: play.app.main.zoomed == "chart"),
    "view.next_panel": _focus("chart"),
    "view.previous_panel": _focus("log"),
    "chart.older": _candle(-1),
    "view.xray": _says("14:11 to 14:12 UTC", "left", "left", "left"),
    "chart.newer": _candle(-1, "left", "left"),
    "chart.older_ten": _candle(-10),
    "chart.newer_ten": _candle(-10, "shift+left", "shift+left"),
    "chart.back": Deed(lambda play: not _newest(play)),
    "chart.on": Deed(_newest, ("ctrl+left",)),
    "chart.longer": _says("candles 5m"),
    "chart.shorter": _says("candles 5m", "minus", "minus"),
    "chart.oldest": _candle(0),
    "chart.newest": Deed(_newest, ("ctrl+left", "ctrl+left")),
    "view.theme": Deed(lambda play: play.app.theme == "dawn"),
    "view.themes": _opens("ThemePicker"),
    "view.redraw": Deed(lambda play: not _sent(play), first=lambda play: _sent(play).append([])),
    "view.help": _asks("Trading by hand"),
    "view.palette": _opens("Palette"),
    "bot.drill": _opens("DrillDialog"),
    "bot.quit": _opens("QuitDialog"),
    "replay.toggle": _sends(Toggle(), **REPLAY),
    "replay.forth": _sends(Step(1), **REPLAY),
    "replay.back": _sends(Step(-1), **REPLAY),
    "replay.candle": _sends(Step(1, candles=True), **REPLAY),
    "replay.candle_back": _sends(Step(-1, candles=True), **REPLAY),
    "replay.faster": _sends(Pace(1), **REPLAY),
    "replay.slower": _sends(Pace(-1), **REPLAY),
    "replay.seek": _opens("SeekDialog", **REPLAY),
    "replay.trade": _sends(SeekTrade(1), **REPLAY),
    "replay.trade_back": _sends(SeekTrade(-1), **REPLAY),
    "replay.fork": _opens("SettingsForm", **REPLAY),
    "bot.panic": _opens("FlattenTicket", "b", "1"),
}
