"""Secrets at rest: AES-256-GCM, one random nonce a value.

A sealed value is a version byte, 12 bytes of nonce, the ciphertext and its tag (NIST SP 800-38D).
The associated data is the secret's id, so that a value moved to another secret does not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hookwire_catalog.objects import Secret

_VERSION = b"\x01"
_NONCE_BYTES = 12

LiveValues = Mapping[int, tuple[bytes, ...]]
"""By a secret's id, its live values, newest first."""


class WrongKeyError(Exception):
    """The key did not seal this value, or the value was changed since."""


class Vault:
    """Seals and opens with one key. Any thread."""

    def __init__(self, key: bytes) -> None:
        """`key` has 32 bytes."""
        self._cipher = AESGCM(key)

    def seal(self, secret_id: int, value: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, value, _bound_to(secret_id))

    def open(self, secret_id: int, sealed: bytes) -> bytes:
        """Raises WrongKeyError."""
        version, nonce, data = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if version != _VERSION:
            raise WrongKeyError
        try:
            return self._cipher.decrypt(nonce, data, _bound_to(secret_id))
        except (InvalidTag, ValueError):
            raise WrongKeyError from None

    def values(self, secrets: Iterable[Secret]) -> dict[int, tuple[bytes, ...]]:
        """What is live of each. Raises WrongKeyError."""
        return {s.id: tuple(self.open(s.id, value) for value in s.sealed) for s in secrets}


def _bound_to(secret_id: int) -> bytes:
    return b"hookwire secret %d" % secret_id
