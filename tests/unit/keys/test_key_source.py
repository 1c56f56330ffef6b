"""Where a key is looked for: the environment, then the file, then the keyring."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.unit.keys.test_pair import KEY, SECRET
from tui_bot.keys import vault
from tui_bot.keys.environment import take_key, without_effect
from tui_bot.keys.file import write_key
from tui_bot.keys.pair import KeyFault, KeyPair, Secret
from tui_bot.keys.source import find_key

OTHER = KEY[:-2] + "9+"
BOTH = {"TUI_BOT_API_KEY": KEY, "TUI_BOT_API_SECRET": SECRET}


class NoKeyringError(Exception):
    """As the library's own."""


class Keyring(ModuleType):
    """The library, with what it holds in a dict; ``trouble`` is raised instead of answering."""

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__("keyring")
        self.errors = SimpleNamespace(NoKeyringError=NoKeyringError)
        self.held: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def _expect_well(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def get_password(self, service: str, account: str) -> str | None:
        self._expect_well()
        return self.held.get((service, account))

    def set_password(self, service: str, account: str, text: str) -> None:
        self._expect_well()
        self.held[service, account] = text

    def delete_password(self, service: str, account: str) -> None:
        self._expect_well()
        del self.held[service, account]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    library = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", library)
    return library


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "kraken"


def test_s2_a_key_in_the_environment_is_taken_out_of_it_and_told() -> None:
    environ = {**BOTH, "HOME": "/"}
    found = find_key(Path("/nowhere/kraken"), environ)
    assert (found.pair.key, found.pair.secret.reveal(), found.place) == (KEY, SECRET, "the environment")
    assert environ == {"HOME": "/"}
    assert "a key file" in found.notice
    assert KEY[:6] not in found.notice


def test_half_a_key_in_the_environment_is_no_key() -> None:
    for name in BOTH:
        environ = {name: BOTH[name]}
        with pytest.raises(KeyFault, match="set both, or neither"):
            take_key(environ)
        assert environ == {}


def test_a_bad_key_in_the_environment_is_refused_without_being_shown() -> None:
    with pytest.raises(KeyFault, match="TUI_BOT_API_KEY and TUI_BOT_API_SECRET: this is not a secret") as bad:
        take_key({**BOTH, "TUI_BOT_API_SECRET": SECRET[:30]})
    assert SECRET[:8] not in str(bad.value)


def test_the_environment_comes_before_the_file_and_the_file_before_the_keyring(
    path: Path, keyring: Keyring
) -> None:
    vault.write_key(KeyPair(OTHER, Secret(SECRET)))
    assert find_key(path, {}).place == "the OS keyring"
    assert find_key(path, {}).pair.key == OTHER
    write_key(path, KeyPair(KEY, Secret(SECRET)))
    assert find_key(path, {}).place == str(path)
    assert find_key(path, dict(BOTH)).place == "the environment"


def test_a_file_that_cannot_be_trusted_is_not_passed_over(path: Path, keyring: Keyring) -> None:
    vault.write_key(KeyPair(OTHER, Secret(SECRET)))
    write_key(path, KeyPair(KEY, Secret(SECRET)))
    path.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        find_key(path, {})


def test_no_key_anywhere_names_every_place_and_what_to_do(path: Path, keyring: Keyring) -> None:
    with pytest.raises(KeyFault, match="the OS keyring holds none") as caught:
        find_key(path, {})
    assert str(path) in str(caught.value)
    assert "TUI_BOT_API_KEY" in str(caught.value)
    assert "tui-bot keys add" in str(caught.value)


def test_a_keyring_without_a_backend_is_said_in_plain_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", Keyring(NoKeyringError("no backend")))
    with pytest.raises(KeyFault, match="no backend on this machine"):
        find_key(path, {})
    with pytest.raises(KeyFault, match="use the key file"):
        vault.write_key(KeyPair(KEY, Secret(SECRET)))


def test_a_machine_without_the_library_says_how_to_get_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyFault, match=r"pip install 'tui-bot\[keyring\]'"):
        find_key(path, {})


def test_a_keyring_that_fails_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", Keyring(RuntimeError(f"could not keep {SECRET}")))
    for use in (vault.read_key, vault.remove_key, lambda: vault.write_key(KeyPair(KEY, Secret(SECRET)))):
        with pytest.raises(KeyFault, match="RuntimeError") as caught:
            use()
        assert SECRET[:8] not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("held", ["not json", "[]", "{}", json.dumps({"key": KEY, "secret": "x"})])
def test_a_keyring_that_holds_something_else_is_refused(keyring: Keyring, held: str) -> None:
    keyring.held[vault.SERVICE, vault.ACCOUNT] = held
    with pytest.raises(KeyFault):
        vault.read_key()


def test_the_keyring_forgets(keyring: Keyring) -> None:
    vault.write_key(KeyPair(KEY, Secret(SECRET)))
    vault.remove_key()
    assert vault.read_key() is None


def test_s14_variables_that_look_as_if_they_had_a_say_are_named() -> None:
    environ = {
        "SSLKEYLOGFILE": "x",
        "SSL_CERT_FILE": "y",
        "REQUESTS_CA_BUNDLE": "z",
        "CURL_CA_BUNDLE": "",
        "A": "b",
    }
    assert without_effect(environ) == ("SSLKEYLOGFILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
