"""docs/complaints.md, written from the table of complaints (``make docs``)."""

from __future__ import annotations

from tests.console.complaints import GROUPS, ROWS
from tests.hygiene.repository import ROOT

PAGE = ROOT / "docs" / "complaints.md"

HEAD = """\
# What people complain about elsewhere

Collected from public threads of other bots, tickers and terminal programs, in our own words: what they met,
what this console does, and the test that shows it. The table is `tests/console/complaints.py`; a test keeps
it true.

"""


def complaints_page() -> str:
    """The whole page."""
    parts = []
    for title, numbers in GROUPS.items():
        lines = [f"## {title}", "", "| # | they met | ours | shown by |", "| --- | --- | --- | --- |"]
        for number in numbers:
            row = ROWS[number]
            lacks = f" **Not met:** {row.lacks}" if row.lacks else ""
            shown = "<br>".join(f"`{test.rpartition('::')[2]}`" for test in row.tests)
            lines.append(f"| {number} | {row.met} | {row.ours}{lacks} | {shown} |")
        parts.append("\n".join(lines) + "\n")
    return HEAD + "\n".join(parts)
