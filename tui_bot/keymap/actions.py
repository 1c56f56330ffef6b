"""Every action of the console, declared once: keys, footer, palette, help and the key reference."""

from __future__ import annotations

from tui_bot.keymap.action import Action

ACTIONS = (
    Action("bot.pause", ("p",), "Pause", "Pause: no new exposure, exits go on. Again: resume", "pause", 1),
    Action("trade.buy", ("b",), "Buy", "Buy by hand: opens a ticket, sends nothing yet", "buy", 2),
    Action("trade.sell", ("s",), "Sell", "Sell by hand: opens a ticket, sends nothing yet", "sell", 3),
    Action(
        "trade.flatten",
        ("f",),
        "Flatten",
        "Cancel the bot's orders and close the position, after asking",
        "flatten",
        4,
    ),
    Action("trade.cancel", ("c",), "Cancel", "Cancel the bot's resting orders, after asking", "cancel", 5),
    Action(
        "trade.orders",
        ("o",),
        "Orders",
        "The orders table: times and fills of each, cancel or replace one",
        "orders",
        5,
    ),
    Action(
        "trade.release", ("r",), "Release", "End the manual override and hand back to the bot", "release", 9
    ),
    Action(
        "trade.settle", ("u",), "Unknown", "Say of an UNKNOWN order whether it is at the exchange", "settle"
    ),
    Action(
        "trade.accept",
        ("a",),
        "Accept",
        "Accept what is EXTERNAL and bars entries, after asking",
        "accept",
    ),
    Action("bot.edit", ("e",), "Edit", "Edit the settings while the bot runs", "edit", 6),
    Action("view.why", ("x",), "Why", "Why the newest candle was traded or not, with every number", "why", 7),
    Action(
        "view.health",
        ("h",),
        "Health",
        "Whether the bot's loop lives, when it decides next, and what it may still ask of the exchange",
        "health",
    ),
    Action(
        "view.backtest",
        ("R",),
        "Backtest",
        "Run the settings, or others, over the candles on screen or a kept history",
        "backtest",
    ),
    Action(
        "log.focus",
        ("l",),
        "Log",
        "Read the log: j k and arrows choose a line, enter says why, end returns to the newest",
        "log_focus",
        11,
    ),
    Action("log.up", ("k", "up"), "Older", "An older line of the log; it then holds still", "log_up"),
    Action("log.down", ("j", "down"), "Newer", "A newer line of the log", "log_down"),
    Action("log.page_up", ("pageup",), "Page up", "Scroll the log a page to older lines", "log_page_up"),
    Action(
        "log.page_down", ("pagedown",), "Page down", "Scroll the log a page to newer lines", "log_page_down"
    ),
    Action("log.filter", ("v",), "Filter", "Lines of the log: all, signals, orders, errors", "log_filter"),
    Action("log.search", ("slash",), "Search", "Search the log for a text", "log_search"),
    Action(
        "log.hit_older", (), "Older hit", "The next older line with that text: n in the log", "log_hit_older"
    ),
    Action(
        "log.hit_newer", (), "Newer hit", "The next newer line with that text: N in the log", "log_hit_newer"
    ),
    Action(
        "log.copy",
        ("y",),
        "Copy line",
        "Copy the chosen line of the log, where the terminal allows it (OSC 52)",
        "log_copy",
    ),
    Action("log.oldest", ("home",), "Oldest", "Go to the oldest line of the log", "log_oldest"),
    Action("log.newest", ("end",), "Newest", "Go to the newest line of the log and follow it", "log_newest"),
    Action("view.balanced", ("1",), "Balanced", "Layout 1: something of everything", "layout_balanced"),
    Action("view.chart", ("2",), "Chart", "Layout 2: the chart over the whole width", "layout_chart"),
    Action("view.log", ("3",), "Log view", "Layout 3: the log, and the numbers beside it", "layout_log"),
    Action(
        "view.desk",
        ("4",),
        "Desk",
        "Layout 4: position, orders, ladder and guards, to trade by hand",
        "layout_desk",
    ),
    Action(
        "view.zoom",
        ("z",),
        "Zoom",
        "One panel on the whole screen, the chart unless another has the keys; again: back",
        "zoom",
        13,
    ),
    Action(
        "view.next_panel",
        ("m",),
        "Next panel",
        "Give the keys to the next panel, as tab",
        "next_panel",
    ),
    Action(
        "view.previous_panel",
        ("M",),
        "Panel before",
        "Give the keys to the panel before, as shift+tab",
        "previous_panel",
    ),
    Action(
        "chart.older", ("left",), "Older candle", "Walk the chart's cursor to older candles", "chart_older"
    ),
    Action(
        "view.xray",
        ("enter",),
        "X-ray",
        "Why the candle under the chart's cursor, or of the line chosen in the log, was traded or not",
        "xray",
    ),
    Action(
        "chart.newer",
        ("right",),
        "Newer candle",
        "Walk it to newer ones; beyond the newest it lets go",
        "chart_newer",
    ),
    Action("chart.older_ten", ("shift+left",), "Ten back", "Walk it ten candles back", "chart_older_ten"),
    Action("chart.newer_ten", ("shift+right",), "Ten on", "Walk it ten candles on", "chart_newer_ten"),
    Action("chart.back", ("ctrl+left",), "Pan back", "Move the chart half its width back", "chart_back"),
    Action("chart.on", ("ctrl+right",), "Pan on", "Move the chart half its width on", "chart_on"),
    Action(
        "chart.longer",
        ("minus",),
        "Longer candles",
        "Put candles together: 1, 5, 15, 60 minutes",
        "chart_longer",
    ),
    Action("chart.shorter", ("plus", "equals_sign"), "Shorter candles", "And apart again", "chart_shorter"),
    Action("chart.oldest", (), "Oldest candle", "Go to the oldest candle that is kept", "chart_oldest"),
    Action("chart.newest", ("G",), "Newest candle", "Go to the newest candle and follow it", "chart_newest"),
    Action("view.theme", ("t",), "Theme", "Use the next theme", "theme", 12),
    Action(
        "view.themes", ("T",), "Themes", "Choose a theme: each is worn while the cursor is on it", "themes"
    ),
    Action("view.redraw", ("ctrl+l",), "Redraw", "Draw the whole screen again", "redraw"),
    Action("view.help", ("question_mark", "f1"), "Help", "All keys and what the signs mean", "help", 8),
    Action("view.palette", ("ctrl+p",), "More", "All actions by name", "palette", 14),
    Action(
        "bot.drill",
        (),
        "Fire drill",
        "Fire drill, by name only: one thing goes wrong in the box, and the bot is judged by it",
        "drill",
    ),
    Action("bot.quit", ("q",), "Quit", "Quit: says what stays at the exchange, then asks", "quit", 10),
    Action("replay.toggle", ("space",), "Play", "Play the recording, or hold it", "play", 1),
    Action("replay.forth", ("full_stop",), "Step", "Hold, and go to the next journal entry", "forth", 2),
    Action("replay.back", ("comma",), "Back", "Hold, and go back to the entry before", "back", 9),
    Action(
        "replay.candle", ("greater_than_sign",), "Candle", "Hold, and go to the next close", "next_candle", 3
    ),
    Action(
        "replay.candle_back",
        ("less_than_sign",),
        "Candle back",
        "Hold, and go back to the close before",
        "last_candle",
    ),
    Action("replay.faster", ("right_square_bracket",), "Faster", "Play faster, up to x1000", "faster", 5),
    Action("replay.slower", ("left_square_bracket",), "Slower", "Play slower, down to x1", "slower", 6),
    Action("replay.seek", ("g",), "Go to", "Go to a time, a share, start or end of the recording", "seek", 4),
    Action("replay.trade", ("n",), "Trade", "Hold, and go to the next execution", "next_trade", 8),
    Action("replay.trade_back", ("N",), "Trade back", "Hold, and go back to the one before", "last_trade"),
    Action(
        "replay.fork",
        ("F",),
        "Fork",
        "Leave the recording here with other settings; again: back to what was recorded",
        "fork",
        4,
    ),
    Action(
        "bot.panic",
        ("f12",),
        "Panic",
        "Flatten, from any screen, even while typing; asks once",
        "flatten",
        0,
        everywhere=True,
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

AREAS = {
    "trade": "Trading by hand",
    "bot": "The bot",
    "view": "The screen",
    "chart": "The chart",
    "log": "The log",
    "replay": "The recording (tui-bot replay)",
}

IN_DIALOGS = (
    ("tab, arrows", "move between fields and buttons"),
    ("enter", "press the button under the cursor; Cancel comes first"),
    ("y", "yes, where a question is asked"),
    ("n or escape", "no, back"),
    ("F2 F3", "in the settings: the value in effect, the next of its choices"),
    ("F4 F5", "in the settings: what if, and the history of changes"),
    ("F5 to F8", "in a ticket: a quarter, half, three quarters or all of what is held"),
    ("mouse", "a click chooses or presses; what cannot be taken back takes two"),
)
