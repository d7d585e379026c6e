"""Sealed values and the key that they are sealed with."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import Secret
from hookwire_engine import secret_key
from hookwire_engine.append.vault import Vault, WrongKeyError

KEY = bytes(range(32))
NAME = ObjectName("hookwire", "public", "s")


@given(st.binary(max_size=100), st.integers(1, 2**63))
def test_what_was_sealed_opens_again_and_never_looks_the_same(value: bytes, id_: int) -> None:
    vault = Vault(KEY)
    sealed = vault.seal(id_, value)
    assert vault.open(id_, sealed) == value
    assert vault.seal(id_, value) != sealed
    assert len(value) < 4 or value not in sealed


def test_a_value_opens_for_its_secret_with_its_key_and_unchanged_only() -> None:
    vault = Vault(KEY)
    sealed = vault.seal(7, b"value")
    changed = [bytes([*sealed[:i], sealed[i] ^ 1, *sealed[i + 1 :]]) for i in range(len(sealed))]
    for id_, text in ((8, sealed), (7, sealed[:-1]), (7, b""), *((7, c) for c in changed)):
        with pytest.raises(WrongKeyError):
            vault.open(id_, text)
    with pytest.raises(WrongKeyError):
        Vault(bytes(32)).open(7, sealed)


def test_all_live_values_come_in_their_order() -> None:
    vault = Vault(KEY)
    secret = Secret(3, NAME, (vault.seal(3, b"new"), vault.seal(3, b"old")))
    assert vault.values([secret]) == {3: (b"new", b"old")}


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper() + "\n",
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(KEY).decode(),
    ],
)
def test_a_key_is_hex_or_base64(text: str) -> None:
    assert secret_key.parse(text) == KEY


@pytest.mark.parametrize("text", ["", "00", "00" * 33, "g" * 64, "é" * 64, "A" * 43])
def test_anything_else_is_no_key_and_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes") as refused:
        secret_key.parse(text)
    assert not text or text not in str(refused.value)


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / secret_key.FILE
    old = os.umask(0)
    try:
        key = secret_key.load(path, may_make=True)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key) == 32 and secret_key.load(path, may_make=False) == key
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_or_broken_key_is_told_without_it(tmp_path: Path) -> None:
    path = tmp_path / secret_key.FILE
    with pytest.raises(secret_key.BadKeyError, match=r"does not exist.*--secret-key-file"):
        secret_key.load(path, may_make=False)
    for text in (b"hunter2", b"\xff\xfe"):
        path.write_bytes(text)
        with pytest.raises(secret_key.BadKeyError) as refused:
            secret_key.load(path, may_make=True)
        assert str(path) in str(refused.value) and "hunter2" not in str(refused.value)
