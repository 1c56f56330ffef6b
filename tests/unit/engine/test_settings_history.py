"""Every change of the settings is kept with who made it, and each order names its settings."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.support.model import Stand
from tui_bot.engine.commands import Change, Configure
from tui_bot.engine.records import Record, SettingsChanged
from tui_bot.engine.settings_history import known, take_up
from tui_bot.engine.state import BotState
from tui_bot.journal.sqlite_journal import SqliteJournal

FIRST = (("strategy.period", "20"), ("trading.trade_size", "0.001"))
SECOND = (("strategy.period", "30"), ("trading.trade_size", "0.001"))


def state() -> BotState:
    return BotState(replace(Stand().settings, digest="abc"))


def changed(at: BotState) -> list[SettingsChanged]:
    return [record.body for record in at.edits if isinstance(record.body, SettingsChanged)]


def test_the_first_start_keeps_what_there_is() -> None:
    at = state()
    take_up(at, (), FIRST)
    assert changed(at) == [SettingsChanged((), "abc", "start", FIRST)]
    assert len(at.actions) == 1, "it goes into the journal"


def test_a_start_with_the_same_settings_keeps_nothing() -> None:
    at = state()
    take_up(at, [Record(1, SettingsChanged((), "abc", "start", FIRST))], FIRST)
    assert not at.actions
    assert len(at.edits) == 1


def test_what_was_changed_in_the_file_meanwhile_is_kept_as_that() -> None:
    at = state()
    take_up(at, [Record(1, SettingsChanged((), "abc", "start", FIRST))], SECOND)
    assert changed(at)[-1] == SettingsChanged((Change("strategy.period", "20", "30"),), "abc", "file", SECOND)


def test_an_older_journal_that_names_only_changes_is_no_base() -> None:
    at = state()
    take_up(at, [Record(1, SettingsChanged((Change("strategy.period", "20", "30"),), "x"))], SECOND)
    assert changed(at)[-1].by == "start"
    assert known(at.edits) == dict(SECOND)


def test_without_names_nothing_is_kept() -> None:
    at = state()
    take_up(at, (), ())
    assert not at.edits


def test_a_change_in_the_form_is_kept_with_all_values() -> None:
    stand = Stand().start()
    change = Change("strategy.period", "20", "30")
    stand.command(Configure(replace(stand.settings, digest="def"), (change,), SECOND))
    assert stand.kept[-1] == SettingsChanged((change,), "def", "form", SECOND)
    assert stand.bot.state.edits[-1].body == stand.kept[-1]


def test_an_order_names_the_settings_it_was_made_under() -> None:
    stand = Stand().start()
    stand.command(Configure(replace(stand.settings, digest="def"), ()))
    stand.buy_signal()
    assert stand.sent[-1].settings == "def"


def test_the_journal_gives_the_changes_back_whatever_the_pair(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    bodies = [SettingsChanged((), str(number), "form", FIRST) for number in range(60)]
    with closing(SqliteJournal(path, "ETH/USD", 60, reserve_bytes=0)) as journal:
        journal.write([Record(number, body) for number, body in enumerate(bodies)])
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        edits = journal.recall().edits
    assert [record.body for record in edits] == bodies[10:]
    assert [record.at_ms for record in edits] == list(range(10, 60))
