"""Kept histories looked at as a whole: the columns, and the file they were read from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tui_bot.backtest.files.text_file import Progress
from tui_bot.backtest.history import History
from tui_bot.backtest.store import tick_file
from tui_bot.backtest.store.kept import ChangedError, Kept, prove_source, prove_ticks
from tui_bot.backtest.store.tick_file import DamagedError


def verify(kept: Kept, progress: Progress | None = None) -> tuple[bool, str]:
    """Whether a history is what was read, whatever was noted before, and a sentence that says so.

    That its source has changed since, or is gone, is no fault: the sentence says what follows from it.
    """
    source = kept.source
    again = source is not None and bool(source.sha256) and Path(source.path).is_file()
    try:
        history, head = tick_file.map_history(kept.path, kept.name)
        prove_ticks(history, progress)
        _prove_sound(history)
    except (DamagedError, OSError) as error:
        remedy = "it is read anew when it is used" if again else f"import it again, or remove {kept.path}"
        return False, f"damaged: {error}; {remedy}"
    if head.source is None or not head.source.sha256:
        return True, f"{len(history):,} candles, a copy of {head.source.path if head.source else 'no file'}"
    return True, _of_source(len(history), head.source.path, kept, progress)


def _of_source(candles: int, path: str, kept: Kept, progress: Progress | None) -> str:
    try:
        prove_source(kept.source, progress)
    except ChangedError:
        return f"{candles:,} candles; {path} has changed since: it is read anew when the history is used"
    except OSError as error:
        return f"{candles:,} candles; {path} cannot be read ({error.strerror}): what was read is used"
    if not Path(path).exists():
        return f"{candles:,} candles; {path} is gone: what was read is used"
    return f"{candles:,} candles, those of {path}"


def _prove_sound(history: History) -> None:
    """Raises DamagedError for candles that no file could have given."""
    step = np.diff(history.begin)
    lowest = np.minimum(history.open, history.close)
    highest = np.maximum(history.open, history.close)
    sound = (
        (step > 0).all()
        and not (history.begin % history.interval).any()
        and (history.low <= lowest).all()
        and (highest <= history.high).all()
        and (history.low > 0).all()
        and (history.volume >= 0).all()
    )
    if not sound:
        raise DamagedError("its candles are none")
