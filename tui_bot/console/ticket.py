"""The ticket of an order by hand: what is typed, what it would do, and a question before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console import words
from tui_bot.console.confirm import Confirm
from tui_bot.console.dialog import Answer, Choice, Dialog, Prose
from tui_bot.console.plan import Plan, flatten_words, plan_trade, trade_words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.commands import CancelForeign, Contract, Flatten, Trade, Until
from tui_bot.engine.externals import foreign_words
from tui_bot.market.order import OrderReport, Side
from tui_bot.sanitise import sanitise

CONTRACTS = (
    Contract(Until.NEXT_SIGNAL),
    *(Contract(Until.CANDLES, count) for count in (1, 2, 3, 5, 10, 20, 60)),
    Contract(Until.RELEASED),
)


def field(name: str, entry: Widget, note: Prose) -> Horizontal:
    """A name, something to fill in, and a remark."""
    return Horizontal(Prose([((name, "dim"),)]), entry, note, classes="field")


def contract_choice(chosen: Contract) -> Choice:
    """How long the bot keeps its hands off."""
    return Choice([words.contract(each) for each in CONTRACTS], CONTRACTS.index(chosen), id="contract")


class Ticket(Dialog[Trade]):
    """Buy or sell by hand. The result is a command, confirmed."""

    AUTO_FOCUS = "#volume"

    def __init__(self, side: Side, view: View) -> None:
        super().__init__(f"{side.name} by hand", view)
        self._side = side
        self._preview = Prose(id="preview")
        self._volume = Input(self._first_volume(view), id="volume", select_on_focus=False)
        self._price = Input(placeholder="empty = market", id="price")
        self._contract = contract_choice(CONTRACTS[0])
        self._plan: Plan | None = None

    def parts(self) -> Sequence[Widget]:
        """Three fields and what follows from them."""
        rules = self.view.snap.rules if self.view.snap else None
        base, quote = (rules.base_name, rules.quote_name) if rules else ("", "")
        return (
            field("volume", self._volume, Prose([((base, "dim"),)], classes="note")),
            field("limit", self._price, Prose([((quote, "dim"),)], classes="note")),
            field("override", self._contract, Prose([(("left, right", "dim"),)], classes="note")),
            Prose([EMPTY]),
            self._preview,
        )

    def answers(self) -> Sequence[Answer]:
        """Nothing is sent from here."""
        return Answer("Cancel", "cancel"), Answer(f"Review {self._side.name}", "review")

    def on_mount(self) -> None:
        """Work out the first preview."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """Prices moved, or something was typed."""
        self.view = view
        contract = CONTRACTS[self._contract.chosen]
        self._plan = plan_trade(view, self._side, self._volume.value, self._price.value, contract)
        faults: list[Row] = [row(("✗ ", "alarm bold"), (fault, "alarm")) for fault in self._plan.faults]
        self._preview.say([*self._plan.lines, *faults])

    def on_input_changed(self) -> None:
        """Each keystroke counts."""
        self.look(self.view)

    def on_choice_changed(self) -> None:
        """Another contract."""
        self.look(self.view)

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def chose(self, answer: str) -> None:
        """Ask once more, unless something is wrong."""
        plan = self._plan
        if answer != "review" or plan is None:
            return
        if plan.trade is None:
            self.console_app.tell("not possible: " + "; ".join(plan.faults), "warning")
            return
        trade = plan.trade
        question = Confirm(
            f"Send this {self._side.name}?",
            self.view,
            lambda view: trade_words(view, trade),
            f"Send {self._side.name}",
        )
        self.app.push_screen(question, lambda yes: self._answered(yes, trade))

    def _answered(self, yes: bool | None, trade: Trade) -> None:
        if yes:
            self.dismiss(trade)

    @staticmethod
    def _first_volume(view: View) -> str:
        return format(view.snap.settings.trade_size, "f") if view.snap else ""


class ForeignQuestion(Dialog[CancelForeign]):
    """After a flatten: whether the orders that are not the bot's go too. No letter says yes."""

    def __init__(self, view: View, foreign: Sequence[OrderReport]) -> None:
        super().__init__("Cancel what is EXTERNAL too?", view)
        self._named = tuple(foreign)

    def parts(self) -> Sequence[Widget]:
        """Which ones; those and no others."""
        listed: list[Row] = [((sanitise(foreign_words(one), 100), "warn"),) for one in self._named]
        said: Row = (
            (
                "The flatten goes on. These are NOT the bot's: yours by hand, or another program's.",
                "text",
            ),
        )
        return (Prose([said, *listed]),)

    def answers(self) -> Sequence[Answer]:
        """To leave them is first."""
        return Answer("Leave them", "cancel"), Answer("Cancel them too", "foreign", danger=True)

    def look(self, view: View) -> None:
        """What was shown is what is asked about, whatever comes meanwhile."""
        self.view = view

    def chose(self, answer: str) -> None:
        """Do it."""
        if answer == "foreign":
            self.dismiss(CancelForeign(tuple(one.txid for one in self._named)))


class FlattenTicket(Dialog[Flatten]):
    """Cancel the bot's orders and close the position; one question, Cancel under the cursor."""

    def __init__(self, view: View) -> None:
        super().__init__("Flatten: cancel and close", view)
        self._contract = contract_choice(CONTRACTS[-1])
        self._words = Prose()

    def parts(self) -> Sequence[Widget]:
        """What will be done, and for how long the bot then waits."""
        return self._words, field(
            "override", self._contract, Prose([(("left, right", "dim"),)], classes="note")
        )

    def answers(self) -> Sequence[Answer]:
        """Cancel first."""
        return Answer("Cancel", "cancel"), Answer("y Flatten now", "flatten", danger=True)

    def on_mount(self) -> None:
        """Say it."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """Prices or orders moved."""
        self.view = view
        self._words.say(flatten_words(view, self._command))

    def on_choice_changed(self) -> None:
        """Another contract."""
        self.look(self.view)

    def chose(self, answer: str) -> None:
        """Do it."""
        if answer == "flatten":
            self.dismiss(self._command)

    def key_y(self) -> None:
        """Yes."""
        self.dismiss(self._command)

    def key_n(self) -> None:
        """No."""
        self.action_give_up()

    @property
    def _command(self) -> Flatten:
        return Flatten(CONTRACTS[self._contract.chosen])
