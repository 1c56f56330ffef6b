"""The command line. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_bot import __version__, garbage
from tui_bot.commands import backtest_arguments, history_arguments, sweep_arguments, values
from tui_bot.commands.key_arguments import KEYS_EXAMPLES, add_verbs, typed_openly

if TYPE_CHECKING:
    from tui_bot.console.setup import Setup
    from tui_bot.engine.handle import Engine
    from tui_bot.session.session import RunOptions

OK, FAILED, USAGE, RETRYABLE, INTERRUPTED = 0, 1, 2, 3, 130

EXIT_CODES = """\
exit codes: 0 ok; 1 failed; 2 wrong usage or config; 3 try again later; 130 interrupted
(143 and 129: ended by SIGTERM and SIGHUP, in order)"""

REMOTE_CODES = """\
exit codes: 0 done, and proved; 1 failed; 2 wrong usage or config; 3 try again later; 4 no bot runs;
5 refused; 6 timed out: not confirmed, it may still happen; 7 not flat: what is left is printed"""

#: Verb, help, and seconds its proof is awaited.
REMOTE = (
    ("pause", "no new exposure from now on, also after a restart; works without a running bot too", 15.0),
    ("resume", "trade again: ends a pause, a halt and a manual override", 15.0),
    ("flatten", "cancel the bot's orders and close the position, with or without a running bot", 120.0),
    ("stop", "end the running bot in order and print what stays at the exchange", 15.0),
)

RUN_EXAMPLES = (
    """\
examples:
  tui-bot                                watch the bot trade on a simulated exchange, with play money
  tui-bot run --speed 60                 the same, a minute a second
  tui-bot run --headless --json          no screen: one JSON object per event

"""
    + EXIT_CODES
)

REPLAY_EXAMPLES = (
    """\
examples:
  tui-bot replay journal.sqlite          a recorded run in the same screen; space plays, . and > step, g goes
  tui-bot replay STATE/live --at 14:03   from that time on
  tui-bot replay FILE --at 43% --speed 1 in real time; the file is only read, nothing is sent anywhere

"""
    + EXIT_CODES
)

EXCHANGE_EXAMPLES = (
    """\
When it is ready it prints one line of JSON with its addresses and a play-money key. Point a console at it by
config.yaml:  exchange: {rest: "http://127.0.0.1:PORT", websocket: "ws://127.0.0.1:PORT"}

"""
    + EXIT_CODES
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = _with_default_command(list(sys.argv[1:] if arguments is None else arguments))
    parser = build_parser(run_only=given[0] == "run")
    if given[:1] == ["keys"] and (openly := typed_openly(given[1:])):
        return _complain(openly)  # before the parser repeats it
    options = parser.parse_args(given)
    command: Callable[[argparse.Namespace], int] = options.command
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
    parser = argparse.ArgumentParser(
        prog="tui-bot",
        description="A terminal console in which you watch, trust and override a small trading bot on Kraken "
        "spot. Without a command: run.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tui-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    if run_only:
        return parser
    _add_setup(commands)
    _add_exchange(commands)
    _add_journal(commands)
    _add_replay(commands)
    _add_check(commands)
    _add_remote(commands)
    _add_keys(commands)
    _add_history(commands)
    _add_backtest(commands)
    _add_actions(commands)
    return parser


Commands = argparse._SubParsersAction


def _with_default_command(arguments: list[str]) -> list[str]:
    """``tui-bot --speed 60`` means ``tui-bot run --speed 60``."""
    general = {"-h", "--help", "--version"}
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in general):
        return ["run", *arguments]
    return arguments


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, text: str, epilog: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_run(commands: Commands[argparse.ArgumentParser]) -> None:
    run = _command(commands, "run", "open the console and let the bot trade (the default)", RUN_EXAMPLES)
    _add_places(run)
    run.add_argument(
        "--speed", type=values.speed, metavar="N", help="demo and replay: exchange time runs N times faster"
    )
    run.add_argument(
        "--seed", type=values.whole, metavar="N", help="demo: which simulated market, for a new state folder"
    )
    run.add_argument(
        "--headless", action="store_true", help="no screen: one line per event on standard output"
    )
    run.add_argument("--json", action="store_true", help="with --headless: each line is a JSON object")
    run.add_argument(
        "--arm", metavar="PAIR", help="with --headless --mode live: the pair's name; trades with REAL MONEY"
    )
    _add_key_file(run)
    run.set_defaults(command=_run)


def _add_setup(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "ask how to begin (mode, pair, size, caps), write the config, and open the console"
    setup = _command(commands, "setup", text, EXIT_CODES)
    setup.add_argument("--config", type=Path, metavar="FILE", help="which config file (default: as for run)")
    setup.add_argument("--state-dir", type=Path, metavar="DIR", help="where journal and ledger are kept")
    nothing = dict.fromkeys(("mode", "speed", "seed", "key_file", "arm"))
    setup.set_defaults(command=_setup, **nothing)


def _add_exchange(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "serve the exchange in a box on this machine, until interrupted"
    box = _command(commands, "exchange", text, EXCHANGE_EXAMPLES)
    box.add_argument(
        "--port", type=values.port, default=0, metavar="N", help="loopback port; 0, the default: a free one"
    )
    box.add_argument(
        "--speed", type=values.speed, default=10.0, metavar="N", help="exchange seconds a second (default 10)"
    )
    box.add_argument(
        "--seed", type=values.whole, default=24, metavar="N", help="which simulated market (default 24)"
    )
    box.add_argument("--history", type=Path, metavar="FILE", help="play a Kraken OHLCVT file or a journal")
    box.add_argument("--state", type=Path, metavar="FILE", help="keep the ledger here, over restarts")
    box.add_argument("--faults", type=Path, metavar="FILE", help="a script of faults, YAML or JSON")
    box.add_argument(
        "--now", action="store_true", help="begin at this machine's time, for programs that go by it"
    )
    box.set_defaults(command=_exchange)


def _add_journal(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "print decisions, intents, orders, fills and settings changes, newest last"
    journal = _command(commands, "journal", text, EXIT_CODES)
    _add_places(journal)
    journal.add_argument("--json", action="store_true", help="one JSON object a line")
    journal.add_argument("--chart", action="store_true", help="draw closes, average and fills as a chart")
    journal.set_defaults(command=_journal)


def _add_replay(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "play a recorded run in the same screen: hold, step, seek, fork; nothing is traded or written"
    replay = _command(commands, "replay", text, REPLAY_EXAMPLES)
    replay.add_argument("file", type=Path, metavar="FILE", help="a journal.sqlite or its folder")
    replay.add_argument("--at", metavar="TIME", help="where to begin: 14:03, 2026-11-22 14:03, 43%%, end")
    replay.add_argument(
        "--speed", type=values.pace, default=60.0, metavar="N", help="recorded seconds a second (default 60)"
    )
    replay.add_argument("--part", type=values.count, metavar="N", help="of several in the file, from 1")
    replay.add_argument("--config", type=Path, metavar="FILE", help="for theme and signs of the screen")
    replay.set_defaults(command=_replay)


def _add_check(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "check config, terminal, state folder, exchange and clock, with a remedy for each fault"
    check = _command(commands, "check", text, EXIT_CODES)
    _add_places(check)
    _add_key_file(check)
    check.set_defaults(command=_check)


def _add_keys(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "store, show, test or remove the API key of mode live"
    add_verbs(_command(commands, "keys", text, KEYS_EXAMPLES + EXIT_CODES))


def _add_actions(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "print what the console can do, with the keys; those of the config included"
    actions = _command(commands, "actions", text, EXIT_CODES)
    form = actions.add_mutually_exclusive_group()
    for name, what in (("json", "one JSON array"), ("markdown", "tables for a document")):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=what)
    actions.add_argument("--config", type=Path, metavar="FILE", help="whose keys (default: as for run)")
    actions.set_defaults(command=_actions, form="text")


def _add_backtest(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "run your settings over years of candles and report what that came to"
    one = _command(commands, "backtest", text, backtest_arguments.EXAMPLES + EXIT_CODES)
    backtest_arguments.add_options(one)
    one.set_defaults(command=_backtest)
    text = "try every setting of a grid over a history, on all cores or a cluster"
    many = _command(commands, "sweep", text, sweep_arguments.EXAMPLES + EXIT_CODES)
    sweep_arguments.add_options(many)
    many.set_defaults(command=_sweep)


def _add_history(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "import, list or verify files of past candles, to try settings on"
    epilog = history_arguments.HISTORY_EXAMPLES + EXIT_CODES
    history_arguments.add_verbs(_command(commands, "history", text, epilog))


def _add_key_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="of mode live (see `tui-bot keys`)")


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode", choices=("demo", "paper", "replay", "live"), help="instead of the config's mode"
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="config file (default: ./config.yaml, then yours)"
    )
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help="where journal and ledger are kept")


def _add_remote(commands: Commands[argparse.ArgumentParser]) -> None:
    status = _command(commands, "status", "print what the running bot does and holds", REMOTE_CODES)
    _add_places(status)
    form = status.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON object; its keys are a contract")
    form.add_argument("--oneline", action="store_true", help="at most 60 columns, for a status bar")
    _add_timeout(status, 5.0)
    status.set_defaults(command=_status)
    for name, text, timeout in REMOTE:
        verb = _command(commands, name, text, REMOTE_CODES)
        _add_places(verb)
        _add_timeout(verb, timeout)
        if name == "flatten":
            verb.add_argument(
                "--foreign",
                action="store_true",
                help="cancel the orders on the pair that are NOT the bot's as well: yours by hand, another "
                "program's",
            )
        verb.set_defaults(command=_remote, verb=name)


def _add_timeout(command: argparse.ArgumentParser, seconds: float) -> None:
    text = f"wait so long for the proof (default {seconds:g})"
    command.add_argument("--timeout", type=values.seconds, default=seconds, metavar="SECONDS", help=text)


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
    from tui_bot.commands.backtest import run_backtest

    return run_backtest(options, _state_dir(options))


def _sweep(options: argparse.Namespace) -> int:
    from tui_bot.commands.sweep import run_sweep

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


if __name__ == "__main__":
    sys.exit(main())
