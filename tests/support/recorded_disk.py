"""What SQLite asks of the disk, recorded below it: the writes, and up to where they were synced.

A VFS (https://sqlite.org/vfs.html) that is the platform's own but for what it notes. Of a record, the
disk as a power cut at any moment leaves it is built: what was synced is there; of what was not, anything is.
"""

from __future__ import annotations

import _sqlite3
import ctypes as c
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

OK = 0

# A path stays a pointer: SQLite keeps it for as long as the file is open.
_Open = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_void_p, c.c_int, c.c_void_p)
_Delete = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_int)
_Write = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
_Truncate = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int64)
_Sync = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)


class _Vfs(c.Structure):
    _fields_ = (
        ("iVersion", c.c_int),
        ("szOsFile", c.c_int),
        ("mxPathname", c.c_int),
        ("pNext", c.c_void_p),
        ("zName", c.c_char_p),
        ("pAppData", c.c_void_p),
        ("xOpen", _Open),
        ("xDelete", _Delete),
        ("others", c.c_void_p * 16),
    )


class _Methods(c.Structure):
    _fields_ = (
        ("iVersion", c.c_int),
        ("xClose", c.c_void_p),
        ("xRead", c.c_void_p),
        ("xWrite", _Write),
        ("xTruncate", _Truncate),
        ("xSync", _Sync),
        ("others", c.c_void_p * 13),
    )


class _File(c.Structure):
    _fields_ = (("pMethods", c.POINTER(_Methods)),)


class Step(NamedTuple):
    """One request: ``write`` at an offset, ``truncate`` to it, ``sync``, ``delete``; or our own ``mark``."""

    kind: str
    name: str
    offset: int = 0
    content: bytes = b""


@dataclass
class Record:
    """All requests, in order. Files are told apart by their names without a folder."""

    steps: list[Step] = field(default_factory=list)

    def mark(self, name: str) -> None:
        """Note that something was promised now."""
        self.steps.append(Step("mark", name))

    def after_cut(self, moment: int, chance: Random | None) -> dict[str, bytes]:
        """The files after a power cut at this step.

        Of what was not synced nothing is there; with ``chance``, some of it is, in any order, and torn.
        """
        image = _Image()
        for step in self.steps[:moment]:
            image.take(step)
        if chance is not None:
            image.add_by_chance(chance)
        return {name: bytes(content) for name, content in image.synced.items()}


class _Image:
    """What is on the disk for certain, and what waits. A new file's first sync is the folder's as well."""

    def __init__(self) -> None:
        self.synced: dict[str, bytearray] = {}
        self._waiting: dict[str, list[Step]] = {}
        self._deleted: dict[str, bytearray] = {}

    def take(self, step: Step) -> None:
        if step.kind == "sync":
            if step.name not in self.synced:
                self._deleted.clear()
            file = self.synced.setdefault(step.name, bytearray())
            for done in self._waiting.pop(step.name, ()):
                _apply(file, done)
        elif step.kind == "delete":
            self._waiting.pop(step.name, None)
            if step.name in self.synced:
                self._deleted[step.name] = self.synced.pop(step.name)
        elif step.kind != "mark":
            self._waiting.setdefault(step.name, []).append(step)

    def add_by_chance(self, chance: Random) -> None:
        for name, steps in self._waiting.items():
            for step in steps:
                _apply_by_chance(self.synced.setdefault(name, bytearray()), step, chance)
        for name, content in self._deleted.items():
            if chance.random() < 0.5:
                self.synced.setdefault(name, content)


def _apply(file: bytearray, step: Step) -> None:
    if step.kind == "truncate":
        del file[step.offset :]
        return
    if len(file) < step.offset:
        file.extend(bytes(step.offset - len(file)))
    file[step.offset : step.offset + len(step.content)] = step.content


def _apply_by_chance(file: bytearray, step: Step, chance: Random) -> None:
    fate = chance.choice(("lost", "whole", "torn"))
    if fate == "torn" and step.content:
        step = step._replace(content=step.content[: chance.randrange(len(step.content))])
    if fate != "lost":
        _apply(file, step)


def _name(path: int) -> str:
    return Path(c.string_at(path).decode()).name


@contextmanager
def recorded_disk() -> Iterator[Record]:
    """Whatever SQLite opens by default meanwhile is recorded; nothing is waited for at a sync.

    Raises:
        AttributeError, OSError: this Python's SQLite cannot be reached.
    """
    library: Any = c.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = c.POINTER(_Vfs)
    plain: _Vfs = library.sqlite3_vfs_find(None).contents
    record = Record()
    vfs = _Vfs()
    c.memmove(c.byref(vfs), c.byref(plain), c.sizeof(_Vfs))
    keeper = _Keeper(record, plain)
    vfs.pNext, vfs.zName = None, b"recorded"
    vfs.xOpen, vfs.xDelete = _Open(keeper.open), _Delete(keeper.delete)
    assert library.sqlite3_vfs_register(c.byref(vfs), 1) == OK
    try:
        yield record
    finally:
        assert library.sqlite3_vfs_unregister(c.byref(vfs)) == OK


class _Keeper:
    """The calls that are noted before the platform's own VFS has them."""

    def __init__(self, record: Record, plain: _Vfs) -> None:
        self._record = record
        self._open, self._delete = plain.xOpen, plain.xDelete
        self._names: dict[int, str] = {}
        self._methods: list[tuple[_Methods, _Methods]] = []

    def open(self, vfs: int, path: int | None, file: int, flags: int, out: int | None) -> int:
        done: int = self._open(vfs, path, file, flags, out)
        if done == OK and path is not None:
            self._names[file] = _name(path)
            opened = _File.from_address(file)
            opened.pMethods = c.pointer(self._noting(opened.pMethods.contents))
        return done

    def delete(self, vfs: int, path: int, sync_folder: int) -> int:
        done: int = self._delete(vfs, path, sync_folder)
        if done == OK:
            self._record.steps.append(Step("delete", _name(path)))
        return done

    def _noting(self, plain: _Methods) -> _Methods:
        noting = _Methods()
        c.memmove(c.byref(noting), c.byref(plain), c.sizeof(_Methods))
        steps, write_plain, truncate_plain = self._record.steps, plain.xWrite, plain.xTruncate

        def write(file: int, content: int, length: int, offset: int) -> int:
            steps.append(Step("write", self._names[file], offset, c.string_at(content, length)))
            done: int = write_plain(file, content, length, offset)
            return done

        def truncate(file: int, size: int) -> int:
            steps.append(Step("truncate", self._names[file], size))
            done: int = truncate_plain(file, size)
            return done

        def sync(file: int, flags: int) -> int:
            steps.append(Step("sync", self._names[file]))
            return OK

        noting.xWrite, noting.xTruncate, noting.xSync = _Write(write), _Truncate(truncate), _Sync(sync)
        self._methods.append((noting, plain))  # SQLite holds no reference that Python knows of
        return noting
