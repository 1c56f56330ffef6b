"""``python -m tests.hygiene.readme`` (or ``make docs``) writes the keys into README.md and docs/keys.md."""

from __future__ import annotations

import sys

from tests.hygiene.complaints_page import PAGE, complaints_page
from tests.hygiene.repository import README, ROOT
from tui_bot.keymap.reference import key_table, markdown

BEGIN, END = "<!-- keys -->\n", "<!-- /keys -->\n"

KEYS = ROOT / "docs" / "keys.md"

HEAD = """\
# Keys

Every action has an id, a name in the palette (`^p`) and, most of them, a key. `^l` is Ctrl and l. The page is
what `tui-bot actions --markdown` prints for the usual keys; `tui-bot actions` shows those in use.

Keys of your own stand in the config file, on one line or in rows:

```yaml
ui:
  keys:
    trade.buy: B            # instead of b
    log.up: [k, up, ctrl+k] # all of them
    view.theme: none        # by name only
```

They count at once, also when `ui.keys` is changed in the settings form (`trade.buy=B log.up=k,up,ctrl+k`).
A file with keys that cannot be used does not start, and says everything that is wrong with them: two actions
on one key, an id or a key that does not exist, and keys that are not given away: Escape, Ctrl+S, Ctrl+Q,
Ctrl+Z, Ctrl+C, Tab, and what terminals send for them. Palette, help, quit and panic always have one; panic's
is one of f4 to f12, so that it works while something is typed.

"""


def with_keys(text: str) -> str:
    """The text with the console's usual keys between the two marks."""
    head, begin, rest = text.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md lacks {BEGIN.strip()} or {END.strip()}")
    return f"{head}{BEGIN}\n{key_table().strip()}\n\n{END}{tail}"


def keys_page() -> str:
    """The whole of docs/keys.md."""
    return HEAD + markdown()


def main() -> int:
    """Rewrite the block and the page."""
    README.write_text(with_keys(README.read_text("utf-8")), "utf-8")
    KEYS.write_text(keys_page(), "utf-8")
    PAGE.write_text(complaints_page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
