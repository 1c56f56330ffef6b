"""Histories kept beside the state: read once, mapped after that, never believed when they should not be."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from benchmarks.candles import kraken_rows, make
from tests.unit.backtest.malformed import KRAKEN, PLAIN, line, without
from tui_bot.backtest import library
from tui_bot.backtest.fault import HistoryBusy, HistoryError, HistoryUsage
from tui_bot.backtest.files.text_file import open_text
from tui_bot.backtest.history import History
from tui_bot.backtest.library import find_kept, import_history, mapped, open_history
from tui_bot.backtest.reading import ReadOptions, read_history, read_text
from tui_bot.backtest.store import identity, kept, tick_file
from tui_bot.backtest.store.verification import verify
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.candle import Candle


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder that does not exist yet."""
    return tmp_path / "state"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of candles that was written long ago, as far as its own time tells."""
    path = tmp_path / "XBTUSD_1.csv"
    path.write_bytes(KRAKEN)
    return path


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The texts that were read, in order."""
    paths: list[Path] = []

    def noted(path: Path) -> tuple[BinaryIO, int]:
        paths.append(path)
        return open_text(path)

    monkeypatch.setattr(library, "open_text", noted)
    return paths


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read as a whole to be compared by its hash."""
    done: list[str] = []

    def noted(what: str, prove: Callable[..., None]) -> Callable[..., None]:
        def proving(*given: object) -> None:
            done.append(what)
            prove(*given)

        return proving

    monkeypatch.setattr(kept, "prove_ticks", noted("ticks", kept.prove_ticks))
    monkeypatch.setattr(kept, "prove_source", noted("source", kept.prove_source))
    return done


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be old enough that a later change of it must show."""
    monkeypatch.setattr(identity, "_SETTLED_NS", -(10**12))


def ticks_file(state: Path, name: str = "XBTUSD_1") -> Path:
    """Where the columns are kept."""
    return state / "history" / f"{name}.ticks"


def assert_same(one: History, other: History) -> None:
    """Both hold the same candles."""
    assert tick_file.digest(one) == tick_file.digest(other)
    assert (one.pair, one.interval, one.tick) == (other.pair, other.interval, other.tick)
    for name in ("begin", "open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_file_is_read_once_and_mapped_after_that(source: Path, state: Path, readings: list[Path]) -> None:
    first, second = open_history(str(source), state), open_history(str(source), state)
    assert readings == [source]
    assert_same(first, second)
    assert (second.name, len(second), second.price(second.close[-1])) == ("XBTUSD_1", 5, Decimal("34999.0"))
    assert len(second.digest) == 64
    with pytest.raises(ValueError, match="read-only"):
        second.close[0] = 1
    assert ticks_file(state).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (state / "history").iterdir()) == ["XBTUSD_1.seen", "XBTUSD_1.ticks"]


def test_a_byte_order_mark_is_part_of_what_is_hashed(source: Path, state: Path, readings: list[Path]) -> None:
    source.write_bytes(b"\xef\xbb\xbf" + KRAKEN)
    assert_same(open_history(str(source), state), open_history(str(source), state))
    assert readings == [source]


def test_another_process_maps_what_is_kept_without_a_proof(
    source: Path, state: Path, hashings: list[str]
) -> None:
    history = open_history(str(source), state)
    assert history.path == str(ticks_file(state))
    assert_same(mapped(history.path, history.name), history)
    assert hashings == []
    assert read_history(source).path == ""


def test_once_proven_nothing_is_read_as_a_whole(
    source: Path, state: Path, hashings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_history(str(source), state)
    open_history(str(source), state)
    assert set(hashings) == {"ticks", "source"}, "so young a file may change without a trace"
    settle(monkeypatch)
    open_history(str(source), state)
    hashings.clear()
    open_history(str(source), state)
    assert hashings == []


def test_a_file_that_changed_under_the_same_size_and_time_is_not_believed(
    source: Path, state: Path, readings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    before = source.stat()
    assert open_history(str(source), state).price(open_history(str(source), state).close[-1]) == Decimal(
        "34999"
    )
    time.sleep(0.02)  # a tick of the file system's clock
    source.write_bytes(line(5, b"34999.0", b"34998.0"))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert source.stat().st_size == before.st_size
    told: list[str] = []
    changed = open_history(str(source), state, tell=told.append)
    assert changed.price(changed.close[-1]) == Decimal("34998.0")
    assert told == [f"{source} has changed since it was read: it is read anew"]
    assert readings == [source, source]


def test_a_file_written_again_with_the_same_content_is_not_read_again(
    source: Path, state: Path, readings: list[Path]
) -> None:
    open_history(str(source), state)
    source.write_bytes(KRAKEN)
    assert len(open_history(str(source), state)) == 5
    assert readings == [source]


def test_a_changed_file_that_cannot_be_believed_any_more_is_an_error(source: Path, state: Path) -> None:
    import_history(source, state)
    source.write_bytes(KRAKEN + b"1700000340,1\n")
    for named in (str(source), "XBTUSD_1"):
        with pytest.raises(HistoryError, match="line 6: 2 columns instead of 7"):
            open_history(named, state)


def test_an_imported_history_outlives_its_file(source: Path, state: Path) -> None:
    first = open_history(str(source), state)
    source.unlink()
    assert_same(open_history("XBTUSD_1", state), first)
    assert verify(find_kept(state, "XBTUSD_1")) == (
        True,
        f"5 candles; {source} is gone: what was read is used",
    )


def head_byte(path: Path) -> None:
    """Change the head."""
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)


def column_byte(path: Path) -> None:
    """Change one price."""
    content = bytearray(path.read_bytes())
    content[4096 + 64] ^= 1
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    """Lose the last bytes."""
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    """Lose everything."""
    path.write_bytes(b"")


def lengthened(path: Path) -> None:
    """Win a byte."""
    path.write_bytes(path.read_bytes() + b"\x00")


def of_a_newer_format(path: Path) -> None:
    """As a later version may write it."""
    path.write_bytes(path.read_bytes().replace(b"tui-bot history 1", b"tui-bot history 2"))


DAMAGE = [head_byte, column_byte, cut_short, emptied, lengthened, of_a_newer_format]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda each: each.__name__)
def test_a_damaged_cache_is_made_again_by_itself(
    damage: Callable[[Path], None], source: Path, state: Path, readings: list[Path]
) -> None:
    open_history(str(source), state)
    damage(ticks_file(state))
    assert not verify(find_kept(state, "XBTUSD_1"))[0]
    told: list[str] = []
    assert_same(open_history(str(source), state, tell=told.append), read_history(source))
    assert readings == [source, source]
    assert len(told) <= 1
    assert verify(find_kept(state, "XBTUSD_1"))[0]
    assert [each.name for each in kept.all_kept(state)] == ["XBTUSD_1"]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda each: each.__name__)
def test_a_damaged_history_without_its_file_is_an_error(
    damage: Callable[[Path], None], source: Path, state: Path
) -> None:
    import_history(source, state, name="mine")
    source.unlink()
    damage(ticks_file(state, "mine"))
    with pytest.raises(HistoryError, match=r"'mine' cannot be used: .*; import it again, or remove "):
        open_history("mine", state)
    sound, text = verify(find_kept(state, "mine"))
    assert (sound, text[:9]) == (False, "damaged: ")


OF_WORDS = json.dumps(
    {"ticks": dict.fromkeys(identity.Identity.__slots__, "1"), "source": {"size": "x"}}
).encode()


def test_a_damaged_note_costs_a_proof_and_no_more(source: Path, state: Path, hashings: list[str]) -> None:
    open_history(str(source), state)
    for content in (
        b"",
        b"{",
        b"[]",
        b'{"ticks":1,"source":2}',
        b'{"ticks":{"size":1},"source":null}',
        OF_WORDS,
    ):
        (state / "history" / "XBTUSD_1.seen").write_bytes(content)
        hashings.clear()
        assert len(open_history("XBTUSD_1", state)) == 5
        assert hashings == ["ticks", "source"]


def test_what_is_asked_for_is_part_of_what_is_kept(source: Path, state: Path, readings: list[Path]) -> None:
    source.write_bytes(without(3))
    filled = open_history(str(source), state)
    holes = open_history(str(source), state, ReadOptions(fill=False))
    assert (len(filled), len(holes), holes.name) == (5, 4, "XBTUSD_1-2")
    assert len(open_history(str(source), state, ReadOptions(fill=False))) == 4
    assert open_history(str(source), state, ReadOptions(tick=Decimal("0.05"))).tick == Decimal("0.05")
    assert len(readings) == 3
    with pytest.raises(HistoryUsage, match="'XBTUSD_1' is one with its holes filled; leave out"):
        open_history("XBTUSD_1", state, ReadOptions(fill=False))
    with pytest.raises(HistoryUsage, match="one of BTC/USD"):
        open_history("XBTUSD_1", state, ReadOptions(pair="ETH/USD"))


def test_a_pair_that_nobody_told_follows_the_settings(tmp_path: Path, state: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(PLAIN)
    for pair in ("BTC/USD", "ETH/USD", "BTC/USD"):
        assert open_history(str(path), state, ReadOptions(otherwise=pair)).pair == pair
    path.write_bytes(PLAIN.replace(b"34999.0", b"34998.0"))
    assert open_history(str(path), state, ReadOptions(otherwise="ETH/USD")).pair == "ETH/USD"
    assert len(kept.all_kept(state)) == 2


def test_a_name_is_taken_by_one_file(source: Path, tmp_path: Path, state: Path) -> None:
    other = tmp_path / "other" / source.name
    other.parent.mkdir()
    other.write_bytes(without(5))
    import_history(source, state)
    import_history(source, state)
    with pytest.raises(HistoryUsage, match=r"'XBTUSD_1' is the history of .*; choose another with --name"):
        import_history(other, state)
    import_history(other, state, name="other")
    assert [each.name for each in kept.all_kept(state)] == ["XBTUSD_1", "other"]
    assert len(open_history("other", state)) == 4


@pytest.mark.parametrize("name", ["../x", ".x", "a b", "a/b", "-x", "x" * 65, "\x1b[2J"])
def test_a_name_is_a_plain_word(name: str, source: Path, state: Path) -> None:
    with pytest.raises(HistoryUsage, match="is no name for a history") as raised:
        import_history(source, state, name=name)
    assert str(raised.value).isprintable()
    assert not state.exists()


def test_an_unknown_name_tells_the_known_ones(source: Path, state: Path) -> None:
    with pytest.raises(HistoryUsage, match=r"neither a file nor the name .* Imported: none yet"):
        open_history("nothing", state)
    import_history(source, state, name="mine")
    with pytest.raises(HistoryUsage, match="Imported: mine"):
        open_history("../mine", state)
    with pytest.raises(HistoryUsage, match="a folder"):
        open_history(str(state), state)


def test_an_import_that_fails_leaves_what_was_there(
    source: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_history(source, state)
    before = ticks_file(state).read_bytes()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tick_file, "write", dies)
    source.write_bytes(without(5))
    with pytest.raises(KeyboardInterrupt):
        import_history(source, state)
    assert ticks_file(state).read_bytes() == before
    assert sorted(path.name for path in (state / "history").iterdir()) == ["XBTUSD_1.seen", "XBTUSD_1.ticks"]


def test_what_a_killed_import_left_is_written_over(source: Path, state: Path) -> None:
    left = state / "history" / ".XBTUSD_1.ticks.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half of it" * 10_000)
    import_history(source, state)
    assert verify(find_kept(state, "XBTUSD_1"))[0]
    assert not left.exists()


def test_two_imports_of_one_name_do_not_meet(source: Path, state: Path) -> None:
    part = state / "history" / ".XBTUSD_1.ticks.part"
    part.parent.mkdir(parents=True)
    with part.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(
            HistoryBusy, match=r"XBTUSD_1\.ticks is being written by another process"
        ) as raised:
            import_history(source, state)
        assert raised.value.exit_code == 3
        told: list[str] = []
        assert len(open_history(str(source), state, tell=told.append)) == 5
        assert told[0].startswith("read, but not kept for the next time: ")
    import_history(source, state)


def test_a_history_that_cannot_be_kept_is_used_all_the_same(source: Path, tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_bytes(b"")
    told: list[str] = []
    history = open_history(str(source), no_folder, tell=told.append)
    assert (len(history), len(history.digest)) == (5, 64)
    assert told[0].startswith("read, but not kept for the next time: ")
    with pytest.raises(HistoryError, match=r"cannot be kept in .*; check its space"):
        import_history(source, no_folder)


def test_a_file_that_grows_while_it_is_read_is_refused(
    source: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(path: Path, *given: Any) -> History:
        time.sleep(0.02)
        with path.open("ab") as file:
            file.write(b"1700000340,1,1,1,1,1,1\n")
        return read_text(path, *given)

    monkeypatch.setattr(library, "read_text", slowly)
    with pytest.raises(HistoryBusy, match="changed while it was read; try again"):
        open_history(str(source), state)
    assert kept.all_kept(state) == []


def test_a_journal_is_read_each_time_and_kept_as_a_copy(tmp_path: Path, state: Path) -> None:
    path = tmp_path / "demo" / "journal.sqlite"
    candles = [Candle.flat(60 * at, Decimal(100 + at)) for at in range(1, 6)]
    with closing(SqliteJournal(path, "BTC/USD", 60)) as journal:
        journal.write([], candles[:3])
        assert import_history(path, state).name == "demo"
        assert len(open_history(str(path), state)) == 3
        journal.write([], candles[3:])
        grown = open_history(str(path), state)
    assert (len(grown), len(open_history("demo", state))) == (5, 3)
    assert len(grown.digest) == 64
    assert verify(find_kept(state, "demo")) == (True, f"3 candles, a copy of {path}")
    path.unlink()
    assert len(open_history("demo", state)) == 3


def test_long_work_tells_how_far_it_is(tmp_path: Path, state: Path) -> None:
    path = tmp_path / "XBTUSD_1.csv"
    path.write_bytes(b"".join(kraken_rows(make(30_000))))
    told: list[tuple[int, int]] = []

    def tell(done: int, whole: int) -> None:
        told.append((done, whole))

    open_history(str(path), state, progress=tell)
    assert len(told) >= 2
    assert told[-1][0] == told[-1][1] == path.stat().st_size
    told.clear()
    verify(find_kept(state, "XBTUSD_1"), tell)
    assert {whole for _, whole in told} == {path.stat().st_size, 30_000 * 32}


@pytest.mark.parametrize("rows", [2, 1000])
def test_wide_and_narrow_prices_come_back_from_disk(rows: int, tmp_path: Path, state: Path) -> None:
    path = tmp_path / "XBTUSD_1.csv"
    path.write_text(
        "".join(f"{60 * at},{at}.00000001,{at}.5,{at},{at},0.1,1\n" for at in range(100, 100 + rows))
    )
    first, second = open_history(str(path), state), open_history(str(path), state)
    assert first.close.dtype == second.close.dtype == np.int64
    assert_same(first, second)
    assert second.price(second.open[0]) == Decimal("100.00000001")
