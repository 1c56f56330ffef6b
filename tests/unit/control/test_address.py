"""Where the socket lies: private, replaced when stale, within reach however long the path (S19, S22)."""

from __future__ import annotations

import os
import socket
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tui_bot.control import address
from tui_bot.control.address import NAME, AddressError, clear, listen, peer_uid, reachable


def private(path: Path) -> Path:
    """A folder as the journal makes it."""
    path.mkdir(mode=0o700, parents=True)
    return path


def connect(folder: Path) -> socket.socket:
    """A client's end."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with reachable(folder) as where:
            client.connect(where)
    except OSError:
        client.close()
        raise
    return client


def test_s22_the_socket_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = private(tmp_path / "state")
    with closing(listen(folder)):
        found = (folder / NAME).stat()
        assert stat.S_IMODE(found.st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_s22_a_folder_that_others_may_enter_gets_no_socket(tmp_path: Path, mode: int) -> None:
    folder = private(tmp_path / "state")
    folder.chmod(mode)
    with pytest.raises(AddressError, match="chmod 700"):
        listen(folder)
    assert not (folder / NAME).exists()


def test_the_kernel_says_who_connects(tmp_path: Path) -> None:
    folder = private(tmp_path / "state")
    with closing(listen(folder)) as listener, closing(connect(folder)):
        accepted, _ = listener.accept()
        with accepted:
            assert peer_uid(accepted) == os.geteuid()


def test_a_socket_that_a_dead_bot_left_is_replaced(tmp_path: Path) -> None:
    folder = private(tmp_path / "state")
    listen(folder).close()
    assert (folder / NAME).exists()
    with pytest.raises(ConnectionRefusedError):
        connect(folder)
    with closing(listen(folder)), closing(connect(folder)):
        pass
    clear(folder)
    clear(folder)
    assert not (folder / NAME).exists()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_s19_something_else_of_that_name_is_left_alone(tmp_path: Path, kind: str) -> None:
    folder = private(tmp_path / "state")
    other = tmp_path / "other"
    other.write_text("mine")
    path = folder / NAME
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(other)
    with pytest.raises(AddressError, match="something else has the name"):
        listen(folder)
    assert path.exists()
    assert other.read_text() == "mine"


@pytest.mark.parametrize("length", [80, 100, 104, 105, 108, 120, 250])
@pytest.mark.skipif(sys.platform != "linux", reason="the way through a descriptor is Linux's")
def test_a_path_of_any_length_works(tmp_path: Path, length: int) -> None:
    missing = max(1, length - len(str(tmp_path)) - len(NAME) - 2)
    folder = private(tmp_path / ("d" * missing))
    with closing(listen(folder)) as listener, closing(connect(folder)):
        listener.accept()[0].close()
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600


def test_where_there_is_no_such_way_a_long_path_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "_DESCRIPTORS", tmp_path / "none")
    folder = private(tmp_path / ("d" * 120))
    with pytest.raises(AddressError, match="use a shorter --state-dir"):
        listen(folder)
