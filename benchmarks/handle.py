"""Microseconds of ``Bot.handle`` per event, and of a snapshot."""

from __future__ import annotations

from decimal import Decimal
from time import perf_counter_ns

from benchmarks.figures import spread
from tests.support.market import candle, candles, random_closes, settings
from tests.support.venue import Venue
from tui_bot.engine.events import CandleClosed, CandleForming, Quote, Quoted, Ticked
from tui_bot.engine.view import View

COUNT = 20_000


def main() -> None:
    """Print the table."""
    closes = list(random_closes(7, 720 + COUNT))
    venue = Venue(settings(), history=candles(closes[:720]))
    venue.start()
    view = View(venue.bot.state, "demo", 1.0)
    samples: dict[str, list[float]] = {"quote": [], "forming": [], "closed": [], "tick": [], "snapshot": []}
    for minute, close in enumerate(closes[720:], 720):
        formed = candle(minute, close)
        at_ms = (formed.begin + 60) * 1000
        quote = Quote(close, close + Decimal("0.1"), close, at_ms)
        for name, event in (
            ("quote", Quoted(at_ms, quote)),
            ("forming", CandleForming(at_ms - 1, formed)),
            ("closed", CandleClosed(at_ms, formed)),
            ("tick", Ticked(at_ms + 250)),
        ):
            begin = perf_counter_ns()
            venue.bot.handle(event)
            samples[name].append((perf_counter_ns() - begin) / 1000)
        begin = perf_counter_ns()
        view.snapshot()
        samples["snapshot"].append((perf_counter_ns() - begin) / 1000)
    for name, values in samples.items():
        print(f"{name:<9} {spread(values, 'us')}")
    print("(closed: 720 candles held, strategy decided each; snapshot: right after a close, line recomputed)")
