"""The parser of the command line: all commands and their options. What each does is ``cli``'s."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_bot import __version__
from tui_bot.commands import backtest_arguments, history_arguments, sweep_arguments, values
from tui_bot.commands.key_arguments import KEYS_EXAMPLES, add_verbs

#: What a command does, and the exit code it ends with.
Deed = Callable[[argparse.Namespace], int]

Commands = argparse._SubParsersAction

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


def parser_of(deeds: Mapping[str, Deed], *, run_only: bool = False) -> argparse.ArgumentParser:
    """All commands and their options; ``deeds`` are what they do, by name.

    ``run_only``: run alone, whose first frame waits for it.
    """
    parser = argparse.ArgumentParser(
        prog="tui-bot",
        description="A terminal console in which you watch, trust and override a small trading bot on Kraken "
        "spot. Without a command: run.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tui-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands, deeds["run"])
    if run_only:
        return parser
    _add_setup(commands, deeds["setup"])
    _add_exchange(commands, deeds["exchange"])
    _add_journal(commands, deeds["journal"])
    _add_replay(commands, deeds["replay"])
    _add_check(commands, deeds["check"])
    _add_status(commands, deeds["status"])
    _add_remote(commands, deeds["remote"])
    _add_keys(commands)
    _add_history(commands)
    _add_backtest(commands, deeds["backtest"])
    _add_sweep(commands, deeds["sweep"])
    _add_actions(commands, deeds["actions"])
    return parser


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


def _add_run(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
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
    run.set_defaults(command=deed)


def _add_setup(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "ask how to begin (mode, pair, size, caps), write the config, and open the console"
    setup = _command(commands, "setup", text, EXIT_CODES)
    setup.add_argument("--config", type=Path, metavar="FILE", help="which config file (default: as for run)")
    setup.add_argument("--state-dir", type=Path, metavar="DIR", help="where journal and ledger are kept")
    nothing = dict.fromkeys(("mode", "speed", "seed", "key_file", "arm"))
    setup.set_defaults(command=deed, **nothing)


def _add_exchange(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
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
    box.set_defaults(command=deed)


def _add_journal(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "print decisions, intents, orders, fills and settings changes, newest last"
    journal = _command(commands, "journal", text, EXIT_CODES)
    _add_places(journal)
    journal.add_argument("--json", action="store_true", help="one JSON object a line")
    journal.add_argument("--chart", action="store_true", help="draw closes, average and fills as a chart")
    journal.set_defaults(command=deed)


def _add_replay(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "play a recorded run in the same screen: hold, step, seek, fork; nothing is traded or written"
    replay = _command(commands, "replay", text, REPLAY_EXAMPLES)
    replay.add_argument("file", type=Path, metavar="FILE", help="a journal.sqlite or its folder")
    replay.add_argument("--at", metavar="TIME", help="where to begin: 14:03, 2026-11-22 14:03, 43%%, end")
    replay.add_argument(
        "--speed", type=values.pace, default=60.0, metavar="N", help="recorded seconds a second (default 60)"
    )
    replay.add_argument("--part", type=values.count, metavar="N", help="of several in the file, from 1")
    replay.add_argument("--config", type=Path, metavar="FILE", help="for theme and signs of the screen")
    replay.set_defaults(command=deed)


def _add_check(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "check config, terminal, state folder, exchange and clock, with a remedy for each fault"
    check = _command(commands, "check", text, EXIT_CODES)
    _add_places(check)
    _add_key_file(check)
    check.set_defaults(command=deed)


def _add_keys(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "store, show, test or remove the API key of mode live"
    add_verbs(_command(commands, "keys", text, KEYS_EXAMPLES + EXIT_CODES))


def _add_actions(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "print what the console can do, with the keys; those of the config included"
    actions = _command(commands, "actions", text, EXIT_CODES)
    form = actions.add_mutually_exclusive_group()
    for name, what in (("json", "one JSON array"), ("markdown", "tables for a document")):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=what)
    actions.add_argument("--config", type=Path, metavar="FILE", help="whose keys (default: as for run)")
    actions.set_defaults(command=deed, form="text")


def _add_backtest(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "run your settings over years of candles and report what that came to"
    one = _command(commands, "backtest", text, backtest_arguments.EXAMPLES + EXIT_CODES)
    backtest_arguments.add_options(one)
    one.set_defaults(command=deed)


def _add_sweep(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    text = "try every setting of a grid over a history, on all cores or a cluster"
    many = _command(commands, "sweep", text, sweep_arguments.EXAMPLES + EXIT_CODES)
    sweep_arguments.add_options(many)
    many.set_defaults(command=deed)


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


def _add_status(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
    status = _command(commands, "status", "print what the running bot does and holds", REMOTE_CODES)
    _add_places(status)
    form = status.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON object; its keys are a contract")
    form.add_argument("--oneline", action="store_true", help="at most 60 columns, for a status bar")
    _add_timeout(status, 5.0)
    status.set_defaults(command=deed)


def _add_remote(commands: Commands[argparse.ArgumentParser], deed: Deed) -> None:
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
        verb.set_defaults(command=deed, verb=name)


def _add_timeout(command: argparse.ArgumentParser, seconds: float) -> None:
    text = f"wait so long for the proof (default {seconds:g})"
    command.add_argument("--timeout", type=values.seconds, default=seconds, metavar="SECONDS", help=text)
