"""The one way into the private methods, for REST and WebSocket alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_bot.paper import private
from tui_bot.paper.auth import permit
from tui_bot.paper.keys import ApiKey
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.wire import Params

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


def perform(box: Box, key: ApiKey, name: str, params: Params) -> Any:
    """The result of a private method. Raises Refusal."""
    if box.exchange.system == "maintenance":
        raise Refusal("EService:Unavailable")
    permit(key, private.PERMISSIONS[name])
    if name in private.ACCOUNT_METHODS:
        return private.ACCOUNT_METHODS[name][0](box, key, params)
    return private.METHODS[name][0](box.view.exchange(name), params)
