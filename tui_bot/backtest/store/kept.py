"""The histories kept beside the state: each a tick file, and beside it a note of what was proven when.

As long as the file system says the same of a tick file and of its source as in the note, neither is read
again; else their hashes decide.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tui_bot.backtest.fault import HistoryBusy, HistoryUsage
from tui_bot.backtest.files.text_file import Progress
from tui_bot.backtest.history import History
from tui_bot.backtest.store import tick_file
from tui_bot.backtest.store.hashing import sha256_of
from tui_bot.backtest.store.identity import Identity, proven
from tui_bot.backtest.store.part_file import replacing
from tui_bot.backtest.store.tick_file import DamagedError, Head, Source
from tui_bot.sanitise import sanitise

_FOLDER, _TICKS, _NOTE = "history", ".ticks", ".seen"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class ChangedError(Exception):
    """The source is not what the history was read from."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One history: its name, its tick file, and that one's head, or why it cannot be read."""

    name: str
    path: Path
    head: Head | None
    damage: str = ""

    @property
    def source(self) -> Source | None:
        """The file it was read from, as far as it is known."""
        return self.head.source if self.head else None


def all_kept(state_dir: Path) -> list[Kept]:
    """Every history beside the state, by name."""
    return [_kept(path) for path in sorted((state_dir / _FOLDER).glob(f"[!.]*{_TICKS}"))]


def find(state_dir: Path, name: str) -> Kept | None:
    """The history of that name."""
    path = _path(state_dir, name)
    return _kept(path) if path is not None and path.exists() else None


def is_name(text: str) -> bool:
    """Whether a history can be called so."""
    return bool(_NAME.fullmatch(text))


def save(state_dir: Path, name: str, history: History, source: Source | None, seen: Identity | None) -> Kept:
    """Keep a history, in place of one of that name. Raises HistoryBusy, HistoryUsage and OSError."""
    path = _path(state_dir, name)
    if path is None:
        what = "a name has letters, digits, dots, dashes and underscores, at most 64"
        raise HistoryUsage(f"'{sanitise(name, 80)}' is no name for a history: {what}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = tick_file.head_of(history, source)
    with replacing(path) as file:
        tick_file.write(file, history, head)
    _write_note(path, _Seen(Identity.of(path), seen))
    return Kept(name, path, head)


def load(kept: Kept, progress: Progress | None = None) -> History:
    """The history, its columns mapped, proven to be what was written and what its source holds.

    One whose source is gone is believed. Raises DamagedError, ChangedError and OSError.
    """
    if kept.head is None:
        raise DamagedError(kept.damage)
    noted, now = _read_note(kept.path), _Seen.now(kept.path, kept.source)
    history, head = tick_file.map_history(kept.path, kept.name)
    ticks_proven = proven(now.ticks, noted.ticks)
    source_proven = now.source is None or proven(now.source, noted.source)
    if not ticks_proven:
        prove_ticks(history)
    if not source_proven:
        prove_source(head.source, progress)
    if not (ticks_proven and source_proven):
        _write_note(kept.path, now)
    return history


def prove_ticks(history: History, progress: Progress | None = None) -> None:
    """Raises DamagedError if the columns are not those that were written."""
    if tick_file.digest(history, progress) != history.digest:
        raise DamagedError("its columns do not fit their checksum")


def prove_source(source: Source | None, progress: Progress | None = None) -> None:
    """Raises ChangedError if the file that a history was read from is there, but another. Raises OSError."""
    if source is None or not source.sha256 or not Path(source.path).exists():
        return
    path = Path(source.path)
    if path.stat().st_size != source.size or sha256_of(path, progress) != source.sha256:
        raise ChangedError(f"{path} has changed")


@dataclass(frozen=True, slots=True)
class _Seen:
    """Tick file and source as the file system told of them; None where there is none or nothing is known."""

    ticks: Identity | None
    source: Identity | None

    @classmethod
    def now(cls, path: Path, source: Source | None) -> _Seen:
        followed = source is not None and source.sha256
        return cls(Identity.of(path), Identity.of(Path(source.path)) if source and followed else None)


def _path(state_dir: Path, name: str) -> Path | None:
    return state_dir / _FOLDER / f"{name}{_TICKS}" if is_name(name) else None


def _kept(path: Path) -> Kept:
    name = path.name.removesuffix(_TICKS)
    try:
        return Kept(name, path, tick_file.read_head(path)[0])
    except (DamagedError, OSError) as error:
        return Kept(name, path, None, str(error))


def _read_note(path: Path) -> _Seen:
    """What was noted; nothing if the note is missing or damaged, which costs a proof and no more."""
    try:
        told = json.loads(path.with_suffix(_NOTE).read_bytes())
        return _Seen(*(told[key] and Identity.of_told(told[key]) for key in ("ticks", "source")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return _Seen(None, None)


def _write_note(path: Path, seen: _Seen) -> None:
    with suppress(OSError, HistoryBusy), replacing(path.with_suffix(_NOTE)) as file:
        file.write(json.dumps(asdict(seen)).encode())
