"""A box in the place of Kraken: the time of now, the pace of now. Mode live is pointed at it by tests alone.

``python -m tests.support.livebox`` serves one; ``python -m tests.support.livebox REST WEBSOCKET COMMAND...``
runs ``tui-bot COMMAND...`` with that one where Kraken would be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any, Self

from tui_bot.keys.file import write_key
from tui_bot.keys.pair import checked_pair
from tui_bot.session.box import Address

ROOT = Path(__file__).parents[2]
MODULE = [sys.executable, "-m", "tests.support.livebox"]


class LiveBox:
    """One in a process of its own; it ends with the test."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            MODULE, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.address = Address(self.ready["rest"], self.ready["websocket"])

    def key_file(self, folder: Path) -> Path:
        """Its key, stored as a person's is."""
        path = folder / "keys" / "kraken"
        write_key(path, checked_pair(self.ready["key"], self.ready["secret"]))
        return path

    def script(self, *rules: dict[str, Any]) -> None:
        """Faults from now on, instead of those before."""
        content = json.dumps({"clear": True, "faults": rules}).encode()
        with urllib.request.urlopen(f"{self.address.rest}/box/faults", content, timeout=10) as answer:  # noqa: S310
            assert json.loads(answer.read())["box"] == "not Kraken"

    def orders(self) -> list[dict[str, Any]]:
        """Every order that was ever placed, by its own ledger."""
        with urllib.request.urlopen(f"{self.address.rest}/box/ledger", timeout=10) as answer:  # noqa: S310
            ledger: dict[str, Any] = json.loads(answer.read())
        orders: list[dict[str, Any]] = ledger["orders"]
        return orders

    def command(self, *arguments: str) -> list[str]:
        """The command line of ``tui-bot`` with this box where Kraken would be."""
        return [*MODULE, self.address.rest, self.address.websocket or "", *arguments]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait(10)


def _serve() -> int:
    from tui_bot.paper.options import BoxOptions
    from tui_bot.paper.server import serve

    return serve(BoxOptions(speed=1, origin_s=int(time.time()) + 1, with_parent=True))


def _run(rest: str, websocket: str, arguments: list[str]) -> int:
    from tui_bot.cli import main
    from tui_bot.commands import keys
    from tui_bot.session import session

    os.chdir(os.environ.get("FROM", "."))
    place = Address(rest, websocket or None)
    session.Session = partial(session.Session, kraken=place)  # type: ignore[assignment, misc]
    keys.KeyOptions = partial(keys.KeyOptions, kraken=place)  # type: ignore[assignment, misc]
    return main(arguments)


if __name__ == "__main__":
    raise SystemExit(_run(sys.argv[1], sys.argv[2], sys.argv[3:]) if len(sys.argv) > 2 else _serve())
