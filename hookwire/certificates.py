"""The certificate of the SQL port, from files that may change while the server runs."""

from __future__ import annotations

import logging
import os
import ssl
import stat
from pathlib import Path

from hookwire.config import Config
from hookwire.exits import ExitError
from hookwire_pgwire.tls import ServerTls

log = logging.getLogger("hookwire.certificates")


class Certificates:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._tls: ServerTls | None = None

    def current(self) -> ServerTls | None:
        """For a new connection; None when there is no certificate."""
        return self._tls

    def load(self) -> None:
        """Raises ExitError."""
        config = self._config
        certificate, key = config.ssl_cert_file, config.ssl_key_file
        if certificate is None or key is None:
            if certificate or key or config.ssl_ca_file:
                raise ExitError("TLS needs both --ssl-cert-file and --ssl-key-file")
            return
        _check_private(key)
        try:
            self._tls = ServerTls.load(
                certificate, key, config.ssl_ca_file, config.ssl_min_protocol_version
            )
        except ssl.SSLError as error:
            raise ExitError(
                f"--ssl-cert-file {certificate}, --ssl-key-file {key}: {_reason(error)}"
            ) from None
        except OSError as error:
            raise ExitError(f"{error.filename or 'a file of --ssl-*'}: {error.strerror}") from None
        except ValueError as error:
            raise ExitError(f"--ssl-cert-file {certificate}: {error}") from None

    def reload(self) -> None:
        """Files that are wrong leave the certificate as it is."""
        if self._config.ssl_cert_file is None:
            return
        try:
            self.load()
        except ExitError as error:
            log.error("%s; the certificate stays as it was", error)
        else:
            log.info("certificate read again", extra={"file": str(self._config.ssl_cert_file)})


def _reason(error: ssl.SSLError) -> str:
    words = (error.reason or "no PEM that can be used").replace("_", " ").lower()
    return "the key does not belong to the certificate" if "mismatch" in words else words


def _check_private(key: Path) -> None:
    """A key of one's own is readable by nobody else, one of root's by a group at most, as in
    PostgreSQL (check_ssl_key_file_permissions). Raises ExitError."""
    try:
        found = key.stat()
    except OSError as error:
        raise ExitError(f"--ssl-key-file {key} cannot be read: {error.strerror}") from None
    allowed = 0o640 if found.st_uid == 0 else 0o600
    if found.st_uid not in (0, os.geteuid()):
        raise ExitError(f"--ssl-key-file {key} must belong to the server's user or to root")
    if stat.S_IMODE(found.st_mode) & ~allowed & 0o077:
        raise ExitError(f"--ssl-key-file {key} is readable by others: chmod {allowed:o} it")
