"""The settings as a list, one a row, with what was changed and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType

from tui_bot.console.cursor_list import CursorList
from tui_bot.console.rows import Row, fit, row
from tui_bot.sanitise import sanitise

#: So many cells show a setting's unit; the line below the list says all of it.
_UNIT = 16


class Setting(Protocol):
    """What the form needs to know of one setting."""

    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def effect(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def range(self) -> str: ...


class FieldList(CursorList):
    """All settings, one a row; the one under the cursor is being edited."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "screen.move(-1)", "Before", id="fields.up", show=False),
        Binding("j", "screen.move(1)", "Next", id="fields.down", show=False),
    ]

    def __init__(self, fields: Sequence[Setting]) -> None:
        super().__init__(id="fields", classes="fill")
        self.fields = tuple(fields)
        self.cursor = 0
        self._first = 0

    @property
    def under_cursor(self) -> int:
        """Its row."""
        return self.cursor - self._first

    def draw(self, before: Mapping[str, str], now: Mapping[str, str], faulty: Mapping[str, str]) -> None:
        """Show the part of the list around the cursor."""
        height, width = self.size.height, self.size.width
        first = max(min(self.cursor - height // 2, len(self.fields) - height), 0)
        self._first = first
        rows: list[Row] = []
        for place in range(first, min(first + height, len(self.fields))):
            each = self.fields[place]
            rows.append(self._row(each, place == self.cursor, before, now, faulty, width))
        self.show(rows)

    def _row(
        self,
        each: Setting,
        here: bool,
        before: Mapping[str, str],
        now: Mapping[str, str],
        faulty: Mapping[str, str],
        width: int,
    ) -> Row:
        changed = now[each.path] != before[each.path]
        mark = "✗" if each.path in faulty else "●" if changed else " "
        mark_ink = "alarm bold" if each.path in faulty else "flip bold"
        pointer = "▸" if here else " "
        value = sanitise(now[each.path], 24) or "(none)"
        head = row(
            (f"{pointer}{mark} ", "key bold" if here and mark == " " else mark_ink),
            (f"{each.path:<28}", "text bold" if here else "text"),
        )
        unit = each.unit if len(each.unit) <= _UNIT else f"{each.unit[: _UNIT - 1]}…"
        body = row(
            (f"{value:>12} ", "flip bold" if changed else "text"),
            (f"{unit:<{_UNIT}} ", "dim"),
            (each.effect, "dim"),
        )
        return fit((*head, *body), width)
