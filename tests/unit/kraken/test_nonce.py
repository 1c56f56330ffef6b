"""Nonces only ever grow, whatever happens."""

import subprocess
import sys
from pathlib import Path

import pytest

from tui_bot.kraken.nonce import LARGEST, NonceError, NonceSource


class Wall:
    def __init__(self, now_us: int) -> None:
        self.now_us = now_us

    def __call__(self) -> int:
        return self.now_us


def test_it_is_the_wall_clock_in_microseconds(tmp_path: Path) -> None:
    wall = Wall(1_700_000_000_000_000)
    source = NonceSource(tmp_path / "nonce", wall)
    assert source.next() == 1_700_000_000_000_000
    assert source.next() == 1_700_000_000_000_001
    wall.now_us += 5000
    assert source.next() == 1_700_000_000_005_000


def test_a_clock_that_steps_back_does_not_matter(tmp_path: Path) -> None:
    wall = Wall(2_000_000_000)
    source = NonceSource(tmp_path / "nonce", wall)
    first = source.next()
    wall.now_us = 5
    assert source.next() == first + 1


def test_a_restart_begins_above_everything_given(tmp_path: Path) -> None:
    wall = Wall(2_000_000_000)
    given = [NonceSource(tmp_path / "nonce", wall).next() for _ in range(1)]
    for _ in range(5):
        wall.now_us -= 100_000_000  # the process is killed, and the clock steps back as well
        source = NonceSource(tmp_path / "nonce", wall)
        given += [source.next(), source.next()]
    assert given == sorted(set(given))


def test_a_killed_process_leaves_no_nonce_to_be_given_again(tmp_path: Path) -> None:
    path = tmp_path / "nonce"
    script = (
        "import pathlib, sys; from tui_bot.kraken.nonce import NonceSource\n"
        "source = NonceSource(pathlib.Path(sys.argv[1]))\n"
        "while True: print(source.next(), flush=True)"
    )
    highest = 0
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            first = int(process.stdout.readline())
            for _ in range(50):
                process.stdout.readline()
            process.kill()
            given = [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        assert first > highest
        highest = max(given, default=first)
    assert NonceSource(path, lambda: 0).next() > highest


def test_the_disk_is_not_touched_for_every_call(tmp_path: Path) -> None:
    path = tmp_path / "nonce"
    source = NonceSource(path, Wall(2_000_000_000))
    source.next()
    written = path.stat().st_mtime_ns, path.stat().st_ino
    for _ in range(1000):
        source.next()
        source.top_up()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == written


def test_topping_up_writes_ahead_before_the_promise_is_used_up(tmp_path: Path) -> None:
    path = tmp_path / "nonce"
    wall = Wall(2_000_000_000)
    source = NonceSource(path, wall)
    source.next()
    promised = int(path.read_text())
    wall.now_us += 400_000_000
    source.top_up()
    assert int(path.read_text()) > promised


def test_an_orderly_end_takes_the_unused_promise_back(tmp_path: Path) -> None:
    path = tmp_path / "nonce"
    source = NonceSource(path, Wall(2_000_000_000))
    last = source.next()
    source.settle()
    assert int(path.read_text()) == last
    assert NonceSource(path, Wall(2_000_000_000)).next() == last + 1


def test_after_a_crash_the_numbers_are_soon_those_of_the_clock_again(tmp_path: Path) -> None:
    path = tmp_path / "nonce"
    NonceSource(path, Wall(2_000_000_000)).next()
    after = NonceSource(path, Wall(2_011_000_000)).next()
    assert after == 2_011_000_000


def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "nonce"
    NonceSource(path).next()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "twelve", "-5", "1e9", str(LARGEST + 1), "٣"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "nonce"
    path.write_text(content)
    with pytest.raises(NonceError, match="nonce"):
        NonceSource(path)


def test_no_nonce_without_the_promise_on_disk(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(NonceError):
        NonceSource(blocked / "nonce")
    path = tmp_path / "nonce"
    source = NonceSource(path)
    (tmp_path / "nonce.new").mkdir()
    with pytest.raises(NonceError, match="cannot be written"):
        source.next()


def test_used_up(tmp_path: Path) -> None:
    with pytest.raises(NonceError, match="used up"):
        NonceSource(tmp_path / "nonce", Wall(LARGEST)).next()
