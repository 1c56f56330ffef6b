"""The form of a key, and that none of its text forms shows it."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tui_bot.keys.pair import KeyFault, KeyPair, Secret, beginning, checked_pair

KEY = base64.b64encode(bytes(range(42))).decode()
SECRET = base64.b64encode(bytes(range(64))).decode()


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>40}".format, lambda it: f"{it!r} {it!s} {it}"])
def test_s3_no_text_form_of_a_pair_or_a_secret_shows_it(show: Callable[[object], str]) -> None:
    for shown in (show(Secret(SECRET)), repr(KeyPair(KEY, Secret(SECRET))), repr([Secret(SECRET)])):
        assert "••••" in shown
        assert SECRET[:6] not in shown
        assert KEY[:6] not in shown


def test_a_key_and_a_secret_with_blanks_and_line_ends_around_them_are_taken_without() -> None:
    pair = checked_pair(f"  {KEY}\n", f"\t{SECRET}\r\n")
    assert (pair.key, pair.secret.reveal()) == (KEY, SECRET)


@pytest.mark.parametrize(
    ("key", "secret", "said"),
    [
        (SECRET, KEY, "wrong way round"),
        (KEY[:-1], SECRET, "this is not a key"),
        ("", SECRET, "has 0 characters"),
        (KEY.replace("A", "é"), SECRET, "this is not a key"),
        (KEY, SECRET[:40], "has 40 characters"),
        (KEY, "", "this is not a secret"),
        (KEY, SECRET + "\nrest of a paste", "this is not a secret"),
    ],
)
def test_what_is_no_key_is_refused_without_being_shown(key: str, secret: str, said: str) -> None:
    with pytest.raises(KeyFault, match=said) as caught:
        checked_pair(key, secret)
    for text in (key, secret):
        assert not text or text[:8] not in str(caught.value)


def test_at_most_four_characters_of_a_key_are_ever_shown() -> None:
    assert beginning(KEY) == f"{KEY[:4]}…"
