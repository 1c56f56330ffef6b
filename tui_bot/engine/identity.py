"""Names for orders that can be found again even where the journal was lost."""


def client_order_id(journal_id: str, signal: str, leg: str, attempt: int = 1) -> str:
    """A ``cl_ord_id`` in Kraken's 32-hex form, the same for the same cause, leg and attempt.

    Two journals never share one, so two bots cannot collide.
    """
    from hashlib import sha256  # late: it brings OpenSSL, which a first frame needs not

    again = f"/{attempt}" if attempt > 1 else ""
    return sha256(f"{journal_id}/{signal}/{leg}{again}".encode()).hexdigest()[:32]


def candle_signal(pair: str, interval: int, begin: int) -> str:
    """The cause of an order that follows from a candle."""
    return f"{pair}/{interval}/{begin}"


def candle_of(signal: str) -> int | None:
    """The begin of the candle that is a cause, in Unix seconds; None where no candle is."""
    kind, *_, begin = signal.split("/")
    return None if kind in ("manual", "protect") or not begin.isdigit() else int(begin)


def manual_signal(at_ms: int, number: int) -> str:
    """The cause of an order by hand."""
    return f"manual/{at_ms}/{number}"


def numbered_signal(kind: str, at_ms: int, number: int) -> str:
    """The cause of an order that no candle causes."""
    return f"{kind}/{at_ms}/{number}"


def manual_number(signal: str) -> int:
    """The number in the cause of an order by hand or of a stop, 0 for any other cause."""
    kind, *_, number = signal.split("/")
    return int(number) if kind in ("manual", "protect") else 0
