"""The command line. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_bot import garbage
from tui_bot.commands.key_arguments import typed_openly
from tui_bot.commands.parser import Deed, parser_of

if TYPE_CHECKING:
    from tui_bot.console.setup import Setup
    from tui_bot.engine.handle import Engine
    from tui_bot.session.session import RunOptions

OK, FAILED, USAGE, RETRYABLE, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = _with_default_command(list(sys.argv[1:] if arguments is None else arguments))
    parser = build_parser(run_only=given[0] == "run")
    if given[:1] == ["keys"] and (openly := typed_openly(given[1:])):
        return _complain(openly)  # before the parser repeats it
    options = parser.parse_args(given)
    command: Deed = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone (a pager, head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def build_parser(*, run_only: bool = False) -> argparse.ArgumentParser:
    """All commands and their options; ``run_only``: of run alone, whose first frame waits for it."""
    return parser_of(DEEDS, run_only=run_only)


def _with_default_command(arguments: list[str]) -> list[str]:
    """``tui-bot --speed 60`` means ``tui-bot run --speed 60``."""
    general = {"-h", "--help", "--version"}
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in general):
        return ["run", *arguments]
    return arguments


def _run(options: argparse.Namespace) -> int:
    if options.headless:
        from tui_bot.commands.headless import run_headless

        return run_headless(_run_options(options), options.json)
    if options.json:
        return _complain("--json goes with --headless")
    if options.arm:
        return _complain("--arm goes with --headless; the console asks for the pair's name itself")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return _complain("the console needs a terminal; without one use --headless")
    from tui_bot.console.setup import first_setup

    setup = None if options.mode else first_setup(options.config, _state_dir(options), os.environ)
    return _show(options, setup)


def _setup(options: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return _complain("setup asks at a terminal; without one edit config.yaml")
    from tui_bot.config.file import find, load
    from tui_bot.config.problem import ConfigError
    from tui_bot.console.setup import Setup

    try:
        setup = Setup(load(find(options.config)), _state_dir(options))
    except ConfigError as error:
        return _complain(str(error))
    return _show(options, setup)


def _show(options: argparse.Namespace, setup: Setup | None) -> int:
    garbage.hold_off()
    from tui_bot.console.run import run_console
    from tui_bot.session.state_dir import user_theme_dir

    return run_console(
        lambda: _launch(options),
        mode=options.mode or "",
        theme_dir=user_theme_dir(),
        state_dir=_state_dir(options),
        setup=setup,
    )


def _replay(options: argparse.Namespace) -> int:
    from tui_bot.engine.handle import LaunchError
    from tui_bot.session.playback import PlaybackOptions, open_playback

    def forker(*given: Any) -> Any:
        from tui_bot.replay.fork import fork  # numpy, only for those who fork

        return fork(*given)

    given = PlaybackOptions(options.file, options.at, options.speed, options.part, options.config)
    try:
        playback = open_playback(given, forker)
    except LaunchError as error:
        return _complain(str(error), error.exit_code)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return _complain("a recording is shown on a terminal; `tui-bot journal` prints it")
    garbage.hold_off()
    from tui_bot.console.run import run_console
    from tui_bot.session.state_dir import default_state_dir, user_theme_dir

    folders = user_theme_dir(), default_state_dir()
    return run_console(lambda: playback, mode="replay", theme_dir=folders[0], state_dir=folders[1])


def _launch(options: argparse.Namespace) -> Engine:
    from tui_bot.session.session import Session

    return Session(_run_options(options))


def _run_options(options: argparse.Namespace) -> RunOptions:
    from tui_bot.session.session import RunOptions

    given = options.config, options.mode, options.speed, options.seed, options.key_file, options.arm
    return RunOptions(_state_dir(options), *given)


def _exchange(options: argparse.Namespace) -> int:
    import time

    from tui_bot.paper.options import DEFAULT_ORIGIN_S, BoxOptions
    from tui_bot.paper.server import serve

    return serve(
        BoxOptions(
            port=options.port,
            speed=options.speed,
            seed=options.seed,
            history=options.history,
            state=options.state,
            faults=options.faults,
            origin_s=int(time.time()) if options.now else DEFAULT_ORIGIN_S,
        )
    )


def _journal(options: argparse.Namespace) -> int:
    from tui_bot.commands.listing import print_journal

    chosen = options.mode, options.config
    return print_journal(_state_dir(options), *chosen, as_json=options.json, chart=options.chart)


def _backtest(options: argparse.Namespace) -> int:
    garbage.hold_off()
    from tui_bot.commands.backtest import run_backtest

    garbage.begin()
    return run_backtest(options, _state_dir(options))


def _sweep(options: argparse.Namespace) -> int:
    garbage.hold_off()
    from tui_bot.commands.sweep import run_sweep

    garbage.begin()
    return run_sweep(options, _state_dir(options))


def _check(options: argparse.Namespace) -> int:
    from tui_bot.commands.checkup import run_checkup
    from tui_bot.console.theme_files import load_all, shipped_dir
    from tui_bot.session.state_dir import user_theme_dir

    def themes() -> tuple[list[str], list[str]]:
        found, faults = load_all((shipped_dir(), user_theme_dir()))
        return sorted(found), faults

    given = options.config, options.mode, _state_dir(options), options.key_file
    return run_checkup(*given, themes=themes)


def _actions(options: argparse.Namespace) -> int:
    from tui_bot.commands.actions import print_actions

    return print_actions(options.config, options.form)


def _status(options: argparse.Namespace) -> int:
    from tui_bot.commands.remote import Place, run_status

    place = Place(_state_dir(options), options.config, options.mode)
    return run_status(place, as_json=options.json, as_line=options.oneline, timeout=options.timeout)


def _remote(options: argparse.Namespace) -> int:
    from tui_bot.commands.remote import Place, run_verb
    from tui_bot.control.protocol import Verb

    place = Place(_state_dir(options), options.config, options.mode)
    verb = Verb.FLATTEN_FOREIGN if getattr(options, "foreign", False) else Verb(options.verb)
    return run_verb(verb, place, options.timeout)


def _state_dir(options: argparse.Namespace) -> Path:
    from tui_bot.session.state_dir import default_state_dir

    return options.state_dir or default_state_dir()


def _complain(text: str, code: int = USAGE) -> int:
    from tui_bot.commands.complaint import complain

    return complain(text, code)


#: What each command does; keys and history bring their own.
DEEDS: dict[str, Deed] = {
    "run": _run,
    "setup": _setup,
    "exchange": _exchange,
    "journal": _journal,
    "replay": _replay,
    "check": _check,
    "status": _status,
    "remote": _remote,
    "backtest": _backtest,
    "sweep": _sweep,
    "actions": _actions,
}


if __name__ == "__main__":
    sys.exit(main())
