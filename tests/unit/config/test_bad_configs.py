"""Configs that must be refused: each with its line and with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_bot.config import ConfigError, load

# text, line (0: none to blame), what is said, what is remedy
CORPUS: list[tuple[str, int, str, str]] = [
    ("mode: Demo\n", 1, "mode: Demo is not one of the choices", "use one of demo, paper"),
    ("mode: NO\n", 1, "mode: NO is not", "use one of"),
    ("# a\n\nmode: [live]\n", 3, "mode: a list", "one value"),
    ("mode: {a: b}\n", 1, "mode: braces", "a line"),
    ("mode:\n", 1, "mode: an empty value", "use one of"),
    ("mode: demo\nmode: live\n", 2, "mode: stands twice, first on line 1", "keep one"),
    ("pair: BTC USD\n", 1, "pair: BTC USD does not fit", "3 to 32"),
    ("pair: 'ВТС/USD'\n", 1, "pair:", "3 to 32"),
    ("pair: BTC/USD\n  more: 1\n", 2, "not YAML", "quote"),
    ("pair:\n  base: BTC\n", 2, "pair is one value", "write pair: VALUE"),
    ("interval: 7\n", 1, "interval: 7 is not one of", "1, 5, 15"),
    ("interval: true\n", 1, "interval: true is not a whole number", "use 1, 5"),
    ("strategy: 20\n", 1, "strategy: is a section", "below it"),
    ("strategy:\n  period: 1\n", 2, "strategy.period: 1 is below 2", "use 2 to 700"),
    ("strategy:\n  period: 701\n", 2, "701 is above 700", "use 2 to 700"),
    ("strategy:\n  period: 1_0\n", 2, "1_0 is not a whole number", "use 2 to 700"),
    ("strategy:\n  period: 012\n", 2, "012 is not a whole number", "use 2 to 700"),
    ("strategy:\n  period: 1:30\n", 2, "1:30 is not a whole number", "use 2 to 700"),
    ("strategy:\n  period: 20.0\n", 2, "20.0 is not a whole number", "use 2 to 700"),
    ("strategy:\n  period: ２０\n", 2, "is not a whole number", "use 2 to 700"),
    ("strategy:\n  perod: 20\n", 2, "strategy.perod: is no setting", "did you mean strategy.period?"),
    ("period: 20\n", 1, "period: is no setting", "did you mean strategy.period?"),
    ("stratgy:\n  period: 20\n", 2, "stratgy.period: is no setting", "did you mean strategy.period?"),
    ("strategy.period: 20\n", 1, "a key with a dot", "write the section"),
    ("strategy:\n  period:\n    long: 20\n", 3, "strategy.period: is nested too deep", "section and key"),
    ("strategy:\n  min_slope: .inf\n", 2, ".inf is not a plain decimal", "0 to 1000000"),
    ("strategy:\n  min_slope: -1\n", 2, "-1 is below 0", "0 to 1000000"),
    ("strategy:\n\tperiod: 20\n", 2, "a tab", "spaces"),
    ("strategy:\n  period: 20\n ties: carry\n", 3, "not YAML", "quote"),
    ("trading:\n  trade_size: 1e-3\n", 2, "1e-3 is not a plain decimal", "0.00000001"),
    ("trading:\n  trade_size: 0\n", 2, "0 is below 0.00000001", "use 0.00000001 to"),
    ("trading:\n  trade_size: 0.01\n", 2, "0.01 is above limits.max_position 0.002", "make it smaller"),
    ("trading:\n  leverage: 1\n", 2, "1 is no leverage", "2 to 10"),
    ("trading:\n  flip: one order\n", 2, "trading.leverage is 0", "two orders"),
    ("limits:\n  max_position: 0.0001\n", 2, "0.001 is above limits.max_position 0.0001", "smaller"),
    ("limits:\n  collar_percent: 1%\n", 2, "1% is not a plain decimal", "0.01 to 10 %"),
    ("display:\n  theme: ../../etc/passwd\n", 2, "does not fit", "lower-case"),
    ("mode: replay\n", 1, "mode replay needs a file", "path"),
    ("exchange:\n  rest: https://api.kraken.com\n", 2, "does not fit", "127.0.0.1:PORT"),
    ("exchange:\n  rest: http://127.0.0.1.evil.net:80\n", 2, "does not fit", "127.0.0.1:PORT"),
    ("mode: live\nexchange:\n  rest: http://127.0.0.1:9\n", 3, "trades at Kraken only", "use null"),
    ("api_key: abcdefgh\n", 1, "secrets never go into config.yaml", "remove the line"),
    ("exchange:\n  secret: abcdefgh\n", 2, "secrets never go into config.yaml", "at Kraken"),
    ("a: &x demo\n", 1, "a: an anchor", "remove the &"),
    ("display:\n  theme: *dark\n", 2, "display.theme: an alias", "value itself"),
    ("mode: !!python/object:os.system demo\n", 1, "mode: a tag", "remove the !"),
    ("<<: demo\n", 1, "<<: is no setting", "remove it"),
    ("---\nmode: demo\n---\nmode: live\n", 3, "a second document", "keep one"),
    ("%YAML 1.1\n---\nmode: demo\n", 2, "a YAML directive", "begins with %"),
    ("mode: demo\n...\n", 2, "an end-of-document mark", "remove the line"),
    ("- mode\n", 1, "is not keys and values", "`key: value`"),
    ("demo\n", 1, "is not keys and values", "`key: value`"),
    ("? [a]\n: b\n", 1, "a key that is not a plain word", "`key: value`"),
    ("mode: |\n  demo\n", 1, "over several lines", "one line"),
    ("mode: 'demo\n", 2, "not YAML", "quote"),
    ("mode: de\0mo\n", 1, "control character U+0000", "remove it"),
    ("# x\n# \x1b[2J\n", 2, "control character U+001B", "remove it"),
    ("mode: demo\rpair: x\n", 1, "control character U+000D", "remove it"),
    ("# \u202edemo\n", 1, "control character U+202E", "remove it"),
    ("\ufeffmode: demo\n", 1, "byte order mark", "UTF-8"),
    ("#" * 70_000, 0, "larger than 64 KiB", "short comments"),
    ("a: " + "[" * 2_000, 1, "longer than 1000 characters", "a line"),
    ("a:\n" + " [\n" * 20_000, 2, "a: a list", "one value"),
]


@pytest.mark.parametrize(("text", "line", "said", "remedy"), CORPUS)
def test_it_is_refused_with_line_and_remedy(
    tmp_path: Path, text: str, line: int, said: str, remedy: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path)
    where = f"config.yaml line {line}: " if line else "config.yaml: "
    told = [told for told in str(caught.value).splitlines() if told.startswith(where)]
    found = [sentence.partition("; ") for sentence in told]
    assert any(said in what and remedy in todo for what, _, todo in found), str(caught.value)


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("mode: real\nstrategy:\n  period: 1\n  perod: 3\ntrading:\n  trade_size: 9\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [
        "config.yaml line 1: mode: real is not one of the choices; use one of demo, paper, replay, live",
        "config.yaml line 3: strategy.period: 1 is below 2; use 2 to 700 candles",
        "config.yaml line 4: strategy.perod: is no setting; did you mean strategy.period?",
        "config.yaml line 6: trading.trade_size: 9 is above limits.max_position 0.002; "
        "make it smaller, or raise limits.max_position first",
    ]


def test_a_pasted_secret_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("private_key: kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz==\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert "kQH5" not in str(caught.value)


def test_not_utf8_not_a_file_not_there(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"# ok\nmode: \xff\n")
    for bad, said in (
        (path, "line 2: is not UTF-8"),
        (tmp_path, "directory"),
        (tmp_path / "no", "No such file"),
    ):
        with pytest.raises(ConfigError, match=said):
            load(bad)
