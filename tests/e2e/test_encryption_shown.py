"""pg_stat_ssl and SHOW ssl: what they tell of each session, beside PostgreSQL 15."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from support.certificates import Authority
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

Make = Callable[..., HookwireProcess]
OWN = "SELECT * FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def files(authority: Authority) -> tuple[Path, Path, Path]:
    return (*authority.issue("localhost", file="server"), authority.certificate)


@pytest.fixture
def oracle(files: tuple[Path, Path, Path]) -> Iterator[str]:
    names = ("ssl_cert_file", "ssl_key_file", "ssl_ca_file")
    with PostgresServer() as server:
        owner = server.data.stat()
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            for name, file in zip(names, files, strict=True):
                kept = Path(shutil.copy(file, server.data / name))
                os.chown(kept, owner.st_uid, owner.st_gid)
                kept.chmod(0o600)
                connection.execute(f"ALTER SYSTEM SET {name} = '{name}'")
            connection.execute("ALTER SYSTEM SET ssl = on")
            connection.execute("CREATE ROLE ann LOGIN")
        server.restart()
        yield server.dsn


@pytest.fixture
def server(make_hookwire: Make, files: tuple[Path, Path, Path]) -> str:
    certificate, key, authority = map(str, files)
    arguments = ("--ssl-cert-file", certificate, "--ssl-key-file", key)
    process = make_hookwire(*arguments, "--ssl-ca-file", authority).start()
    process.psql("CREATE ROLE ann LOGIN")
    return process.sql_dsn


def told(dsn: str, **options: str) -> tuple[list[Any], list[Any], str]:
    """The session's row without its pid, the columns, and SHOW ssl."""
    with psycopg.connect(dsn, **options) as connection:  # type: ignore[arg-type]
        cursor = connection.execute(OWN)
        (row,) = cursor.fetchall()
        assert row[0] == connection.info.backend_pid
        assert cursor.description is not None
        columns = [(c.name, c.type_code) for c in cursor.description]
        shown = connection.execute("SHOW ssl").fetchone()
    assert shown is not None
    return list(row[1:]), columns, shown[0]


SUBJECTS = [
    [(NameOID.COMMON_NAME, "ann")],
    [(NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, 'ä, "b"+<c>;\\'),
     (NameOID.COMMON_NAME, " #x ")],
    [(NameOID.EMAIL_ADDRESS, "a@b"), (NameOID.SURNAME, "s"), (NameOID.GIVEN_NAME, "#g"),
     (NameOID.TITLE, "t"), (NameOID.SERIAL_NUMBER, "1")],
    [(NameOID.DOMAIN_COMPONENT, "org"), (NameOID.USER_ID, "u"), (NameOID.LOCALITY_NAME, "l"),
     (NameOID.STATE_OR_PROVINCE_NAME, "p"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "o"),
     (NameOID.STREET_ADDRESS, "s")],
]  # fmt: skip


def issued(authority: Authority, number: int) -> dict[str, str]:
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in SUBJECTS[number]])
    certificate, key = authority.issue(f"client{number}", subject=subject)
    return {"sslmode": "require", "sslcert": str(certificate), "sslkey": str(key)}


def test_a_session_is_told_its_encryption(oracle: str, server: str, authority: Authority) -> None:
    plain = {"sslmode": "disable"}
    encrypted = {"sslmode": "require"}
    certified = [issued(authority, number) for number in range(len(SUBJECTS))]
    for options in (plain, encrypted, *reversed(certified)):
        ours = told(server, user="ann", **options)
        assert ours == told(oracle, user="ann", **options)
        assert ours[0][0] == (options is not plain)
    assert ours[0][4] == "/CN=ann"
    assert ours[0][6] == "/CN=ca"
    assert len(str(ours[0][5])) > 38


def others(dsn: str) -> tuple[list[Any], list[Any]]:
    """What two roles are told of each other's sessions."""
    with (
        psycopg.connect(dsn, user="ann", sslmode="require") as ann,
        psycopg.connect(dsn, sslmode="disable") as owner,
    ):
        pids = {ann.info.backend_pid: "ann", owner.info.backend_pid: "owner"}
        found = []
        for connection in (ann, owner):
            rows = connection.execute("SELECT pid, ssl, bits FROM pg_stat_ssl ORDER BY ssl")
            found.append([(pids[pid], *rest) for pid, *rest in rows if pid in pids])
    return found[0], found[1]


def test_other_roles_sessions_are_for_who_may_see_them(oracle: str, server: str) -> None:
    assert others(server) == others(oracle)
    assert others(server)[0] == [("ann", True, 256)]


def test_without_a_certificate_it_is_off(make_hookwire: Make) -> None:
    process = make_hookwire().start()
    assert process.psql("SHOW ssl") == "off"
    assert process.psql("SELECT ssl, version FROM pg_stat_ssl") == "f|"
    with pytest.raises(psycopg.Error, match='parameter "ssl" cannot be changed'):
        psycopg.connect(process.sql_dsn, options="-c ssl=on")
