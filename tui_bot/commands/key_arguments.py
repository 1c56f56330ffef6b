"""The command line of ``tui-bot keys``. It never repeats what may be a key."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

KEYS_EXAMPLES = """\
examples:
  tui-bot keys add                       asks for key and secret, tests them, stores them
  tui-bot keys show                      which key there is; never the key itself

"""

_VERBS = {
    "add": "ask for a key, test what it may do, store it",
    "show": "say which key there is, its age, and what its last test said",
    "test": "test what the key may do, by calls that change nothing",
    "remove": "remove the stored key, after a question",
}

_TYPED_OPENLY = (
    "a key on the command line can be read by every program here and stays in the shell's history: if it was "
    "a real one, delete it at Kraken and make a new one. Then: tui-bot keys add, which asks for it"
)

_FLAGS, _WITH_VALUE = ("-h", "--help", "--keyring"), ("--config", "--key-file")


def add_verbs(keys: argparse.ArgumentParser) -> None:
    """The verbs of ``tui-bot keys`` and their options."""
    verbs = keys.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb, text in _VERBS.items():
        one = verbs.add_parser(verb, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument(
            "--key-file",
            type=Path,
            metavar="FILE",
            help="the key file (default: keys/kraken in your config folder)",
        )
        one.add_argument(
            "--config", type=Path, metavar="FILE", help="whose pair and size a test is made with"
        )
        one.add_argument("--keyring", action="store_true", help="the OS keyring instead of the key file")
        one.set_defaults(command=_run, verb=verb)


def typed_openly(arguments: Sequence[str]) -> str:
    """What to say when ``keys add`` is given something that may be a key; empty when it is not."""
    if arguments[:1] != ["add"]:
        return ""
    left = list(arguments[1:])
    while left:
        word = left.pop(0)
        if word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            continue
        if word not in _WITH_VALUE or not left:
            return _TYPED_OPENLY
        left.pop(0)
    return ""


def _run(options: argparse.Namespace) -> int:
    from tui_bot.commands.keys import VERBS, KeyOptions
    from tui_bot.session.state_dir import default_key_file

    key_file = options.key_file or default_key_file()
    return VERBS[options.verb](KeyOptions(key_file, options.config, options.keyring))
