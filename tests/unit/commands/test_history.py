"""``tui-bot history``: what it prints, its exit codes, and the bar on long work."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.backtest.malformed import KRAKEN, PLAIN, without
from tui_bot import cli
from tui_bot.commands.progress import PATIENCE_S, progress_bar


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a file of candles in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "XBTUSD_1.csv").write_bytes(without(3))
    return tmp_path


def history(*arguments: str) -> int:
    """Run a verb with a state folder in the current one."""
    return cli.main(["history", *arguments, "--state-dir", "state"])


def test_an_import_says_what_it_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history("import", "XBTUSD_1.csv") == 0
    assert capsys.readouterr() == (
        "imported XBTUSD_1: BTC/USD, 1m candles in ticks of 0.1\n"
        "  candles  5 from 2023-11-14 22:14 to 2023-11-14 22:18\n"
        "  holes    1, filled flat\n",
        "",
    )
    assert history("import", "XBTUSD_1.csv", "--holes", "keep", "--tick", "0.05", "--name", "mine") == 0
    shown = capsys.readouterr().out
    assert "imported mine: BTC/USD, 1m candles in ticks of 0.05\n  candles  4 from" in shown
    assert shown.endswith("  holes    1, left out\n")


def test_what_is_typed_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "data.csv").write_bytes(PLAIN)
    assert history("import", "data.csv") == 2
    assert "tells no pair; name it with --pair BTC/USD" in capsys.readouterr().err
    assert history("import", "data.csv", "--pair", "XDGEUR", "--interval", "1") == 0
    assert "imported data: DOGE/EUR, 1m candles" in capsys.readouterr().out


def test_a_file_that_cannot_be_believed_is_exit_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("XBTUSD_1.csv").write_bytes(KRAKEN.replace(b"34980.4,2", b"nan,2"))
    assert history("import", "XBTUSD_1.csv") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(
        f"tui-bot: {folder}/XBTUSD_1.csv, line 3: close is 'nan', not a finite number; "
    )
    assert shown.err.count("\n") == 1


def test_a_name_with_codes_for_the_terminal_is_shown_harmless(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "\x1b[2Jx.csv").write_bytes(b"")
    assert history("import", "\x1b[2Jx.csv") == 1
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "x", "--pair", "dollars"),
        ("import", "x", "--interval", "0"),
        ("import", "x", "--interval", "1m"),
        ("import", "x", "--tick", "0"),
        ("import", "x", "--tick", "0.00000000001"),
        ("import", "x", "--tick", "1e-1"),
        ("import", "x", "--holes", "mend"),
        ("remove", "x"),
        (),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_exit_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["history", *arguments])
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_list_of_nothing_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (history("list"), history("verify")) == (0, 0)
    assert capsys.readouterr().out.count("tui-bot history import FILE") == 2
    assert history("list", "--json") == 0
    assert capsys.readouterr().out == ""


def test_the_list_and_its_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history("import", "XBTUSD_1.csv")
    history("import", "XBTUSD_1.csv", "--holes", "keep", "--name", "with-holes")
    (folder / "state" / "history" / "torn.ticks").write_bytes(b"torn")
    capsys.readouterr()
    assert history("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "name        pair     every  candles  from        to           holes",
        "XBTUSD_1    BTC/USD  1m           5  2023-11-14  2023-11-14       1",
        "torn        damaged: it does not begin as a history does",
        "with-holes  BTC/USD  1m           4  2023-11-14  2023-11-14  1 kept",
    ]
    assert history("list", "--json") == 0
    first, torn, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert torn == {"name": "torn", "damage": "it does not begin as a history does"}
    assert len(first.pop("sha256")) == 64
    assert first == {
        "name": "XBTUSD_1",
        "pair": "BTC/USD",
        "interval": 60,
        "tick": "0.1",
        "candles": 5,
        "first": 1700000040,
        "last": 1700000280,
        "holes": 1,
        "filled": True,
        "source": str(folder / "XBTUSD_1.csv"),
        "path": str(Path("state") / "history" / "XBTUSD_1.ticks"),
    }


def test_verify_tells_of_each_and_fails_for_the_damaged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history("import", "XBTUSD_1.csv")
    capsys.readouterr()
    assert history("verify") == 0
    assert capsys.readouterr().out == f"ok    XBTUSD_1   5 candles, those of {folder}/XBTUSD_1.csv\n"
    Path("XBTUSD_1.csv").write_bytes(KRAKEN)
    assert history("verify", "XBTUSD_1") == 0
    assert "has changed since: it is read anew when the history is used" in capsys.readouterr().out
    ticks = folder / "state" / "history" / "XBTUSD_1.ticks"
    content = bytearray(ticks.read_bytes())
    content[4096] ^= 1
    ticks.write_bytes(content)
    assert history("verify") == 1
    assert capsys.readouterr().out.startswith(
        "FAIL  XBTUSD_1   damaged: its columns do not fit their checksum; "
    )
    assert history("verify", "nothing") == 2
    assert "Imported: XBTUSD_1." in capsys.readouterr().err


class Terminal(io.StringIO):
    """A standard error that is one."""

    def isatty(self) -> bool:
        return True


def shown_bar(monkeypatch: pytest.MonkeyPatch, error: io.StringIO, seconds: float) -> str:
    """What work of so long writes to standard error."""
    monkeypatch.setattr("sys.stderr", error)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    moments = iter([0.0, seconds, seconds])
    with progress_bar("reading [bold]x[/bold].csv", lambda: next(moments, seconds)) as progress:
        for done in (1, 50, 100):
            progress(done, 100)
    return error.getvalue()


def test_long_work_shows_a_bar_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = shown_bar(monkeypatch, Terminal(), PATIENCE_S + 1)
    assert "reading [bold]x[/bold].csv" in shown, "the name of a file is no markup"
    assert "100%" in shown
    assert shown.endswith("\x1b[2K"), "the line is left clean"
    assert capsys.readouterr().out == ""


def test_short_work_and_a_pipe_show_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_bar(monkeypatch, Terminal(), PATIENCE_S / 2) == ""
    assert shown_bar(monkeypatch, io.StringIO(), PATIENCE_S + 1) == ""
