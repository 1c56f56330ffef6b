"""``python -m tests.hygiene.readme`` writes the key table into README.md (also: ``make docs``)."""

from __future__ import annotations

import sys

from tests.hygiene.repository import README
from tui_bot.console.keys import key_table

BEGIN, END = "<!-- keys -->\n", "<!-- /keys -->\n"


def with_keys(text: str) -> str:
    """The text with the console's present keys between the two marks."""
    head, begin, rest = text.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md lacks {BEGIN.strip()} or {END.strip()}")
    return f"{head}{BEGIN}\n{key_table().strip()}\n\n{END}{tail}"


def main() -> int:
    """Rewrite the block."""
    README.write_text(with_keys(README.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
