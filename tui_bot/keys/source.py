"""Where the key comes from: the environment, the key file, the OS keyring, in this order."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

from tui_bot.keys import environment, vault
from tui_bot.keys.core_dump import forbid_core_dumps
from tui_bot.keys.file import read_key
from tui_bot.keys.pair import KeyFault, KeyPair


@dataclass(frozen=True, slots=True)
class Found:
    """A key and the place it was found in; ``notice`` is what a person should be told of that."""

    pair: KeyPair
    place: str
    notice: str = ""


def find_key(path: Path, environ: MutableMapping[str, str]) -> Found:
    """The first key there is; from now on the process leaves no core file.

    Raises:
        KeyFault: there is none, or the first place that has one cannot be trusted.
    """
    forbid_core_dumps()
    if pair := environment.take_key(environ):
        return Found(pair, "the environment", environment.NOTICE)
    if pair := read_key(path):
        return Found(pair, str(path))
    try:
        if pair := vault.read_key():
            return Found(pair, "the OS keyring")
        vaulted = "the OS keyring holds none"
    except KeyFault as fault:
        vaulted = str(fault)
    raise KeyFault(
        f"there is no API key: not in {environment.KEY_VARIABLE}, not in {path}, and {vaulted}. "
        "Store one with: tui-bot keys add"
    )
