"""Why a bot could not start or go on, in the words and with the exit code a person gets."""

from __future__ import annotations

from tui_bot.config.schema import Settings
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError, JournalError
from tui_bot.kraken.nonce import NonceError
from tui_bot.paper.remote import VisitError
from tui_bot.session.box import BoxError

FAILED, USAGE, RETRYABLE = 1, 2, 3

#: What the parts of a session raise when they cannot go on.
TROUBLES = (BoxError, VisitError, ExchangeError, JournalError, NonceError)


def refusal(error: Exception) -> LaunchError:
    """One of ``TROUBLES`` as what ends the session."""
    match error:
        case BoxError(retryable=retryable):
            code = RETRYABLE if retryable else USAGE
            return LaunchError(f"the exchange in a box cannot start: {error}", code)
        case VisitError():
            return LaunchError(f"the exchange in a box cannot be used: {error}", RETRYABLE)
        case ExchangeError(retryable=retryable):
            return LaunchError(f"{error}. No order was sent", RETRYABLE if retryable else FAILED)
        case _:
            return LaunchError(str(error), FAILED)


def expect_offered(mode: str, settings: Settings) -> None:
    """Raises LaunchError where the settings lack what a mode needs, or say what it cannot have."""
    if mode == "paper" and settings.exchange.rest is not None:
        text = (
            "mode paper trades in a box of ours only: set exchange.rest and exchange.websocket to null in "
            "config.yaml, or use another mode. No order was sent"
        )
        raise LaunchError(text, USAGE)
    if mode == "replay" and settings.replay.history is None:
        raise LaunchError("mode replay needs a file to play: set replay.history in config.yaml", USAGE)
