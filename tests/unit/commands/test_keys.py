"""``tui-bot keys``: what is asked, tested, stored, shown, and what never is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.livebox import ROOT, LiveBox
from tests.unit.keys.test_pair import KEY, SECRET
from tui_bot.commands import keys
from tui_bot.commands.checkup import run_checkup
from tui_bot.commands.keys import SENTENCE, KeyOptions
from tui_bot.keys.file import read_key, write_key
from tui_bot.keys.pair import KeyPair, Secret
from tui_bot.session.box import Address
from tui_bot.session.keylock import KeyLock

WITHDRAW = {"verb": "KEY", "kind": "add", "permission": "withdraw-funds"}
HARMLESS = {"verb": "KEY", "kind": "drop", "permission": "withdraw-funds"}


@pytest.fixture(scope="module")
def box() -> Iterator[LiveBox]:
    with LiveBox() as box:
        yield box


@pytest.fixture
def options(tmp_path: Path, box: LiveBox, monkeypatch: pytest.MonkeyPatch) -> KeyOptions:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    box.script(HARMLESS)
    config = tmp_path / "config.yaml"
    config.write_text("pair: BTC/USD\nexchange:\n  tier: pro\n")  # one try right after the other
    return KeyOptions(tmp_path / "keys" / "kraken", config, kraken=box.address)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal is there; a real one is below, in the tests of the whole command."""
    monkeypatch.setattr(keys, "_at_terminal", lambda: True)


def typing(options: KeyOptions, box: LiveBox, *said: str) -> KeyOptions:
    """A person who enters the box's key, and then says these things."""
    secret, spoken = iter([box.ready["key"], box.ready["secret"]]), iter(said)
    return replace(options, ask=lambda _prompt: next(secret), say=lambda _prompt: next(spoken))


@pytest.mark.usefixtures("terminal")
def test_a_good_key_is_tested_and_stored(
    options: KeyOptions, box: LiveBox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys.add(typing(options, box)) == 0
    said = capsys.readouterr().out
    assert said.count("ok  ") >= 9
    assert "AddOrder, validate only" in said
    assert "nonce window 0, an IP allow-list, an expiry" in said
    assert f"stored in {options.key_file}" in said
    stored = read_key(options.key_file)
    assert stored is not None
    assert stored.key == box.ready["key"]
    assert stat.S_IMODE(options.key_file.stat().st_mode) == 0o600
    assert box.orders() == []
    assert box.ready["key"] not in said
    assert box.ready["secret"] not in said


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("sentence", ["", "yes", "y", SENTENCE.upper(), SENTENCE + "!"])
def test_s6_a_key_that_can_withdraw_is_refused_whatever_else_is_typed(
    options: KeyOptions, box: LiveBox, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    box.script(WITHDRAW)
    assert keys.add(typing(options, box, sentence)) == 1
    assert "This key can withdraw" in capsys.readouterr().out
    assert not options.key_file.exists()


@pytest.mark.usefixtures("terminal")
def test_s6_only_the_written_sentence_lets_such_a_key_in_and_it_is_remembered(
    options: KeyOptions, box: LiveBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.script(WITHDRAW)
    assert keys.add(typing(options, box, SENTENCE)) == 0
    assert options.key_file.exists()
    assert keys.test(options) == 0
    assert "CAN WITHDRAW; accepted in writing" in capsys.readouterr().out


@pytest.mark.usefixtures("terminal")
def test_f43_a_key_without_a_needed_permission_is_not_stored(
    options: KeyOptions, box: LiveBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.script({"verb": "KEY", "kind": "drop", "permission": "close-trades"})
    try:
        assert keys.add(typing(options, box)) == 1
    finally:
        box.script({"verb": "KEY", "kind": "add", "permission": "close-trades"})
    said = capsys.readouterr()
    assert "FAIL  Cancel & close orders" in said.out
    assert "-> allow it for this key at Kraken" in said.out
    assert "the key is not stored" in said.err
    assert not options.key_file.exists()


@pytest.mark.usefixtures("terminal")
def test_an_exchange_that_is_away_is_for_another_try(options: KeyOptions, box: LiveBox) -> None:
    away = replace(typing(options, box), kraken=Address("http://127.0.0.1:9", None))
    assert keys.add(away) == 3
    assert not options.key_file.exists()


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), ("y", 0)])
def test_a_stored_key_is_replaced_only_after_a_yes(
    options: KeyOptions, box: LiveBox, answer: str, code: int
) -> None:
    write_key(options.key_file, KeyPair(KEY, Secret(SECRET)))
    assert keys.add(typing(options, box, answer)) == code
    stored = read_key(options.key_file)
    assert stored is not None
    assert stored.key == (KEY if code else box.ready["key"])


@pytest.mark.usefixtures("terminal")
def test_what_is_no_key_is_refused_before_anything_is_sent(
    options: KeyOptions, box: LiveBox, capsys: pytest.CaptureFixture[str]
) -> None:
    said = iter([KEY, SECRET[:40]])
    assert keys.add(replace(options, ask=lambda _prompt: next(said))) == 1
    error = capsys.readouterr().err
    assert "Nothing was stored" in error
    assert SECRET[:8] not in error


def test_without_a_terminal_nothing_is_asked(options: KeyOptions, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.add(options) == 2
    assert keys.remove(options) == 2
    assert "asks at a terminal" in capsys.readouterr().err


def test_s3_show_gives_a_fingerprint_and_never_the_key(
    options: KeyOptions, box: LiveBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.key_file(tmp_path)
    assert keys.show(options) == 0
    before = capsys.readouterr().out
    assert "tested       never" in before
    assert keys.test(options) == 0
    capsys.readouterr()
    assert keys.show(options) == 0
    said = capsys.readouterr().out
    assert f"key          {box.ready['key'][:4]}…  fingerprint " in said
    assert f"source       {options.key_file}" in said
    assert "(today)" in said
    assert "the key cannot withdraw" in said
    for text in (before, said):
        assert box.ready["key"][:5] not in text
        assert box.ready["secret"][:5] not in text


def test_show_and_test_without_a_key_say_where_they_looked(
    options: KeyOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys.show(options) == 1
    assert keys.test(options) == 1
    assert capsys.readouterr().err.count(f"not in {options.key_file}") == 2


def test_f95_a_key_that_a_bot_uses_is_not_tested_beside_it(
    options: KeyOptions, box: LiveBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.key_file(tmp_path)
    lock = KeyLock(box.ready["key"], tmp_path)
    assert keys.test(options) == 1
    lock.release()
    assert "in use on this machine" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
def test_removing_asks(options: KeyOptions, box: LiveBox, tmp_path: Path) -> None:
    box.key_file(tmp_path)
    assert keys.remove(typing(options, box, "")) == 1
    assert options.key_file.exists()
    assert keys.remove(typing(options, box, "y")) == 0
    assert not options.key_file.exists()
    assert keys.remove(typing(options, box, "y")) == 1


# -- the whole command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [[KEY, SECRET], ["--key", KEY, "--secret", SECRET], [f"--secret={SECRET}"], ["--config", "c", SECRET]],
    ids=["words", "options", "option", "after a config"],
)
def test_s2_a_key_on_the_command_line_is_refused_and_not_repeated(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_bot", "keys", "add", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "make a new one" in done.stderr
    assert KEY[:8] not in done.stdout + done.stderr
    assert SECRET[:8] not in done.stdout + done.stderr


@pytest.mark.parametrize("at_once", [False, True], ids=["line by line", "pasted at once"])
def test_s25_what_is_typed_at_the_prompts_is_not_echoed_and_a_paste_leaks_nowhere(
    tmp_path: Path, box: LiveBox, at_once: bool
) -> None:
    """A real terminal: the key, the secret, and a line too many behind them."""
    import pty

    box.script(HARMLESS)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
    command = box.command("keys", "add", "--key-file", str(tmp_path / "keys" / "kraken"))
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, command, environment)  # noqa: S606
    shown = _read_until(terminal, b"API key: ")
    more = "a line of a paste that must go nowhere\n" if at_once else ""
    os.write(terminal, f"{box.ready['key']}\n{more}".encode())
    shown += _read_until(terminal, b"API secret: ")
    if at_once:
        time.sleep(0.2)
    os.write(terminal, f"{box.ready['secret']}\n".encode())
    shown += _read_until(terminal, b"Next:", b"tui-bot: ")
    os.waitpid(child, 0)
    os.close(terminal)
    assert box.ready["key"].encode()[:8] not in shown
    assert box.ready["secret"].encode()[:8] not in shown
    assert b"\x1b]52" not in shown
    assert b"must go nowhere" not in shown


def _read_until(terminal: int, *wanted: bytes) -> bytes:
    shown, end = b"", time.monotonic() + 20
    while not any(text in shown for text in wanted):
        assert time.monotonic() < end, shown
        shown += os.read(terminal, 4096)
    return shown


# -- check ---------------------------------------------------------------------------------------------


def test_check_shows_the_arming_list(
    options: KeyOptions, box: LiveBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.key_file(tmp_path)
    assert run_checkup(options.config, "live", tmp_path / "s", options.key_file, box.address) == 0
    said = capsys.readouterr().out
    for name in (
        "key ",
        "exchange",
        "clock offset",
        "permissions",
        "withdrawal",
        "nonce window",
        "balance",
        "size",
    ):
        assert f"ok    {name}" in said, said
    box.script(WITHDRAW)
    assert run_checkup(options.config, "live", tmp_path / "s", options.key_file, box.address) == 1
    assert "FAIL  withdrawal" in capsys.readouterr().out


def test_check_without_a_key_says_so_and_looks_at_the_rest(
    options: KeyOptions, box: LiveBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_checkup(options.config, "live", tmp_path / "s", options.key_file, box.address) == 1
    said = capsys.readouterr().out
    assert "FAIL  key" in said
    assert "tui-bot keys add" in said
    assert "ok    exchange" in said


def test_check_of_a_kraken_that_is_away_is_for_another_try(
    options: KeyOptions, box: LiveBox, tmp_path: Path
) -> None:
    box.key_file(tmp_path)
    away = Address("http://127.0.0.1:9", None)
    assert run_checkup(options.config, "live", tmp_path / "s", options.key_file, away) == 3


def test_s21_check_refuses_live_with_a_config_that_names_a_box(
    options: KeyOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert options.config is not None
    options.config.write_text("exchange:\n  rest: http://127.0.0.1:8080\n")
    assert run_checkup(options.config, "live", tmp_path / "s", options.key_file) == 1
    assert "trades at Kraken only" in capsys.readouterr().out
