"""``tui-bot check``: what must be right before the bot can run, each fault with its remedy."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tui_bot import textual_version
from tui_bot.commands.live_check import check_live
from tui_bot.config.file import Loaded, find, load
from tui_bot.config.problem import ConfigError
from tui_bot.config.schema import Settings
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError
from tui_bot.engine.preflight import Verdict
from tui_bot.keymap.keymap import keymap
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import open_kraken
from tui_bot.kraken.nonce import NonceError
from tui_bot.kraken.signing import Credentials
from tui_bot.paper.remote import VisitError, visit
from tui_bot.session.box import Address, BoxError, ChildBox, demo_options, replay_options
from tui_bot.session.feeder import Feeder
from tui_bot.session.live import KRAKEN_ADDRESS, expect_spoken
from tui_bot.session.paper import RETRYABLE, opening_of, start_box
from tui_bot.session.source import source_of
from tui_bot.session.state_dir import default_key_file

#: The names of all themes, and the faults of the files that are none.
Themes = Callable[[], tuple[Sequence[str], Sequence[str]]]

SMALLEST_COLUMNS, SMALLEST_LINES = 60, 20
LOW_DISK = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check. ``remedy`` is empty when all is well; ``retryable`` when time may mend it."""

    what: str
    text: str
    remedy: str = ""
    retryable: bool = False

    @property
    def line(self) -> str:
        """The finding as a person reads it."""
        mark = "ok  " if not self.remedy else "FAIL"
        tail = f"\n      -> {self.remedy}" if self.remedy else ""
        return f"{mark}  {self.what:<10} {self.text}{tail}"


def run_checkup(
    config: Path | None,
    mode: str | None,
    state_dir: Path,
    key_file: Path | None = None,
    kraken: Address = KRAKEN_ADDRESS,
    themes: Themes = lambda: ((), ()),
) -> int:
    """Print every finding; 0 when all is well, else 1, 2 (config) or 3 (try again).

    ``themes`` reads the theme files: the names there are, and the faults of those that are none.
    """
    code = 0
    loaded: Loaded | None = None
    try:
        loaded = load(find(config))
        own = f"the packaged default; your own goes to {loaded.path}"
        _tell(Finding("config", str(loaded.path) if loaded.on_disk else own))
    except ConfigError as error:
        code = 2
        _tell(Finding("config", str(error), "mend the lines named; the bot does not start until then"))
    mode = mode or (loaded.settings.mode if loaded else "demo")
    looks = (*_terminal(), _output(loaded), *_themes(loaded, *themes()), *_keys(loaded))
    for finding in (*looks, *_state(state_dir / mode)):
        code = code or bool(finding.remedy)
        _tell(finding)
    if loaded is not None:
        live = mode == "live"
        key_file = key_file or default_key_file()
        found = _live(loaded, key_file, kraken, state_dir / mode) if live else _exchange(loaded, mode)
        for finding in found:
            code = code or (3 if finding.retryable else bool(finding.remedy))
            _tell(finding)
    return int(code)


def _tell(finding: Finding) -> None:
    sys.stdout.write(finding.line + "\n")
    sys.stdout.flush()


def _terminal() -> Iterator[Finding]:
    if not sys.stdout.isatty():
        yield Finding("terminal", "none here; --headless needs none")
        return
    size, kind = shutil.get_terminal_size(), os.environ.get("TERM", "")
    text = f"{size.columns}x{size.lines}, TERM={kind or '?'}"
    if size.columns < SMALLEST_COLUMNS or size.lines < SMALLEST_LINES:
        yield Finding("terminal", text, f"make it at least {SMALLEST_COLUMNS}x{SMALLEST_LINES}")
    elif kind in ("", "dumb"):
        yield Finding("terminal", text, "set TERM, for example TERM=xterm-256color")
    else:
        yield Finding("terminal", text)
    if "UTF-8" not in (sys.stdout.encoding or "").upper().replace("UTF8", "UTF-8"):
        remedy = "use a UTF-8 locale, or set display.glyphs: ascii"
        yield Finding("characters", f"{sys.stdout.encoding}, not UTF-8", remedy)


def _output(loaded: Loaded | None) -> Finding:
    if loaded is not None and loaded.settings.display.output == "stock":
        return Finding("output", "stock, as display.output says")
    have, known = textual_version.installed(), textual_version.KNOWN
    if have not in known:
        return Finding("output", f"stock: Textual {have or '?'} is here, lean is for {', '.join(known)}")
    return Finding("output", f"lean, with Textual {have}")


def _themes(loaded: Loaded | None, names: Sequence[str], faults: Sequence[str]) -> Iterator[Finding]:
    """A person's own theme files as well; the console skips one that cannot be used."""
    remedy = "mend or remove the file; the console goes on without it"
    yield from (Finding("theme", fault.replace("\n", "\n      "), remedy) for fault in faults)
    if loaded is None or not names:
        return
    wanted = loaded.settings.display.theme
    if wanted in names:
        yield Finding("theme", f"{wanted}; there are {len(names)}")
    else:
        yield Finding("theme", f"there is no {wanted}", f"set display.theme to one of {', '.join(names)}")


def _keys(loaded: Loaded | None) -> Iterator[Finding]:
    """Keys of a person's own; those that cannot be used are faults of the config."""
    if loaded is not None and (text := loaded.settings.ui.keys):
        changed = keymap(text).changed
        yield Finding("keys", f"{len(changed)} action{'s' * (len(changed) != 1)} by keys of your own")


def _state(folder: Path) -> Iterator[Finding]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"x")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("state", f"{folder}: {error.strerror}", "choose a writable --state-dir")
        return
    if free < LOW_DISK:
        yield Finding("state", f"{folder}: {free // 1_000_000} MB free", "free some disk space")
    else:
        yield Finding("state", f"{folder}, {free // 1_000_000_000} GB free")
    yield Finding("journal", f"SQLite {sqlite3.sqlite_version}")


def _live(loaded: Loaded, key_file: Path, kraken: Address, folder: Path) -> Iterator[Finding]:
    try:
        expect_spoken("live", loaded.settings)
        for check in check_live(loaded, key_file, kraken, folder):
            if check.verdict is Verdict.FAIL:
                remedy = check.remedy or "mend what it says, then try again"
                yield Finding(check.name, check.value, remedy, check.retryable)
            else:
                yield Finding(check.name, f"{check.value} ({check.remedy})" if check.remedy else check.value)
    except (LaunchError, NonceError) as error:
        yield Finding("exchange", str(error), "mend what it says")


def _exchange(loaded: Loaded, mode: str) -> Iterator[Finding]:
    if mode == "paper":
        yield from _paper(loaded.settings)
        return
    history = loaded.settings.replay.history
    if mode == "replay" and history is None:
        yield Finding("exchange", "mode replay has no file to play", "set replay.history in the config")
        return
    with ExitStack() as stack:
        try:
            rest = loaded.settings.exchange.rest
            text = f"at {rest}" if rest else "in a box, started and stopped for this check"
            if rest is None:
                rest = stack.enter_context(ChildBox.start(_market(mode, history))).rest
            yield from asyncio.run(_ask(rest, text, loaded.settings.pair, stack))
        except BoxError as error:
            remedy = "mend what it says" if not error.retryable else "try again"
            yield Finding("exchange", f"it cannot start: {error}", remedy, error.retryable)
        except VisitError as error:
            remedy = "start it with `tui-bot exchange`, or set exchange.rest to null for one of our own"
            yield Finding("exchange", str(error), remedy, retryable=True)
        except NonceError as error:
            yield Finding("exchange", str(error), "check the temporary folder")
        except ExchangeError as error:
            yield Finding("exchange", str(error), "mend what it says, then try again", error.retryable)


def _paper(settings: Settings) -> Iterator[Finding]:
    """Kraken's public side, and the box that is told its prices."""
    source, interval = source_of(settings), settings.interval * 60
    try:
        opening = opening_of(source, settings.pair, interval)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            box = stack.enter_context(start_box(source, opening, interval, folder, None))
            feeder = Feeder(source, opening, interval, box.rest, lambda _level, _text: None)
            stack.callback(feeder.stop)
            feeder.open()
    except LaunchError as error:
        yield Finding("prices", str(error), "start again once that is mended", error.exit_code == RETRYABLE)
    except (BoxError, VisitError) as error:
        yield Finding("exchange", f"the box for paper cannot start: {error}", "mend what it says")
    else:
        yield Finding("prices", f"of {source.name}: {opening.status.system}")
        yield Finding("exchange", "in a box, started and stopped for this check")
        yield Finding("pair", f"{opening.rules.name}: {opening.status.pair}")
        yield Finding("clock", f"{opening.offset_ms / 1000:+.2f} s off that of the prices")


def _market(mode: str, history: str | None) -> list[str]:
    return replay_options(1, Path(history or ""), None) if mode == "replay" else demo_options(1, 1, None)


async def _ask(rest: str, text: str, pair: str, stack: ExitStack) -> list[Finding]:
    visited = visit(rest, timeout=10)
    clock = ExchangeClock(visited.now_ms, visited.speed)
    nonces = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "nonce"
    exchange = open_kraken(rest, pair, Credentials(visited.key, visited.secret), nonces, clock)
    try:
        status = await exchange.status()
        rules = await exchange.rules()
        offset = await exchange.measure_clock()
    finally:
        await exchange.close()
    found = [Finding("exchange", f"{text}: {status.system}"), Finding("pair", f"{rules.name}: {status.pair}")]
    if status.system != "online" or status.pair != "online":
        found[0] = Finding("exchange", f"{text}: {status.system}", "wait until it is online", retryable=True)
    found.append(Finding("clock", f"{offset / 1000:+.2f} s off the exchange's"))
    return found
