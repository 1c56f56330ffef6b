"""Texts made to steer a terminal, to be taken for markup, or to deceive the eye; from a seed, without end."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from random import Random

_SEQUENCES = (
    "\x1b[2J", "\x1b[31m", "\x1b[6n", "\x1b[?1049l", "\x1b[1;1H", "\x1bc", "\x1b(0", "\x1b7", "\x1bM",
    "\x1b#8", "\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;eA==\x07", "\x1b]1337;File=:eA==\x07", "\x1b]unended", "\x1bP$q\"p\x1b\\",
    "\x1bP1;1|unended", "\x1b_Gf=100;eA==\x1b\\", "\x1b^privacy\x1b\\", "\x1bXstring\x1b\\", "\x9b31m",
    "\x9b2J", "\x9d0;title\x9c", "\x90q\x9c", "\x9fG\x9c", "\x98x\x9c", "\x84", "\x85", "\x8d", "\x0e",
    "\x0f", "\x07", "\x08\x08", "\r", "\n", "\t", "\x0b", "\x0c", "\x7f", "\x00", "\x1b", "\x1b[",
    "\x1b[<0;1;1M", "\x1b[200~", "\x05", "\x18", "\x1a",
)  # fmt: skip
_MARKUP = (
    "[@click=app.quit]quit[/]", "[@click=app.bell()]", "[/", "[/]", "[b", "[b]",
    "[bold red]x[/bold red]", "[link=http://x]y[/link]", "[link=", "[/order]", "[[", "]]", "\\[", "\\",
    "[on red]", "[$accent]", "[reverse]", "[not a tag=", "[@click=\"app.quit\"]", ":skull:", "{0}",
    "{}", "{self}", "{0.__class__}", "%s", "%n", "%(x)s", "${x}", "$(x)", "`x`",
    "'; DROP TABLE entry; --", "../../x", "!!python/object:x", "&x *x", "<b>x</b>", "\ufeff",
)  # fmt: skip
_INVISIBLE = (
    "\u202e", "\u202d", "\u202a", "\u202b", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e",
    "\u200f", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\ufeff", "\u00ad", "\u034f",
    "\u180e", "\u115f", "\u3164", "\uffa0", "\u2028", "\u2029", "\ufff9", "\ufe0f", "\U000e0041",
    "\U000e0100", "\ue000", "\U000f0000", "\U0001d173", "\U0001bca0", "\ud800", "\udfff", "\udc9b",
    "\uffff",
)  # fmt: skip
_PLAIN = (
    "BTC", "0.001", "67,390.8", " ", "EOrder:Insufficient funds", "OQCLML-BW3P3-BUCMWZ", "漢字", "🔎",
    "e\u0301", "−1",
)  # fmt: skip

#: Invisible or without a width, though Unicode's categories do not say so.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")

#: Signs that span the digits after them; they are seen, and they belong to how Arabic is written.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def hostile_texts(seed: int, count: int) -> Iterator[str]:
    """So many texts of one to six pieces."""
    chance = Random(f"hostile:{seed}")
    kinds = (_SEQUENCES, _SEQUENCES, _MARKUP, _MARKUP, _INVISIBLE, _PLAIN)
    for _ in range(count):
        pieces = [chance.choice(chance.choice(kinds)) for _ in range(chance.randint(1, 6))]
        if chance.random() < 0.1:
            pieces.append(chr(chance.randrange(0x110000)) * chance.choice((1, 3, 400)))
        yield "".join(pieces)


def _is_unsafe(letter: str) -> bool:
    if letter in _SEEN or "\U00013430" <= letter <= "\U0001345f":  # these join hieroglyphs
        return False
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or letter in _BLANK


@cache
def unsafe_letters() -> frozenset[str]:
    """All characters that steer a terminal or cannot be seen, by Unicode's own tables."""
    return frozenset(filter(_is_unsafe, map(chr, range(sys.maxunicode + 1))))


def unsafe(text: str) -> frozenset[str]:
    """Those of them that a text has."""
    return unsafe_letters().intersection(text)
