"""Signature and nonce checks of private calls (Kraken API Center, Spot REST Authentication)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tui_bot.paper.keys import ApiKey
from tui_bot.paper.refusal import Refusal, invalid

_NONCE_LIMIT = 2**64
_ITEM = re.compile(r"(\w+)\[\d*\]")
_LARGEST_EXPONENT = 30


def sign(path: str, nonce: str, body: bytes, secret: str) -> str:
    """API-Sign of a request: base64(HMAC-SHA512(path + SHA256(nonce + body), base64-decoded secret))."""
    digest = hashlib.sha256(nonce.encode() + body).digest()
    mac = hmac.new(base64.b64decode(secret), path.encode() + digest, hashlib.sha512)
    return base64.b64encode(mac.digest()).decode()


def read_body(content_type: str, body: bytes) -> dict[str, str]:
    """Members of a form or JSON body as text. Raises Refusal when it is neither."""
    if content_type.partition(";")[0].strip().lower() == "application/json":
        return flat_members(read_members(body))
    try:
        return form_members(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        raise Refusal("EAPI:Bad request") from None


def form_members(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Members of a form as text; a list (`name[]` or `name[0]`, more than once) becomes one with commas."""
    members: dict[str, str] = {}
    for name, value in pairs:
        item = _ITEM.fullmatch(name)
        if item is None:
            members[name] = value
        else:
            members[item[1]] = f"{members[item[1]]},{value}" if item[1] in members else value
    return members


def read_members(body: bytes) -> dict[str, Any]:
    """Members of a JSON body. Numbers keep their text, so that no value passes through a binary float. Raises
    Refusal.
    """
    try:
        members = json.loads(body.decode(), parse_float=_digits, parse_int=str)
    except (ValueError, RecursionError):
        raise Refusal("EAPI:Bad request") from None
    if not isinstance(members, dict):
        raise Refusal("EAPI:Bad request")
    return members


def flat_members(members: Mapping[str, Any]) -> dict[str, str]:
    """Members of a JSON object as text, as in a form: an object inside becomes `name[member]`, a list of
    texts or numbers one with commas.
    """
    texts: dict[str, str] = {}
    for name, value in members.items():
        if isinstance(value, dict):
            texts |= {f"{name}[{inner}]": text for inner, text in flat_members(value).items()}
        elif value is not None:
            texts[name] = _text(value)
    return texts


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def _digits(text: str) -> str:
    """A JSON number without exponent: 1e-05 is a number as good as 0.00001."""
    if "e" not in text.lower():
        return text
    number = Decimal(text)
    return f"{number:f}" if abs(number.adjusted()) <= _LARGEST_EXPONENT else text


def authenticate(
    keys: Mapping[str, ApiKey], headers: Mapping[str, str], path: str, body: bytes, params: Mapping[str, str]
) -> ApiKey:
    """The key that signed this request, its nonce raised. Raises Refusal in Kraken's words.

    `headers` have lower-case names.
    """
    key = keys.get(headers.get("api-key", ""))
    if key is None or key.revoked:
        raise Refusal("EAPI:Invalid key")
    nonce = params.get("nonce", "")
    if not hmac.compare_digest(sign(path, nonce, body, key.secret), headers.get("api-sign", "")):
        raise Refusal("EAPI:Invalid signature")
    if not nonce.isascii() or not nonce.isdigit() or len(nonce) > 20 or int(nonce) >= _NONCE_LIMIT:
        raise Refusal("EAPI:Invalid nonce")
    if int(nonce) <= key.nonce - key.nonce_window:
        raise Refusal("EAPI:Invalid nonce")
    key.nonce = max(key.nonce, int(nonce))
    return key


def permit(key: ApiKey, permission: str) -> None:
    """Raises Refusal when the key may not do this."""
    if permission and permission not in key.permissions:
        raise Refusal("EGeneral:Permission denied")


def unsigned(params: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number parameter from 0 to `most`. Raises Refusal on anything else."""
    text = params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise invalid(name)
    return int(text)
