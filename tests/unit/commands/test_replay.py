"""``tui-bot replay``: what cannot be played is said before any screen, with an exit code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.recording import recording
from tui_bot.cli import main


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A recorded run."""
    path = tmp_path / "journal.sqlite"
    shutil.copy(recording().path, path)
    return path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.parametrize("place", ["noon", "2031-01-01", "25:00"])
def test_a_time_that_is_none_of_the_recording(
    journal: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(journal), "--at", place]) == 2
    assert "--at: " in said(capsys)


def test_no_journal_no_part_no_terminal(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(journal.with_name("gone"))]) == 2
    assert "gone" in said(capsys)
    assert main(["replay", str(journal), "--part", "2"]) == 2
    assert "holds 1 part(s), not 2" in said(capsys)
    assert main(["replay", str(journal), "--at", "50%"]) == 2
    assert "`tui-bot journal` prints it" in said(capsys)


def test_a_journal_that_cannot_be_trusted_is_a_failure(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(journal.read_bytes())
    content[2000:-2000] = bytes(len(content) - 4000)
    journal.write_bytes(content)
    assert main(["replay", str(journal)]) in (1, 2)
    assert "journal" in said(capsys)


@pytest.mark.parametrize("option", [["--speed", "0"], ["--speed", "1001"], ["--part", "0"]])
def test_numbers_that_are_out_of_range(
    journal: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(journal), *option])
    assert ended.value.code == 2
    err = said(capsys)
    assert "use 0.1 to 1000" in err or "from 1 on" in err
