"""The private channels: executions and balances, told as the books change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import (
    Booked,
    Fact,
    Filled,
    OrderAmended,
    OrderEnded,
    OrderOpened,
    OrderPlaced,
    OrderTriggered,
)
from tui_bot.paper.instruments import ASSETS, asset_of
from tui_bot.paper.wire import amount_text
from tui_bot.paper.ws import executions
from tui_bot.paper.ws.executions import Row
from tui_bot.paper.ws.session import Session
from tui_bot.paper.ws.text import Number, timestamp

_SNAPSHOT_TRADES = 50
_ALWAYS = frozenset({"new", "trade", "filled", "canceled", "expired"})
_CATEGORIES = {"margin": "margin-trade", "rollover": "margin-rollover", "settled": "margin-settle"}


class AccountFeed:
    """Gathers rows while facts are booked, and sends them once the facts are written down."""

    def __init__(self, exchange: Exchange, sessions: Mapping[int, Session]) -> None:
        self._exchange = exchange
        self._sessions = sessions
        self._waiting: list[tuple[str, Row]] = []

    def watch(self, fact: Fact) -> None:
        """Called with every fact, right after it was booked."""
        if not any(session.private for session in self._sessions.values()):
            return
        if isinstance(fact, Booked):
            self._waiting.append(("balances", self._entry_row(fact)))
        else:
            self._waiting += (("executions", row) for row in self._rows(fact))

    def flush(self) -> None:
        """Sends what was gathered."""
        waiting, self._waiting = self._waiting, []
        for channel, row in waiting:
            for session in list(self._sessions.values()):
                subscription = session.private.get(channel)
                if subscription is None:
                    continue
                quiet = channel == "executions" and not subscription.order_status
                if not quiet or row["exec_type"] in _ALWAYS:
                    counted = self._counted(row) if subscription.rate_counter else row
                    session.send_private(channel, "update", [counted])

    def send_executions(self, session: Session, *, orders: bool, trades: bool) -> None:
        """The snapshot of a new subscription: live orders, and the last fifty fills."""
        ledger, rows = self._exchange.ledger, list[Row]()
        if orders:
            for order in ledger.live.values():
                status = executions.snapshot_status(order)
                exec_type = "pending_new" if status == "pending_new" else "new"
                rows.append(executions.order_row(order, exec_type, status, order.placed.ns))
        if trades:
            newest = islice(reversed(ledger.fills), _SNAPSHOT_TRADES)
            rows += (executions.trade_row(ledger, fill, running=False) for fill in newest)
        session.send_private("executions", "snapshot", rows)

    def send_balances(self, session: Session) -> None:
        """The snapshot of a new subscription: every asset with its wallets."""
        session.send_private("balances", "snapshot", [self._balance_row(a) for a in self._balances()])

    def _rows(self, fact: Fact) -> Iterable[Row]:
        ledger = self._exchange.ledger
        if isinstance(fact, OrderPlaced):
            order = ledger.orders[fact.txid]
            yield executions.order_row(order, "pending_new", "pending_new", fact.ns)
            if order.working:
                yield executions.new_row(order, fact.ns)
        elif isinstance(fact, OrderOpened):
            yield executions.new_row(ledger.orders[fact.txid], fact.ns)
        elif isinstance(fact, OrderTriggered):
            yield executions.triggered_row(ledger.orders[fact.txid], fact.ns)
        elif isinstance(fact, OrderAmended):
            yield executions.amended_row(ledger.orders[fact.txid], fact)
        elif isinstance(fact, Filled):
            yield executions.trade_row(ledger, fact, running=True)
        elif isinstance(fact, OrderEnded):
            yield executions.end_row(ledger.orders[fact.txid])

    def _counted(self, row: Row) -> Row:
        """A row with the engine counter of its pair."""
        order = self._exchange.ledger.orders[row["order_id"]]
        value = self._exchange.rates.value(order.placed.pair, self._exchange.now_ns)
        return row | {"ratecount": int(value)}

    def _balances(self) -> list[str]:
        return list(self._exchange.ledger.balances)

    def _balance_row(self, asset: str) -> dict[str, Any]:
        amount = self._amount(asset)
        wallets = [{"type": "spot", "id": "main", "balance": amount}]
        return {
            "asset": _symbol(asset),
            "asset_class": "currency",
            "balance": amount,
            "wallets": wallets,
        }

    def _entry_row(self, entry: Booked) -> Row:
        return {
            "ledger_id": entry.id,
            "ref_id": entry.refid,
            "timestamp": timestamp(entry.ns),
            "type": entry.type,
            "asset": ASSETS[entry.asset].symbol,
            "asset_class": "currency",
            "category": _CATEGORIES.get(entry.type, entry.type),
            "wallet_type": "spot",
            "wallet_id": "main",
            "amount": Number(amount_text(entry.asset, entry.amount)),
            "fee": Number(amount_text(entry.asset, entry.fee)),
            "balance": self._amount(entry.asset),
        }

    def _amount(self, asset: str) -> Number:
        return Number(amount_text(asset, self._exchange.ledger.balances[asset]))


def _symbol(name: str) -> str:
    """A balance's name on the socket, as in BTC or BTC.F."""
    return asset_of(name).symbol + name[len(name.partition(".")[0]) :]
