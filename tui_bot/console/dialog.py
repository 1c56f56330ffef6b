"""What dialogs are made of: wrapped text, answers, a chooser, and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.canvas import Canvas
from tui_bot.console.rows import EMPTY, Row, row, spread, wrap
from tui_bot.console.watch import View

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp

Result = TypeVar("Result")


class Prose(Canvas):
    """Paragraphs, wrapped to the width and as high as they need."""

    def __init__(
        self,
        paragraphs: Sequence[Row] = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._paragraphs = tuple(paragraphs)

    def say(self, paragraphs: Sequence[Row]) -> None:
        """Show these paragraphs from now on."""
        self._paragraphs = tuple(paragraphs)
        lines = self._folded(self.size.width)
        if len(lines) != len(self.rows):
            self.refresh(layout=True)
        self.show(lines)

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """As many rows as the wrapped text has."""
        return len(self._folded(width))

    def on_resize(self, _event: Resize) -> None:
        """Wrap again."""
        self.show(self._folded(self.size.width))

    def _folded(self, width: int) -> list[Row]:
        if width <= 0:
            return []
        return [line for paragraph in self._paragraphs for line in _wrapped(paragraph, width)]


def _wrapped(paragraph: Row, width: int) -> list[Row]:
    """Further lines hang under the second span when the first is a label."""
    if not paragraph:
        return [EMPTY]
    if len(paragraph) > 1 and paragraph[0][0].endswith(" "):
        return wrap(paragraph[:1], paragraph[1:], width)
    return wrap(EMPTY, paragraph, width)


class Answer(Canvas, can_focus=True):
    """A button of one row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Press", id="answer.press", show=False)
    ]

    class Pressed(Message):
        """The button was pressed."""

        def __init__(self, answer: str) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, label: str, answer: str, *, danger: bool = False) -> None:
        super().__init__(id=answer, classes="answer")
        self._label, self.answer, self._danger = label, answer, danger
        self._had_focus = False

    def on_mount(self) -> None:
        """As wide as the label."""
        self.styles.width = len(self._label) + 4
        self._draw()

    def rename(self, label: str) -> None:
        """Another label."""
        if label != self._label:
            self._label = label
            self.styles.width = len(label) + 4
            self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the focus by shape, not only by colour."""
        super().watch_has_focus(has_focus)
        self._draw()

    def focus_on_click(self) -> bool:
        """A click gives it the focus; whether it had it before is kept in mind."""
        self._had_focus = self.has_focus
        return True

    def on_click(self) -> None:
        """For those who have a mouse: what cannot be taken back takes a click that chooses and one that
        presses, as it takes two keys. A stray click does nothing."""
        if self._danger and not self._had_focus:
            cast("ConsoleApp", self.app).tell(f"chosen; once more does it: {self._label}")
        else:
            self.action_press()

    def action_press(self) -> None:
        """Pressed."""
        self.post_message(self.Pressed(self.answer))

    def _draw(self) -> None:
        ink = ("alarm" if self._danger else "key") + " bold reverse" if self.has_focus else "text"
        self.show([((f"{'▸' if self.has_focus else ' '} {self._label}  ", ink),)])


class Choice(Canvas, can_focus=True):
    """One of a few words, changed with the left and right arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus,h", "turn(-1)", "Before", id="choice.before", show=False),
        Binding("right,plus,space,l", "turn(1)", "Next", id="choice.next", show=False),
    ]

    class Changed(Message):
        """Another word was chosen."""

    def __init__(self, options: Sequence[str], chosen: int = 0, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._options, self.chosen = tuple(options), chosen

    def on_mount(self) -> None:
        """Show the first word."""
        self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the focus by shape, not only by colour."""
        super().watch_has_focus(has_focus)
        self._draw()

    def offer(self, options: Sequence[str]) -> None:
        """Other words; the place of the chosen one stays, as far as there is one."""
        self._options, self.chosen = tuple(options), min(self.chosen, len(options) - 1)
        self._draw()

    def on_click(self, event: Click) -> None:
        """The sign before the word turns back, all else on."""
        self.action_turn(-1 if event.x < 2 else 1)

    def action_turn(self, by: int) -> None:
        """The word ``by`` places on."""
        self.chosen = (self.chosen + by) % len(self._options)
        self._draw()
        self.post_message(self.Changed())

    def _draw(self) -> None:
        ink = "key bold reverse" if self.has_focus else "text"
        self.show([(("◀ ", "dim"), (f" {self._options[self.chosen]} ", ink), (" ▶", "dim"))])


class Heading(Canvas):
    """A dialog's first row: what it is about, and whose money."""

    def __init__(self, title: str, mode: str) -> None:
        super().__init__(classes="line")
        self._title, self._mode = title, mode

    def on_resize(self, _event: Resize) -> None:
        """Title left, money right."""
        money = (f" {words.money_words(self._mode)} ", f"{words.mode_ink(self._mode)} bold reverse")
        self.show([spread(row((self._title, "text bold")), (money,), self.size.width)])


class Dialog(ModalScreen[Result], Generic[Result]):
    """A frame with a heading. Escape and n give up; nothing is ever done by giving up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", id="dialog.back", show=False),
        Binding("left,up,h,k", "app.focus_previous", "Before", id="dialog.before", show=False),
        Binding("right,down,l,j", "app.focus_next", "Next", id="dialog.next", show=False),
    ]
    AUTO_FOCUS = "#cancel"

    def __init__(self, title: str, view: View) -> None:
        super().__init__()
        self._title, self.view = title, view

    @property
    def console_app(self) -> ConsoleApp:
        """The app, by its own type."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """Heading, what the dialog is made of, answers."""
        with Vertical(classes="dialog"):
            yield Heading(self._title, self.view.mode)
            yield from self.parts()
            with Horizontal(classes="buttons"):
                yield from self.answers()

    def parts(self) -> Sequence[Widget]:
        """What stands between heading and answers."""
        return ()

    def answers(self) -> Sequence[Answer]:
        """The answers, the harmless one first."""
        return (Answer("Cancel", "cancel"),)

    def look(self, view: View) -> None:
        """A newer view."""
        self.view = view

    def on_answer_pressed(self, event: Answer.Pressed) -> None:
        """Cancel gives up, the rest is ``chose``."""
        if event.answer == "cancel":
            self.action_give_up()
        else:
            self.chose(event.answer)

    def chose(self, answer: str) -> None:
        """An answer other than Cancel."""

    def action_give_up(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)
