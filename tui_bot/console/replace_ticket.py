"""Another price or size for a resting order: what would happen step by step, and a question first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console import words
from tui_bot.console.confirm import Confirm
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.plan import ends_row, plan_trade, verdict_rows
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.ticket import LASTS, field, lasts_choice
from tui_bot.console.watch import View
from tui_bot.engine.commands import Contract, Replace, Until
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.replacement import refusals_of
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Order, OrderState

HOW = "cancels the old order, waits until the exchange has confirmed that, then sends the new one."


class ReplaceTicket(Dialog[Replace]):
    """The result is a command, confirmed. It closes by itself when the order has ended meanwhile."""

    AUTO_FOCUS = "#price"

    def __init__(self, order: Order, view: View) -> None:
        super().__init__(f"Replace this {order.intent.side.name}", view)
        self._order = order
        self._volume = Input(plain(order.remaining), id="volume", select_on_focus=False)
        self._price = Input(plain(order.intent.price or ZERO), id="price", select_on_focus=False)
        self._lasts = lasts_choice()
        self._preview = Prose(id="preview")
        self._command: Replace | None = None
        self._faults: tuple[str, ...] = ()

    def parts(self) -> Sequence[Widget]:
        """Price, what is left to be filled, how long, and what follows."""
        rules = self.view.snap.rules if self.view.snap else None
        base, quote = (rules.base_name, rules.quote_name) if rules else ("", "")
        return (
            field("price", self._price, Prose([((quote, "dim"),)], classes="note")),
            field("volume", self._volume, Prose([((f"{base} still to fill", "dim"),)], classes="note")),
            field("rests", self._lasts, Prose([(("left, right", "dim"),)], classes="note")),
            Prose([EMPTY]),
            self._preview,
        )

    def answers(self) -> Sequence[Answer]:
        """Nothing is sent from here."""
        return Answer("Cancel", "cancel"), Answer("Review", "review")

    def on_mount(self) -> None:
        """Work out the first preview."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """Prices moved, something was typed, or the order has ended."""
        self.view = view
        snap = view.snap
        if snap is None:
            return
        own = self._order.intent.cl_ord_id
        order = next((one for one in snap.orders if one.intent.cl_ord_id == own), self._order)
        if order.state not in (OrderState.OPEN, OrderState.PARTIAL):
            self.console_app.tell(
                f"the order is {words.STATE_WORD[order.state]}: nothing to replace", "warning"
            )
            self.dismiss(None)
            return
        self._order = order
        self._read(snap)
        faults: list[Row] = [row(("✗ ", "alarm bold"), (fault, "alarm")) for fault in self._faults]
        self._preview.say([*self._lines(view, snap), *faults])

    def on_input_changed(self) -> None:
        """Each keystroke counts."""
        self.look(self.view)

    def on_choice_changed(self) -> None:
        """Another length."""
        self.look(self.view)

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def chose(self, answer: str) -> None:
        """Ask once more, unless something is wrong."""
        command, snap = self._command, self.view.snap
        if answer != "review" or snap is None:
            return
        if command is None:
            self.console_app.tell("not possible: " + "; ".join(self._faults), "warning")
            return
        lines = self._lines(self.view, snap)
        question = Confirm("Cancel it and order anew?", self.view, lambda _view: lines, "Replace")
        self.app.push_screen(question, lambda yes: self._answered(yes, command))

    def _answered(self, yes: bool | None, command: Replace) -> None:
        if yes:
            self.dismiss(command)

    def _read(self, snap: Snapshot) -> None:
        side, lasts = self._order.intent.side, LASTS[self._lasts.chosen]
        contract = contract_left(snap)
        price = self._price.value.strip() or "0"
        plan = plan_trade(self.view, side, self._volume.value, price, contract, lasts)
        self._faults, self._command = plan.faults, None
        if plan.trade is None or plan.trade.price is None:
            return
        if plan.trade.price == self._order.intent.price and plan.trade.volume == self._order.remaining:
            self._faults = ("same price and volume: nothing to replace",)
        else:
            own = self._order.intent.cl_ord_id
            self._command = Replace(own, plan.trade.volume, plan.trade.price, contract, lasts)

    def _lines(self, view: View, snap: Snapshot) -> list[Row]:
        """The old order, the new one, and the two steps between them."""
        intent, command = self._order.intent, self._command
        old = f"{words.volume(self._order.remaining)} at {words.number(intent.price, view.decimals)}"
        lines = [row(("now      ", "dim"), (f"{intent.side.name} {old}", "text"))]
        if command is None:
            return lines
        new = f"{words.volume(command.volume)} at {words.number(command.price, view.decimals)}"
        lines += [
            row(("then     ", "dim"), (f"{intent.side.name} {new}", "text bold")),
            ends_row(view, command.lasts_ms),
            row(("how      ", "dim"), (HOW, "text"), (" In between none rests.", "warn")),
        ]
        return [*lines, *_verdicts(command, self._order, snap)]


def _verdicts(command: Replace, order: Order, snap: Snapshot) -> list[Row]:
    """What the guards would say to the new order if the old one were gone."""
    now: Circumstances | None = snap.circumstances
    if now is None:
        return []
    return verdict_rows(refusals_of(command, order, now, snap.position, snap.settings))


def contract_left(snap: Snapshot) -> Contract:
    """What is left of the override; the next signal where there is none."""
    override = snap.override
    if override is None:
        return Contract(Until.NEXT_SIGNAL)
    if override.contract.until is Until.CANDLES:
        return Contract(Until.CANDLES, override.left)
    return override.contract
