"""A recording as an engine: the console looks at it as at a bot. It reads one file and sends nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tui_bot.config.check import values_of
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.config.schema import Settings
from tui_bot.engine.commands import Edit, Submission
from tui_bot.engine.handle import LaunchError, Values
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Seek, Steering
from tui_bot.replay.place import read_place
from tui_bot.replay.player import Player
from tui_bot.replay.tape import Tape
from tui_bot.session.recording import USAGE, checked_translate, open_tape

#: Seconds between two snapshots while it plays, and while it holds.
PLAYING_S, HOLDING_S = 0.1, 0.5

#: Real time that is made up for when the machine was busy or asleep.
LONGEST_MS = 1000


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    """What the command line says: the file, where to begin, how fast, which part of it."""

    file: Path
    at: str | None = None
    speed: float = 60.0
    part: int | None = None
    config: Path | None = None


#: Makes a fork: the tape, Unix ms, settings, their texts, what is said of them. Raises ValueError.
Forker = Callable[[Tape, int, BotSettings, tuple[tuple[str, str], ...], str], Tape]


class Playback:
    """``engine.handle.Engine``: a player in a thread of its own. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, player: Player, own: Settings, forker: Forker, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._player = player
        self._forker = forker
        self._said = ""
        self._clock = clock
        own_values = values_of(own)
        self._display = {path: text for path, text in own_values if path.startswith(("display.", "ui."))}
        self._wishes: list[Submission | Tape] = []
        self._changed = threading.Condition()
        self._stopped = False
        self._beat = 0
        self._latest: Snapshot | None = None

    @property
    def values(self) -> Values:
        """How this person looks at it and by which keys."""
        return tuple(self._display.items())

    def latest(self) -> Snapshot | None:
        """The newest snapshot."""
        return self._latest

    def submit(self, command: Submission) -> None:
        """Hand in a wish; what is meant for a bot finds none here."""
        self._put(command)

    def _put(self, wish: Submission | Tape) -> None:
        with self._changed:
            self._wishes.append(wish)
            self._changed.notify()

    def stop(self) -> None:
        """Ask ``run`` to return."""
        self._stopped = True
        # The lock may be held by the very thread that a signal handler runs in.
        if self._changed.acquire(blocking=False):
            self._changed.notify()
            self._changed.release()

    def run(self) -> None:
        """Play until stopped; blocks."""
        before = self._clock()
        self.publish()
        while not self._stopped:
            with self._changed:
                pause_s = PLAYING_S if self._player.playing else HOLDING_S
                self._changed.wait_for(lambda: self._wishes or self._stopped, pause_s)
                wishes, self._wishes = self._wishes, []
            now = self._clock()
            self._player.run(min(int((now - before) * 1000), LONGEST_MS))
            before = now
            for wish in wishes:
                self._take(wish)
            self.publish()

    def publish(self) -> None:
        """Show where the recording stands, in the person's own colours and signs."""
        self._beat += 1
        snap = self._player.snapshot(self._beat)
        at = replace(snap.transport, said=self._said) if snap.transport is not None else None
        self._latest = replace(snap, values=tuple((dict(snap.values) | self._display).items()), transport=at)

    def _take(self, wish: Submission | Tape) -> None:
        if isinstance(wish, Tape):
            self._said = ""
            self._player.take(wish)
            self._player.steer(Seek(wish.fork_ms or wish.begin_ms))
        elif isinstance(wish, Edit):
            self._fork(wish)
        elif isinstance(wish, Steering):
            self._said = ""
            self._player.steer(wish)

    def _fork(self, edit: Edit) -> None:
        """In a thread of its own: a long recording takes seconds to be run again."""
        snap, at_ms = self._player.snapshot(self._beat), self._player.position_ms
        self._player.playing = False
        values = dict(snap.values) | dict(edit.values)
        said = ", ".join(f"{path} {dict(snap.values).get(path, '?')} → {text}" for path, text in edit.values)
        self._said = "forking: the candles from here on run again"

        def work() -> None:
            try:
                settings = checked_translate(values)
                self._put(self._forker(self._player.recording, at_ms, settings, tuple(values.items()), said))
            except (ConfigError, ValueError) as error:
                self._said = f"not forked: {error}"

        threading.Thread(target=work, name="fork", daemon=True).start()


def open_playback(options: PlaybackOptions, forker: Forker) -> Playback:
    """A recording ready to play; ``forker`` makes its forks.

    Raises LaunchError: no journal, a newer one, an empty one, no such time.
    """
    try:
        own = load(find(options.config)).settings
    except ConfigError as error:
        raise LaunchError(str(error), USAGE) from None
    tape = open_tape(options.file, own, options.part)
    player = Player(tape, options.speed)
    if options.at is not None:
        try:
            player.steer(Seek(read_place(options.at, tape.begin_ms, tape.end_ms)))
        except ValueError as error:
            raise LaunchError(f"--at: {error}", USAGE) from None
    return Playback(player, own, forker)
