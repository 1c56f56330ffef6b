"""A stage for the console: snapshots made to measure, and an engine that only remembers.

``python tests/console/stage.py`` shows a moving market by hand (``--rate 10 --seconds 60 --mode live``).
"""

from __future__ import annotations

import argparse
import math
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tui_bot.engine.commands import Attend, Submission
from tui_bot.engine.events import Account, Holding, Quote
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.guards import Reading
from tui_bot.engine.handle import Values
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import DecisionMade, Filled, Note, Outcome, Record
from tui_bot.engine.settings import BotSettings, Flip, Limits
from tui_bot.engine.snapshot import Day, Feed, Mark, MarkKind, Phase, Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.order import Fill, Intent, Order, OrderReport, OrderState, Origin, Side
from tui_bot.market.pair import PairRules
from tui_bot.market.position import Position
from tui_bot.strategy.decision import Decision, Verdict
from tui_bot.strategy.sma_slope import SmaSlope

D = Decimal
START = 1_790_000_040 - 1_790_000_040 % 60  # a Tuesday in September 2026
NOW_MS = (START + 23) * 1000

RULES = PairRules(
    "BTC/USD", "XXBTZUSD", "XBTUSD", "XXBT", "ZUSD", 1, 8, 5, D("0.1"), D("0.00005"), D("0.5"),
    (2, 3, 4, 5), (2, 3, 4, 5), ((D(0), D("0.40")),), ((D(0), D("0.25")),),
)  # fmt: skip

LIMITS = Limits(
    max_position=D("0.002"), max_notional=D(500), orders_per_hour=6, collar=D("0.01"), exit_collar=D("0.03"),
    stale_after_ms=5000, max_clock_offset_ms=2000, decide_within_ms=20_000, order_deadline_ms=10_000,
    view_lag_ms=5000, look_up_every_ms=2000, reconcile_every_ms=60_000,
    orders_per_day=30, daily_loss=D(25), fresh_account_ms=10_000,
)  # fmt: skip

SETTINGS = BotSettings("BTC/USD", 60, D("0.0010"), 2, Flip.TWO_ORDERS, SmaSlope(20), LIMITS, "d1")

VALUES = (
    ("mode", "demo"), ("pair", "BTC/USD"), ("interval", "1"),
    ("strategy.period", "20"), ("strategy.min_slope", "0"), ("strategy.ties", "strict"),
    ("trading.trade_size", "0.001"), ("trading.leverage", "2"), ("trading.flip", "two orders"),
    ("trading.stop_loss_percent", "0"), ("trading.take_profit_percent", "0"), ("trading.resend", "never"),
    ("limits.max_position", "0.002"), ("limits.max_notional", "500"), ("limits.orders_per_hour", "6"),
    ("limits.orders_per_day", "30"), ("limits.daily_loss", "25"),
    ("limits.collar_percent", "1"), ("limits.exit_collar_percent", "3"), ("limits.stale_after", "5"),
    ("limits.clock_offset", "2"),
    ("display.theme", "dark"), ("display.refresh", "4"), ("display.glyphs", "blocks"),
    ("display.flash", "yes"),
    ("display.output", "lean"), ("ui.mouse", "yes"),
    ("demo.speed", "10"), ("demo.seed", "7"), ("replay.history", ""), ("replay.speed", "60"),
    ("exchange.tier", "starter"), ("exchange.rest", ""), ("exchange.websocket", ""),
)  # fmt: skip

GUARDS = (
    Reading("stale feed", True, "0.4 s", "5 s", load=0.08),
    Reading("orders/hour", True, "5", "6", load=0.83),
    Reading("position", True, "0.0010", "0.0020", load=0.5),
    Reading("notional", True, "67.53", "500.00", load=0.14),
    Reading("collar", True, "0.0%", "1.0%"),
    Reading("clock", True, "+0.02 s", "2 s"),
)


#: What the guard of the orders an hour said two minutes ago; a slot has come free since.
FULL = Reading("orders/hour", False, "6", "6", "next slot 14:13", load=1.0)

#: The guards while it said so.
FULL_UP = (GUARDS[0], FULL, *GUARDS[2:])

#: What the short was sold at in the candle of 14:00, and the coins before it bought at in that of 13:46.
SOLD, BOUGHT = D("67647.2"), D("67310.2")

ACCOUNT = Account(D("-0.0010"), {"ZUSD": Holding(D(1000))}, (), D(900), D(1000), NOW_MS)
NO_BLOCKS: tuple[Reading, ...] = ()
MIDDLE = D("67000.0")


def walk(count: int, seed: int = 7, start: Decimal = MIDDLE, until: int = START) -> tuple[Candle, ...]:
    """Candles of a calm market, the last one closing at ``until``."""
    dice = random.Random(seed)
    price, candles = start, []
    for number in range(count):
        wave = 420 * math.sin((count - number) / 11) + 240 * math.sin((count - number) / 27 + 1)
        drift = (float(start) + wave - float(price)) * 0.22
        path = [price]
        for _ in range(4):
            path.append(path[-1] + D(round(dice.gauss(drift / 4, 22), 1)).quantize(D("0.1")))
        begin = until - (count - number) * 60
        volume = D(5 + number * number * 7 % 23) / 10
        candles.append(Candle(begin, path[0], max(path), min(path), path[-1], volume, 12))
        price = path[-1]
    return tuple(candles)


def order(
    state: OrderState = OrderState.CLOSED,
    side: Side = Side.SELL,
    ago_s: int = 840,
    volume: str = "0.0010",
    **more: Any,
) -> Order:
    """An order of ours, a market order unless ``price`` is given."""
    price = more.pop("price", None)
    intent = Intent(
        f"c-{ago_s}", "BTC/USD", side, D(volume), price, 2, False, Origin.BOT, f"s-{ago_s}", "open",
        D("67500.0"), NOW_MS - ago_s * 1000, NOW_MS - ago_s * 1000 + 10_000,
    )  # fmt: skip
    filled = state is OrderState.CLOSED
    extra: dict[str, Any] = {"executed": D(volume), "average": SOLD, "fee": D("0.27")} if filled else {}
    return Order(intent, state, "OQCLML-BW3P3-BUCMWZ", **{**extra, **more})


def resting(price: str = "68000.0", ago_s: int = 600, lasts_s: int = 3600, **more: Any) -> Order:
    """A limit order by hand that ends by itself."""
    made = order(OrderState.OPEN, ago_s=ago_s, price=D(price), **more)
    begun = made.intent.created_ms
    intent = replace(made.intent, origin=Origin.MANUAL, leg="limit", signal=f"manual/{begun}/1",
                     expires_ms=begun + lasts_s * 1000)  # fmt: skip
    return replace(made, intent=intent, txid="ORESTS-BW3P3-BUCMWZ", sent_ms=begun + 3, answered_ms=begun + 44)


def foreign(txid: str = "OFOREI-GNORD-ERXXXX") -> OrderReport:
    """An order at the exchange that is not ours."""
    return OrderReport(
        txid, None, "BTC/USD", Side.BUY, D("0.5"), D(0), None, D(0), OrderState.OPEN, price=D("60000.0"),
        opened_ms=NOW_MS - 7_200_000,
    )  # fmt: skip


def decision(candles: Sequence[Candle], settings: BotSettings = SETTINGS) -> Decision:
    """The strategy's word on the newest candle."""
    return settings.strategy.decide(candles)


def log_of(candles: Sequence[Candle], count: int = 12) -> tuple[Record, ...]:
    """The last decisions, one of them blocked, and a fill."""
    records = []
    for back in range(count, 0, -1):
        seen = candles[: len(candles) - back + 1]
        made = decision(seen)
        outcome, blocks = Outcome.NO_TRADE, NO_BLOCKS
        if back == 3:
            made = replace(made, verdict=Verdict.BUY, reason="the average turned up")
            outcome, blocks = Outcome.BLOCKED, (FULL,)
        elif made.verdict is not Verdict.NONE:
            outcome = Outcome.SIGNAL
        at = (seen[-1].begin + 60) * 1000 + 300
        records.append(Record(at, DecisionMade(made, outcome, D("-0.0010"), blocks, "", "d1")))
    sold_ms = NOW_MS - 839_000
    return Record(sold_ms, Filled(fill(sold_ms), "c-840")), *records


def fill(at_ms: int, side: Side = Side.SELL, price: str = "67647.2") -> Fill:
    """An execution of 0.0010."""
    return Fill(
        "T1", "OQCLML-BW3P3-BUCMWZ", "BTC/USD", side, D(price), D("0.0010"), D("67.65"), D("0.27"), at_ms, 2
    )


def snapshot(count: int = 200, **changes: Any) -> Snapshot:
    """A short position in a calm market, 23 s after a close; ``changes`` replace fields."""
    candles = walk(count)
    last = candles[-1].close - D("31.4") if candles else D(67000)
    opening = candles[-1].close if candles else D(67000)
    forming = Candle(START, opening, opening + D("6.0"), last - D("4.0"), last, D("0.4"), 5)
    strategy = SETTINGS.strategy
    marks: tuple[Mark, ...] = ()
    if count > 20:
        marks = (
            Mark(candles[-14].begin, Side.SELL, candles[-14].close, MarkKind.FILL, Origin.BOT),
            Mark(candles[-3].begin, Side.BUY, candles[-3].close, MarkKind.BLOCKED, Origin.BOT),
        )
    base = Snapshot(
        at_ms=NOW_MS, beat=1, phase=Phase.READY, trouble="", mode="demo", rate=1.0, settings=SETTINGS,
        run=RunState(Run.RUN, "", NOW_MS - 3_600_000), override=None, rules=RULES, system_status="online",
        quote=Quote(last, last + D("0.1"), last, NOW_MS - 400), feed=Feed(NOW_MS - 400, "push", "", 0),
        clock_offset_ms=20, candles=candles, forming=forming, line=strategy.line(candles),
        outlook=strategy.outlook(candles), next_close_ms=(START + 60) * 1000,
        decision=decision(candles) if candles else None, decided_ms=START * 1000 + 300 if candles else None,
        target=D("-0.0010"),
        position=Position(D("-0.0010"), SOLD, D("-3"), D("31.20"), D("0.27"), NOW_MS - 840_000, 2),
        exchange_size=D("-0.0010"), fee_rate=D("0.004"),
        account=ACCOUNT, day=Day(D("-4.18"), D("31.20"), 12),
        orders=(order(), order(side=Side.BUY, ago_s=1700, average=BOUGHT)),
        calls=Gauge("api", 2.0, NOW_MS, 15, 0.33, 8), order_budget=Gauge("orders", 3.0, NOW_MS, 60, 1.0, 9),
        marks=marks, guards=GUARDS, log=log_of(candles) if count > 40 else (), values=VALUES,
    )  # fmt: skip
    return replace(base, **changes)


class FakeEngine:
    """Publishes what it is given and remembers what it is told."""

    def __init__(self, first: Snapshot | None = None) -> None:
        self.newest = first
        self.commands: list[Submission] = []
        self.attended = 0
        self.failure: BaseException | None = None
        self.stopped = threading.Event()
        self._over = threading.Event()

    @property
    def values(self) -> Values:
        """The settings."""
        return self.newest.values if self.newest is not None else VALUES

    def latest(self) -> Snapshot | None:
        """The newest snapshot."""
        return self.newest

    def submit(self, command: Submission) -> None:
        """Remember the command; that somebody is there is counted apart."""
        if isinstance(command, Attend):
            self.attended += 1
        else:
            self.commands.append(command)

    def run(self) -> None:
        """Wait for the end."""
        self._over.wait()
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        """The end, asked for."""
        self.stopped.set()
        self._over.set()

    def die(self, failure: BaseException | None = None) -> None:
        """The end, by accident."""
        self.failure = failure
        self._over.set()

    def publish(self, **changes: Any) -> None:
        """The next snapshot: the newest with changes and one more beat."""
        assert self.newest is not None
        self.newest = replace(self.newest, **{"beat": self.newest.beat + 1, **changes})


class MovingEngine(FakeEngine):
    """A market that moves, ``rate`` times faster than time, with a decision at each close."""

    crashes = False

    def __init__(self, mode: str, rate: float, updates: int, **values: str) -> None:
        changed = (*VALUES, *((path.replace("_", "."), text) for path, text in values.items()))
        super().__init__(snapshot(mode=mode, rate=rate, values=changed))
        self._rate, self._updates = rate, updates
        self._dice = random.Random(3)

    def run(self) -> None:
        """Move until stopped."""
        began = time.monotonic()
        while not self._over.wait(1 / self._updates):
            self._move(NOW_MS + int((time.monotonic() - began) * 1000 * self._rate))

    def _move(self, now: int) -> None:
        snap = self.newest
        assert snap is not None
        assert snap.forming is not None
        assert snap.quote is not None
        last = snap.quote.last + D(round(self._dice.gauss(0, 4), 1)).quantize(D("0.1"))
        forming = snap.forming
        changes: dict[str, Any] = {}
        if now >= (forming.begin + 60) * 1000:
            candles = (*snap.candles, forming)[-720:]
            strategy = snap.settings.strategy
            made = decision(candles)
            outcome = Outcome.NO_TRADE if made.verdict is Verdict.NONE else Outcome.SIGNAL
            record = Record(now, DecisionMade(made, outcome, snap.target, (), "", "d1"))
            changes = {
                "candles": candles, "line": strategy.line(candles), "outlook": strategy.outlook(candles),
                "decision": made, "decided_ms": now, "next_close_ms": (forming.begin + 120) * 1000,
                "log": (*snap.log, record)[-500:],
            }  # fmt: skip
            forming = Candle(forming.begin + 60, last, last, last, last, D(0), 0)
        forming = replace(forming, close=last, high=max(forming.high, last), low=min(forming.low, last))
        quote = Quote(last, last + D("0.1"), last, now)
        self.publish(at_ms=now, quote=quote, feed=Feed(now - 300, "push", "", 0), forming=forming, **changes)

    def submit(self, command: Submission) -> None:
        """Remember the command and show it in the log."""
        super().submit(command)
        if self.crashes and not isinstance(command, Attend):
            raise RuntimeError("asked to crash")
        assert self.newest is not None
        note = Record(self.newest.at_ms, Note("info", f"got {command}"))
        self.publish(log=(*self.newest.log, note)[-500:])


def main() -> int:
    """Show the moving market in this terminal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", default="demo")
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--updates", type=int, default=4)
    parser.add_argument("--mouse", default="yes")
    parser.add_argument("--crash", action="store_true", help="fail at the first command")
    parser.add_argument("--state", type=Path, default=None)
    options = parser.parse_args()
    from tui_bot.console.run import run_console

    MovingEngine.crashes = options.crash
    return run_console(
        lambda: MovingEngine(options.mode, options.rate, options.updates, ui_mouse=options.mouse),
        mode=options.mode, state_dir=options.state, crash_dir=options.state,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
