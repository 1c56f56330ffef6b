"""A contestant's process from outside: asked to run again and again, or once from start to end."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.peers.environment import ROOT, AbsentError, Peer, interpreter

#: Whoever takes longer for one answer is given up.
PATIENCE_S = 1_800.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One run: seconds by the clock and of the processor, positions entered under each period, worth."""

    seconds: float
    cpu: float
    trades: tuple[int, ...]
    worth: float = 0.0
    peak_mb: float = 0.0


class Player:
    """A process that has read its candles. Raises AbsentError when it cannot be had or gives up."""

    def __init__(self, peer: Peer, path: Path, surroundings: dict[str, str]) -> None:
        command = command_of(peer, path)
        self._errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env=surroundings,
        )
        try:
            self._hear()
        except AbsentError:
            self.close()
            raise

    def ask(self, periods: Sequence[int], rows: int) -> Answer:
        """One run over the first so many candles, or a sweep when there is more than one period."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"periods": list(periods), "rows": rows}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise AbsentError(self._last_words()) from None
        return answer_of(self._hear())

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def _hear(self) -> dict[str, Any]:
        out = self._process.stdout
        assert out is not None
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            if not selector.select(PATIENCE_S):
                raise AbsentError(f"no answer in {PATIENCE_S:.0f} s")
        line = out.readline()
        if not line:
            raise AbsentError(self._last_words())
        heard: dict[str, Any] = json.loads(line)
        return heard

    def _last_words(self) -> str:
        self._errors.seek(0)
        return ((self._errors.read().strip().splitlines() or ["it ended"])[-1])[:100]


def command_of(peer: Peer, path: Path, *more: str) -> list[str]:
    """The command of a contestant's process. Raises AbsentError."""
    python = interpreter(peer.environment, peer.packages)
    return [str(python), "-m", "benchmarks.peers.contestant", peer.module, peer.variant, str(path), *more]


def answer_of(heard: dict[str, Any]) -> Answer:
    """What a contestant says of a run."""
    return Answer(heard["seconds"], heard["cpu"], tuple(heard["trades"]), heard["worth"], heard["peak_mb"])


@dataclass(frozen=True, slots=True)
class Whole:
    """A process from its start to its end."""

    seconds: float
    cpu: float
    peak_mb: float
    said: dict[str, Any]


def whole(command: Sequence[str], surroundings: dict[str, str]) -> Whole:
    """Run a command that prints one JSON object. Raises AbsentError when it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=ROOT, env=surroundings)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise AbsentError((errors.read().strip().splitlines() or ["it failed"])[-1][:100])
        out.seek(0)
        said = json.loads(out.read().strip().splitlines()[-1])
    return Whole(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)
