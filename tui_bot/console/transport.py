"""The line of a recording: whether it plays, the recorded time, the speed, the place in the file."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.rows import Row, choose, row, width_of
from tui_bot.console.watch import View
from tui_bot.engine.transport import Transport

_BAR = 12


def is_replay(view: View) -> bool:
    """Whether a recording is shown, and not a bot."""
    return view.snap is not None and view.snap.transport is not None


def transport_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row, with less in it where there is less room; none where a bot is shown."""
    if view.snap is None or view.snap.transport is None:
        return []
    at = view.snap.transport
    ink = words.mode_ink(view.mode)
    name = "FORK" if at.fork else "REPLAY"
    now = min(view.now_ms, at.end_ms)
    badge = ((f" {'▶' if at.playing else '‖'} {name} ", f"{ink} bold reverse"), (" ", "text"))
    time = ((f"{words.date_of(now)} {words.time_of(now, seconds=True)} UTC", "text bold"),)
    pace = ((f" x{at.speed:g}", "text"), ("" if at.playing else " held", "warn bold"))
    share = (_bar(at), (f" {at.share * 100:.0f}%", "text"))
    said = (f"  {at.said or at.fork or at.lacks}", "warn" if at.said else ink if at.fork else "dim")
    entry = ((f"  {at.entry} of {at.entries} entries", "dim"),)
    part = ((f"  part {at.part} of {at.parts}", "dim"),) if at.parts > 1 else ()
    file = ((f"  {at.name}", "dim"),)
    told = (said,) if said[0].strip() else ()
    return [
        choose(
            width,
            row(*badge, *time, *pace, (" ", "text"), *share, *entry, *part, *file, *told),
            row(*badge, *time, *pace, (" ", "text"), *share, *entry, *told),
            row(*badge, *time, *pace, (" ", "text"), *share, *told),
            _cut(row(*badge, *time, *pace, *share[1:], *told), width),
        )
    ]


def _bar(at: Transport) -> tuple[str, str]:
    place = min(int(at.share * _BAR), _BAR - 1)
    return ("─" * place + "●" + "─" * (_BAR - 1 - place), "dim")


def _cut(line: Row, width: int) -> Row:
    """The line with its last span shortened to the width."""
    excess = width_of(line) - width
    if excess <= 0 or not line:
        return line
    text, ink = line[-1]
    kept = max(len(text) - excess - 1, 0)
    return (*line[:-1], (text[:kept] + "…" if kept else "", ink))
