"""Signatures, and that the keys never show."""

import base64
import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from tui_bot.kraken.signing import Credentials, sign

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


def test_the_documented_vector() -> None:
    body = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    expected = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    assert sign(SECRET, "/0/private/AddOrder", "1616492376594", body) == expected


def test_all_recorded_vectors(recorded: Callable[[str], Any]) -> None:
    for vector in recorded("vectors/signature.json"):
        made = sign(vector["secret"], vector["uri_path"], vector["nonce"], vector["body"])
        assert made == vector["api_sign"], vector["name"]


def test_signing_twice_gives_the_same() -> None:
    credentials = Credentials("key", SECRET)
    assert credentials.sign("/p", "1", "nonce=1") == credentials.sign("/p", "1", "nonce=1")


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>40}".format, lambda it: f"{it!r} {it!s} {it}"])
def test_no_text_form_shows_a_key(show: Callable[[object], str]) -> None:
    text = show(Credentials("the-public-key", SECRET))
    assert "••••" in text
    assert "public" not in text
    assert SECRET[:8] not in text


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_credentials_cannot_be_taken_away(take: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        take(Credentials("key", SECRET))


def test_the_secret_is_not_kept() -> None:
    credentials = Credentials("key", SECRET)
    held = [getattr(credentials, name) for name in Credentials.__slots__]
    assert SECRET not in held
    assert base64.b64decode(SECRET) not in held


@pytest.mark.parametrize("secret", ["", "not base64!", "AAA", "ключ"])
def test_a_bad_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="secret") as caught:
        Credentials("key", secret)
    assert not secret or secret not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("key", ["", "  ", "a\r\nb", "ключ"])
def test_a_key_that_cannot_be_a_header_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Credentials(key, SECRET)
