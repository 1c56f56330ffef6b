"""Mode paper: the exchange in a box at the prices of Kraken's public side."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from tui_bot.config.schema import Settings
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError
from tui_bot.kraken.dial import PUBLIC, checked_websocket
from tui_bot.paper.remote import VisitError
from tui_bot.session.box import Address, ChildBox, paper_options
from tui_bot.session.feeder import Feeder, Remark
from tui_bot.session.source import Opening, Source, listing, look, source_of

FAILED, USAGE, RETRYABLE = 1, 2, 3

_REMEDY = "start again once that is mended, or use --mode demo, which needs no network"


def open_paper(stack: ExitStack, folder: Path, settings: Settings, remark: Remark) -> Address:
    """A box at the prices of the source that the settings name, fed until ``stack`` is closed.

    Its ledger is kept in ``folder``. ``remark`` may be called from another thread. Raises LaunchError when
    the source cannot be read, and BoxError or VisitError when the box cannot be had.
    """
    source, interval = source_of(settings), settings.interval * 60
    _check_websocket(source)
    opening = opening_of(source, settings.pair, interval)
    box = stack.enter_context(start_box(source, opening, interval, folder, folder / "exchange"))
    feeder = Feeder(source, opening, interval, box.rest, remark)
    stack.callback(feeder.stop)
    feeder.open()
    feeder.start()
    remark("warning" if source.stands_in else "info", source.remark)
    return box.address


def _check_websocket(source: Source) -> None:
    try:
        checked_websocket(source.address.websocket or PUBLIC)
    except ValueError as error:
        raise LaunchError(f"paper.source_websocket: {error}", USAGE) from None


def opening_of(source: Source, pair: str, interval: int) -> Opening:
    """What the source shows now. Raises LaunchError in words for the person who starts."""
    try:
        return asyncio.run(look(source, pair, interval))
    except VisitError as error:
        raise _no_prices(source, str(error), RETRYABLE) from None
    except ExchangeError as error:
        raise _no_prices(source, str(error), RETRYABLE if error.retryable else FAILED) from None


def start_box(source: Source, opening: Opening, interval: int, folder: Path, ledger: Path | None) -> ChildBox:
    """A box that lists the source's market; ``interval`` in seconds. Raises LaunchError and BoxError."""
    path = folder / "market.json"
    try:
        path.write_text(listing(source, opening, interval))
    except OSError as error:
        text = f"the state folder cannot be used: {error.strerror}; free space or fix its rights"
        raise LaunchError(f"{text} ({path}). No order was sent", FAILED) from None
    return ChildBox.start(paper_options(path, ledger))


def _no_prices(source: Source, reason: str, code: int) -> LaunchError:
    where = source.address.rest
    return LaunchError(
        f"mode paper has no prices: {source.name} ({where}): {reason}. No order was sent; {_REMEDY}", code
    )
