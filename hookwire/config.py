"""Every setting of the program, declared once: name, type, unit, default, help.

The field of `Config` is the declaration. The flag (`--sql-port`), the environment variable
(`HOOKWIRE_SQL_PORT`), the key in hookwire.toml (`sql_port`), `--help` and
docs/reference/configuration.md are all made from it. Where a value comes from: sources.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

USER = DATABASE = "hookwire"
"""What a client names to connect."""

MEMORY = ":memory:"
"""The data directory that is none."""


class BadValueError(Exception):
    """The message says what the value must be, and fits after "must be"."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting; `parse` raises BadValueError. A `secret` one has no flag, since a
    command line is public, and its value is in no message."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str
    placeholder: str
    unit: str
    secret: bool = False

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return "HOOKWIRE_" + self.name.upper()


def _data_dir(text: str) -> Path | None:
    if not text:
        raise BadValueError(f"a folder, or {MEMORY}")
    return None if text == MEMORY else Path(text)


def _host(text: str) -> str:
    """An address to listen on; `access.py` decides whether it may be one of the network."""
    if text == "localhost":
        return "127.0.0.1"
    try:
        ip_address(text)
    except ValueError:
        raise BadValueError("an IP address such as 127.0.0.1 or 0.0.0.0") from None
    return text


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise BadValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise BadValueError("a number of seconds from 0 to 86400")
    return seconds


def _file(text: str) -> Path | None:
    if "\0" in text:
        raise BadValueError("the name of a file")
    return Path(text) if text else None


def _words(text: str) -> str:
    if "\0" in text:
        raise BadValueError("text without zero bytes")
    return text


def _key(text: str) -> bytes | None:
    if not text:
        return None
    from hookwire_engine.secret_key import parse  # what most commands do not need

    try:
        return parse(text)
    except ValueError:
        raise BadValueError("32 bytes in hexadecimal or base64") from None


def _public_url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        bad = bad or bool(parts.query or parts.fragment or parts.username)
    except ValueError:
        bad = True
    if bad or any(c.isspace() or not c.isprintable() for c in text):
        raise BadValueError("a URL such as https://hooks.example.com, without a query")
    return text.rstrip("/")


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise BadValueError("one of " + ", ".join(allowed))
        return text

    return parse


def _declare(
    default: str,
    parse: Callable[[str], Any],
    help: str,
    placeholder: str,
    unit: str = "",
    secret: bool = False,
) -> Any:
    declared = {
        "default": default, "parse": parse, "help": help, "placeholder": placeholder, "unit": unit,
        "secret": secret,
    }  # fmt: skip
    return dataclasses.field(default=parse(default), metadata=declared, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the program was told. Lower parts get plain values out of it, never the whole."""

    data_dir: Path | None = _declare(
        "./hookwire-data", _data_dir,
        f"Folder that holds everything stored; made when it is missing. {MEMORY} keeps nothing.",
        "DIR",
    )  # fmt: skip
    host: str = _declare(
        "127.0.0.1", _host,
        "Address that both ports listen on. Other than loopback needs a password or --hba-file.",
        "ADDRESS",
    )  # fmt: skip
    sql_port: int = _declare(
        "6875", _whole_number(0, 65_535),
        "Port of the PostgreSQL protocol; 0 takes a free one, which is printed.", "PORT",
    )  # fmt: skip
    http_port: int = _declare(
        "6876", _whole_number(0, 65_535),
        "Port of the webhooks; 0 takes a free one, which is printed.", "PORT",
    )  # fmt: skip
    public_url: str | None = _declare(
        "", _public_url,
        "What comes before /api/webhook/... in the URLs that are shown; http://HOST:HTTP_PORT when"
        " not set. Set it when a proxy stands in front.",
        "URL",
    )  # fmt: skip
    secret_key_file: Path | None = _declare(
        "", _file,
        "File with the key that secrets are encrypted with; secret.key in the data directory when"
        " not set. It is made when it is missing and nothing has been encrypted yet.",
        "FILE",
    )  # fmt: skip
    secret_key: bytes | None = _declare(
        "", _key,
        "The key itself, 32 bytes in hexadecimal or base64, instead of a file.", "KEY", secret=True,
    )  # fmt: skip
    password_file: Path | None = _declare(
        "", _file,
        "File with the password of the superuser hookwire. With one, every SQL client is asked for"
        " its role's password, unless --hba-file says otherwise.",
        "FILE",
    )  # fmt: skip
    password: str = _declare(
        "", _words, "The password itself, instead of a file.", "PASSWORD", secret=True
    )
    ssl_cert_file: Path | None = _declare(
        "", _file,
        "Certificate of the SQL port, with its chain, as PEM. With one, clients may use TLS."
        " SIGHUP reads it again.",
        "FILE",
    )  # fmt: skip
    ssl_key_file: Path | None = _declare(
        "", _file, "Its private key, as PEM and not encrypted; readable by its owner alone.", "FILE"
    )
    ssl_ca_file: Path | None = _declare(
        "", _file, "Certificates of the authorities whose client certificates are taken.", "FILE"
    )
    ssl_min_protocol_version: str = _declare(
        "TLSv1.2", _choice("TLSv1.2", "TLSv1.3"), "Least version of TLS.", "TLSv1.2|TLSv1.3"
    )
    hba_file: Path | None = _declare(
        "", _file,
        "Rules in the form of pg_hba.conf: who may connect to the SQL port from where, and how"
        " they prove it. SIGHUP reads it again.",
        "FILE",
    )  # fmt: skip
    authentication_timeout: int = _declare(
        "60", _whole_number(1, 600), "How long a client may take to log in.", "SECONDS", "seconds"
    )
    auth_delay: float = _declare(
        "0.2", _seconds,
        "How late a failed login is answered; twice as late after each next failure from the same"
        " address, up to 10 seconds.",
        "SECONDS", "seconds",
    )  # fmt: skip
    superuser_reserved_connections: int = _declare(
        "3", _whole_number(0, 10_000),
        "How many of the SQL sessions are for superusers only; one less than all at most.", "N",
    )  # fmt: skip
    max_connections: int = _declare(
        "100", _whole_number(1, 10_000), "Most SQL sessions at a time.", "N"
    )
    grace_period: float = _declare(
        "10", _seconds,
        "How long requests and statements may go on after SIGTERM or SIGINT.", "SECONDS", "seconds",
    )  # fmt: skip
    log_format: str = _declare(
        "text", _choice("text", "json"), "Form of the log lines on stderr.", "text|json"
    )
    log_level: str = _declare(
        "info", _choice("debug", "info", "warning", "error"),
        "Least severity that is logged; debug adds a line for every SQL statement.",
        "debug|info|warning|error",
    )  # fmt: skip


def _settings() -> tuple[Setting, ...]:
    return tuple(Setting(name=f.name, **f.metadata) for f in dataclasses.fields(Config))


SETTINGS = _settings()
"""All of them, in the order of their declaration."""
