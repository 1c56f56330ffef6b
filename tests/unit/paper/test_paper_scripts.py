"""Fault scripts: YAML or JSON, from a file or posted; what makes no sense is said with the rule's number."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.hygiene.repository import ROOT
from tui_bot.paper.deeds import DEEDS
from tui_bot.paper.desk import Desk
from tui_bot.paper.effects import _EFFECTS
from tui_bot.paper.faults import ScriptError, read_script
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.rest import Request, respond
from tui_bot.paper.scripts import parse, read_file
from tui_bot.paper.server import serve
from tui_bot.paper.verbs import VERBS

GUIDE = ROOT / "docs" / "faults.md"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=5))


def _post(desk: Desk, text: str) -> Any:
    return json.loads(respond(desk.box, Request("POST", "/box/faults", {}, {}, text.encode())).body)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"verb": "EXPLODE"}, "`verb` must be one of ACCEPT_DROP"),
        ({"verb": ["ERR"]}, "`verb` must be one of"),
        ({"verb": "HTTP"}, "HTTP needs `on`"),
        ({"verb": "ERR", "on": "AddOrdr"}, "`on` names no method: 'AddOrdr'"),
        ({"verb": "ERR", "on": "ohlc"}, "`on` names no method"),
        ({"verb": "ERR", "on": "Time", "nth": "x"}, "invalid literal"),
        ({"verb": "ERR", "on": "Time", "nth": 0}, "`nth` must be 1 or more"),
        ({"verb": "ERR", "on": "Time", "count": -1}, "`count` must be 0 or more"),
        ({"verb": "ERR", "on": "Time", "where": 3}, "has no attribute"),
        ({"verb": "ERR", "on": "Time", "txet": "x"}, "ERR does not take `txet`; it takes applied, leg, text"),
        ({"verb": "ACCEPT_DROP", "on": "Time", "x": 1}, "it takes nothing"),
        ({"verb": "HANG", "on": "Time", "seconds": "long"}, "`seconds` of HANG is not a number: 'long'"),
        ({"verb": "ERR", "on": "Time", "applied": "no"}, "`applied` of ERR is neither true nor false: 'no'"),
        ({"verb": "BODY", "on": "Time", "kind": "FAT"}, "`kind` of BODY is none of BIDI, DEEP"),
        ({"verb": "FEED", "on": "OHLC", "kind": "PAINT"}, "`kind` of FEED is none of DUP, GAP"),
        ({"verb": "WS"}, "WS needs a `kind`"),
        ({"verb": "STATUS", "value": "asleep"}, "`value` of STATUS is none of cancel_only"),
        ({"verb": "KEY", "kind": "paint"}, "`kind` of KEY is none of add, drop"),
        ({"verb": "STATUS", "value": "online", "pair": "NONE"}, "EQuery:Unknown asset pair"),
        ({"verb": "PAIRS", "pair": "NONE"}, "no pair 'NONE'"),
        ({"verb": "CLOCK", "leap": -5}, "exchange time cannot go back; use skew"),
    ],
)
def test_what_makes_no_sense(desk: Desk, rule: dict[str, Any], complaint: str) -> None:
    good = {"verb": "ERR", "on": "Time", "count": 0, "nth": 1000}
    (error,) = _post(desk, json.dumps([good, rule]))["error"]
    assert error.startswith("EGeneral:Invalid arguments:rule 2: ")
    assert complaint in error


def test_a_script_in_yaml(desk: Desk, tmp_path: Path) -> None:
    text = """
    # the second placement gets lost on the way back
    faults:
      - verb: ACCEPT_DROP
        on: AddOrder
        nth: 2
      - {verb: ERR, on: Ticker, where: {pair: XBTUSD}, text: "EService:Busy", applied: true}
    """
    (tmp_path / "faults.yaml").write_text(text)
    first, second = read_file(tmp_path / "faults.yaml")
    assert (first.verb, first.on, first.nth) == ("ACCEPT_DROP", "AddOrder", 2)
    assert (second.where, second.args["text"]) == ({"pair": "XBTUSD"}, "EService:Busy")
    started = Desk(BoxOptions(speed=0, past_minutes=5, faults=tmp_path / "faults.yaml"))
    assert started.get("/0/public/Ticker?pair=XBTUSD")["error"] == ["EService:Busy"]
    posted = _post(desk, '- verb: ERR\n  on: Assets\n  text: "EGeneral:Internal error"')
    assert posted["rules"][-1]["on"] == "Assets"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "line 1: "),
        ("faults:\n  - verb: ERR\n   on: x", "line 3: "),
        ("just words", "a fault script is a list of rules"),
        ("- 5", "rule 1: `verb` must be"),
        ("[" * 100_000, "a fault script is YAML or JSON"),
        ("- verb: ERR\n" * 40_000, "larger than 256 KiB"),
        ("a: 1\na: 2", "a fault script is YAML or JSON"),
    ],
)
def test_files_that_are_no_scripts(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(text)
    with pytest.raises(ScriptError, match=re.escape(complaint)) as caught:
        read_file(path)
    assert str(caught.value).startswith(str(path))
    with pytest.raises(ScriptError, match="No such file"):
        read_file(tmp_path / "none.yaml")


def test_a_box_does_not_start_with_a_script_it_does_not_understand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("- verb: ERR\n  on: AddOrder\n- verb: EXPLODE\n")
    assert serve(BoxOptions(speed=0, past_minutes=5, faults=path)) == 2
    assert f"tui-bot exchange: {path}: rule 2: `verb` must be one of" in capsys.readouterr().err


def test_a_script_with_a_mistake_does_nothing(desk: Desk) -> None:
    before = desk.get("/box/faults")["rules"]
    assert "rule 2" in _post(desk, '[{"verb":"ERR","on":"Time"},{"verb":"EXPLODE"}]')["error"][0]
    assert desk.get("/box/faults")["rules"] == before


def test_every_verb_does_something_and_is_explained() -> None:
    text = GUIDE.read_text("utf-8")
    assert {*_EFFECTS, *DEEDS, "CUT_REQUEST"} == VERBS.keys()
    explained = set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE))
    assert explained - VERBS["WS"].words["kind"] == VERBS.keys()
    for name, verb in VERBS.items():
        for word in (*verb.arguments, *verb.words.get("kind", ())):
            assert f"`{word}`" in text, (name, word)


def test_the_guide_s_examples_are_scripts() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        assert read_script(parse(example))


def test_the_readme_leads_to_the_guide() -> None:
    assert "(docs/faults.md)" in (ROOT / "README.md").read_text("utf-8")
