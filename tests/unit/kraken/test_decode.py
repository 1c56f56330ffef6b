"""The strict decoder takes what Kraken sends and nothing stranger."""

from decimal import Decimal

import pytest

from tui_bot.kraken.decode import DecodeError, decode


def test_numbers_stay_exact() -> None:
    assert decode(b'{"a": 0.10000000, "b": 12, "c": "x", "d": [true, null, -1.5e-05]}') == {
        "a": Decimal("0.10000000"),
        "b": 12,
        "c": "x",
        "d": [True, None, Decimal("-0.000015")],
    }


def test_thirty_two_levels_are_enough() -> None:
    assert decode(b"[" * 32 + b"]" * 32) is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html>",
        b'{"a":1',
        b'{"a":1}{"b":2}',
        b'{"a":1,"a":2}',
        b'{"r":{"a":1,"b":2,"a":3}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":1e-999}',
        b'{"a":1e99999999999999999999}',
        b'{"a":' + b"9" * 31 + b"}",
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":0.' + b"1" * 100 + b"}",
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"\x1f\x8b\x08\x00",
        b'{"a":"\x01"}',
    ],
    ids=lambda body: repr(body[:16]) + str(len(body)),
)
def test_everything_else_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(body)


def test_the_reason_does_not_quote_the_answer() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(b'{"token":"canary" oops')
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
