"""A journal that fails or runs out of space under a running bot (F18, F91, I14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.unit.engine.test_runner import BUYING, House, settle_until
from tui_bot.engine.commands import Contract, Flatten, Until
from tui_bot.engine.events import Commanded
from tui_bot.engine.memory import Run
from tui_bot.engine.ports import JournalError
from tui_bot.engine.reading import Reading
from tui_bot.engine.records import LEFT, Note, OrderMoved, Record
from tui_bot.market.candle import Candle

pytestmark = pytest.mark.anyio

FLATTEN = Flatten(Contract(Until.RELEASED))


def journal_readings(house: House) -> list[Reading]:
    """What the guard of that name said, snapshot by snapshot."""
    return [reading for snap in house.snapshots for reading in snap.guards if reading.name == "journal"]


async def test_f18_the_order_that_is_live_is_named_when_its_acknowledgement_cannot_be_kept() -> None:
    house = House(memory_fails=OrderMoved)
    await house.run(*house.signal())
    reason = house.bot.state.run.reason
    assert reason == "JOURNAL FAILED, trading stopped: disk full; live at the exchange: order O00000"


async def test_f91_i14_a_flatten_goes_out_although_nothing_can_be_journaled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    written = house.journal.write

    def fail(records: Sequence[Record], candles: Sequence[Candle] = ()) -> None:
        if house.wire.exchange.position:
            raise JournalError("dead")
        written(records, candles)

    monkeypatch.setattr(house.journal, "write", fail)
    wishes = Commanded(house.now, BUYING), Commanded(house.now, FLATTEN)
    await house.run(*house.market(), *wishes, turns=400)
    assert [intent.leg for intent in house.wire.placed] == ["open", "flatten 1"]
    assert house.wire.exchange.position == 0
    assert house.bot.state.run.run is Run.HALTED
    assert "JOURNAL FAILED" in house.bot.state.trouble


async def test_f91_a_journal_on_its_reserve_is_told_to_the_bot_and_so_is_its_recovery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_bot.engine.keeper.TEND_S", 0.01)
    house = House()
    house.journal.trouble = "DISK FULL: entries stopped"
    running = house.start()
    await settle_until(lambda: house.bot.state.journal_trouble == "DISK FULL: entries stopped")
    await settle_until(lambda: any(not reading.ok for reading in journal_readings(house)))
    house.journal.space = True
    await settle_until(lambda: house.bot.state.journal_trouble == "")
    house.runner.stop()
    await running
    assert "the disk has space again" in house.notes()


async def test_i27_an_orderly_stop_writes_what_stays_into_the_journal() -> None:
    house = House()
    await house.run(*house.market(), Commanded(house.now, BUYING))
    last = house.journal.records[-1].body
    assert isinstance(last, Note)
    assert last.facts[LEFT].startswith(f"LONG {Decimal('0.0010')} BTC @ ")
    assert last.facts[LEFT].endswith("no stop rests, no open orders")
