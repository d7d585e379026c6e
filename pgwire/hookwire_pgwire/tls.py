"""TLS between a socket and a connection, over memory (PostgreSQL 55.2.10, 55.2.11).

    received(bytes of the socket) -> bytes in clear     write(bytes in clear) -> bytes to the socket

It does no I/O of its own: it is given the transport's `write`. A connection asks for it by
SSLRequest, or begins with a ClientHello at once (sslnegotiation=direct), which must then name the
protocol `postgresql` (ALPN), so that no other server's client can be led here.
"""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from hookwire_engine.system.values import Encryption
from hookwire_pgwire.tls_info import TlsInfo

ALPN = "postgresql"
READ_BYTES = 256 * 1024
VERSIONS = {
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}

_SHORT_NAMES = {
    NameOID.EMAIL_ADDRESS: "emailAddress",
    NameOID.GIVEN_NAME: "GN",
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.STREET_ADDRESS: "street",
    NameOID.SURNAME: "SN",
    NameOID.TITLE: "title",
}
"""OpenSSL's names of attributes where RFC 4514 has others or none."""

_SPECIAL = re.compile(r'[,+"\\<>;]|^[# ]| $')


class TlsRefusedError(Exception):
    """The handshake failed. The message is for the log."""


@dataclass(frozen=True, slots=True)
class ServerTls:
    """A certificate in use. Connections keep the one that they began with."""

    context: ssl.SSLContext
    end_point: bytes

    @classmethod
    def load(
        cls, certificate: Path, key: Path, authority: Path | None, least: str = "TLSv1.2"
    ) -> ServerTls:
        """Read PEM files. With an authority clients may give a certificate of it.

        Raises OSError (ssl.SSLError is one) and ValueError.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = VERSIONS[least]
        context.set_alpn_protocols([ALPN])
        # A key that is encrypted would ask for its password on the terminal.
        context.load_cert_chain(certificate, key, password=_no_password)
        if authority is not None:
            context.load_verify_locations(authority)
            context.verify_mode = ssl.CERT_OPTIONAL
        return cls(context, end_point(certificate.read_bytes()))


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def end_point(pem: bytes) -> bytes:
    """The hash of the certificate that channel binding binds to (RFC 5929, 4.1)."""
    certificate = x509.load_pem_x509_certificate(pem)
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, hashes.MD5 | hashes.SHA1):
        algorithm = hashes.SHA256()
    return certificate.fingerprint(algorithm)


def distinguished_name(name: x509.Name) -> str:
    """As PostgreSQL writes it: /C=DE/CN=ann, with RFC 2253's escapes (X509_NAME_to_cstring)."""
    return "".join(
        f"/{_SHORT_NAMES.get(part.oid, part.rfc4514_attribute_name)}="
        + _SPECIAL.sub(r"\\\g<0>", str(part.value))
        for part in name
    )


class TlsLayer:
    """One encrypted connection. After `received` has raised there is only `farewell`."""

    def __init__(self, server: ServerTls, send: Callable[[bytes], None], *, direct: bool) -> None:
        self._server = server
        self._send = send
        self._direct = direct
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = server.context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.info: TlsInfo | None = None
        """Known once the handshake is over."""

    def received(self, data: bytes) -> bytes:
        """What the client sent, in clear. Raises TlsRefusedError."""
        self._incoming.write(data)
        try:
            if self.info is None and not self._greeted():
                return b""
            return self._read()
        except ssl.SSLError as error:
            raise TlsRefusedError(error.reason or "broken TLS data") from None
        finally:
            self._flush()

    def _greeted(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        if self._direct and self._tls.selected_alpn_protocol() != ALPN:
            raise TlsRefusedError(
                "received direct SSL connection request without ALPN protocol negotiation extension"
            )
        self.info = self._described()
        return True

    def _described(self) -> TlsInfo:
        cipher = self._tls.cipher()
        assert cipher is not None
        encryption = Encryption(self._tls.version() or "", cipher[0], cipher[2])
        if (encoded := self._tls.getpeercert(binary_form=True)) is None:
            return TlsInfo(encryption, self._server.end_point)
        certificate = x509.load_der_x509_certificate(encoded)
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        encryption = replace(
            encryption,
            client_dn=distinguished_name(certificate.subject),
            client_serial=certificate.serial_number,
            issuer_dn=distinguished_name(certificate.issuer),
        )
        name = str(names[-1].value) if names else None
        return TlsInfo(encryption, self._server.end_point, name)

    def _read(self) -> bytes:
        pieces = []
        try:
            while piece := self._tls.read(READ_BYTES):
                pieces.append(piece)
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        return b"".join(pieces)

    def write(self, data: bytes | memoryview) -> None:
        """Send `data` encrypted."""
        self._tls.write(data)
        self._flush()

    def farewell(self) -> None:
        """Tell the client that nothing was cut off (close_notify)."""
        with contextlib.suppress(ssl.SSLError, ValueError):
            self._tls.unwrap()
        self._flush()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._send(self._outgoing.read())
