"""What is known of a key from its last test. Nothing of the key is in it; it is named by its fingerprint."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Report:
    """``rows`` are (name, verdict, value) of the last test; ``withdraw_accepted``: a person put in writing
    that the key may withdraw. Times in Unix seconds.
    """

    tested_s: int
    rows: tuple[tuple[str, str, str], ...]
    withdraw_accepted: bool = False


def load_report(path: Path) -> Report | None:
    """The report, None when there is none that can be read."""
    try:
        held = json.loads(path.read_text("utf-8"))
        rows = tuple((str(name), str(verdict), str(value)) for name, verdict, value in held["rows"])
        return Report(int(held["tested_s"]), rows, held["withdraw_accepted"] is True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_report(path: Path, report: Report) -> None:
    """Keep it. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = {
        "tested_s": report.tested_s,
        "rows": report.rows,
        "withdraw_accepted": report.withdraw_accepted,
    }
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        os.write(handle, json.dumps(held).encode())
    finally:
        os.close(handle)
    fresh.replace(path)
