"""Signatures and nonces of private calls."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tui_bot.paper.auth import read_body, sign
from tui_bot.paper.desk import Desk
from tui_bot.paper.keys import new_key
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.rest import Request, respond

VECTORS = Path(__file__).parents[4] / "shared/kraken-samples/vectors/signature.json"
SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=30, key_seed=1))


def test_the_documented_vector() -> None:
    body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    signature = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    assert sign("/0/private/AddOrder", "1616492376594", body, SECRET) == signature


@pytest.mark.skipif(not VECTORS.exists(), reason="sample vectors are not at hand")
def test_all_vectors() -> None:
    for vector in json.loads(VECTORS.read_text()):
        signature = sign(vector["uri_path"], vector["nonce"], vector["body"].encode(), vector["secret"])
        assert signature == vector["api_sign"], vector["name"]


def test_keys_look_like_krakens() -> None:
    key = new_key()
    assert (len(key.key), len(key.secret)) == (56, 88)
    assert len(base64.b64decode(key.secret)) == 64
    assert new_key().key != key.key
    assert new_key(4) == new_key(4)


def _raw(
    desk: Desk, nonce: str, *, key: str | None = None, secret: str | None = None, kind: str = "form"
) -> str:
    """First error of a Balance call made by hand, or nothing."""
    box_key = desk.box.key
    body = f"nonce={nonce}".encode() if kind == "form" else json.dumps({"nonce": nonce}).encode()
    headers = {
        "api-key": key or box_key.key,
        "api-sign": sign("/0/private/Balance", nonce, body, secret or box_key.secret),
        "content-type": "application/json" if kind == "json" else "application/x-www-form-urlencoded",
    }
    answer = json.loads(respond(desk.box, Request("POST", "/0/private/Balance", {}, headers, body)).body)
    return "".join(answer["error"])


def test_nonce_must_rise(desk: Desk) -> None:
    assert _raw(desk, "100") == ""
    assert _raw(desk, "100") == "EAPI:Invalid nonce"
    assert _raw(desk, "99") == "EAPI:Invalid nonce"
    assert _raw(desk, "x1") == "EAPI:Invalid nonce"
    assert _raw(desk, str(2**64)) == "EAPI:Invalid nonce"
    assert _raw(desk, "101", kind="json") == ""


def test_a_nonce_window_lets_late_ones_pass() -> None:
    desk = Desk(BoxOptions(speed=0, past_minutes=30, key_seed=1, nonce_window=5))
    assert [_raw(desk, nonce) for nonce in ("100", "96", "96", "101")] == ["", "", "", ""]
    assert _raw(desk, "96") == "EAPI:Invalid nonce"


def test_wrong_key_and_signature(desk: Desk) -> None:
    assert _raw(desk, "1", key="nobody") == "EAPI:Invalid key"
    assert _raw(desk, "1", secret=SECRET) == "EAPI:Invalid signature"
    assert _raw(desk, "1") == "", "a refused signature must not use the nonce up"


def test_permissions(desk: Desk) -> None:
    desk.box.key.permissions = frozenset({"query-funds"})
    desk.private("Balance")
    with pytest.raises(Refusal, match="EGeneral:Permission denied"):
        desk.order("buy", "0.01")
    assert desk.truth()["orders"] == []


def test_methods(desk: Desk) -> None:
    assert desk.get("/0/public/Nothing") == {"error": ["EGeneral:Unknown method"]}
    assert desk.get("/0/private/Balance") == {"error": ["EGeneral:Unknown method"]}
    assert desk.post("Nothing") == {"error": ["EGeneral:Unknown method"]}


def test_json_numbers_keep_their_text() -> None:
    assert read_body("application/json", b'{"volume":0.10000000,"validate":true,"x":null}') == {
        "volume": "0.10000000",
        "validate": "true",
    }
    for body in (b"[1]", b"{", b"\xff"):
        with pytest.raises(Refusal, match="EAPI:Bad request"):
            read_body("application/json", body)
