"""How a box is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

DEFAULT_ORIGIN_S = 1_767_614_420  # 2026-01-05 12:00:20 UTC: inside a running minute


def _play_money() -> Mapping[str, Decimal]:
    return {"ZUSD": Decimal("10000.0000"), "XXBT": Decimal(0), "XETH": Decimal(0)}


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where sources about Kraken disagree, what the box does.

    `ws_integers`: a whole number such as 30000 passes where a number_float is asked for. `ws_leverage`: the
    highest ratio that `margin: true` takes. `ws_flat_candles`: an ohlc snapshot lists intervals without
    trades. `ws_batch_count`: batch_cancel answers with a `result` and its `count`, as documented, not with
    `orders_cancelled` at the top, as recorded. `slash_keys`: a pair asked for by a name with a slash is
    answered under that name. `sell_fee_in_base`: a spot sell that does not say pays its fee in base.
    `consolidated`: TradesHistory merges the trades of a taker unless told not to. `no_userref`: what a row
    shows where no userref was given, null or 0. `validate_funds`: `validate` looks at the account as well as
    at the order. `gone_order` and `gone_client_id`: how the cancel of an order that is not open is refused,
    by its id and by its cl_ord_id. `post_only_refused`: a post-only order that would cross is refused, not
    taken and canceled at once.
    """

    ws_integers: bool = True
    ws_leverage: int = 5
    ws_flat_candles: bool = True
    ws_batch_count: bool = False
    slash_keys: bool = True
    sell_fee_in_base: bool = False
    consolidated: bool = False
    no_userref: int | None = None
    validate_funds: bool = False
    post_only_refused: bool = False
    gone_order: str = "EOrder:Unknown order"
    gone_client_id: str = "EOrder:Invalid order"


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """Everything that makes a box.

    `port` 0 takes a free one. `speed` is exchange seconds per real second, 0 a clock moved only by
    /box/advance. `history` is a recorded market to play instead of the simulated one, `pushed` the listing of
    a market whose prices come in at /box/market (see `listing`; its clock's speed counts).
    `state` is the file that survives restarts. `with_parent` ends the box when standard input ends.
    `key_seed` makes the API key predictable, for tests. `past_minutes` is how much market there is before
    the origin; `history_past` how many rows of a history file are past at the start (None: 720, or half of
    a short file). `rates` are the limits of a verification level: off, starter, intermediate or pro.
    `faults` is a script of faults (see `faults`). `nonce_window` is the key's setting of that name.
    """

    port: int = 0
    speed: float = 10
    seed: int = 7
    history: Path | None = None
    pushed: Path | None = None
    state: Path | None = None
    with_parent: bool = False
    balances: Mapping[str, Decimal] = field(default_factory=_play_money)
    key_seed: int | None = None
    origin_s: int = DEFAULT_ORIGIN_S
    past_minutes: int = 720
    history_past: int | None = None
    rates: str = "off"
    faults: Path | None = None
    nonce_window: int = 0
    doubts: Doubts = Doubts()
