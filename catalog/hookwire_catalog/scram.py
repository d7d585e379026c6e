"""SCRAM-SHA-256 verifiers: what is kept of a password (RFC 5802, RFC 7677). Pure.

    SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>       as in PostgreSQL's pg_authid

A verifier proves that a client knows the password, and lets the server prove that it knows the
verifier; neither the password nor what a client sends can be had from it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import stringprep
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

ITERATIONS = 4096
"""PostgreSQL's and the least that RFC 7677 allows."""

SALT_BYTES = 16
KEY_BYTES = 32
MOST_ITERATIONS = 2**31 - 1

_WRITTEN = re.compile(r"SCRAM-SHA-256\$([0-9]{1,10}):([^$:]+)\$([^$:]+):([^$:]+)")


@dataclass(frozen=True, slots=True)
class Verifier:
    iterations: int
    salt: bytes
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    def __str__(self) -> str:
        salt, stored, server = (
            b64encode(part).decode() for part in (self.salt, self.stored_key, self.server_key)
        )
        return f"SCRAM-SHA-256${self.iterations}:{salt}${stored}:{server}"

    def matches(self, password: str) -> bool:
        """Whether it was built from this password; takes as long as building one."""
        salted = salted_password(password, self.salt, self.iterations)
        return hmac.compare_digest(_server_key(salted), self.server_key)


def build_verifier(password: str, salt: bytes, iterations: int = ITERATIONS) -> str:
    salted = salted_password(password, salt, iterations)
    stored = hashlib.sha256(digest(salted, b"Client Key")).digest()
    return str(Verifier(iterations, salt, stored, _server_key(salted)))


def parse_verifier(text: str) -> Verifier | None:
    """None for anything else, a plain password for one."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    iterations = int(found[1])
    try:
        salt, stored, server = (b64decode(part, validate=True) for part in found.groups()[1:])
    except ValueError:
        return None
    if not 1 <= iterations <= MOST_ITERATIONS or not len(stored) == len(server) == KEY_BYTES:
        return None
    return Verifier(iterations, salt, stored, server)


def salted_password(password: str, salt: bytes, iterations: int) -> bytes:
    """Hi() of RFC 5802 2.2; costs `iterations` HMACs."""
    return hashlib.pbkdf2_hmac("sha256", prepared(password), salt, iterations)


def digest(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _server_key(salted: bytes) -> bytes:
    return digest(salted, b"Server Key")


def prepared(password: str) -> bytes:
    """The password's bytes after SASLprep, or as they are when that refuses it.

    Like PostgreSQL's: a password in ASCII is never changed, whatever is in it.
    """
    raw = password.encode("utf-8", "surrogateescape")
    if password.isascii():
        return raw
    normal = saslprep(password)
    return raw if normal is None else normal.encode()


def saslprep(text: str) -> str | None:
    """The profile of RFC 4013; None for a text that it prohibits."""
    mapped = "".join(
        " " if stringprep.in_table_c12(c) else c for c in text if not stringprep.in_table_b1(c)
    )
    normal = unicodedata.normalize("NFKC", mapped)
    if not normal or any(prohibits(c) for c in normal for prohibits in _PROHIBITED):
        return None
    return normal if _directions_agree(normal) else None


_PROHIBITED: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_a1,
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)
"""RFC 4013 2.3 and, as code points may not be unassigned in what is stored, 2.5."""


def _directions_agree(text: str) -> bool:
    """RFC 3454 6: text written from right to left has nothing of the other direction."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(map(stringprep.in_table_d2, text))
