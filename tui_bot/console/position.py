"""The position panel: what is held, what it earned, and what stays if the bot died now."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.empty import empty_rows
from tui_bot.console.rows import EMPTY, Row, choose, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.forecast import is_dust
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import plain
from tui_bot.market.order import OrderState

#: How many times its usual patience the account may stay unread before its age is shown.
LATE = 1.5

#: What is held is too small to be closed by an order of its own (F24).
DUST: Row = ((" dust: below the order minimum", "stale bold"),)


def position_rows(view: View, width: int, height: int) -> list[Row]:
    """A heading and at least five rows."""
    snap = view.snap
    lines = [rule("position", width, read_ago(view))]
    if snap is None or (snap.account is None and snap.transport is None):
        unread = choose(
            width, ((" ? not known yet: the exchange is being read", "dim"),), ((" ? not known yet", "dim"),)
        )
        return [*lines, unread, *empty_rows("position", view, width, height - 2)]
    held = _held(view, snap, width)
    lines += [held[0], *_mismatch(snap), *held[1:]]  # what does not fit is cut from the end
    tail = [*_day(snap, width), _remains(snap, width)]
    room = height - len(lines) - len(tail)
    return [*lines[: len(lines) + min(room, 0)], *tail]


def read_ago(view: View) -> Row:
    """How old the exchange's word on it is, once that is older than it should be (F46)."""
    snap = view.snap
    if snap is None or snap.account is None:
        return EMPTY
    ago_ms = view.now_ms - snap.account.at_ms
    if ago_ms <= LATE * snap.settings.limits.reconcile_every_ms:
        return EMPTY
    return ((f" read {words.age(ago_ms)} ago ", "stale bold"),)


def _held(view: View, snap: Snapshot, width: int) -> list[Row]:
    position, price = snap.position, view.exit_price
    if position.is_flat:
        return [
            ((" FLAT", "text bold"), ("  nothing held", "dim")),
            _target(snap, width),
            _aside(snap, width),
        ]
    since = position.opened_ms
    held = words.UNKNOWN if since is None else words.age(view.now_ms - since)
    size, entry = words.volume(abs(position.size)), words.number(position.average, view.decimals)
    lever = f"  x{position.leverage}" if position.leverage else "  spot"
    ink = words.ink_of(position.size)
    head = row((f" {position.word} ", f"{ink} bold"), (size, "text bold"), (" @ ", "dim"), (entry, "text"))
    gross = None if price is None else position.unrealised(price)
    net = None if price is None else position.net(price, snap.fee_rate, view.now_ms)
    result = row(
        (" P&L ", "dim"),
        (f"~{words.signed(net, 2)}", f"{words.ink_of(net)} bold"),
        (" net", "dim"),
        (f"  {words.signed(gross, 2)}", words.ink_of(gross)),
        (" gross", "dim"),
    )
    stale = (" STALE", "stale bold") if view.is_stale else ("", "text")
    even = row(
        (" break-even ", "dim"),
        (words.number(position.break_even(snap.fee_rate, view.now_ms), view.decimals), "text"),
    )
    return [
        choose(
            width, row(*head, (lever, "dim"), (f"  {held}", "dim")), row(*head, (f"  {held}", "dim")), head
        ),
        choose(
            width, row(*result, *_rollover(view, snap), stale), row(*result, stale), row(*result[:3], stale)
        ),
        DUST
        if is_dust(snap)
        else choose(width, row(*even, ("  now ", "dim"), (words.number(price, view.decimals), "text")), even),
    ]


def _rollover(view: View, snap: Snapshot) -> Row:
    """What of the difference is the estimated cost of holding on margin (F90)."""
    cost = snap.position.rollover(view.now_ms)
    return ((f"  ~{words.number(cost, 2)} rollover", "dim"),) if cost else EMPTY


def _target(snap: Snapshot, width: int) -> Row:
    """A missed entry is not made up: the next turn decides anew."""
    under_way = any(not order.state.is_final for order in snap.orders)
    if snap.target and not under_way:
        wanted = row((" wanted ", "dim"), (words.holding(snap.target), "text"))
        return choose(width, (*wanted, (", missed the entry", "dim")), (*wanted, (", missed", "dim")))
    return row((" the bot wants ", "dim"), (words.holding(snap.target), "text"))


def _aside(snap: Snapshot, width: int) -> Row:
    """What the account has of the pair's assets that no order can use (F77)."""
    parts = (
        [f"{words.volume(amount)} in {name}" for name, amount in snap.account.aside] if snap.account else []
    )
    if not parts:
        return EMPTY
    full, brief = ", ".join(parts), f"{parts[0]} and {len(parts) - 1} more"
    return choose(width, ((f" {full} not usable", "dim"),), ((f" {brief} not usable", "dim"),))


def _mismatch(snap: Snapshot) -> list[Row]:
    """The exchange's own word, where it is another one. On spot a surplus is other people's business."""
    now = snap.circumstances
    if now is not None and not now.differs:
        return []  # what was read may only be older than the newest fill
    theirs, ours = snap.exchange_size, snap.position.size
    if theirs is None or theirs == ours or (not snap.settings.can_short and theirs > ours):
        return []
    return [row((" exchange says ", "alarm bold"), (words.volume(theirs), "alarm bold"))]


def _day(snap: Snapshot, width: int) -> list[Row]:
    """What closed trades brought, net; the fees of what is open are among the fees, not yet in that."""
    day = snap.day
    net = words.signed(day.net, 2)
    full = row(
        (" day ", "dim"),
        (net, words.ink_of(day.net)),
        (" closed", "dim"),
        (f"  {words.number(day.fees, 2)} fees", "dim"),
        (f"  {day.fills} fill{'' if day.fills == 1 else 's'}", "dim"),
    )
    short = row(
        (" day ", "dim"), (net, words.ink_of(day.net)), (f" ({words.number(day.fees, 2)} fees)", "dim")
    )
    return [choose(width, full, short)]


def _remains(snap: Snapshot, width: int) -> Row:
    """What the exchange would go on holding without the bot. It never places stops."""
    stays, brief = (remains(snap), "text"), (_brief(snap), "text")
    heads = (" if the bot died now: ", "dim"), (" bot dies now → ", "dim"), (" dead → ", "dim")
    longer = (heads[0], stays), (heads[1], stays), (heads[1], brief), (heads[2], brief)
    return choose(width, *longer, (heads[2], (_briefest(snap), "text")))


def remains(snap: Snapshot) -> str:
    """What stays at the exchange without the bot, in words."""
    if snap.account is None:
        return "? not known yet"
    parts = []
    if not snap.position.is_flat:
        parts.append(f"{words.holding(snap.position.size)} stays, {_stop(snap)}")
    resting = open_orders(snap)
    if resting:
        parts.append(f"{resting} order{'s' * (resting > 1)} stay{'s' * (resting == 1)}")
    parts += [f"{count} {word}" for count, word in uncertain_words(snap)]
    if snap.foreign:
        parts.append(f"{len(snap.foreign)} EXTERNAL stay{'s' * (len(snap.foreign) == 1)}")
    return "; ".join(parts) or "nothing stays"


def _brief(snap: Snapshot) -> str:
    return ", ".join([_held_brief(snap), *(f"{count} {word}" for count, word in _left(snap) if count)])


def _briefest(snap: Snapshot) -> str:
    """Where there is no room for the kinds of orders; the orders panel has them."""
    count = sum(count for count, _ in _left(snap))
    return f"{_held_brief(snap)}, {count} order{'s' * (count != 1)}"


def _held_brief(snap: Snapshot) -> str:
    return "flat" if snap.position.is_flat else f"{words.holding(snap.position.size)}, {_stop(snap)}"


def _stop(snap: Snapshot) -> str:
    """Whether a stop of ours is known to rest."""
    return "no stop" if snap.stop is None else f"stop at {plain(snap.stop)} stays"


def _left(snap: Snapshot) -> tuple[tuple[int, str], ...]:
    return (
        *uncertain_words(snap),
        (open_orders(snap), "resting"),
        (len(snap.foreign), "EXTERNAL"),
    )


def external_orders(snap: Snapshot) -> int:
    """How many foreign orders and executions bar entries until a person accepts them."""
    return snap.circumstances.external if snap.circumstances else 0


def open_orders(snap: Snapshot) -> int:
    """How many of our own orders rest at the exchange."""
    return sum(order.state in (OrderState.OPEN, OrderState.PARTIAL) for order in snap.orders)


def uncertain_words(snap: Snapshot) -> tuple[tuple[int, str], ...]:
    """How many of them are UNKNOWN, and how many were only sent a moment ago, where there are any."""
    unknown = sum(words.STATE_WORD[order.state] == "UNKNOWN" for order in snap.orders)
    counts = (unknown, "UNKNOWN"), (uncertain_orders(snap) - unknown, "on the way")
    return tuple(each for each in counts if each[0])


def uncertain_orders(snap: Snapshot) -> int:
    """How many of our own orders nobody knows the fate of."""
    return sum(order.state.is_uncertain for order in snap.orders)
