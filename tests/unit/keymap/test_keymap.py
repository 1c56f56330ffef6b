"""Keys of a person's own: what they say, and everything that can be wrong with them."""

from __future__ import annotations

import json
import string

import pytest

from tui_bot.keymap.actions import ACTIONS, BY_ID
from tui_bot.keymap.faults import INDISPENSABLE, faults
from tui_bot.keymap.key import FORBIDDEN, KNOWN, canonical, shown
from tui_bot.keymap.keymap import DEFAULT, keymap, pairs
from tui_bot.keymap.reference import as_json, key_table, markdown, plain


def sentences(text: str) -> str:
    return "\n".join(f"{name}: {what}; {remedy}" for name, what, remedy in faults(text))


def test_a_changed_action_has_its_new_keys_only_and_the_rest_the_usual_ones() -> None:
    keys = keymap("trade.buy=B,f5 view.theme=none")
    assert keys.keys("trade.buy") == ("B", "f5")
    assert keys.key("trade.buy") == "B"
    assert keys.way("trade.buy") == "B f5"
    assert keys.keys("view.theme") == ()
    assert keys.way("view.theme") == keys.key("view.palette")
    assert all(keys.keys(one.id) == one.keys for one in ACTIONS if one.id not in ("trade.buy", "view.theme"))


def test_the_usual_keys_written_out_change_nothing() -> None:
    assert keymap("trade.buy=b").changed == {}


def test_a_character_is_a_key_by_its_name() -> None:
    assert pairs("view.help=?,-") == [("view.help", ("question_mark", "minus"))]
    assert shown(canonical("?")) == "?"
    for sign in string.punctuation:
        assert canonical(sign) in KNOWN
        assert shown(canonical(sign)) == sign


@pytest.mark.parametrize("key", sorted(FORBIDDEN))
def test_a_key_that_is_not_given_away_is_refused_with_its_reason(key: str) -> None:
    assert FORBIDDEN[key] in sentences(f"trade.buy={key}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trade.bye=B", "trade.bye: is no action; did you mean trade.buy?"),
        ("buy=B", "buy: is no action; did you mean trade.buy?"),
        ("zzz=B", "zzz: is no action; `tui-bot actions` lists them"),
        ("trade.buy=pagup", "pagup is no key that every terminal sends; did you mean pageup?"),
        ("trade.buy=ctrl+shift+b", "is no key that every terminal sends"),
        ("trade.buy=ö", "is no key that every terminal sends"),
        ("trade.buy=s", "trade.buy: s is the key of trade.sell as usual; choose another, or give trade.sell"),
        ("trade.buy=B trade.sell=B", "trade.sell: B is the key of trade.buy; choose another"),
        ("trade.buy=B,B", "B stands twice"),
        ("trade.buy=B trade.buy=C", "stands twice; keep one of them"),
        ("trade.buy=", "an empty key; write key,key"),
        ("trade.buy", "an empty key"),
        ("bot.quit=none", "must have a key"),
        ("bot.panic=P", "does not reach it while text is typed or a dialog is open; use f4 to f12"),
        ("bot.panic=f2", "use f4 to f12"),
    ],
)
def test_a_fault_is_told_with_a_remedy(text: str, said: str) -> None:
    assert said in sentences(text)


def test_all_faults_are_told_at_once() -> None:
    found = faults("nope.x=B trade.buy=s,escape trade.sell=ctrl+z,f99 bot.quit=none bot.panic=q")
    assert {name for name, _, _ in found} == {"nope.x", "trade.buy", "trade.sell", "bot.quit", "bot.panic"}
    assert len(found) >= 6


def test_two_actions_can_swap_their_keys() -> None:
    assert faults("trade.buy=s trade.sell=b") == []
    assert keymap("trade.buy=s trade.sell=b").owners["b"] == "trade.sell"


def test_what_must_have_a_key_has_one() -> None:
    assert all(BY_ID[name].keys for name in INDISPENSABLE)


def test_the_reference_says_what_is_in_use() -> None:
    keys = keymap("trade.buy=B view.theme=none")
    by_id = {each["id"]: each for each in json.loads(as_json(keys))}
    assert set(by_id) == set(BY_ID)
    assert by_id["trade.buy"]["keys"] == ["B"]
    assert by_id["trade.buy"]["usual"] == ["b"]
    assert "* B          trade.buy" in plain(keys)
    assert "* by name    view.theme" in plain(keys)
    for action in ACTIONS:
        assert f"`{action.id}` | {action.description}" in markdown(DEFAULT)
        assert f"`{action.id}`" in key_table()
