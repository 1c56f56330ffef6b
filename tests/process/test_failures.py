"""Each fault around the bot is a sentence with a remedy and an exit code, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.process.places import (
    FAILED,
    OK,
    RETRYABLE,
    SPEED,
    TRADING,
    USAGE,
    arguments_of,
    entries,
    expect,
    headless,
    journal_file,
    read_until,
    said,
)
from tests.support.processes import (
    FIRST_MINUTE,
    Box,
    Process,
    bot,
    write_config,
)


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
    "live by config": (
        "mode: live\n",
        ["that alone does not trade with real money", "--mode live", "No order was sent"],
    ),
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


def test_i29_a_key_in_the_environment_is_not_read_where_money_is_play_money(box: Box, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    env = {"TUI_BOT_API_KEY": "a-real-one", "TUI_BOT_API_SECRET": SECRET}
    places = ("--config", str(config), "--state-dir", str(tmp_path / "state"))
    with Process("run", "--headless", "--json", *places, env=env) as running:
        read_until(running, lambda entry: "online" in str(entry))
        code, out, complaints = running.end()
    assert code == 143
    assert "a-real-one" not in out + complaints
    assert SECRET[:8] not in out + complaints


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


def test_f95_a_second_bot_on_the_same_key_is_refused_whatever_its_state_folder(
    box: Box, tmp_path: Path
) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    with bot(config, tmp_path / "one") as first:
        assert first.line()
        done = headless("--config", str(config), "--state-dir", str(tmp_path / "two"))
        words = (f"API key is in use on this machine by process {first.process.pid}", str(tmp_path / "one"))
        expect(done, FAILED, *words, "No order was sent")
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
