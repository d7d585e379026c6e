"""What is known of an encrypted connection."""

from __future__ import annotations

from typing import NamedTuple


class TlsInfo(NamedTuple):
    """`end_point` is the hash of the server's certificate for channel binding (RFC 5929, 4.1);
    `client_name` and `client_serial` are of the client's verified certificate, if it gave one."""

    version: str
    cipher: str
    bits: int
    end_point: bytes
    client_name: str | None = None
    client_serial: str | None = None
