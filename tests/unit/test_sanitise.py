"""What may stand in outside text, and what becomes a mark."""

from __future__ import annotations

import pytest

from tui_bot.sanitise import MARK, sanitise


@pytest.mark.parametrize("code", range(0x100))
def test_controls_alone_of_the_plain_letters_are_marked(code: int) -> None:
    control = code < 0x20 or 0x7F <= code <= 0x9F or code == 0xAD  # the soft hyphen is not seen
    assert sanitise(f"a{chr(code)}b") == ("a" + MARK + "b" if control else f"a{chr(code)}b")


@pytest.mark.parametrize("letter", "xé")
def test_the_limit_holds(letter: str) -> None:
    assert sanitise(letter * 200) == letter * 200
    assert sanitise(letter * 201) == letter * 199 + "…"
