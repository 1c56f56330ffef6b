"""An environment for each program compared with, made and filled by pip the first time it is asked for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / "peers"
MINUTES = 15


@dataclass(frozen=True, slots=True)
class Peer:
    """A program: the environment it lives in (ours if empty), what pip is asked for, the module that plays
    it, how. One that is slow is neither warmed up nor asked more than ``most`` times.
    """

    title: str
    environment: str
    packages: tuple[str, ...]
    module: str
    variant: str = "-"
    most: int = 1_000

    @property
    def is_warmed(self) -> bool:
        """Whether it runs before it is measured."""
        return self.most > 10


_VECTORBT = ("vectorbt==1.2.0", "vectorbt-rust==1.2.0")
RUST = Peer("vectorbt, rust", "vectorbt", _VECTORBT, "with_vectorbt", "rust")
NUMBA = Peer("vectorbt, numba", "vectorbt", _VECTORBT, "with_vectorbt", "numba")
BACKTESTING = Peer("backtesting.py", "backtesting", ("backtesting==0.6.6",), "with_backtesting", most=2)
BACKTRADER = Peer("backtrader", "backtrader", ("backtrader==1.9.78.123", "pandas"), "with_backtrader", most=1)
NUMPY = Peer("ours, numpy alone", "", (), "ours", "numpy")
SPEED = Peer("ours, [speed]", "", (), "ours", "speed")
EVENT = Peer("ours, event mode", "", (), "ours", "event", most=2)
CORES = Peer("ours, numpy, all cores", "", (), "ours", "cores")
SPEED_CORES = Peer("ours, [speed], all cores", "", (), "ours", "cores")


class AbsentError(Exception):
    """It cannot be had here; the text says why."""


@cache
def interpreter(environment: str, packages: tuple[str, ...]) -> Path:
    """The Python of an environment; ours for an unnamed one. Raises AbsentError."""
    if not environment:
        return Path(sys.executable)
    folder = FOLDER / environment
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = " ".join(packages)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"  (installing {wanted} into {folder.relative_to(ROOT)})", flush=True)
    try:
        if not python.exists():
            _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
    except (OSError, subprocess.SubprocessError) as failure:
        raise AbsentError(_words(failure)) from None
    stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=MINUTES * 60)


def _words(failure: Exception) -> str:
    errors = (getattr(failure, "stderr", "") or "").strip().splitlines()
    told = [line for line in errors if line.startswith("ERROR")]
    return (told or errors or [str(failure)])[-1][:100]
