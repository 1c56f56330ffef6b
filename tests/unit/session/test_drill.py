"""Fire drills of a session: at a real box, fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from tui_bot.engine.commands import Contract, Drill, Pause, Trade, Until
from tui_bot.engine.drills import FAULTS, offered
from tui_bot.engine.records import Note, Record
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import Side
from tui_bot.paper.remote import box_faults
from tui_bot.session.box import ChildBox, demo_options
from tui_bot.session.session import RunOptions, Session

BUY = Trade(Side.BUY, Decimal("0.001"), None, Contract(Until.RELEASED))
SPEED = 300


class Playing:
    """A session that runs, and what it said."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.notes: list[tuple[str, str]] = []
        session.listen(self._hear)

    def _hear(self, record: Record) -> None:
        if isinstance(record.body, Note):
            self.notes.append((record.body.level, record.body.text))

    def said(self, words: str, within: float = 10.0) -> tuple[str, str]:
        """The first note with these words, once it comes."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for level, text in list(self.notes):
                if words in text:
                    return level, text
            time.sleep(0.02)
        raise AssertionError(self.notes)


@contextmanager
def playing(tmp_path: Path, text: str = "") -> Iterator[Playing]:
    """A demo that runs, recovered, its bot paused: only a person's orders."""
    config = tmp_path / "config.yaml"
    config.write_text(text)
    session = Session(RunOptions(tmp_path / "state", config, speed=SPEED))
    play = Playing(session)
    session.submit(Pause())
    thread = threading.Thread(target=session.run)
    thread.start()
    try:
        end = time.monotonic() + 10
        while (snap := session.latest()) is None or snap.phase is not Phase.READY:
            assert time.monotonic() < end
            time.sleep(0.02)
        yield play
    finally:
        session.stop()
        thread.join(10)


def test_a_lost_answer_is_drilled_and_every_promise_is_kept(tmp_path: Path) -> None:
    """The order is found, once, and the books agree with the screen (F01)."""
    with playing(tmp_path) as play:
        play.session.submit(Drill("lost answer"))
        play.said("fire drill: the next order is placed, but its answer is lost; waiting")
        play.session.submit(Drill("parts"))
        assert play.said("under way")[0] == "warning"
        play.session.submit(BUY)
        assert play.said("fire drill over (lost answer): all kept")[0] == "info"
        _, numbers = play.said("fire drill: orders at the exchange: 1, 0.001 executed of 0.001")
        assert numbers.endswith("0 UNKNOWN")


def test_without_an_order_the_fault_is_withdrawn(tmp_path: Path) -> None:
    with playing(tmp_path) as play:
        play.session.submit(Drill("lagging lists"))
        assert play.said("no order came within 10 minutes, the fault is withdrawn")[0] == "warning"
        rest = play.session._drills._rest
        assert box_faults(rest, 5)["rules"] == []


def test_a_box_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    with ChildBox.start(demo_options(SPEED, 1, None)) as box:
        text = f'exchange:\n  rest: "{box.rest}"\n  websocket: "{box.address.websocket}"\n'
        with playing(tmp_path, text) as play:
            play.session.submit(Drill("exchange closed"))
            assert play.said("no fire drill 'exchange closed' here")[0] == "warning"
        assert box_faults(box.rest, 5)["log"] == []


@pytest.mark.parametrize("mode", ["live", "replay", ""])
def test_there_are_none_with_real_money_nor_in_a_recorded_market(mode: str) -> None:
    assert offered(mode) == ()


def test_where_the_market_is_told_its_status_no_drill_closes_it() -> None:
    assert offered("demo") == FAULTS
    assert {fault.name for fault in FAULTS} - {fault.name for fault in offered("paper (box)")} == {
        "exchange closed"
    }
