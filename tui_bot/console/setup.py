"""The first start: whether somebody should be asked how to begin, and where the answers go."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_bot.config.file import Loaded

#: A file of this name in the state folder says that the questions were shown.
SHOWN = "setup.shown"


class Setup:
    """The settings to be asked for, by path. ``loaded`` is the config they go into."""

    def __init__(self, loaded: Loaded, state_dir: Path) -> None:
        self._loaded, self._state_dir = loaded, state_dir

    @property
    def where(self) -> str:
        """The file that is written."""
        return str(self._loaded.path)

    @property
    def values(self) -> dict[str, str]:
        """What the file says now."""
        from tui_bot.config import values_of

        return dict(values_of(self._loaded.settings))

    def faults(self, answers: Mapping[str, str]) -> Sequence[str]:
        """What is wrong with the answers, hard caps included."""
        from tui_bot.config import ConfigError, settings_of
        from tui_bot.config.caps import texts_of

        try:
            after = settings_of(answers, self._loaded.settings)
        except ConfigError as error:
            return [problem.sentence for problem in error.problems]
        return [problem.sentence for problem in self._loaded.caps.over(texts_of(after))]

    def save(self, answers: Mapping[str, str]) -> None:
        """Write the answers, everything else in the file left as it is. Raises ConfigError.

        Each limit was asked for by itself, so a raised one is an edit of its own.
        """
        from tui_bot.config.check import CAPS
        from tui_bot.config.file import create, save

        loaded, before = self._loaded, self.values
        raised = [path for path in CAPS if path in answers and _above(answers[path], before[path])]
        for path in raised:
            loaded = save(loaded, {path: answers[path]})
        loaded = save(loaded, {path: text for path, text in answers.items() if path not in raised})
        self._loaded = create(loaded)

    def done(self) -> None:
        """Not to be asked again; that this cannot be kept is no reason to disturb anyone."""
        with contextlib.suppress(OSError):
            self._state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._state_dir / SHOWN).touch(mode=0o600)


def first_setup(config: Path | None, state_dir: Path, environment: Mapping[str, str]) -> Setup | None:
    """The questions, for somebody who has neither a config file of their own nor ever started the bot.

    None as well where nobody could answer (CI), and where the config is faulty: the start says why.
    """
    if config is not None or "CI" in environment or (state_dir / SHOWN).exists():
        return None
    from tui_bot.config import ConfigError, find, load

    try:
        loaded = load(find())
    except ConfigError:
        return None
    setup = Setup(loaded, state_dir)
    if loaded.on_disk or any(state_dir.glob("*/journal.sqlite")):
        setup.done()
        return None
    return setup


def _above(text: str, before: str) -> bool:
    from decimal import Decimal

    return Decimal(text) > Decimal(before)
