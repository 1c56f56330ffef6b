"""Why a bot could not start or go on, in the words and with the exit code a person gets."""

from __future__ import annotations

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
