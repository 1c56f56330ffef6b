"""An order of unknown fate: a person looks at the exchange, and says what is there."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.banner import lost_orders
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.commands import Settle
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Order
from tui_bot.sanitise import sanitise


class SettleDialog(Dialog[Settle]):
    """The oldest lost order. Cancel is under the cursor; it closes by itself once the order is found."""

    def __init__(self, view: View) -> None:
        super().__init__("An order of unknown fate", view)
        self._lost = lost_orders(view)[-1].intent.cl_ord_id
        self._words = Prose()

    def parts(self) -> Sequence[Widget]:
        """The order, and what either answer leads to."""
        return (self._words,)

    def answers(self) -> Sequence[Answer]:
        """Cancel first."""
        return (
            Answer("Cancel", "cancel"),
            Answer("It is there", "there"),
            Answer("It is not there", "absent", danger=True),
        )

    def on_mount(self) -> None:
        """Say it."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """Time passes; perhaps the order was found."""
        self.view = view
        order = next((one for one in lost_orders(view) if one.intent.cl_ord_id == self._lost), None)
        if order is None or view.snap is None:
            self.console_app.tell("the order's fate is known now: see the orders panel")
            self.dismiss(None)
            return
        self._words.say(settle_words(view, view.snap, order))

    def chose(self, answer: str) -> None:
        """There, or not there."""
        self.dismiss(Settle(self._lost, exists=answer == "there"))


def settle_words(view: View, snap: Snapshot, order: Order) -> list[Row]:
    """What was sent, where to look, and the worst that either answer can lead to."""
    intent = order.intent
    kind = "at market" if intent.price is None else f"at {words.number(intent.price, view.decimals)}"
    worst = snap.position.size + intent.side.sign * order.remaining
    size = f"{words.holding(worst)} {words.volume(abs(worst))}" if worst else "flat"
    left = intent.deadline_ms - view.now_ms
    wait = f"it may still arrive for {words.age(left)}" if left > 0 else "it can no longer arrive"
    return [
        row(
            ("order     ", "dim"),
            (
                f"{intent.side.name} {words.volume(intent.volume)} {sanitise(intent.pair, 20)} {kind}",
                "text bold",
            ),
            (f"  sent {words.time_of(intent.created_ms, seconds=True)} UTC", "dim"),
        ),
        row(("lost      ", "dim"), (sanitise(order.reason), "text"), (f"; {wait}", "text")),
        row(("id        ", "dim"), (sanitise(intent.cl_ord_id), "text")),
        EMPTY,
        (("Look at the exchange's own page: open orders, closed orders, trades.", "text"),),
        row(
            ("there     ", "dim"),
            ("the bot goes on looking for it and sends nothing meanwhile", "text"),
        ),
        row(
            ("not there ", "dim"),
            ("the bot may trade again; worst case, it is there after all: ", "text"),
            (f"you end {size} without the bot's knowing", "alarm bold"),
        ),
    ]
