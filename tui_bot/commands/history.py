"""``tui-bot history``: import files of candles, list them, verify them."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.library import find_kept, import_history
from tui_bot.backtest.reading import ReadOptions
from tui_bot.backtest.store.kept import Kept, all_kept
from tui_bot.backtest.store.tick_file import Head
from tui_bot.backtest.store.verification import verify
from tui_bot.commands.complaint import complain
from tui_bot.commands.progress import progress_bar
from tui_bot.sanitise import sanitise

OK, FAILED = 0, 1

_HEADINGS = ("name", "pair", "every", "candles", "from", "to", "holes")


def read_options(options: Namespace) -> ReadOptions:
    """What was typed about a file."""
    return ReadOptions(options.pair or "", options.interval, options.tick, options.holes == "fill")


def import_file(path: Path, state_dir: Path, options: ReadOptions, name: str) -> int:
    """Read a file and keep it; the exit code of the process."""
    try:
        with progress_bar(f"reading {sanitise(path.name, 40)}") as progress:
            kept = import_history(path, state_dir, options, name, progress)
    except HistoryError as error:
        return _refuse(error)
    if kept.head is not None:
        _tell(_imported(kept.name, kept.head))
    return OK


def print_list(state_dir: Path, *, as_json: bool) -> int:
    """Print what is kept; the exit code of the process."""
    every = all_kept(state_dir)
    if as_json:
        for kept in every:
            _tell(json.dumps(_json(kept)))
    elif every:
        _print_table([_HEADINGS, *map(_row, every)])
    else:
        _tell("no history is kept yet. To import one: tui-bot history import FILE")
    return OK


def verify_kept(state_dir: Path, name: str | None) -> int:
    """Verify one kept history or all; the exit code of the process."""
    try:
        every = [find_kept(state_dir, name)] if name is not None else all_kept(state_dir)
    except HistoryError as error:
        return _refuse(error)
    code = OK
    for kept in every:
        with progress_bar(f"verifying {sanitise(kept.name, 40)}") as progress:
            sound, text = verify(kept, progress)
        _tell(f"{'ok  ' if sound else 'FAIL'}  {sanitise(kept.name, 64):<10} {sanitise(text, 1000)}")
        code = code if sound else FAILED
    if not every:
        _tell("no history is kept yet. To import one: tui-bot history import FILE")
    return code


def _imported(name: str, head: Head) -> str:
    holes = f"{head.holes:,}" + (_fate(head) if head.holes else "")
    return (
        f"imported {name}: {head.pair}, {_every(head.interval)} candles in ticks of {head.tick}\n"
        f"  candles  {head.candles:,} from {_minute(head.first)} to {_minute(head.last)}\n"
        f"  holes    {holes}"
    )


def _fate(head: Head) -> str:
    return ", filled flat" if head.filled else ", left out"


def _row(kept: Kept) -> tuple[str, ...]:
    head = kept.head
    if head is None:
        return sanitise(kept.name, 64), f"damaged: {sanitise(kept.damage)}", "", "", "", "", ""
    days = _minute(head.first)[:10], _minute(head.last)[:10]
    holes = f"{head.holes:,}{' kept' if head.holes and not head.filled else ''}"
    return kept.name, head.pair, _every(head.interval), f"{head.candles:,}", *days, holes


def _print_table(rows: list[tuple[str, ...]]) -> None:
    sound = [row for row in rows if row[2]]
    widths = [max(len(row[column]) for row in sound) for column in range(len(_HEADINGS))]
    widths[0] = max(len(row[0]) for row in rows)
    for row in rows:
        cells = [
            cell.rjust(width) if heading in {"candles", "holes"} else cell.ljust(width)
            for cell, width, heading in zip(row, widths, _HEADINGS, strict=True)
        ]
        _tell("  ".join(cells).rstrip())


def _json(kept: Kept) -> dict[str, object]:
    """Its keys are a contract. Times are Unix seconds, the tick exact text; ``source`` null: a copy."""
    head = kept.head
    if head is None:
        return {"name": kept.name, "damage": kept.damage}
    return {
        "name": kept.name,
        "pair": head.pair,
        "interval": head.interval,
        "tick": head.tick,
        "candles": head.candles,
        "first": head.first,
        "last": head.last,
        "holes": head.holes,
        "filled": head.filled,
        "source": head.source.path if head.source else None,
        "sha256": head.sha256,
        "path": str(kept.path),
    }


def _every(interval: int) -> str:
    """An interval in seconds as people say it: 1m, 4h, 1d."""
    for length, sign in ((86400, "d"), (3600, "h"), (60, "m")):
        if interval % length == 0:
            return f"{interval // length}{sign}"
    return f"{interval}s"


def _minute(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M")


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(error: HistoryError) -> int:
    return complain(error, error.exit_code)
