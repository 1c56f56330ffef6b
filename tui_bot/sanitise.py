"""Outside text made harmless: server messages, names and file contents before they are shown.

Removes what steers a terminal or deceives the eye: C0 and C1 controls, DEL, bidirectional
controls, zero-width characters, unpaired surrogates, private use. Each run of them becomes one
visible mark. The result is plain text; it is never to be parsed as markup.
"""

import re

MARK = "\N{REPLACEMENT CHARACTER}"

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000fffff\U00100000-\U0010ffff]+"
)


def sanitise(text: object, limit: int = 200) -> str:
    """The text with everything unsafe marked, at most ``limit`` characters long."""
    if type(text) is str and len(text) <= limit and text.isascii() and text.isprintable():
        return text
    clean = _UNSAFE.sub(MARK, str(text)[: 4 * limit])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
