"""BalanceEx, OpenPositions and TradeBalance answers as one account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tui_bot.engine.events import Holding
from tui_bot.kraken.fields import Row, WireError, mapping_of
from tui_bot.kraken.names import is_pair, query_name
from tui_bot.market.number import ZERO
from tui_bot.market.pair import PairRules
from tui_bot.sanitise import sanitise


def holdings(result: object) -> dict[str, Holding]:
    """The balances of BalanceEx by asset id.

    Available is balance + credit - credit_used - hold_trade, so credit counts to the total.

    Raises:
        WireError: the answer is not what it should be.
    """
    held: dict[str, Holding] = {}
    for asset, value in _rows(result, "BalanceEx").items():
        row = Row.of(value, f"BalanceEx, {sanitise(asset, 20)}")
        total = row.decimal("balance") + row.decimal("credit", ZERO) - row.decimal("credit_used", ZERO)
        held[sanitise(asset, 20)] = Holding(total, row.decimal("hold_trade", ZERO))
    return held


def set_aside(held: Mapping[str, Holding], rules: PairRules) -> tuple[tuple[str, Decimal], ...]:
    """What of the pair's assets lies under a name with a suffix: ``XBT.F`` is BTC that earns.

    Kraken takes none of it for an order (F77).
    """
    names = {
        alias: name
        for asset, name in ((rules.base, rules.base_name), (rules.quote, rules.quote_name))
        for alias in (asset, name, query_name(name))
    }
    found = []
    for asset, holding in held.items():
        stem, dot, suffix = asset.partition(".")
        if dot and stem in names and holding.total:
            found.append((f"{names[stem]}.{suffix}", holding.total))
    return tuple(sorted(found))


def open_position(result: object, rules: PairRules) -> Decimal:
    """The signed open size of a pair from OpenPositions, whose rows are single opening trades.

    Raises:
        WireError: the answer is not what it should be.
    """
    size = ZERO
    for txid, value in _rows(result, "OpenPositions").items():
        row = Row.of(value, f"OpenPositions, {sanitise(txid, 24)}")
        if not is_pair(row.text("pair"), rules):
            continue
        kind = row.text("type")
        if kind not in ("buy", "sell"):
            raise WireError(row.where, "type is neither buy nor sell")
        left = row.decimal("vol") - row.decimal("vol_closed", ZERO)
        size += left if kind == "buy" else -left
    return size


def margin(result: object) -> tuple[Decimal | None, Decimal | None]:
    """Free margin and equity from TradeBalance.

    Raises:
        WireError: the answer is not what it should be.
    """
    row = Row.of(result, "TradeBalance")
    return row.optional_decimal("mf"), row.optional_decimal("e")


def _rows(result: object, where: str) -> dict[str, object]:
    # an empty account has been seen to answer with no result at all
    return dict(mapping_of({} if result is None else result, where))
