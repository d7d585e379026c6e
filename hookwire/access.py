"""Who may use the SQL port: a file of rules, a password for everybody, or this machine alone."""

from __future__ import annotations

import logging
import os
import secrets
from ipaddress import ip_address
from pathlib import Path

from hookwire.config import DATABASE, USER, Config
from hookwire.exits import ConfigError, DataDirectoryError, ExitError
from hookwire_catalog.scram import SALT_BYTES, build_verifier, parse_verifier
from hookwire_engine.engine import Engine
from hookwire_engine.system.values import HbaRule
from hookwire_pgwire.auth import Authenticator, Exchange, Login, TrustLoopback
from hookwire_pgwire.hba import BadRulesError, Rules, parse, passwords_for_all
from hookwire_pgwire.hba_shown import shown
from hookwire_pgwire.scram import MOCK_KEY, MOCK_KEY_BYTES

log = logging.getLogger("hookwire.access")


def check_reach(config: Config) -> None:
    """Whether those that may connect have to prove who they are. Raises ConfigError."""
    proved = config.password or config.password_file is not None or config.hba_file is not None
    if not proved and not ip_address(config.host).is_loopback:
        raise ConfigError(
            f"--host {config.host} lets others than this machine connect, and nobody would have to"
            " prove who he is: set HOOKWIRE_PASSWORD or --password-file to ask for passwords, or"
            " --hba-file to say who may connect from where"
        )


MOCK_FILE = "mock_authentication"
"""In the data directory: what the salts of roles without a password are made from. With the file
a restart does not tell them from the others, whose salts are kept."""


class Access:
    """An Authenticator whose rules can be read again while the server runs."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rules: Authenticator = TrustLoopback()
        self._file_rules: tuple[HbaRule, ...] = ()
        self._mock_key = MOCK_KEY
        self.password = config.password

    def exchange(self, login: Login) -> Exchange:
        return self._rules.exchange(login)

    def file_rules(self) -> tuple[HbaRule, ...]:
        """Those of --hba-file that are in force."""
        return self._file_rules

    def _take(self, file: Path) -> None:
        rules = _rules(file, self._mock_key)
        self._rules, self._file_rules = rules, shown(rules, str(file))
        for rule in rules.rules:
            if rule.type == "hostssl" and self._config.ssl_cert_file is None:
                log.warning(
                    "--hba-file %s: line %d: hostssl matches nobody without --ssl-cert-file",
                    file, rule.line,
                )  # fmt: skip

    def load(self) -> None:
        """Raises ExitError."""
        config = self._config
        if config.data_dir is not None:
            self._mock_key = _mock_key(config.data_dir / MOCK_FILE)
        if config.password_file is not None:
            self.password = _password(config.password_file)
        if config.hba_file is not None:
            self._take(config.hba_file)
        elif self.password:
            self._rules = passwords_for_all(self._mock_key)

    def reload(self) -> None:
        """A file that is wrong leaves the rules as they are."""
        if self._config.hba_file is None:
            return
        try:
            self._take(self._config.hba_file)
        except ExitError as error:
            log.error("%s; the rules stay as they were", error)
        else:
            log.info("rules read again", extra={"file": str(self._config.hba_file)})


def _rules(file: Path, mock_key: bytes) -> Rules:
    try:
        return parse(file.read_text(), mock_key)
    except BadRulesError as error:
        raise ExitError(f"--hba-file {file}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExitError(f"--hba-file {file} cannot be read: {_reason(error)}") from None


def _mock_key(file: Path) -> bytes:
    """Made when it is missing or not whole. Raises DataDirectoryError."""
    try:
        kept = file.read_bytes() if file.exists() else b""
        if len(kept) == MOCK_KEY_BYTES:
            return kept
        made = secrets.token_bytes(MOCK_KEY_BYTES)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(made)
    except OSError as error:
        raise DataDirectoryError(f"{file} cannot be used: {error.strerror}") from None
    return made


def _password(file: Path) -> str:
    try:
        text = file.read_text().removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ExitError(f"--password-file {file} cannot be read: {_reason(error)}") from None
    if not text:
        raise ExitError(f"--password-file {file} is empty")
    return text


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)


async def set_password(engine: Engine, password: str) -> None:
    """Make it the superuser's, unless it is. Raises SqlError."""
    role = engine.role(USER)
    known = None if role is None or role.verifier is None else parse_verifier(role.verifier)
    if known is not None and known.matches(password):
        return
    verifier = build_verifier(password, secrets.token_bytes(SALT_BYTES))
    session = engine.session(user=USER, database=DATABASE, settings={}, peer="local")
    try:
        (statement,) = session.statements(f"ALTER ROLE {USER} PASSWORD '{verifier}'")
        portal = await session.bind(await session.prepare(statement), [])
        await portal.next_batch(1)
        await session.sync()
    finally:
        await session.close()
