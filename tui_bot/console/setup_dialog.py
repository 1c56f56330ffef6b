"""A guided start: six questions, each with a good answer in it already; Enter goes through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console.dialog import Answer, Choice, Dialog, Prose
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.setup import Setup
from tui_bot.console.ticket import field
from tui_bot.console.watch import View
from tui_bot.sanitise import sanitise

MODES = ("demo", "paper")

#: Path, name, unit, and one sentence of what it is.
QUESTIONS = (
    (
        "mode",
        "mode",
        "",
        "demo is a market in a box, offline, with play money; paper the same with Kraken's live prices. "
        "Real money comes later: tui-bot keys add, then tui-bot --mode live.",
    ),
    ("pair", "pair", "", "What is traded, base/quote, by any of the names Kraken has for it."),
    (
        "trading.trade_size",
        "trade size",
        "base units",
        "What the bot buys at a turn, in the first unit of the pair.",
    ),
    (
        "limits.max_position",
        "most held",
        "base units",
        "Neither the bot nor you by hand can hold more than this.",
    ),
    ("limits.max_notional", "an order", "quote units", "No single order may cost more than this."),
    (
        "limits.daily_loss",
        "day's loss",
        "quote units",
        "A UTC day that loses more opens nothing until it is over; exits still go out. 0 is no limit.",
    ),
)


class SetupDialog(Dialog[bool]):
    """True when the answers were saved; the engine starts either way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.focus_next", "Next", id="setup.next", show=False),
    ]
    AUTO_FOCUS = "#mode"

    def __init__(self, view: View, setup: Setup) -> None:
        super().__init__("Welcome to tui-bot", replace(view, mode=view.mode or MODES[0]))
        self._setup = setup
        values = setup.values
        chosen = MODES.index(values["mode"]) if values["mode"] in MODES else 0
        self._mode = Choice(MODES, chosen, id="mode")
        self._entries = {
            path: Input(values[path], id=path.replace(".", "-"), select_on_focus=False)
            for path, *_ in QUESTIONS[1:]
        }
        self._about = Prose(id="about")
        self._at = "mode"

    def parts(self) -> Sequence[Widget]:
        """A line of welcome, the questions, and what the one under the cursor means."""
        welcome = "Six answers, good ones are in already: Enter goes on to the next, the last starts."
        fields: list[Widget] = [Prose([((welcome, "text"),), EMPTY])]
        for path, name, unit, _ in QUESTIONS:
            entry = self._mode if path == "mode" else self._entries[path]
            hint = "left, right" if path == "mode" else unit
            fields.append(field(name, entry, Prose([((hint, "dim"),)], classes="note")))
        return (*fields, Prose([EMPTY]), self._about)

    def answers(self) -> Sequence[Answer]:
        """Start comes first, as here nothing is at stake."""
        return Answer("Start", "start"), Answer("Skip", "cancel")

    def on_mount(self) -> None:
        """What the first question means; the mouse is heard if the file says so."""
        values = tuple(self._setup.values.items())
        self.console_app.pointer.follow(replace(self.view, values=values))
        self._draw()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Another question."""
        found = (event.widget.id or "").replace("-", ".")
        self._at = found if found in {path for path, *_ in QUESTIONS} else self._at
        self._draw()

    def on_input_changed(self) -> None:
        """Each keystroke is checked."""
        self._draw()

    def on_choice_changed(self) -> None:
        """Another mode."""
        self._draw()

    def on_input_submitted(self) -> None:
        """Enter goes on."""
        self.focus_next()

    def chose(self, answer: str) -> None:
        """Save and start, unless something is wrong."""
        from tui_bot.config import ConfigError

        if answer != "start":
            return
        if faults := self._setup.faults(self._answers):
            self.console_app.tell(f"not yet: {faults[0]}", "warning")
            return
        try:
            self._setup.save(self._answers)
        except ConfigError as error:
            self.console_app.tell(f"not saved: {error}", "error")
            return
        self._setup.done()
        key = self.view.keymap.key("bot.edit")
        self.console_app.tell(f"your settings are in {self._setup.where}; {key} edits them")
        self.dismiss(True)

    def action_give_up(self) -> None:
        """Start with what there is; do not ask again."""
        self._setup.done()
        self.dismiss(False)

    @property
    def _answers(self) -> dict[str, str]:
        texts = {path: entry.value.strip() for path, entry in self._entries.items()}
        return {"mode": MODES[self._mode.chosen], **texts}

    def _draw(self) -> None:
        sentence = next(text for path, _, _, text in QUESTIONS if path == self._at)
        faults = self._setup.faults(self._answers)
        lines: list[Row] = [((sentence, "text bold"),), EMPTY]
        lines += [row(("✗ ", "alarm bold"), (sanitise(fault, 200), "alarm")) for fault in faults]
        if not faults:
            where = f"Start writes {sanitise(self._setup.where, 200)}, its comments kept; "
            lines.append(((where + "Esc skips. tui-bot setup asks again.", "dim"),))
        self._about.say(lines)
