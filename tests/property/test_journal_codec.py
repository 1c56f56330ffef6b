"""Whatever the bot may record reads back exactly."""

from __future__ import annotations

import tempfile
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.engine.records import Body, DecisionMade, Filled, IntentMade, Record
from tui_bot.journal.codec import KINDS, decode, encode
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import Entry, read
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.journal.words import line
from tui_bot.sanitise import sanitise

st.register_type_strategy(Decimal, st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False))
TIMES = st.integers(0, 4_102_444_800_000)
BODIES: st.SearchStrategy[Body] = st.one_of([st.from_type(kind) for kind in KINDS])
RECORDS = st.builds(Record, TIMES, BODIES)


@given(RECORDS)
def test_every_record_survives_the_row(record: Record) -> None:
    row = encode(record)
    back = decode(record.at_ms, row.kind, row.body, row.seal)
    assert back == record
    assert repr(back) == repr(record), "decimals keep their zeros"


@given(RECORDS, st.integers(0, 10_000), st.integers(1, 127))
def test_any_changed_character_is_noticed(record: Record, place: int, change: int) -> None:
    row = encode(record)
    at = place % len(row.body)
    bad = row.body[:at] + chr(ord(row.body[at]) ^ change) + row.body[at + 1 :]
    with pytest.raises(ValueError, match="damaged"):
        decode(record.at_ms, row.kind, bad, row.seal)


@given(RECORDS)
def test_every_record_can_be_told(record: Record) -> None:
    period_of_nothing = isinstance(record.body, DecisionMade) and not record.body.decision.period
    if period_of_nothing:
        return
    entry = Entry(1, record.at_ms, record.at_ms, "BTC/USD", record.body)
    told = line(entry)
    assert told == sanitise(told, len(told))
    assert "\n" not in json_line(entry)


def identity(record: Record) -> object:
    """What makes an entry the same as another, so that the second is dropped or refused."""
    match record.body:
        case DecisionMade(decision):
            return "decision", decision.candle
        case IntentMade(intent):
            return "intent", intent.cl_ord_id
        case Filled(fill):
            return "fill", fill.trade_id
        case _:
            return object()


def cause(record: Record) -> object:
    return (
        (record.body.intent.signal, record.body.intent.leg)
        if isinstance(record.body, IntentMade)
        else object()
    )


@settings(max_examples=30)
@given(st.lists(st.lists(RECORDS, max_size=4), max_size=4))
def test_what_is_written_is_what_is_read(batches: list[list[Record]]) -> None:
    written: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        with closing(SqliteJournal(path, "BTC/USD", 60)) as journal:
            for batch in batches:
                fresh: list[Record] = []
                for record in batch:
                    known = (
                        [identity(old) for old in written + fresh],
                        [cause(old) for old in written + fresh],
                    )
                    if identity(record) not in known[0] and cause(record) not in known[1]:
                        fresh.append(record)
                journal.write(fresh)
                written += fresh
        assert [Record(entry.at_ms, entry.body) for entry in read(path)] == written
