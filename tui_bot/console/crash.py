"""What is written when the console itself fails: where, never with which values."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tui_bot.sanitise import sanitise


def summary(error: BaseException) -> str:
    """The kind of error and the place it came from, in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return sanitise(f"{type(error).__name__}{place}")


def report(error: BaseException) -> str:
    """Kinds of errors and their places, outermost cause first; no values, no message texts."""
    lines: list[str] = [f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"]
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(sanitise(type(link).__name__))
        lines += [
            sanitise(f"  {frame.filename}:{frame.lineno} in {frame.name}", 300)
            for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def write_report(error: BaseException, directory: Path) -> Path | None:
    """Write the report for the owner's eyes only; None when that fails too."""
    name = f"console-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    path = directory / name
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(report(error))
    except OSError:
        return None
    return path
