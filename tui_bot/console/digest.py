"""While you were away: on top of everything until a key is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tui_bot.console.absence import Absence, digest_rows
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.watch import View


class Digest(Dialog[None]):
    """Closed by any key, see ``presence``."""

    AUTO_FOCUS = ""

    def __init__(self, view: View, absence: Absence) -> None:
        super().__init__("While you were away", view)
        self._words = Prose(digest_rows(absence, view))

    def parts(self) -> Sequence[Widget]:
        """What happened."""
        return (self._words,)

    def answers(self) -> Sequence[Answer]:
        """None: any key is the answer."""
        return ()
