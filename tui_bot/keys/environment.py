"""A key handed over in the environment, and other variables that touch the way to Kraken."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

from tui_bot.keys.pair import KeyFault, KeyPair, checked_pair

KEY_VARIABLE, SECRET_VARIABLE = "TUI_BOT_API_KEY", "TUI_BOT_API_SECRET"

NOTICE = (
    f"the API key came from {KEY_VARIABLE} and {SECRET_VARIABLE}; they are removed from this process, but "
    "what started it may keep them: a key file (tui-bot keys add) is safer"
)

#: Variables that other programs heed on their way to a server. None has any effect here.
_HEEDED_ELSEWHERE = (
    "SSLKEYLOGFILE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "https_proxy",
    "http_proxy",
    "all_proxy",
)


def take_key(environ: MutableMapping[str, str]) -> KeyPair | None:
    """The pair in the environment, taken out of it; None when it has none.

    Raises:
        KeyFault: only one of the two is set, or they are not a key and a secret.
    """
    key, secret = environ.pop(KEY_VARIABLE, ""), environ.pop(SECRET_VARIABLE, "")
    if not key and not secret:
        return None
    if not key or not secret:
        missing = SECRET_VARIABLE if key else KEY_VARIABLE
        raise KeyFault(f"{missing} is not set, but the other one is: set both, or neither")
    try:
        return checked_pair(key, secret)
    except KeyFault as fault:
        raise KeyFault(f"{KEY_VARIABLE} and {SECRET_VARIABLE}: {fault}") from None


def without_effect(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that are set and that a person may believe to have an effect here (F69, S14)."""
    return tuple(name for name in _HEEDED_ELSEWHERE if environ.get(name))
