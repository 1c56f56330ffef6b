"""How the settings came to be what they are: every change is kept, whoever made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui_bot.engine.commands import Change
from tui_bot.engine.records import Record, SettingsChanged
from tui_bot.engine.state import BotState

Values = tuple[tuple[str, str], ...]


def take_up(state: BotState, edits: Iterable[Record], values: Values) -> None:
    """Remember the changes of earlier runs; keep what was changed in the file since the last of them."""
    state.edits.extend(edits)
    if not values:
        return
    before = known(state.edits)
    if not before:
        _keep(state, SettingsChanged((), state.settings.digest, "start", values))
        return
    changes = tuple(
        Change(path, before.get(path, ""), text) for path, text in values if before.get(path) != text
    )
    if changes:
        _keep(state, SettingsChanged(changes, state.settings.digest, "file", values))


def known(edits: Iterable[Record]) -> Mapping[str, str]:
    """The settings as the newest change that names all of them left them, empty where there is none."""
    found: dict[str, str] = {}
    for record in edits:
        if isinstance(record.body, SettingsChanged) and record.body.values:
            found = dict(record.body.values)
    return found


def _keep(state: BotState, changed: SettingsChanged) -> None:
    state.edits.append(state.keep(changed))
