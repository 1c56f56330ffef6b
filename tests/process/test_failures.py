"""Each fault around the bot is a sentence with a remedy and an exit code, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import (
    COMMAND,
    FIRST_MINUTE,
    Box,
    Process,
    alternating_history,
    bot,
    journal,
    wait_for,
    write_config,
)
from tui_bot.journal.reader import Entry, read

OK, FAILED, USAGE, RETRYABLE = 0, 1, 2, 3
SPEED = "600"
TRADING = ("strategy:", "  period: 2", "limits:", "  orders_per_hour: 1000", "  max_notional: 1000")


def said(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **(env or {})},
    )


def headless(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """``tui-bot run --headless`` that is expected to end by itself."""
    return said("run", "--headless", "--json", *arguments, env=env)


def expect(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, the words in order on standard error, and no traceback anywhere."""
    shown = done.stdout + done.stderr
    assert done.returncode == code, shown
    assert "Traceback" not in shown, shown
    assert "urlopen" not in shown, shown
    place = 0
    for word in words:
        found = done.stderr.find(word, place)
        assert found >= 0, f"{word!r} is not in {done.stderr!r} (after {place})"
        place = found + len(word)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market that turns at nearly every candle."""
    return alternating_history(tmp_path_factory.mktemp("market") / "XBTUSD_1.csv", 5_000)


@pytest.fixture
def box(history: Path) -> Iterator[Box]:
    """An exchange of its own for a test that trades: a key serves one state folder."""
    with Box("--speed", SPEED, "--history", str(history)) as box:
        yield box


@pytest.fixture(scope="module")
def traded(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a config and a state folder in which a bot has traded; to be copied, not used."""
    place = tmp_path_factory.mktemp("traded")
    with Box("--speed", SPEED, "--history", str(history)) as box:
        config = write_config(place / "config.yaml", box, *TRADING)
        with bot(config, place / "state") as running:
            while '"kind":"fill"' not in (line := running.line()):
                assert line, running.end()
            code, _out, err = running.end()
            assert code == 143, err
    return place


@pytest.fixture
def place(traded: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    shutil.copytree(traded, tmp_path / "place")
    return tmp_path / "place"


def arguments_of(place: Path) -> tuple[str, ...]:
    """What points a command at a place."""
    return ("--config", str(place / "config.yaml"), "--state-dir", str(place / "state"))


def journal_file(place: Path) -> Path:
    """The journal of a place."""
    return place / "state" / "demo" / "journal.sqlite"


def entries(place: Path) -> list[Entry]:
    """What the journal of a place holds."""
    return list(read(journal_file(place)))


# -- usage ---------------------------------------------------------------------------------------------

USAGES: list[tuple[Sequence[str], Sequence[str]]] = [
    (["run", "--json"], ["--json goes with --headless"]),
    (["run"], ["needs a terminal", "use --headless"]),
    ([], ["needs a terminal", "use --headless"]),
    (["--speed", "0"], ["'0' is not a speed", "use 1 to 5000"]),
    (["--speed", "fast"], ["'fast' is not a speed", "use 1 to 5000"]),
    (["--speed", "nan"], ["'nan' is not a speed", "use 1 to 5000"]),
    (["--seed", "-1"], ["--seed", "'-1' is not a whole number"]),
    (["--seed", "1e3"], ["'1e3' is not a whole number"]),
    (["--mode", "real"], ["invalid choice: 'real'", "demo"]),
    (["trade"], ["invalid choice: 'trade'", "run", "exchange", "journal", "check"]),
    (["exchange", "--port", "65536"], ["'65536' is not a port", "use 0 to 65535"]),
    (["exchange", "--port", "http"], ["'http' is not a whole number"]),
    (["journal", "--headless"], ["unrecognized arguments: --headless"]),
]


@pytest.mark.parametrize(("arguments", "words"), USAGES, ids=lambda value: " ".join(value)[:40])
def test_wrong_usage_is_told_with_what_is_right(arguments: Sequence[str], words: Sequence[str]) -> None:
    expect(said(*arguments), USAGE, *words)


@pytest.mark.parametrize("mode", ["paper", "live"])
def test_modes_without_their_safety_checks_are_refused(mode: str, tmp_path: Path) -> None:
    done = headless("--mode", mode, "--state-dir", str(tmp_path / "state"))
    expect(done, USAGE, f"mode {mode} is not offered by this version", "demo and replay", "No order was sent")
    assert not (tmp_path / "state").exists()


def test_a_replay_by_option_needs_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("")
    done = headless("--mode", "replay", *arguments_of(tmp_path))
    expect(done, USAGE, "mode replay needs a file", "set replay.history")


# -- config --------------------------------------------------------------------------------------------

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

CONFIGS: dict[str, tuple[str, Sequence[str]]] = {
    "all faults at once": (
        "pair: 12\ninterval: 7\nstrategy:\n  period: 1\n  perod: 3\ntrading:\n  leverage: 99\n",
        [
            "line 1: pair: 12 does not fit; use",
            "line 2: interval: 7 is not one of the choices; use one of",
            "line 4: strategy.period: 1 is below 2; use 2 to 700",
            "line 5: strategy.perod: is no setting; did you mean strategy.period?",
            "line 7: trading.leverage: 99 is above 10; use 0 or 2 to 10",
        ],
    ),
    "a key that stands twice": (
        "pair: BTC/USD\npair: ETH/USD\n",
        ["line 2: pair: stands twice, first on line 1; keep one"],
    ),
    "a secret": (f"api_secret: {SECRET}\n", ["line 1: api_secret: secrets never go into", "remove the line"]),
    "a tab": ("strategy:\n\tperiod: 20\n", ["line 2: a tab where YAML wants spaces; indent with spaces"]),
    "not text": ("pair: \x00\n", ["line 1: holds the control character U+0000; remove it"]),
    "a foreign exchange address": (
        "exchange:\n  rest: http://example.com:80\n",
        ["line 2: exchange.rest", "use http://127.0.0.1:PORT"],
    ),
    "live by config": ("mode: live\n", ["mode live is not offered", "No order was sent"]),
    "replay without a file": (
        "mode: replay\n",
        ["mode replay needs a file", "give the path"],
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_wrong_config_starts_nothing(name: str, place: Path) -> None:
    before = entries(place)
    text, words = CONFIGS[name]
    (place / "config.yaml").write_text(text)
    done = headless(*arguments_of(place))
    expect(done, USAGE, *words)
    assert SECRET not in done.stdout + done.stderr
    assert entries(place) == before


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    done = headless("--config", str(tmp_path / "none.yaml"), "--state-dir", str(tmp_path / "state"))
    expect(done, USAGE, "none.yaml: cannot be read: No such file", "check --config")


def test_the_journal_of_a_broken_config_is_read_by_naming_the_mode(place: Path) -> None:
    (place / "config.yaml").write_text("mode: demos\n")
    expect(said("journal", *arguments_of(place)), USAGE, "line 1: mode", "--mode")
    assert said("journal", "--mode", "demo", *arguments_of(place)).returncode == OK


# -- the account and the exchange ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "code", "words"),
    [
        ({"TUI_BOT_API_KEY": "nope"}, FAILED, ["Invalid key", "check the key", "No order was sent"]),
        ({"TUI_BOT_API_SECRET": "bm90IHRoZSBzZWNyZXQ="}, FAILED, ["Invalid signature", "No order was sent"]),
        ({"TUI_BOT_API_SECRET": "not base64!"}, USAGE, ["the API key cannot be used", "base64"]),
        ({"TUI_BOT_API_KEY": "ключ"}, USAGE, ["the API key cannot be used", "plain text"]),
    ],
    ids=["unknown key", "wrong secret", "torn secret", "odd key"],
)
def test_a_wrong_key_is_told_and_claims_nothing(
    box: Box, tmp_path: Path, env: dict[str, str], code: int, words: Sequence[str]
) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    places = ("--config", str(config), "--state-dir", str(tmp_path / "state"))
    done = headless(*places, env=env)
    expect(done, code, *words)
    assert not any(secret in done.stdout + done.stderr for secret in env.values() if secret != "nope")
    assert box.ledger()["orders"] == []
    # The state folder is still free for the right key.
    with bot(config, tmp_path / "state") as running:
        assert running.line(), running.end()
        assert running.end()[0] == 143


def test_the_journal_of_another_account_is_not_used(box: Box, place: Path) -> None:
    before = entries(place)
    write_config(place / "config.yaml", box, *TRADING)
    done = headless(*arguments_of(place))
    expect(done, USAGE, "belongs to another exchange account", "another --state-dir", "No order was sent")
    assert entries(place) == before
    assert box.ledger()["orders"] == []


def test_an_exchange_that_does_not_answer_is_worth_another_try(place: Path) -> None:
    before = entries(place)
    address = 'exchange:\n  rest: "http://127.0.0.1:9"\n  websocket: "ws://127.0.0.1:9"\n'
    (place / "config.yaml").write_text(address)
    done = said("run", "--headless", *arguments_of(place))
    assert done.returncode == RETRYABLE
    assert "no box answers at http://127.0.0.1:9" in done.stderr
    assert "start one with `tui-bot exchange`" in done.stderr
    assert "Traceback" not in done.stderr
    assert entries(place) == before


def test_a_pair_the_exchange_does_not_list(box: Box, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.yaml", box, "pair: FOO/BAR")
    done = headless("--config", str(config), "--state-dir", str(tmp_path / "state"))
    expect(done, FAILED, "does not list FOO/BAR", "the nearest are", "No order was sent")


def test_a_port_in_use_is_told(box: Box) -> None:
    done = said("exchange", "--port", box.ready["rest"].rpartition(":")[2])
    expect(done, USAGE, "ddress already in use")


# -- history files ---------------------------------------------------------------------------------------


def row(minute: int, prices: str = "100,100,100,100", volume: str = "1.0", trades: str = "4") -> str:
    """One line of a history file."""
    return f"{FIRST_MINUTE + 60 * minute},{prices},{volume},{trades}\n"


HISTORIES: dict[str, tuple[str, Sequence[str]]] = {
    "out of order": (row(0) + row(2) + row(1), ["line 3", "goes back", "sort the file"]),
    "a row twice": (row(0) + row(1) + row(1), ["line 3", "repeats", "sort the file"]),
    "off the grid": (row(0) + row(1, "100,100.05,100,100"), ["line 2", "100.05 is off the grid", "pair"]),
    "nan": (row(0) + row(1, "100,nan,100,100"), ["line 2", "'nan' is not a number", "finite"]),
    "infinite": (row(0) + row(1, volume="Infinity"), ["line 2", "'Infinity' is not a number", "finite"]),
    "negative": (row(0) + row(1, "100,100,-100,100"), ["line 2", "'-100' is not a number", "not negative"]),
    "zero": (row(0) + row(1, "0,0,0,0"), ["line 2", "price 0", "load the file anew"]),
    "torn": (row(0) + row(1) + row(2)[:20], ["line 3", "columns instead of 7", "cut torn"]),
    "a header": ("time,open,high,low,close,volume,trades\n" + row(0), ["line 1", "time 'time'", "load"]),
    "off the minute": (row(0) + row(1).replace("60,", "61,", 1), ["line 2", "full minute", "candles"]),
    "outside high and low": (row(0) + row(1, "100,90,80,100"), ["line 2", "outside low and high", "load"]),
    "empty": ("", ["fewer than two rows", "name a Kraken OHLCVT file"]),
    "binary": ("\x80\x81\n", ["not a text file", "name a Kraken OHLCVT file"]),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_malformed_history_names_its_line(name: str, tmp_path: Path) -> None:
    text, words = HISTORIES[name]
    history = tmp_path / "XBTUSD_1.csv"
    history.write_text(text, "latin-1")
    expect(said("exchange", "--history", str(history)), USAGE, str(history), *words)


def test_a_bot_told_to_replay_a_malformed_history(tmp_path: Path) -> None:
    (tmp_path / "XBTUSD_1.csv").write_text(row(0) + row(1) + row(1))
    config = tmp_path / "config.yaml"
    config.write_text(f"mode: replay\nreplay:\n  history: {tmp_path / 'XBTUSD_1.csv'}\n")
    places = ("--config", str(config), "--state-dir", str(tmp_path / "state"))
    expect(headless(*places), USAGE, "the exchange in a box cannot start", "line 3", "sort the file")
    checked = said("check", *places)
    assert checked.returncode == FAILED
    assert "line 3" in checked.stdout


# -- state -------------------------------------------------------------------------------------------------


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("mine")
    done = headless("--state-dir", str(tmp_path / "state"))
    expect(done, FAILED, "the state folder", "cannot be used", "choose another --state-dir")
    assert (tmp_path / "state").read_text() == "mine"


def test_a_state_folder_that_cannot_be_made() -> None:
    done = headless("--state-dir", "/proc/tui-bot")
    expect(done, FAILED, "the state folder", "cannot be used", "choose another --state-dir")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is writable for root")
def test_a_state_folder_that_is_read_only(place: Path) -> None:
    before = entries(place)
    (place / "state" / "demo").chmod(0o500)
    try:
        expect(headless(*arguments_of(place)), FAILED, "journal", "right")
    finally:
        (place / "state" / "demo").chmod(0o700)
    assert entries(place) == before


def test_a_second_bot_on_the_same_state_is_refused_and_the_first_goes_on(box: Box, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    with bot(config, tmp_path / "state") as first:
        assert first.line()
        done = headless(*arguments_of(tmp_path))
        expect(done, FAILED, f"in use by process {first.process.pid}", "quit that console first")
        assert first.line()
        assert first.end()[0] == 143


def test_a_journal_of_a_newer_version_is_left_alone(place: Path) -> None:
    with closing(sqlite3.connect(journal_file(place))) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = journal_file(place).read_bytes()
    words = ("newer version of tui-bot", "schema 99", "upgrade tui-bot")
    expect(headless(*arguments_of(place)), FAILED, *words)
    expect(said("journal", *arguments_of(place)), FAILED, *words)
    assert journal_file(place).read_bytes() == before


@pytest.mark.parametrize("begin", [0, 4096], ids=["the head", "a page within"])
def test_a_damaged_journal_is_told_and_left_alone(place: Path, begin: int) -> None:
    path = journal_file(place)
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xa5" * 4096 + content[begin + 4096 :])
    before = path.read_bytes()
    expect(headless(*arguments_of(place)), FAILED, "the journal is damaged", "move it aside")
    assert path.read_bytes() == before


def test_a_journal_that_is_another_program_s_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "demo" / "journal.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
        connection.commit()
    done = headless("--state-dir", str(tmp_path / "state"))
    expect(done, FAILED, "no journal of tui-bot", "choose another state directory")


def test_there_is_no_journal_yet(tmp_path: Path) -> None:
    done = said("journal", "--mode", "demo", "--state-dir", str(tmp_path))
    expect(done, FAILED, "there is no journal yet", "first start")


# -- while it runs -------------------------------------------------------------------------------------------


def test_the_exchange_dies_and_comes_back(history: Path, tmp_path: Path) -> None:
    """The bot says so, stays, judges again when the exchange is back, and loses no fill (F12)."""
    market = ("--speed", "120", "--history", str(history), "--state", str(tmp_path / "box"))
    state = tmp_path / "state"
    with Box(*market) as box:
        config = write_config(tmp_path / "config.yaml", box, *TRADING)
        port = box.ready["rest"].rpartition(":")[2]
        with bot(config, state) as running:
            read_until(running, lambda entry: entry["kind"] == "fill")
            box.kill()
            told = read_until(running, lambda entry: entry.get("level") == "warning")
            assert "no connection" in told["text"] or "connection broke" in told["text"]
            with Box("--port", port, *market) as again:
                read_until(running, lambda entry: entry.get("outcome") in ("signal", "no trade", "blocked"))
                code, out, err = running.end(within=5)
                assert (code, err) == (143, "")
                assert "Left at the exchange" in out
                # A box that was away has an older clock than the bot remembers; a new start measures it anew.
                with bot(config, state) as restarted:
                    read_until(restarted, lambda entry: entry["kind"] == "fill")
                    assert restarted.end()[0] == 143
                assert wait_for(
                    lambda: not [one for one in again.ledger()["orders"] if one["status"] == "open"]
                )
                executed = {fill["id"] for fill in again.ledger()["fills"]}
    assert {entry["trade_id"] for entry in journal(state) if entry["kind"] == "fill"} == executed


def read_until(running: Process, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first line of its JSON that is wanted."""
    while line := running.line():
        entry: dict[str, Any] = json.loads(line)
        if wanted(entry):
            return entry
    raise AssertionError(running.end())


class Limited(Process):
    """A command that may write no file larger than ``size`` bytes: a disk that is full for it."""

    def __init__(self, size: int, *arguments: str) -> None:
        program = (
            "import resource, runpy, sys\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
            "sys.argv[0] = 'tui-bot'\n"
            "runpy.run_module('tui_bot', run_name='__main__')\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )


def test_a_full_disk_halts_and_no_order_follows(box: Box, tmp_path: Path) -> None:
    """No journal, no order (F91); the end is still in order."""
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    state = tmp_path / "state"
    places = ("--config", str(config), "--state-dir", str(state))
    with Limited(250_000, "run", "--headless", *places) as running:
        seen: list[str] = []
        while "trading stopped" not in (seen[-1] if seen else ""):
            seen.append(running.line())
            assert seen[-1], (seen[-5:], running.end())
        assert "JOURNAL FAILED" in seen[-1]
        assert "free space" in seen[-1]
        orders = box.ledger()["orders"]
        now = box.get("/box/account")["now_ms"]
        assert wait_for(lambda: box.get("/box/account")["now_ms"] > now + 5 * 60_000)
        assert len(box.ledger()["orders"]) == len(orders)
        code, out, err = running.end(within=5)
        assert (code, err) == (143, "")
        assert "Left at the exchange" in out
    kept = journal(state)
    ours = {entry["cl_ord_id"] for entry in kept if entry["kind"] == "intent"}
    assert {order["cl_ord_id"] for order in orders} <= ours
    # With space again it starts and agrees with the exchange.
    with bot(config, state) as again:
        read_until(again, lambda entry: "taken up from the journal" in entry.get("text", ""))
        assert again.end()[0] == 143


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    with Limited(4096, "run", "--headless", "--state-dir", str(tmp_path / "state")) as running:
        _out, err = running.process.communicate(timeout=20)
    assert running.process.returncode == FAILED
    assert "the journal cannot be" in err
    assert "Traceback" not in err


SURPRISE = """
import sys
from tui_bot.engine.bot import Bot
def _decide(self, begin):
    secret = "do-not-show-me"
    raise KeyError(secret)
Bot._decide = _decide
from tui_bot.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_surprise_ends_in_one_sentence_without_values(box: Box, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    arguments = ("run", "--headless", "--config", str(config), "--state-dir", str(tmp_path / "state"))
    done = subprocess.run(
        [sys.executable, "-P", "-c", SURPRISE, *arguments], capture_output=True, text=True, timeout=30
    )
    expect(
        done, FAILED, "the bot failed: KeyError at engine/bot.py:", "No further order was sent", "start again"
    )
    assert len(done.stderr.splitlines()) == 1
    assert "do-not-show-me" not in done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert "(as last seen)" in last or "was not read" in last
    assert "nothing was sent" not in last
    assert box.ledger()["orders"] == []
    assert journal(tmp_path / "state")[0]["kind"] == "note"


def test_an_exchange_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with Box("--speed", SPEED, "--seed", "24") as box:
        config = write_config(tmp_path / "config.yaml", box)
        with bot(config, tmp_path / "state") as running:
            assert running.line()
            os.kill(box.process.pid, signal.SIGSTOP)
            try:
                code, out, _err = running.end(within=5)
            finally:
                os.kill(box.process.pid, signal.SIGCONT)
        assert code == 143
        assert "Left at the exchange" in out
