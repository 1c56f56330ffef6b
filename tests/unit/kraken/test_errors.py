"""The catalogue of errors, row by row, and what each makes of an order."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tui_bot.engine.events import Lost, Refused
from tui_bot.kraken.answers import KrakenError, answer_to_order, result_of
from tui_bot.kraken.errors import CATALOGUE, Kind, KnownError, known_error
from tui_bot.kraken.http import Reply


def reply(*errors: str, result: object = None) -> Reply:
    return Reply(200, json.dumps({"error": list(errors), "result": result}).encode())


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.prefix)
def test_each_row_is_found_and_speaks_plainly(row: KnownError) -> None:
    for text in (row.prefix, row.prefix.lower(), row.prefix + ":detail", row.prefix.replace(":", ": ")):
        assert known_error(text) is row
    assert known_error(row.prefix + "x") is not row
    assert row.meaning
    assert row.next_step
    assert row.meaning[0].islower() or row.meaning.startswith(("Kraken", "API"))


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.prefix)
def test_each_row_as_the_answer_to_an_order(row: KnownError) -> None:
    answer = answer_to_order(reply(row.prefix))
    if row.kind in (Kind.UNKNOWN, Kind.EVIDENCE):
        assert isinstance(answer, Lost)
        assert row.prefix in answer.reason
    else:
        assert answer == Refused(row.prefix, row.advice)


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.prefix)
def test_each_row_as_the_answer_to_a_read(row: KnownError) -> None:
    with pytest.raises(KrakenError) as caught:
        result_of("OpenOrders", reply(row.prefix))
    assert caught.value.retryable == (row.kind in (Kind.UNKNOWN, Kind.LATER))
    assert caught.value.says(row.prefix)
    assert row.prefix in str(caught.value)


def test_the_collected_catalogue_agrees(recorded: Callable[[str], Any]) -> None:
    rows = [row for row in recorded("errors.json")["errors"] if row["error"].startswith("E")]
    assert len(rows) > 50
    for row in rows:
        known = known_error(row["error"])
        assert known is not None, row["error"]
        assert known.order_may_exist == (row["order_may_exist"] == "yes"), row["error"]


@pytest.mark.parametrize(
    "text",
    ["EOrder:Something new", "EService:Unavailable", "", "nonsense", "EGeneral:Internal error:42", "\x1b[2J"],
)
def test_what_is_not_surely_a_refusal_is_lost(text: str) -> None:
    answer = answer_to_order(reply(text))
    assert isinstance(answer, Lost)
    assert "\x1b" not in answer.reason


def test_one_unsure_error_among_sure_ones_is_lost() -> None:
    assert isinstance(answer_to_order(reply("EOrder:Insufficient funds", "EService:Busy")), Lost)


def test_the_longest_prefix_wins() -> None:
    row = known_error("EGeneral:Invalid arguments:Index unavailable")
    assert row is not None
    assert "index" in row.meaning
    pair = known_error("EQuery:Unknown asset pair")
    assert pair is not None
    assert "pair" in pair.meaning


def test_a_throttle_with_its_time_is_known() -> None:
    row = known_error("EService:Throttled: 1700000000")
    assert row is not None
    assert row.kind is Kind.LATER
    assert known_error("EService:Throttled:1700000000") is row
