"""The command line: what is typed becomes these options; what it says of itself is true."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from tui_bot import __version__, cli
from tui_bot.commands.parser import EXIT_CODES

README = Path(__file__).parents[3] / "README.md"
COMMANDS = ("run", "exchange", "journal", "check")


def parsed(*arguments: str) -> dict[str, object]:
    """The options that these arguments make."""
    return vars(cli.build_parser().parse_args(cli._with_default_command(list(arguments))))


def subparsers(of: argparse.ArgumentParser | None = None) -> dict[str, argparse.ArgumentParser]:
    """Each command's own parser, and those of its verbs."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in (of or cli.build_parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, parser in action.choices.items():
                found |= {name: parser, **{f"{name} {verb}": one for verb, one in subparsers(parser).items()}}
    assert of or found
    return found


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Its long options, less the one all have."""
    return {name for action in parser._actions for name in action.option_strings if name != "--help"} - {"-h"}


@pytest.mark.parametrize("arguments", [(), ("--speed", "60"), ("--headless", "--json"), ("--mode", "replay")])
def test_run_is_what_is_meant_without_a_command(arguments: tuple[str, ...]) -> None:
    assert parsed(*arguments) == parsed("run", *arguments)


def test_nothing_given_leaves_the_config_as_it_is() -> None:
    options = parsed("run")
    assert {options[name] for name in ("mode", "config", "state_dir", "speed", "seed")} == {None}
    assert (options["headless"], options["json"]) == (False, False)


def test_what_is_given_arrives() -> None:
    options = parsed(
        "--config", "c.yaml", "--state-dir", "s", "--speed", "2.5", "--seed", "7", "--mode", "demo"
    )
    assert (options["config"], options["state_dir"]) == (Path("c.yaml"), Path("s"))
    assert (options["speed"], options["seed"], options["mode"]) == (2.5, 7, "demo")


def test_an_exchange_takes_a_free_port_unless_told() -> None:
    assert (parsed("exchange")["port"], parsed("exchange", "--port", "65535")["port"]) == (0, 65535)


def test_an_exchange_takes_faults_and_begins_when_told() -> None:
    assert (parsed("exchange")["faults"], parsed("exchange")["now"]) == (None, False)
    told = parsed("exchange", "--faults", "faults.yaml", "--now")
    assert (str(told["faults"]), told["now"]) == ("faults.yaml", True)


@pytest.mark.parametrize(
    "arguments",
    [
        *(("run", "--speed", text) for text in ("0", "0.9", "5001", "-1", "nan", "inf", "1,5", "")),
        *(("run", "--seed", text) for text in ("-1", "1.0", "0x1", "²", "", "99999999999")),
        *(("exchange", "--port", text) for text in ("65536", "-1", "http", "")),
        ("run", "--mode", "Live"),
        ("nothing",),
        ("run", "extra"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_wrong_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == cli.USAGE
    assert "usage:" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"tui-bot {__version__}\n")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=lambda value: " ".join(value))
def test_each_help_tells_the_exit_codes(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert EXIT_CODES in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_an_interrupt_is_130_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_options: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.DEEDS, "check", interrupted)
    assert cli.main(["check"]) == cli.INTERRUPTED


def test_every_option_is_in_the_readme() -> None:
    readme = README.read_text("utf-8")
    for name, parser in subparsers().items():
        missing = [option for option in options_of(parser) if option not in readme]
        assert not missing, f"{name}: {missing}"


def test_every_option_the_readme_names_exists() -> None:
    known = set().union(*map(options_of, subparsers().values())) | options_of(cli.build_parser())
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README.read_text("utf-8")))
    assert named - {"--strict"} <= known  # mypy's


def test_the_readme_and_the_help_give_the_same_exit_codes() -> None:
    codes = {"0 ok", "1 failed", "2 wrong usage or config", "3 try again later", "130 interrupted"}
    readme = " ".join(README.read_text("utf-8").split())
    assert not [code for code in codes if code not in readme or code not in EXIT_CODES]


def test_the_status_line_of_tmux_in_the_readme_is_a_command() -> None:
    (inside,) = re.findall(r"#\(tui-bot ([^)]*)\)", README.read_text("utf-8"))
    options = cli.build_parser().parse_args(inside.split())
    assert (options.mode, options.oneline) == ("demo", True)
