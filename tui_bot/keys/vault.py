"""A key kept by the operating system's keyring. The library comes with the extra ``keyring``."""

from __future__ import annotations

import importlib
import json
from types import ModuleType

from tui_bot.keys.pair import KeyFault, KeyPair, checked_pair

SERVICE, ACCOUNT = "tui-bot", "kraken"

MISSING = "the OS keyring is not used: it needs pip install 'tui-bot[keyring]'"
NO_BACKEND = (
    "the OS keyring has no backend on this machine (common over SSH without a desktop); use the key file"
)


def read_key() -> KeyPair | None:
    """The pair in the keyring, None when it has none of ours.

    Raises:
        KeyFault: there is no keyring to ask, it does not answer, or what it holds is not a key.
    """
    keyring = _library()
    try:
        text = keyring.get_password(SERVICE, ACCOUNT)
    except Exception as error:  # backends raise what they like
        raise _refused(keyring, error) from None
    if text is None:
        return None
    try:
        held = json.loads(text)
        return checked_pair(str(held["key"]), str(held["secret"]))
    except (ValueError, KeyError, TypeError):
        raise KeyFault("what the OS keyring holds for tui-bot is not a key; enter it anew") from None


def write_key(pair: KeyPair) -> None:
    """Keep the pair. Raises KeyFault."""
    keyring = _library()
    try:
        keyring.set_password(SERVICE, ACCOUNT, json.dumps({"key": pair.key, "secret": pair.secret.reveal()}))
    except Exception as error:
        raise _refused(keyring, error) from None


def remove_key() -> None:
    """Forget the pair. Raises KeyFault."""
    keyring = _library()
    try:
        keyring.delete_password(SERVICE, ACCOUNT)
    except Exception as error:
        raise _refused(keyring, error) from None


def _library() -> ModuleType:
    try:
        return importlib.import_module("keyring")
    except ImportError:
        raise KeyFault(MISSING) from None


def _refused(keyring: ModuleType, error: Exception) -> KeyFault:
    """The error in our words: its own text might hold what was to be kept."""
    if isinstance(error, keyring.errors.NoKeyringError):
        return KeyFault(NO_BACKEND)
    return KeyFault(
        f"the OS keyring refused ({type(error).__name__}); unlock it, or use the key file: tui-bot keys add"
    )
