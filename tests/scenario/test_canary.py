"""I32: no piece of a key, a secret, a signature or a token in anything that a run puts out.

The run is the whole bot in memory against the box; the console shows what it would have shown; every
logger is at DEBUG. What a process puts out is looked at in ``tests/process/test_secrets.py``.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from tests.console.play import console
from tests.console.stage import FakeEngine, snapshot
from tests.support.canary import Canary, canary_pair
from tests.support.simulation.life import Life
from tests.support.simulation.screen import screens
from tests.support.simulation.tape import turns
from tests.support.simulation.world import World
from tests.support.virtual import run
from tui_bot.crash import place_of
from tui_bot.engine.commands import Contract, Trade, Until
from tui_bot.engine.memory import Run
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import read
from tui_bot.journal.words import line
from tui_bot.kraken.private import PrivateStream
from tui_bot.kraken.signing import Credentials
from tui_bot.market.order import Side
from tui_bot.paper.keys import ApiKey
from tui_bot.paper.tokens import Tokens

KEY, SECRET = canary_pair()


@dataclass
class Watched:
    """A run whose secrets are known: the pair, and each signature and token made meanwhile."""

    canary: Canary = field(default_factory=Canary)
    signatures: int = 0
    tokens: int = 0
    logs: list[str] = field(default_factory=list)


class Everything(logging.Handler):
    """Keeps what is logged, with the arguments as they are."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(f"{record.getMessage()} {record.args!r} {record.exc_info!r} {record.__dict__!r}")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched()
    watched.canary.watch(KEY, SECRET)
    monkeypatch.setattr("tui_bot.paper.box.new_key", lambda _seed: ApiKey(KEY, SECRET))
    sign, issue = Credentials.sign, Tokens.issue

    def signed(self: Credentials, path: str, nonce: str, body: str) -> str:
        signature = sign(self, path, nonce, body)
        watched.canary.watch(signature)
        watched.signatures += 1
        return signature

    def issued(self: Tokens, key: ApiKey, now_ns: int) -> str:
        token = issue(self, key, now_ns)
        watched.canary.watch(token)
        watched.tokens += 1
        return token

    monkeypatch.setattr(Credentials, "sign", signed)
    monkeypatch.setattr(Tokens, "issue", issued)
    handler, root = Everything(watched.logs), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(logging.Logger.manager.loggerDict))]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield watched
    root.removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


async def traded(place: Path, looked: Callable[[World, Life], None]) -> World:
    """A run that signs, subscribes, trades by rule and by hand, loses its connections and stops."""
    world = World(32, place, turns(32, 10))
    with world.running():
        life = world.begin()
        assert await world.until(lambda: life.latest.position.size > 0)
        world.life.cut()
        world.network.weather.cut_after = 0.2
        life.command(Trade(Side.SELL, world.settings.trade_size, None, Contract(Until.RELEASED)))
        await world.passes(300)
        looked(world, life)
        await life.stop()
        return world


def test_i32_nothing_of_a_secret_in_what_a_run_keeps_says_or_shows(
    watched: Watched, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found: list[str] = []

    def look(_world: World, life: Life) -> None:
        shown = {type(thing).__name__: texts(thing) for thing in ours(life)}
        assert {"Credentials", "RestClient", "PrivateStream", "Subscription", "Bot"} <= shown.keys()
        for name, text in shown.items():
            found.extend(watched.canary.hits(f"the text of a {name}", text))

    world = run(traded(tmp_path, look))
    life = world.life
    assert watched.signatures > 20
    assert watched.tokens >= 2
    hits = watched.canary.hits
    found += watched.canary.hits_in_files(world.place)
    entries = list(read(world.disk.folder / "journal.sqlite"))
    assert len(entries) > 10
    found += hits("the journal's lines", "\n".join(line(entry) + json_line(entry) for entry in entries))
    found += hits("snapshots", "".join(map(repr, life.snapshots[::20])))
    found += hits("a pickled snapshot", pickle.dumps(life.snapshots[-1]))
    found += hits("records", repr(life.records))
    found += hits("the screen", "\n".join(screens(life.snapshots[:: max(1, len(life.snapshots) // 6)])))
    found += hits("logs", "\n".join(watched.logs))
    out, err = capfd.readouterr()
    found += hits("standard output", out) + hits("standard error", err)
    assert found == []


def ours(start: object) -> Iterator[object]:
    """Every object of the product's that hangs on one, and the plain containers between them."""
    seen, waiting = {id(start)}, [start]
    while waiting:
        thing = waiting.pop()
        if type(thing).__module__.startswith("tui_bot.") and not type(thing).__module__.startswith(
            "tui_bot.paper"
        ):
            yield thing
        for other in gc.get_referents(thing):
            if id(other) not in seen and not isinstance(other, type | ModuleType) and is_inside(other):
                seen.add(id(other))
                waiting.append(other)


def is_inside(thing: object) -> bool:
    """Not the test, not the box: those know the secret rightly."""
    module = type(thing).__module__
    return module == "builtins" or (module.startswith("tui_bot.") and not module.startswith("tui_bot.paper"))


def texts(thing: object) -> bytes:
    """All its text forms, and its pickle where it has one."""
    shown = f"{thing!r} {thing!s} {thing}".encode("utf-8", "surrogatepass")
    try:
        return shown + pickle.dumps(thing)
    except Exception:  # most of what runs cannot be pickled, and need not
        return shown


# -- errors where the secrets are ----------------------------------------------------------------------


def test_f111_an_error_inside_the_signer_leaves_no_piece_of_it(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    raised: list[Exception] = []

    def broken(self: Credentials, path: str, nonce: str, body: str) -> str:
        raised.append(RuntimeError(f"cannot sign with {SECRET} of {self.key}"))
        raise raised[-1]

    monkeypatch.setattr(Credentials, "sign", broken)
    assert_quiet(watched, tmp_path, capfd, raised)


def test_f111_an_error_at_the_accounts_login_leaves_no_piece_of_it(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    raised: list[Exception] = []

    async def broken(self: PrivateStream) -> None:
        token = await self._account.stream_token()
        raised.append(RuntimeError(f"cannot log in with {token} {SECRET}"))
        raise raised[-1]

    monkeypatch.setattr(PrivateStream, "_converse", broken)
    assert_quiet(watched, tmp_path, capfd, raised)


def assert_quiet(
    watched: Watched, place: Path, capfd: pytest.CaptureFixture[str], raised: Sequence[Exception]
) -> None:
    """The bot ends or halts; what is kept, logged, shown and reported of the error holds no secret."""
    canary = watched.canary

    async def story() -> Life:
        world = World(33, place / "world", turns(32, 10))
        with world.running():
            life = world.begin()
            assert await world.until(lambda: not life.is_alive or is_halted(life))
            with suppress(RuntimeError):
                await life.stop()
        return life

    life = run(story())
    error = raised[0]
    assert canary.hits("its own text", "".join(traceback.format_exception(error)))
    found = canary.hits_in_files(place / "world") + canary.hits("logs", "\n".join(watched.logs))
    found += canary.hits("what headless says", place_of(error))
    found += canary.hits("snapshots", "".join(map(repr, life.snapshots[-3:])))
    found += shown_and_reported(canary, error, place / "crash")
    out, err = capfd.readouterr()
    found += canary.hits("standard output", out) + canary.hits("standard error", err)
    assert found == []


def is_halted(life: Life) -> bool:
    """Whether it trades no more."""
    return life.latest.run.run is Run.HALTED


def shown_and_reported(canary: Canary, error: Exception, folder: Path) -> list[str]:
    """What the console shows and reports when the engine dies of the error, and when it does itself."""
    found: list[str] = []
    said: list[str] = []

    async def dies() -> None:
        engine = FakeEngine(snapshot())
        async with console(engine=engine) as play:
            engine.die(error)
            await play.pilot.pause(0.3)
            assert "DEAD" in play.text
            found.extend(canary.hits("the screen of a dead engine", play.text))

    async def crashes() -> None:
        async with console(engine=FakeEngine(snapshot()), crash_dir=folder) as play:
            with patch.object(play.app, "panic", lambda *parts: said.extend(map(str, parts))):
                play.app.call_later(_raise, error)
                await play.pilot.pause(0.2)
            play.app.exit()

    asyncio.run(dies())
    with pytest.raises(type(error)):
        asyncio.run(crashes())
    (report,) = folder.glob("console-*.txt")
    assert "RuntimeError" in report.read_text("utf-8")
    assert "the report is in" in said[0]
    return [*found, *canary.hits_in_files(folder), *canary.hits("the crash screen", said[0])]


def _raise(error: Exception) -> None:
    held = (KEY, SECRET)
    assert held
    raise error
