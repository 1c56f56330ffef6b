"""The orders table: live orders and the newest ended ones; one is cancelled, replaced, or taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.canvas import Canvas
from tui_bot.console.confirm import Confirm
from tui_bot.console.cursor_list import CursorList
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.order_rows import Entry, detail_rows, entries_of, entry_row, head_row
from tui_bot.console.replace_ticket import ReplaceTicket
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.commands import CancelOrders, Replace
from tui_bot.market.order import Order

KEYS = row(
    ("↑↓ j k", "key bold"),
    (" choose   ", "dim"),
    ("c", "key bold"),
    (" cancel it   ", "dim"),
    ("a", "key bold"),
    (" other price or size   ", "dim"),
    ("enter", "key bold"),
    (" why", "dim"),
)


class OrderList(CursorList):
    """The lines around the cursor. The cursor stays on its order while others come and go."""

    def __init__(self) -> None:
        super().__init__(id="order-list", classes="fill")
        self.entries: list[Entry] = []
        self.place = 0
        self._first = 0

    @property
    def under_cursor(self) -> int:
        """Its row."""
        return self.place - self._first

    @property
    def here(self) -> Entry | None:
        """The order under the cursor."""
        return self.entries[self.place] if self.entries else None

    def take(self, entries: list[Entry]) -> None:
        """Newer orders."""
        key = self.here.key if self.here else ""
        self.entries = entries
        kept = next((place for place, entry in enumerate(entries) if entry.key == key), self.place)
        self.place = max(min(kept, len(entries) - 1), 0)

    def move(self, by: int) -> None:
        """Another line."""
        self.place = max(min(self.place + by, len(self.entries) - 1), 0)

    def draw(self, view: View) -> None:
        """Show the part of the list around the cursor."""
        height, width = self.size.height, self.size.width
        if not self.entries:
            self.show([((" no order yet", "dim"),)])
            return
        first = max(min(self.place - height // 2, len(self.entries) - height), 0)
        self._first = first
        shown = range(first, min(first + height, len(self.entries)))
        self.show([entry_row(view, self.entries[place], place == self.place, width) for place in shown])


class OrdersPage(Dialog[None]):
    """Arrows, j and k choose; c cancels the one, a gives it another price or size, enter says why it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Before", id="orders.up", show=False, priority=True),
        Binding("down,j", "move(1)", "Next", id="orders.down", show=False, priority=True),
        Binding("pageup", "move(-8)", "Page up", id="orders.page_up", show=False, priority=True),
        Binding("pagedown", "move(8)", "Page down", id="orders.page_down", show=False, priority=True),
        Binding("home", "move(-9999)", "First", id="orders.first", show=False, priority=True),
        Binding("end", "move(9999)", "Last", id="orders.last", show=False, priority=True),
        Binding("c", "cancel", "Cancel it", id="orders.cancel", show=False),
        Binding("a", "replace", "Replace it", id="orders.replace", show=False),
        Binding("enter,x", "why", "Why", id="orders.why", show=False),
        Binding("q,o", "give_up", "Close", id="orders.close", show=False),
    ]
    AUTO_FOCUS = "#order-list"

    def __init__(self, view: View) -> None:
        super().__init__("Orders", view)
        self._head = Canvas(classes="line")
        self._list = OrderList()
        self._about = Prose(id="about-order")
        self._keys = Prose()

    def parts(self) -> Sequence[Widget]:
        """Heading, lines, the one under the cursor, keys."""
        return self._head, self._list, self._about, self._keys

    def answers(self) -> Sequence[Answer]:
        """Only one."""
        return (Answer("Close", "cancel"),)

    def on_mount(self) -> None:
        """Take the whole height."""
        self.query_one(".dialog").add_class("-tall", "-orders")
        self.look(self.view)

    def on_resize(self) -> None:
        """The list has another height."""
        self.call_after_refresh(self._draw)

    def look(self, view: View) -> None:
        """Orders moved, time passed."""
        self.view = view
        if view.snap is not None:
            self._list.take(entries_of(view.snap))
        self._draw()

    def action_move(self, by: int) -> None:
        """Another order."""
        self._list.move(by)
        self._draw()

    def action_why(self) -> None:
        """What made the bot order this."""
        here = self._list.here
        if here is None or here.own is None:
            self.console_app.tell("nobody here knows why: it is EXTERNAL", "warning")
        else:
            self.console_app.desk.why_of(here.own.intent.signal)

    def action_cancel(self) -> None:
        """Cancel the one under the cursor, after a question."""
        order = self._resting()
        if order is None:
            return
        body = [order_words(self.view, order), (("What was filled of it stays.", "dim"),)]
        question = Confirm("Cancel this order?", self.view, lambda _view: body, "Cancel the order")
        command = CancelOrders(order.intent.cl_ord_id)
        self.app.push_screen(question, lambda yes: self._send(command if yes else None))

    def action_replace(self) -> None:
        """Another price or size for the one under the cursor."""
        order = self._resting()
        if order is not None and order.intent.price is not None:
            self.app.push_screen(ReplaceTicket(order, self.view), self._send)
        elif order is not None:
            self.console_app.tell("a stop follows the settings; it is not changed by hand", "warning")

    def _send(self, command: CancelOrders | Replace | None) -> None:
        if command is not None and self.console_app.submit(command):
            self.console_app.tell("handed to the engine; the table and the log say what follows")

    def _resting(self) -> Order | None:
        """The order under the cursor if it can be changed; else say why not."""
        here = self._list.here
        if here is not None and here.rests:
            return here.own
        why = "no order" if here is None else "it is EXTERNAL, never touched from here"
        if here is not None and here.own is not None:
            uncertain = here.own.state.is_uncertain
            why = "its fate is not known yet" if uncertain else f"it is {words.STATE_WORD[here.own.state]}"
        self.console_app.tell(f"nothing to change: {why}", "warning")
        return None

    def _draw(self) -> None:
        here = self._list.here
        self._head.show([head_row(self._list.size.width)])
        self._list.draw(self.view)
        self._about.say([EMPTY, *(detail_rows(self.view, here) if here else [])])
        self._keys.say([EMPTY, KEYS])


def order_words(view: View, order: Order) -> Row:
    """One order in a sentence."""
    intent = order.intent
    kind = words.price_kind(intent, view.decimals, "at market", "at ")
    filled = f", {words.volume(order.executed)} filled" if order.executed else ""
    return row(
        (f"{intent.side.name} ", f"{words.SIDE_INK[intent.side]} bold"),
        (f"{words.volume(intent.volume)} {kind}{filled}", "text bold"),
    )
