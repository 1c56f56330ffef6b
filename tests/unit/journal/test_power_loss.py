"""F93, I22: the power goes at any moment; what was acknowledged is on the disk, and what tore is not read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.recorded_disk import Record, recorded_disk
from tests.unit.journal.entries import PAIR, decided, filled, meant, moved, record
from tui_bot.journal import database
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.order import OrderState

CUTS, BATCHES = 72, 45
FILES = {"journal.sqlite", "journal.sqlite-wal"}


@pytest.fixture(autouse=True)
def _reachable() -> None:
    try:
        with recorded_disk():
            pass
    except (AttributeError, OSError) as error:
        pytest.skip(f"NOT PROVED HERE: the disk below this Python's SQLite cannot be recorded ({error})")


def kept(path: Path) -> Record:
    """A journal's life: three openings, batches that are acknowledged one by one, checkpoints between."""
    numbers = iter(range(BATCHES))
    with recorded_disk() as disk:
        for _opening in range(3):
            with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
                connection = journal._connection
                assert connection is not None
                connection.execute("PRAGMA wal_autocheckpoint = 25")
                for _batch in range(BATCHES // 3):
                    number = next(numbers)
                    journal.write([record(decided(number)), meant(number)])
                    disk.mark(f"c{number}-open")
                    journal.write([record(moved(number, OrderState.CLOSED, "0.001")), record(filled(number))])
                    disk.mark(f"T{number}")
    return disk


def after(disk: Record, moment: int, chance: random.Random | None, folder: Path) -> list[str]:
    """The names of what a journal opened on what the cut left shows; half a batch is a fault."""
    folder.mkdir()
    for name, content in disk.after_cut(moment, chance).items():
        (folder / name).write_bytes(content)
    path = folder / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
        memory = journal.recall()
        journal.write([record(decided(10_000))])
    kinds = [type(entry.body).__name__ for entry in read(path)]
    assert kinds.count("IntentMade") == kinds.count("DecisionMade") - 1 == len(memory.orders)
    assert kinds.count("OrderMoved") == kinds.count("Filled") == len(memory.fills)
    return [order.intent.cl_ord_id for order in memory.orders] + [fill.trade_id for fill in memory.fills]


def moments(disk: Record) -> list[int]:
    """Cuts all over the life: right after what was acknowledged, right before a sync, and anywhere."""
    steps, chance = list(enumerate(disk.steps)), random.Random(93)
    places = (
        [number + 1 for number, step in steps if step.kind == "mark"],
        [number for number, step in steps if step.kind == "sync"],
        list(range(len(steps) + 1)),
    )
    return sorted({number for some in places for number in chance.sample(some, min(len(some), CUTS // 3))})


def lost(disk: Record, tmp_path: Path) -> Iterator[str]:
    """What was acknowledged before a cut and is not there after it, over all cuts and what they leave."""
    with recorded_disk():  # these images are not waited for
        for moment in moments(disk):
            promised = {step.name for step in disk.steps[:moment] if step.kind == "mark"}
            for seed in (None, 1, 2):
                chance = None if seed is None else random.Random(moment * 10 + seed)
                held = after(disk, moment, chance, tmp_path / f"{moment}-{seed}")
                yield from (f"{name}, cut at {moment}" for name in promised.difference(held))
                assert len(held) == len(set(held))
                assert len(set(held) - promised) <= 1, "more than the one batch that was under way"


def test_f093_what_was_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    disk = kept(tmp_path / "journal.sqlite")
    assert {step.name for step in disk.steps if step.kind == "sync"} >= FILES
    assert len(moments(disk)) >= 50
    assert list(lost(disk, tmp_path)) == []


@pytest.mark.parametrize(("wanted", "found"), [("OFF", 0), ("NORMAL", 1)])
def test_f093_with_less_than_full_the_same_cuts_lose_some(
    wanted: str, found: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lax = tuple(
        ("synchronous", wanted, found) if row[0] == "synchronous" else row for row in database._DURABLE
    )
    with monkeypatch.context() as planted:
        planted.setattr(database, "_DURABLE", lax)
        disk = kept(tmp_path / "journal.sqlite")
    assert next(lost(disk, tmp_path), "")
