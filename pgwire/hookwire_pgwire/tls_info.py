"""What is known of an encrypted connection."""

from __future__ import annotations

from typing import NamedTuple

from hookwire_engine.system.values import Encryption


class TlsInfo(NamedTuple):
    """`end_point` is the hash of the server's certificate for channel binding (RFC 5929, 4.1);
    `client_name` is the common name of the client's verified certificate, if it gave one."""

    encryption: Encryption
    end_point: bytes
    client_name: str | None = None
