"""What Kraken says of an API key: GetApiKeyInfo, and where it is not offered, what it lets the key ask."""

from __future__ import annotations

from tui_bot.engine.ports import KeyFacts
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.fields import Row
from tui_bot.kraken.rest import RestClient
from tui_bot.sanitise import sanitise

#: Kraken's name of the permission to withdraw, and a read that needs it and moves nothing.
WITHDRAW, WITHDRAW_READ = "withdraw-funds", "WithdrawMethods"

#: What a Kraken that does not offer GetApiKeyInfo, or not to this key, answers to it.
_NOT_OFFERED = ("EGeneral:Unknown method", "EGeneral:Permission denied", "EAPI:Feature disabled")


async def read_key_facts(rest: RestClient) -> KeyFacts:
    """What the key may do.

    Raises:
        KrakenError: Kraken does not take the key, or did not answer.
    """
    try:
        return key_facts(await rest.private("GetApiKeyInfo"))
    except KrakenError as fault:
        if not fault.says(*_NOT_OFFERED):
            raise
    return KeyFacts(may_withdraw=await _may_withdraw(rest))


def key_facts(result: object) -> KeyFacts:
    """A GetApiKeyInfo answer.

    Raises:
        WireError: the answer is not what it should be.
    """
    row = Row.of(result, "GetApiKeyInfo")
    listed = row.members.get("permissions")
    if not isinstance(listed, list):
        return KeyFacts()
    permissions = frozenset(sanitise(name, 40) for name in listed)
    allowed = row.members.get("ip_allowlist")
    return KeyFacts(
        permissions=permissions,
        may_withdraw=WITHDRAW in permissions,
        nonce_window=row.integer("nonce_window") if row.has("nonce_window") else None,
        ip_allowlist=tuple(sanitise(name, 60) for name in allowed) if isinstance(allowed, list) else None,
        valid_until_s=row.integer("valid_until") if row.has("valid_until") else None,
    )


async def _may_withdraw(rest: RestClient) -> bool | None:
    """Only a denial proves that it may not; a doubt stays one."""
    try:
        await rest.private(WITHDRAW_READ)
    except KrakenError as fault:
        return False if fault.says("EGeneral:Permission denied") else None
    return True
