"""The judge: reads the exchange's own books, and only to compare with them what the bot believes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from tui_bot.engine.snapshot import Snapshot

LOT = Decimal("0.00000001")

Books = Mapping[str, Any]


def doubled(books: Books) -> list[str]:
    """Client ids under which the exchange has more than one order."""
    ids = Counter(order["cl_ord_id"] for order in books["orders"] if order["cl_ord_id"])
    return [cl_ord_id for cl_ord_id, times in ids.items() if times > 1]


def largest_exposure(books: Books) -> Decimal:
    """The largest size, long or short, that the account ever held through fills."""
    size = largest = Decimal(0)
    for fill in sorted(books["fills"], key=lambda one: (one["time_ms"], one["trade_id"])):
        size += Decimal(fill["vol"]) * (1 if fill["side"] == "buy" else -1)
        largest = max(largest, abs(size))
    return largest


def overfilled(books: Books) -> list[str]:
    """Orders of which more was executed than ordered."""
    return [order["txid"] for order in books["orders"] if Decimal(order["vol_exec"]) > Decimal(order["vol"])]


def unannounced(books: Books, journal: Path) -> list[str]:
    """Orders at the exchange whose intent is not in the journal (I1); those of others have no client id."""
    meant = {row[0] for row in rows(journal, "SELECT subject FROM entry WHERE kind = 'intent'")}
    ids = (order["cl_ord_id"] for order in books["orders"])
    return [cl_ord_id for cl_ord_id in ids if cl_ord_id and cl_ord_id not in meant]


def net(books: Books) -> Decimal:
    """The signed size all fills lead to."""
    signs = {"buy": 1, "sell": -1}
    return sum((Decimal(fill["vol"]) * signs[fill["side"]] for fill in books["fills"]), Decimal(0))


def differs(books: Books, snapshot: Snapshot) -> str:
    """How the position that is shown parts from the exchange's; empty when it does not."""
    shown, true = snapshot.position.size, net(books)
    return "" if abs(shown - true) <= LOT else f"shown {shown}, at the exchange {true}"


def broken_promises(books: Books, journal: Path, trade_size: Decimal) -> list[str]:
    """What must never be, whatever happened; ``trade_size`` is the most the bot may hold."""
    found = [f"doubled: {cl_ord_id}" for cl_ord_id in doubled(books)]
    found += [f"more executed than ordered: {txid}" for txid in overfilled(books)]
    found += [f"no intent: {cl_ord_id}" for cl_ord_id in unannounced(books, journal)]
    if (largest := largest_exposure(books)) > trade_size + LOT:
        found.append(f"held {largest}, meant at most {trade_size}")
    return found


def rows(journal: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a journal that may be open elsewhere."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def digest(requests: Iterable[Sequence[object]], journal: Path, frames: Iterable[str]) -> str:
    """One name for a whole run: requests as sent, journal as kept, screens as shown (I24)."""
    entries = rows(journal, "SELECT at_ms, kind, ident, cause, subject, body FROM entry ORDER BY seq")
    text = json.dumps([list(map(list, requests)), list(map(list, entries)), list(frames)], default=str)
    return hashlib.sha256(text.encode()).hexdigest()
