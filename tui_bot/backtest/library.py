"""Histories as a person names them: a file, or what was imported under a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tui_bot.backtest.fault import HistoryBusy, HistoryError, HistoryUsage
from tui_bot.backtest.files.pair_name import told_by
from tui_bot.backtest.files.text_file import Progress, open_text, row_blocks
from tui_bot.backtest.history import History
from tui_bot.backtest.reading import AS_FOUND, ReadOptions, is_journal, read_history, read_text
from tui_bot.backtest.store.hashing import HashedReader
from tui_bot.backtest.store.identity import Identity
from tui_bot.backtest.store.kept import ChangedError, Kept, all_kept, find, load, save
from tui_bot.backtest.store.tick_file import DamagedError, Head, Source, digest, map_history
from tui_bot.market.number import plain
from tui_bot.sanitise import sanitise

#: Takes a sentence for the person that is no error.
Tell = Callable[[str], None]


def open_history(
    text: str,
    state_dir: Path,
    options: ReadOptions = AS_FOUND,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> History:
    """The history that a person names: the path of a file, or the name of an imported one.

    A text is read once and kept beside the state; after that its columns are mapped, as long as the file is
    the same, and read anew by itself when it is not. A journal is read each time. Raises HistoryError.
    """
    path = Path(text).expanduser()
    say = tell or (lambda _: None)
    if path.is_file():
        return _of_file(path.resolve(), state_dir, options, progress, say)
    kept = find_kept(state_dir, text)
    _refuse_other(kept, options)
    return _of_kept(kept, state_dir, progress, say)


def mapped(path: str, name: str) -> History:
    """What another process has opened, by the history's ``path`` and ``name``; it is not proven again.

    Raises HistoryError if it has gone in between.
    """
    try:
        return map_history(Path(path), name)[0]
    except (DamagedError, OSError) as error:
        raise HistoryBusy(
            f"the kept history '{name}' has gone while it was used ({error}); try again"
        ) from None


def find_kept(state_dir: Path, name: str) -> Kept:
    """The kept history of a name. Raises HistoryError."""
    kept = find(state_dir, name)
    if kept is None:
        raise _unknown(name, state_dir)
    return kept


def import_history(
    path: Path,
    state_dir: Path,
    options: ReadOptions = AS_FOUND,
    name: str = "",
    progress: Progress | None = None,
) -> Kept:
    """Read a file and keep it under a name, that of the file if none is given. Raises HistoryError."""
    path = path.expanduser().resolve()
    chosen = name or _name_of(path)
    there = find(state_dir, chosen)
    if there is not None and there.source is not None and there.source.path != str(path):
        what = f"'{chosen}' is the history of {there.source.path}"
        raise HistoryUsage(f"{what}; choose another with --name, or remove {there.path}")
    history, source, seen = _read(path, options, progress)
    try:
        return save(state_dir, chosen, history, source, seen)
    except OSError as error:
        raise _not_kept(state_dir, error) from None


def _of_file(
    path: Path, state_dir: Path, options: ReadOptions, progress: Progress | None, say: Tell
) -> History:
    if is_journal(path):
        return _digested(read_history(path, options))
    for kept in all_kept(state_dir):
        if kept.head is not None and _was_read(kept.head, path, options):
            return _of_kept(kept, state_dir, progress, say)
    return _read_and_keep(path, _free_name(path, state_dir), state_dir, options, progress, say)


def _of_kept(kept: Kept, state_dir: Path, progress: Progress | None, say: Tell) -> History:
    """The kept history; read anew from its source where it is damaged or the source has changed."""
    try:
        return load(kept, progress)
    except ChangedError as error:
        say(f"{error} since it was read: it is read anew")
    except (DamagedError, OSError) as error:
        if kept.source is None or not Path(kept.source.path).is_file():
            remedy = f"import it again, or remove {kept.path}"
            raise HistoryError(f"the kept history '{kept.name}' cannot be used: {error}; {remedy}") from None
        say(f"the kept history '{kept.name}' cannot be used, {error}: it is read anew")
    return _read_again(kept, state_dir, progress, say)


def _read_again(kept: Kept, state_dir: Path, progress: Progress | None, say: Tell) -> History:
    if kept.head is None or kept.source is None:
        raise AssertionError("only what has a source is read again")
    head, source = kept.head, kept.source
    tick = Decimal(source.tick) if source.tick else None
    pair, otherwise = ("", head.pair) if source.guessed else (head.pair, "")
    options = ReadOptions(pair, head.interval, tick, head.filled, otherwise)
    return _read_and_keep(Path(source.path), kept.name, state_dir, options, progress, say)


def _read_and_keep(
    path: Path, name: str, state_dir: Path, options: ReadOptions, progress: Progress | None, say: Tell
) -> History:
    history, source, seen = _read(path, options, progress)
    try:
        kept = save(state_dir, name, history, source, seen)
        return map_history(kept.path, kept.name)[0]
    except (OSError, HistoryBusy, DamagedError) as error:
        say(f"read, but not kept for the next time: {error}")
        return _digested(history)


def _digested(history: History) -> History:
    return replace(history, digest=digest(history))


def _read(
    path: Path, options: ReadOptions, progress: Progress | None
) -> tuple[History, Source, Identity | None]:
    """What a file holds, and what it was when it was read."""
    if is_journal(path):
        return read_history(path, options), Source(str(path), 0, ""), None
    file, size = open_text(path)
    with file:
        seen = Identity.of_open(file.fileno())
        reader = HashedReader(file)
        history = read_text(path, row_blocks(reader, size, progress), size, options)
        if not Identity.of_open(file.fileno()).same_as(seen):
            raise HistoryBusy(f"{path}: changed while it was read; try again when it is complete")
    tick = plain(options.tick) if options.tick is not None else ""
    guessed = not options.pair and not told_by(path.stem)[0]
    return history, Source(str(path), size, reader.hexdigest(), tick, guessed), seen


def _was_read(head: Head, path: Path, options: ReadOptions) -> bool:
    """Whether a kept history is that of a file, read as it is asked for now."""
    source = head.source
    if source is None or source.path != str(path):
        return False
    if source.guessed and options.otherwise not in ("", head.pair):
        return False
    return not _differs(head, options)


def _differs(head: Head, options: ReadOptions) -> str:
    """In what a kept history is not what is asked for; "" if in nothing."""
    if options.pair not in ("", head.pair):
        return f"of {head.pair}"
    if options.interval not in (None, head.interval):
        return f"of candles of {head.interval} s"
    if options.tick not in (None, Decimal(head.tick)):
        return f"in ticks of {head.tick}"
    if options.fill not in (None, head.filled):
        return "with its holes filled" if head.filled else "with its holes kept"
    return ""


def _refuse_other(kept: Kept, options: ReadOptions) -> None:
    differs = kept.head is not None and _differs(kept.head, options)
    if differs:
        remedy = "leave out what asks for another, or import the file again under another --name"
        raise HistoryUsage(f"the history '{kept.name}' is one {differs}; {remedy}")


def _unknown(text: str, state_dir: Path) -> HistoryError:
    if (path := Path(text)).is_dir():
        return HistoryUsage(f"{path}: a folder; name one file of candles in it")
    names = ", ".join(kept.name for kept in all_kept(state_dir)) or "none yet"
    what = f"'{sanitise(text, 80)}' is neither a file nor the name of an imported history"
    return HistoryUsage(f"{what}. Imported: {names}. To import one: tui-bot history import FILE")


def _name_of(path: Path) -> str:
    """A name that a history of this file can have."""
    stem = path.parent.name if is_journal(path) else path.stem
    plain_stem = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in stem)
    return plain_stem.strip("_")[:48] or "history"


def _free_name(path: Path, state_dir: Path) -> str:
    name, number = _name_of(path), 1
    taken = {kept.name for kept in all_kept(state_dir) if kept.head is not None}
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free


def _not_kept(state_dir: Path, error: OSError) -> HistoryError:
    what = f"the history cannot be kept in {state_dir} ({error.strerror or error})"
    return HistoryError(f"{what}; check its space and permissions, or name another --state-dir")
