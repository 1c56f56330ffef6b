"""Mode live with a box where Kraken would be: what it takes to start, to arm, and what leaves meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.livebox import LiveBox
from tui_bot.commands import offline
from tui_bot.control.client import ask
from tui_bot.control.protocol import Outcome, Verb
from tui_bot.control.status import one_line
from tui_bot.engine.commands import Arm, Command, Contract, Pause, Trade, Until
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.memory import Run
from tui_bot.engine.preflight import Verdict
from tui_bot.engine.records import Note, Record
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.market.order import OrderState, Side
from tui_bot.session.live import KRAKEN_ADDRESS
from tui_bot.session.session import RunOptions, Session


@pytest.fixture(scope="module")
def box() -> Iterator[LiveBox]:
    with LiveBox() as box:
        yield box


PRO = "exchange:\n  tier: pro\n"


@pytest.fixture
def options(tmp_path: Path, box: LiveBox) -> RunOptions:
    box.script({"verb": "KEY", "kind": "drop", "permission": "withdraw-funds"})
    config = tmp_path / "config.yaml"
    # One start after the other with one key: a beginner's allowance would make each wait for the last.
    config.write_text(f"pair: BTC/USD\n{PRO}")
    return RunOptions(tmp_path / "state", config, "live", key_file=box.key_file(tmp_path))


class Running:
    """A session in its own thread, as the console has it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.heard: list[Record] = []
        self.error: LaunchError | None = None
        session.listen(self.heard.append)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.session.run()
        except LaunchError as error:
            self.error = error

    def until(self, seen: Callable[[Snapshot], bool]) -> Snapshot:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            snap = self.session.latest()
            if snap is not None and seen(snap):
                return snap
            assert self._thread.is_alive(), self.error
            time.sleep(0.02)
        self.session.stop()
        raise AssertionError(f"what was waited for did not come: {self.notes()}")

    def end(self) -> None:
        self.session.stop()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def notes(self) -> str:
        return " ".join(record.body.text for record in self.heard if isinstance(record.body, Note))


def _tradable(snap: Snapshot) -> bool:
    return snap.quote is not None and snap.clock_offset_ms is not None


def armed(options: RunOptions, box: LiveBox, *said: Command) -> Running:
    running = Running(Session(options, box.address))
    running.until(lambda snap: bool(snap.checks))
    for command in said:
        running.session.submit(command)
    running.session.submit(Arm("BTC/USD"))
    running.until(lambda snap: snap.phase is Phase.READY)
    return running


def test_s13_live_orders_go_to_kraken_and_nothing_in_the_settings_says_otherwise() -> None:
    assert KRAKEN_ADDRESS.rest == "https://api.kraken.com"
    assert KRAKEN_ADDRESS.websocket == "wss://ws.kraken.com/v2"


def test_before_the_word_nothing_but_reads_leaves_and_leaving_sends_nothing(
    options: RunOptions, box: LiveBox
) -> None:
    placed = len(box.orders())
    running = Running(Session(options, box.address))
    snap = running.until(lambda snap: bool(snap.checks))
    assert (snap.phase, snap.mode) == (Phase.ARMING, "live")
    assert not [check for check in snap.checks if check.verdict is Verdict.FAIL]
    running.session.submit(Trade(Side.BUY, snap.settings.trade_size, None, Contract(Until.RELEASED)))
    running.session.submit(Arm("ETH/USD"))
    running.until(lambda snap: bool(snap.remark))
    told = ask(options.state_dir / "live", Verb.STATUS, 5)
    assert told.status is not None
    assert (told.status["phase"], told.status["mode"]) == ("arming", "live")
    assert one_line(told.status).startswith("LIVE BTC/USD ARMING ?")
    running.end()
    assert running.error is None
    assert len(box.orders()) == placed
    assert not (options.state_dir / "live" / "account").exists()


def test_with_validate_only_every_order_is_checked_and_none_is_placed(
    options: RunOptions, box: LiveBox
) -> None:
    placed = len(box.orders())
    assert options.config is not None
    options.config.write_text(f"trading:\n  validate_only: yes\n{PRO}")
    running = armed(options, box)
    size = running.until(_tradable).settings.trade_size
    running.session.submit(Trade(Side.BUY, size, None, Contract(Until.RELEASED)))
    snap = running.until(lambda snap: bool(snap.orders) and snap.orders[0].state.is_final)
    running.end()
    assert snap.orders[0].state is OrderState.VALIDATED
    assert "buy 0.00100000 XBTUSD @ market" in snap.orders[0].reason
    assert snap.position.is_flat
    assert len(box.orders()) == placed


def test_once_armed_it_is_the_ordinary_bot(options: RunOptions, box: LiveBox) -> None:
    """After this one the account has an execution that is foreign to every other journal."""
    placed = len(box.orders())
    running = armed(options, box, Pause())
    snap = running.until(_tradable)
    size = snap.settings.trade_size
    running.session.submit(Trade(Side.BUY, size, None, Contract(Until.RELEASED)))
    snap = running.until(lambda snap: snap.position.size == size)
    assert snap.run.run is Run.PAUSED  # said before it was armed, it holds from the start
    running.end()
    assert len(box.orders()) == placed + 1
    assert "armed by hand" in running.notes()
    assert (options.state_dir / "live" / "journal.sqlite").exists()


def test_s6_a_key_that_can_withdraw_is_not_armed(options: RunOptions, box: LiveBox) -> None:
    box.script({"verb": "KEY", "kind": "add", "permission": "withdraw-funds"})
    running = Running(Session(options, box.address))
    running.until(lambda snap: bool(snap.checks))
    running.session.submit(Arm("BTC/USD"))
    snap = running.until(lambda snap: bool(snap.remark))
    assert snap.remark == "not armed: a row of the list says no"
    assert [check.name for check in snap.checks if check.verdict is Verdict.FAIL] == ["withdrawal"]
    running.end()


def test_f95_a_second_bot_with_the_same_key_is_refused_on_this_machine(
    options: RunOptions, box: LiveBox, tmp_path: Path
) -> None:
    first = Running(Session(options, box.address))
    first.until(lambda snap: bool(snap.checks))
    second = Session(
        RunOptions(tmp_path / "other", options.config, "live", key_file=options.key_file), box.address
    )
    with pytest.raises(LaunchError, match="in use on this machine"):
        second.run()
    first.end()


def test_a_word_given_beforehand_arms_without_anybody_there(options: RunOptions, box: LiveBox) -> None:
    spoken = RunOptions(options.state_dir, options.config, "live", key_file=options.key_file, arm="BTC/USD")
    running = Running(Session(spoken, box.address))
    running.until(lambda snap: snap.phase is Phase.READY)
    running.end()


def test_a_wrong_word_given_beforehand_ends_it(options: RunOptions, box: LiveBox) -> None:
    wrong = RunOptions(options.state_dir, options.config, "live", key_file=options.key_file, arm="ETH/USD")
    with pytest.raises(LaunchError, match="what was typed is not BTC/USD"):
        Session(wrong, box.address).run()


def test_the_config_alone_does_not_trade_with_real_money(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("mode: live\n")
    with pytest.raises(
        LaunchError, match=r"that alone does not trade with real money: .* --mode live"
    ) as caught:
        Session(RunOptions(tmp_path / "state", config))
    assert caught.value.exit_code == 2
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("name", ["rest: http", "websocket: ws"])
def test_s21_live_refuses_a_config_that_names_another_exchange(tmp_path: Path, name: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"exchange:\n  {name}://127.0.0.1:8080\n")
    with pytest.raises(LaunchError, match="trades at Kraken only"):
        Session(RunOptions(tmp_path / "state", config, "live"))


def test_without_a_key_it_says_how_to_get_one(tmp_path: Path, box: LiveBox) -> None:
    config = tmp_path / "config.yaml"
    # One start after the other with one key: a beginner's allowance would make each wait for the last.
    config.write_text(f"pair: BTC/USD\n{PRO}")
    session = Session(
        RunOptions(tmp_path / "s", config, "live", key_file=tmp_path / "no" / "key"), box.address
    )
    with pytest.raises(LaunchError, match=r"tui-bot keys add.*No order was sent") as caught:
        session.run()
    assert caught.value.exit_code == 2


def test_s1_a_key_file_that_others_may_read_is_refused(options: RunOptions, box: LiveBox) -> None:
    assert options.key_file is not None
    options.key_file.chmod(0o644)
    with pytest.raises(LaunchError, match=f"chmod 600 {options.key_file}"):
        Session(options, box.address).run()


def test_s2_a_key_from_the_environment_is_told_and_taken_away(
    options: RunOptions, box: LiveBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_BOT_API_KEY", box.ready["key"])
    monkeypatch.setenv("TUI_BOT_API_SECRET", box.ready["secret"])
    monkeypatch.setenv("SSLKEYLOGFILE", "/nowhere/keys")
    running = armed(RunOptions(options.state_dir, options.config, "live"), box)
    running.end()
    assert "TUI_BOT_API_KEY" not in os.environ
    assert "TUI_BOT_API_SECRET" not in os.environ
    assert "the API key came from TUI_BOT_API_KEY" in running.notes()
    assert "SSLKEYLOGFILE" in running.notes()
    assert "without effect here" in running.notes()


def test_a_flatten_without_a_running_bot_is_the_word_that_arms_it(
    options: RunOptions, box: LiveBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens nothing; the list has to pass all the same."""
    assert options.config is not None

    def session(given: RunOptions) -> Session:
        return Session(replace(given, key_file=options.key_file), box.address)

    monkeypatch.setattr(offline, "Session", session)
    answer = offline.flatten(options.state_dir, options.config, "live", 20)
    assert answer.outcome is Outcome.DONE, answer
    box.script({"verb": "KEY", "kind": "add", "permission": "withdraw-funds"})
    answer = offline.flatten(options.state_dir, options.config, "live", 20)
    assert answer.outcome is not Outcome.DONE
    assert "CAN WITHDRAW" in " ".join(answer.lines)


def test_f37_another_user_of_the_key_is_noticed_by_its_nonces(options: RunOptions, box: LiveBox) -> None:
    """The last test of this box: its key stays ahead of our clock."""
    box.script({"verb": "KEY", "kind": "foreign-nonce", "by": 10**9})
    running = Running(Session(options, box.address))
    snap = running.until(lambda snap: bool(snap.checks))
    running.end()
    failing = {check.name: check.value for check in snap.checks if check.verdict is Verdict.FAIL}
    assert "another program may use this API key" in failing["permissions"]
