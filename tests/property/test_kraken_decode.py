"""Whatever bytes arrive: a value, an answer or a named error, never another exception."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.engine.events import Acked, Lost, Refused
from tui_bot.kraken.answers import KrakenError, answer_to_order, result_of
from tui_bot.kraken.decode import DecodeError, decode
from tui_bot.kraken.http import Reply
from tui_bot.kraken.prices import recent_candles, ticker_quote

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["error", "result", "txid", "last", "a", "b", "c", "X"]), inner)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_decoding_gives_a_value_or_its_own_error(body: bytes) -> None:
    with suppress(DecodeError):
        decode(body)


@settings(deadline=None)
@given(st.integers(min_value=100, max_value=599), values)
def test_an_order_always_gets_one_of_its_answers(status: int, value: object) -> None:
    answer = answer_to_order(Reply(status, json.dumps(value).encode()))
    assert isinstance(answer, Acked | Lost | Refused)
    if status != 200:
        assert isinstance(answer, Lost)


@settings(deadline=None)
@given(values)
def test_a_read_always_gives_a_value_or_its_own_error(value: object) -> None:
    body = json.dumps({"error": [], "result": value}).encode()
    for read in (recent_candles, lambda result: ticker_quote(result, 0)):
        with suppress(KrakenError):
            read(result_of("Read", Reply(200, body)))
