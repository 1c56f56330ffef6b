"""Secrets that can be recognised wherever they come out, whole or in part and in the usual disguises."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from random import Random
from urllib.parse import quote

#: So many characters of a secret in a row are a leak; in hexadecimal, two for each.
PART = 8


class Canary:
    """Looks for secrets, and for any ``PART`` characters of them, in whatever was put out."""

    def __init__(self) -> None:
        self._parts: dict[int, set[bytes]] = {PART: set(), 2 * PART: set()}

    def watch(self, *secrets: str) -> None:
        """Look for these as well."""
        for secret in secrets:
            for form in forms(secret):
                self._watch(form, PART)
            for form in hexadecimal(secret):
                self._watch(form, 2 * PART)

    def _watch(self, form: bytes, size: int) -> None:
        self._parts[size] |= {form[at : at + size] for at in range(len(form) - size + 1)}

    def hits(self, place: str, content: bytes | str) -> list[str]:
        """The place, once for every piece of a secret in it."""
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        return [
            f"{place} at {at}: {data[at : at + size]!r}"
            for size, parts in self._parts.items()
            for at in range(len(data) - size + 1)
            if data[at : at + size] in parts
        ]

    def hits_in_files(self, folder: Path, besides: Iterable[Path] = ()) -> list[str]:
        """The same for all files of a folder, names and bytes, but for those that are meant to hold it."""
        found: list[str] = []
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in besides:
                found += self.hits(str(path), str(path.relative_to(folder)))
                found += self.hits(str(path), path.read_bytes())
        return found


def forms(secret: str) -> list[bytes]:
    """A secret as it is, decoded, quoted, in base64, and each of these the other way round."""
    shapes = [quote(secret, safe="").encode(), secret.replace("/", "\\/").encode()]
    for core in _cores(secret):
        shapes += [core, repr(core)[2:-1].encode()]
        for shift in range(3):  # base64 of it in the midst of something
            inner = base64.b64encode(bytes(shift) + core)[4:-4]
            shapes += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return [*shapes, *(shape[::-1] for shape in shapes)]


def hexadecimal(secret: str) -> list[bytes]:
    """A secret's characters and bytes in hexadecimal, forwards and backwards."""
    shapes = [core.hex().encode() for core in _cores(secret)]
    shapes += [shape.upper() for shape in shapes]
    return [*shapes, *(shape[::-1] for shape in shapes)]


def _cores(secret: str) -> list[bytes]:
    """Its characters, and the bytes they stand for."""
    return [secret.encode(), base64.b64decode(secret + "=" * (-len(secret) % 4))]


def canary_pair() -> tuple[str, str]:
    """A key and a secret of Kraken's lengths, the same each time, that nothing else is like."""
    chance = Random("canary")
    return base64.b64encode(chance.randbytes(42)).decode(), base64.b64encode(chance.randbytes(64)).decode()
