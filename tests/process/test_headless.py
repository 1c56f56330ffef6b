"""The bot without a screen, its journal, its check and its exchange, as another program would use them."""

from __future__ import annotations

import json
import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.process.places import (
    TRADING,
    said,
)
from tests.support.processes import (
    Box,
    Process,
    bot,
    journal,
    wait_for,
    write_config,
)
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import OverrideChanged, Record, RunChanged
from tui_bot.journal import json_lines
from tui_bot.journal.sqlite_journal import SqliteJournal


@pytest.fixture
def config(box: Box, tmp_path: Path) -> Path:
    """A config file that points at it."""
    return write_config(tmp_path / "config.yaml", box, *TRADING)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where the bot keeps its state."""
    return tmp_path / "state"


def read_until_fill(running: Process, side: str) -> list[dict[str, Any]]:
    """Its lines up to a fill on this side."""
    entries: list[dict[str, Any]] = []
    while not entries or entries[-1]["kind"] != "fill" or entries[-1]["side"] != side:
        line = running.line()
        assert line, running.end()
        entries.append(json.loads(line))
    return entries


# -- lines -------------------------------------------------------------------------------------------

INTENT = (
    *("cl_ord_id", "origin", "side", "volume", "price", "trigger", "leverage", "reduce_only"),
    *("signal", "leg", "reference", "deadline_ms", "settings"),
)
HEAD = ("seq", "time", "at_ms", "wall_ms", "pair", "kind")
KEYS: dict[str, tuple[str, ...]] = {
    "decision": (
        *("outcome", "verdict", "reason", "candle", "close", "period", "average", "slope"),
        *("target", "blocks", "note", "settings"),
    ),
    "intent": INTENT,
    "order": (*INTENT, "state", "txid", "executed", "average", "fee", "reason"),
    "fill": ("trade_id", "txid", "cl_ord_id", "side", "price", "volume", "cost", "fee", "maker"),
    "settings": ("digest", "by", "changes"),
    "run": ("state", "reason", "since_ms"),
    "override": ("until", "candles_left", "since_ms", "reason"),
    "note": ("level", "text", "facts"),
}
MONEY = ("volume", "cost", "fee", "executed", "close", "target", "reference")


def test_the_keys_of_each_kind_are_documented() -> None:
    documented = json_lines.__doc__ or ""
    for kind, keys in KEYS.items():
        assert f"- ``{kind}``" in documented
        assert not [key for key in keys if f"``{key}``" not in documented]


def test_each_line_has_the_documented_keys_and_exact_money(config: Path, state: Path) -> None:
    with bot(config, state) as running:
        entries = read_until_fill(running, "buy")
        code, out, err = running.end()
    assert (code, err) == (143, "")
    *more, last = [json.loads(line) for line in out.splitlines()]
    entries += more
    assert {"decision", "intent", "order", "fill", "note"} <= {entry["kind"] for entry in entries}
    for entry in entries:
        assert tuple(entry) == (*HEAD, *KEYS[entry["kind"]])
        assert entry["time"].endswith("Z")
        assert all(isinstance(entry[key], str) for key in MONEY if entry.get(key) is not None)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert list(last) == ["kind", "text"]
    assert last["kind"] == "stopped"
    assert "Left at the exchange" in last["text"]


def test_the_journal_says_what_the_lines_said(config: Path, state: Path) -> None:
    with bot(config, state) as running:
        entries = read_until_fill(running, "buy")
        during = journal(state)
        running.end()
    assert during[: len(entries)] == [
        {**entry, "wall_ms": kept["wall_ms"]} for entry, kept in zip(entries, during, strict=False)
    ]


def test_without_json_the_lines_are_for_people(config: Path, state: Path) -> None:
    places = ("--config", str(config), "--state-dir", str(state))
    with Process("run", "--headless", *places) as running:
        while "bought 0.001" not in (line := running.line()):
            assert line, running.end()
            assert "{" not in line
        assert "fee" in line
        code, out, _err = running.end()
    assert code == 143
    assert out.splitlines()[-1].startswith("stopped (demo). Left at the exchange:")


# -- the end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_in_order(config: Path, state: Path, number: int, code: int) -> None:
    with bot(config, state) as running:
        assert running.line()
        ended, out, err = running.end(number, within=5)
    assert (ended, err) == (code, "")
    assert "Left at the exchange" in json.loads(out.splitlines()[-1])["text"]


def test_f97_under_nohup_it_outlives_its_terminal_and_trades_on(box: Box, config: Path, state: Path) -> None:
    with bot(config, state, under=("nohup",)) as running:
        assert running.line()
        running.process.send_signal(signal.SIGHUP)
        orders = len(box.ledger()["orders"])
        assert wait_for(lambda: len(box.ledger()["orders"]) > orders + 2)
        ended, _, err = running.end(signal.SIGTERM, within=5)
    assert (ended, err) == (143, "")


def test_two_signals_are_one_end(config: Path, state: Path) -> None:
    with bot(config, state) as running:
        assert running.line()
        running.process.send_signal(signal.SIGHUP)
        ended, out, err = running.end(signal.SIGTERM, within=5)
    assert ended in (129, 143)
    assert err == ""
    assert out.count('"stopped"') == 1


def test_a_reader_that_has_gone_does_not_stop_the_bot(box: Box, config: Path, state: Path) -> None:
    with bot(config, state) as running:
        assert running.line()
        assert running.process.stdout is not None
        running.process.stdout.close()
        orders = len(box.ledger()["orders"])
        assert wait_for(lambda: len(box.ledger()["orders"]) > orders + 2)
        assert running.process.poll() is None
        running.process.terminate()
        assert running.process.wait(timeout=5) == 143
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""


# -- the next start ----------------------------------------------------------------------------------


def net(entries: list[dict[str, Any]]) -> Decimal:
    """The position that the fills among these entries lead to."""
    fills = [entry for entry in entries if entry["kind"] == "fill"]
    return sum((Decimal(f["volume"]) * (1 if f["side"] == "buy" else -1) for f in fills), Decimal(0))


def test_a_restart_goes_on_with_the_position_of_the_journal(box: Box, config: Path, state: Path) -> None:
    with bot(config, state) as running:
        read_until_fill(running, "buy")
        running.end()
    before = journal(state)
    with bot(config, state) as again:
        read_until_fill(again, "sell" if net(before) else "buy")
        assert again.end()[0] == 143
    after = journal(state)
    assert after[: len(before)] == before
    greeting = next(e["text"] for e in after[len(before) :] if "taken up" in e.get("text", ""))
    assert ("LONG 0.001" if net(before) else "FLAT") in greeting
    assert net(after) == Decimal(box.ledger()["balances"]["XXBT"])
    signals = [(entry["signal"], entry["leg"]) for entry in after if entry["kind"] == "intent"]
    assert len(signals) == len(set(signals))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (RunChanged(RunState(Run.PAUSED, "by hand", 1)), "PAUSED"),
        (RunChanged(RunState(Run.HALTED, "a test", 1)), "HALTED"),
        (OverrideChanged(Override(Contract(Until.RELEASED), 0, 1), "a test"), "a person has taken over"),
    ],
    ids=["paused", "halted", "manual"],
)
def test_what_a_person_has_ordered_survives_a_restart(
    box: Box, config: Path, state: Path, body: RunChanged | OverrideChanged, wanted: str
) -> None:
    """Pause, halt and override hold until a person lifts them."""
    written = SqliteJournal(state / "demo" / "journal.sqlite", "BTC/USD", 60)
    written.write([Record(1, body)])
    written.close()
    with bot(config, state) as running:
        seen = ""
        while '"outcome":"held"' not in (line := running.line()):
            assert line, running.end()
            seen += line
        assert wanted in seen + line
        assert running.end()[0] == 143
    assert box.ledger()["orders"] == []


# -- journal, check, exchange ------------------------------------------------------------------------


def test_the_chart_shows_closes_and_fills(config: Path, state: Path) -> None:
    with bot(config, state) as running:
        read_until_fill(running, "sell")
        shown = said("journal", "--chart", "--state-dir", str(state), env={"COLUMNS": "100", "LINES": "30"})
        running.end()
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert 10 <= len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in shown.stdout
    assert "BTC/USD" in shown.stdout


def test_a_pager_that_closes_early_is_no_failure(config: Path, state: Path) -> None:
    with bot(config, state) as running:
        read_until_fill(running, "sell")
        running.end()
    with Process("journal", "--state-dir", str(state)) as listing:
        assert listing.process.stdout is not None
        listing.process.stdout.close()
        assert listing.process.wait(timeout=10) == 0
        assert listing.process.stderr is not None
        assert listing.process.stderr.read() == ""


def test_the_journal_is_that_of_the_config_s_mode(history: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mode: replay\nreplay:\n  history: x.csv\n")
    places = ("--config", str(tmp_path / "config.yaml"), "--state-dir", str(tmp_path))
    shown = said("journal", *places)
    assert shown.returncode == 1
    assert str(tmp_path / "replay" / "journal.sqlite") in shown.stderr


def test_check_is_content_with_a_good_place(config: Path, state: Path) -> None:
    shown = said("check", "--config", str(config), "--state-dir", str(state))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "FAIL" not in shown.stdout
    for what in ("config", "terminal", "state", "journal", "exchange", "pair", "clock"):
        assert f"ok    {what}" in shown.stdout


def test_check_starts_and_stops_a_box_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mode: demo\n")
    places = ("--config", str(tmp_path / "config.yaml"), "--state-dir", str(tmp_path / "state"))
    shown = said("check", *places)
    assert shown.returncode == 0, shown.stdout
    assert "in a box, started and stopped for this check: online" in shown.stdout
    assert list((tmp_path / "state" / "demo").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("pair: 12\nsped: 3\n", 2, ["line 1: pair", "line 2: sped", "-> mend the lines named"]),
        ("pair: FOO/BAR\n", 1, ["does not list FOO/BAR", "-> mend what it says"]),
        ('exchange: \n  rest: "http://127.0.0.1:9"\n', 3, ["no box answers", "-> start it with"]),
    ],
    ids=["config", "pair", "exchange"],
)
def test_check_names_each_fault_with_its_remedy(
    tmp_path: Path, text: str, code: int, words: list[str]
) -> None:
    (tmp_path / "config.yaml").write_text(text)
    places = ("--config", str(tmp_path / "config.yaml"), "--state-dir", str(tmp_path / "state"))
    shown = said("check", *places)
    assert (shown.returncode, shown.stderr) == (code, "")
    assert "FAIL" in shown.stdout
    assert not [word for word in words if word not in shown.stdout], shown.stdout


def test_check_finds_a_state_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("pair: 12\n")
    (tmp_path / "state").write_text("a file")
    places = ("--config", str(tmp_path / "config.yaml"), "--state-dir", str(tmp_path / "state"))
    shown = said("check", *places)
    assert shown.returncode == 2
    assert "FAIL  state" in shown.stdout
    assert "-> choose a writable --state-dir" in shown.stdout


def test_the_exchange_says_where_it_is_and_keeps_its_account(tmp_path: Path) -> None:
    arguments = ("--speed", "60", "--seed", "3", "--state", str(tmp_path / "ledger"))
    with Box(*arguments) as box:
        first = box.ready
        assert set(first) == {"rest", "websocket", "key", "secret", "speed"}
        assert first["rest"].startswith("http://127.0.0.1:")
        assert first["websocket"] == first["rest"].replace("http", "ws")
        balances = box.ledger()["balances"]
        assert box.end(within=5) == (0, "", "")
    with Box(*arguments) as again:
        assert (again.ready["key"], again.ready["secret"]) == (first["key"], first["secret"])
        assert again.ledger()["balances"] == balances
        assert again.end(signal.SIGINT, within=5)[0] == 0


def test_what_a_bot_saw_can_be_played_again(config: Path, state: Path, box: Box) -> None:
    with bot(config, state) as running:
        read_until_fill(running, "sell")
        running.end()
    history = state / "demo" / "journal.sqlite"
    seen = [entry["candle"] for entry in journal(state) if entry["kind"] == "decision"]
    closes = {entry["candle"]: entry["close"] for entry in journal(state) if entry["kind"] == "decision"}
    with Box("--speed", "5000", "--history", str(history)) as replayed:
        wait_for(lambda: replayed.get("/box/clock")["finished"], within=30)
        rows = replayed.get("/0/public/OHLC?pair=XBTUSD")["result"]["XXBTZUSD"]
    shown = {row[0]: row for row in rows}
    assert seen
    assert {begin: Decimal(close) for begin, close in closes.items()} == {
        begin: Decimal(shown[begin][4]) for begin in closes
    }
    config.write_text(
        f'mode: replay\nreplay:\n  history: "{history}"\n  speed: 600\n' + "\n".join(TRADING) + "\n"
    )
    with bot(config, state) as running:
        first = json.loads(running.line())
        assert first["kind"] == "note"
        read_until_fill(running, "buy")
        running.end()
