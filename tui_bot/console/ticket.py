"""The ticket of an order by hand: what is typed, what it would do, and a question before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console import words
from tui_bot.console.confirm import Confirm
from tui_bot.console.dialog import Answer, Choice, Dialog, Prose
from tui_bot.console.exits import PARTS, part_words
from tui_bot.console.plan import Plan, flatten_words, plan_trade, trade_words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.commands import LASTS_MS, CancelForeign, Contract, Flatten, Trade, Until
from tui_bot.engine.externals import foreign_words
from tui_bot.market.number import parse_decimal
from tui_bot.market.order import OrderReport, Side
from tui_bot.sanitise import sanitise

CONTRACTS = (
    Contract(Until.NEXT_SIGNAL),
    *(Contract(Until.CANDLES, count) for count in (1, 2, 3, 5, 10, 20, 60)),
    Contract(Until.RELEASED),
)

#: How long a limit order may rest, in exchange time.
_MINUTE_MS = 60_000
LASTS = tuple(minutes * _MINUTE_MS for minutes in (5, 15, 60, 240, 1440, 10_080, 40_320))


def field(name: str, entry: Widget, note: Prose) -> Horizontal:
    """A name, something to fill in, and a remark."""
    return Horizontal(Prose([((name, "dim"),)]), entry, note, classes="field")


def contract_choice(chosen: Contract, *more: str) -> Choice:
    """How long the bot keeps its hands off; ``more`` are words for other ends."""
    known = [words.contract(each) for each in CONTRACTS]
    return Choice([*known, *more], CONTRACTS.index(chosen), id="contract")


def lasts_choice() -> Choice:
    """How long a limit order rests."""
    return Choice([words.lasting(each) for each in LASTS], LASTS.index(LASTS_MS), id="lasts")


def read_contract(view: View, chosen: int, price_text: str) -> tuple[Contract, str]:
    """The contract that is chosen, and what is wrong with its price.

    Behind the known ones stands an end by price: above the market when it lies above it, else below.
    """
    if chosen < len(CONTRACTS):
        return CONTRACTS[chosen], ""
    if view.price is None:
        return CONTRACTS[-1], "no price yet"
    try:
        price = parse_decimal(price_text.strip())
    except ValueError:
        return CONTRACTS[-1], "until price: a price is missing"
    if price <= 0 or price == view.price:
        return CONTRACTS[-1], "until price: a price above or below the market"
    return Contract(Until.PRICE, price=price, above=price > view.price), ""


class Ticket(Dialog[Trade]):
    """Buy or sell by hand. The result is a command, confirmed."""

    AUTO_FOCUS = "#volume"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"f{key}", f"part({part})", f"{part}%", id=f"ticket.part_{part}", show=False, priority=True)
        for key, part in enumerate(PARTS, 5)
    ]

    def __init__(self, side: Side, view: View) -> None:
        super().__init__(f"{side.name} by hand", view)
        self._side = side
        self._preview = Prose(id="preview")
        self._volume = Input(self._first_volume(view), id="volume", select_on_focus=False)
        self._price = Input(placeholder="empty = market", id="price")
        self._lasts = lasts_choice()
        self._contract = contract_choice(CONTRACTS[0], "until a price")
        self._until = Input(placeholder="price", id="until")
        resumes = Prose([(("the bot resumes there", "dim"),)], classes="note")
        self._until_field = field("until", self._until, resumes)
        self._about_volume = Prose(classes="note")
        self._plan: Plan | None = None

    def parts(self) -> Sequence[Widget]:
        """Three fields and what follows from them."""
        rules = self.view.snap.rules if self.view.snap else None
        base, quote = (rules.base_name, rules.quote_name) if rules else ("", "")
        parts = part_words(self.view.snap, self._side)
        self._about_volume.say([row((base, "dim"), (f"  {parts}" if parts else "", "key"))])
        return (
            field("volume", self._volume, self._about_volume),
            field("limit", self._price, Prose([((quote, "dim"),)], classes="note")),
            field("rests", self._lasts, Prose([(("a limit order only", "dim"),)], classes="note")),
            field("override", self._contract, Prose([(("left, right", "dim"),)], classes="note")),
            self._until_field,
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
        self._until_field.display = self._contract.chosen >= len(CONTRACTS)
        contract, fault = read_contract(view, self._contract.chosen, self._until.value)
        typed = self._volume.value, self._price.value
        plan = plan_trade(view, self._side, *typed, contract, LASTS[self._lasts.chosen])
        if fault:
            plan = replace(plan, trade=None, faults=(*plan.faults, fault))
        self._plan = plan
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

    def action_part(self, percent: int) -> None:
        """A part of what is held."""
        self._volume.value = f"{percent}%"
        self._volume.cursor_position = len(self._volume.value)

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

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "accept", "Yes", id="flatten.yes", show=False),
        Binding("n", "give_up", "No", id="flatten.no", show=False),
    ]

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

    def action_accept(self) -> None:
        """Yes."""
        self.dismiss(self._command)

    @property
    def _command(self) -> Flatten:
        return Flatten(CONTRACTS[self._contract.chosen])
