"""A file of generated candles, what a plain loop finds in it, and the contestants that have read it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.peers.contestant import PERIOD
from benchmarks.peers.environment import SPEED, SPEED_CORES, AbsentError, Peer
from benchmarks.peers.player import Player
from benchmarks.peers.table import Table
from benchmarks.reference import loop, ticks_of

#: What would be found before the real one: as where the extra ``speed`` is not installed.
_NO_NUMBA = 'raise ImportError("numba is not installed here")\n'


@dataclass(slots=True)
class Stage:
    """``folder`` is for this many ``rows`` alone; ``trades`` is what the loop counted under ``PERIOD``."""

    folder: Path
    rows: int
    path: Path
    trades: int
    _players: dict[str, Player] = field(default_factory=dict)

    def ask(self, table: Table, peer: Peer, periods: Sequence[int], rows: int | None = None) -> None:
        """One run of a contestant into a table; one that has failed is not asked again."""
        row = table.rows.get(peer.title)
        if row is not None and row.trouble:
            return
        try:
            answer = self._player(peer).ask(periods, rows or self.rows)
        except AbsentError as why:
            table.miss(peer.title, str(why))
        else:
            table.add(peer.title, answer.trades, answer)

    def counted(self, period: int, rows: int) -> int:
        """What the plain loop finds in the first so many candles."""
        return loop(islice(ticks_of(self.path), rows), period).trades

    def surroundings(self, peer: Peer) -> dict[str, str]:
        """The environment variables of a contestant's process."""
        return surroundings(self.folder, speed=peer.environment != "" or peer in (SPEED, SPEED_CORES))

    def _player(self, peer: Peer) -> Player:
        if peer.title not in self._players:
            player = Player(peer, self.path, self.surroundings(peer))
            self._players[peer.title] = player
            # what is compiled, mapped or looked up at the first run is not what is measured
            if peer.is_warmed:
                player.ask([PERIOD], min(self.rows, 10_000))
                player.ask([PERIOD], self.rows)
        return self._players[peer.title]

    def close(self) -> None:
        """End all contestants."""
        while self._players:
            self._players.popitem()[1].close()


@contextmanager
def stage(folder: Path, rows: int) -> Iterator[Stage]:
    """Write the candles, count the trades, and end all contestants afterwards."""
    place = folder / str(rows)
    place.mkdir(exist_ok=True)
    path = place / "XBTUSD_1.csv"
    if not path.exists():
        # numpy stays out of this process, whose memory its children begin with
        subprocess.run([sys.executable, "-m", "benchmarks.candles", str(rows), str(path)], check=True)
    ready = Stage(place, rows, path, loop(ticks_of(path), PERIOD).trades)
    try:
        yield ready
    finally:
        ready.close()


def surroundings(folder: Path, *, speed: bool) -> dict[str, str]:
    """This process's own, with byte code kept; where there is to be no ``speed``, without numba."""
    mine = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if speed:
        return mine
    hidden = folder / "hidden"
    hidden.mkdir(exist_ok=True)
    (hidden / "numba.py").write_text(_NO_NUMBA)
    return {**mine, "PYTHONPATH": str(hidden)}
