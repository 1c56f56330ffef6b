"""What the keys do: opens dialogs, and hands the engine what comes out of them."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.reading import Reading
from tui_bot.console.rows import Row, row
from tui_bot.console.steering import Steering
from tui_bot.console.transport import is_replay
from tui_bot.console.watch import View
from tui_bot.engine.commands import Accept, CancelOrders, Command, Flatten, Pause, Release, Resume, Submission
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import Side
from tui_bot.sanitise import sanitise


class Desk(Reading, Steering):
    """One method a registered action. Dialogs are imported when they are first needed."""

    def look(self, view: View) -> None:
        """Keep open dialogs up to date; bring the arming screen where it is needed."""
        if view.snap is not None and view.snap.phase is Phase.ARMING and view.pulse.is_live:
            self._arming(view)
        if len(self._app.screen_stack) > 1:
            from tui_bot.console.dialog import Dialog

            for screen in self._app.screen_stack[1:]:
                if isinstance(screen, Dialog):
                    screen.look(view)

    # -- the bot -----------------------------------------------------------------------------------

    def pause(self) -> None:
        """Pause at once; resume only after a question."""
        snap = self._app.view.snap
        if snap is None:
            return
        run = snap.run
        if run.run is Run.RUN:
            self._send(Pause(), "pause asked for: no new exposure, exits go on")
            return
        body: list[Row] = [
            row((f"{run.run.value} ", "warn bold"), (sanitise(run.reason), "text")),
            (("The bot will trade again from the next closed candle.", "text"),),
        ]
        self._ask("Resume trading?", body, "Resume", Resume(), "resume asked for")

    def edit(self) -> None:
        """Edit the settings."""
        from tui_bot.console.settings_form import SettingsForm

        self._app.push_screen(SettingsForm(self._app.view), self._app.submit_edit)

    def drill(self) -> None:
        """Choose what goes wrong."""
        from tui_bot.console.drill import DrillDialog

        self._app.push_screen(
            DrillDialog(self._app.view),
            lambda drill: self._send(drill, "fire drill asked for; the log says how it goes"),
        )

    def quit(self) -> None:
        """Ask, then leave; a recording leaves nothing behind."""
        if is_replay(self._app.view):
            self.leave()
            return
        from tui_bot.console.quit_dialog import QuitDialog

        if not any(isinstance(screen, QuitDialog) for screen in self._app.screen_stack):
            self._app.push_screen(QuitDialog(self._app.view), self._leave)

    def leave(self) -> None:
        """Stop the engine and go."""
        self._app.engine_thread.stop()
        self._app.exit()

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.leave()

    def _arming(self, view: View) -> None:
        from tui_bot.console.arming import ArmingDialog

        if not any(isinstance(screen, ArmingDialog) for screen in self._app.screen_stack):
            self._app.push_screen(ArmingDialog(view))

    # -- trading by hand ---------------------------------------------------------------------------

    def buy(self) -> None:
        """A ticket."""
        self._ticket(Side.BUY)

    def sell(self) -> None:
        """A ticket."""
        self._ticket(Side.SELL)

    def flatten(self) -> None:
        """Cancel and close, from any screen."""
        from tui_bot.console.ticket import FlattenTicket

        if not any(isinstance(screen, FlattenTicket) for screen in self._app.screen_stack):
            self._app.push_screen(FlattenTicket(self._app.view), self._flatten)

    def _flatten(self, command: Flatten | None) -> None:
        """It begins at once; what is not the bot's is asked about apart from it."""
        from tui_bot.console.ticket import ForeignQuestion

        self._send(command, "flatten asked for")
        snap = self._app.view.snap
        if command is not None and snap is not None and snap.foreign:
            question = ForeignQuestion(self._app.view, snap.foreign)
            self._app.push_screen(question, lambda answer: self._send(answer, "cancel of EXTERNAL asked for"))

    def cancel(self) -> None:
        """Cancel what rests, after a question."""
        from tui_bot.console.position import open_orders

        snap = self._app.view.snap
        if snap is None:
            return
        count = open_orders(snap)
        left = f"; {len(snap.foreign)} EXTERNAL stay untouched" if snap.foreign else ""
        body: list[Row] = [
            ((f"Cancel {count} resting order{'' if count == 1 else 's'} of the bot{left}.", "text"),)
        ]
        self._ask("Cancel orders?", body, "Cancel the orders", CancelOrders(), "cancel asked for")

    def orders(self) -> None:
        """The table."""
        from tui_bot.console.orders_page import OrdersPage

        if self._app.view.snap is not None:
            self._app.push_screen(OrdersPage(self._app.view))

    def release(self) -> None:
        """Hand back to the bot, after a question."""
        snap = self._app.view.snap
        if snap is None or snap.override is None:
            return
        body: list[Row] = [
            row(("override ", "dim"), (words.override(snap.override), "text")),
            (("The bot takes over again with the next signal.", "text"),),
        ]
        self._ask("Release the override?", body, "Release", Release(), "release asked for")

    def accept(self) -> None:
        """Let what is at the exchange and not ours stay, after a question."""
        from tui_bot.console.position import external_orders

        snap = self._app.view.snap
        count = external_orders(snap) if snap else 0
        if count == 0:
            return
        body: list[Row] = [
            (
                (
                    f"{count} EXTERNAL order{'s' * (count > 1)} at the exchange, see the log. Not the bot's.",
                    "text",
                ),
            ),
            (("Accept only what you know: entries go on beside it. Nothing is cancelled.", "warn"),),
        ]
        self._ask("Accept what is EXTERNAL?", body, "Accept", Accept(), "accepted")

    def settle(self) -> None:
        """Say what became of an order of unknown fate."""
        from tui_bot.console.settle import SettleDialog

        self._app.push_screen(
            SettleDialog(self._app.view),
            lambda command: self._send(command, "handed to the engine; the log says what follows"),
        )

    def _ticket(self, side: Side) -> None:
        from tui_bot.console.ticket import Ticket

        self._app.push_screen(
            Ticket(side, self._app.view), lambda trade: self._send(trade, f"{side.name} handed to the engine")
        )

    def _ask(self, title: str, body: list[Row], accept: str, command: Command, said: str) -> None:
        from tui_bot.console.confirm import Confirm

        def answered(yes: bool | None) -> None:
            self._send(command if yes else None, said)

        self._app.push_screen(Confirm(title, self._app.view, lambda _view: body, accept), answered)

    def _send(self, command: Submission | None, said: str) -> None:
        if command is not None and self._app.submit(command):
            self._app.tell(said)

    # -- the screen --------------------------------------------------------------------------------

    def why(self) -> None:
        """The newest decision, taken apart."""
        self._open_xray(None)

    def health(self) -> None:
        """Loop and counters."""
        from tui_bot.console.health_page import HealthPage

        self._app.push_screen(HealthPage(self._app.view))

    def backtest(self) -> None:
        """The settings over the candles that are known."""
        from tui_bot.console.backtest_page import BacktestPage

        self._app.push_screen(BacktestPage(self._app.view, self._app.state_dir), self._app.submit_edit)

    def help(self) -> None:
        """Keys and signs."""
        from tui_bot.console.help_words import help_rows
        from tui_bot.console.page import Page

        view = self._app.view
        self._app.push_screen(Page("Help", view, help_rows(view.keymap, view), "view.help"))

    def palette(self) -> None:
        """All actions by name."""
        from tui_bot.console.palette import Palette

        self._app.push_screen(Palette(self._app.view))
