"""TLS of the SQL port, with real clients and with none at all."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from struct import pack

import asyncpg
import psycopg
import pytest

from support.certificates import Authority
from support.hookwire_process import HookwireExitedError, HookwireProcess

Make = Callable[..., HookwireProcess]
SSL_REQUEST = pack("!ii", 8, 80877103)
RULES = """
host      all hookwire 127.0.0.1/32 trust
hostssl   all certified 127.0.0.1/32 cert
hostssl   all all 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def server(make_hookwire: Make, authority: Authority, tmp_path: Path) -> HookwireProcess:
    certificate, key = authority.issue("localhost", file="server")
    rules = tmp_path / "hba.conf"
    rules.write_text(RULES)
    process = make_hookwire(
        "--ssl-cert-file", str(certificate), "--ssl-key-file", str(key),
        "--ssl-ca-file", str(authority.certificate), "--hba-file", str(rules),
    )  # fmt: skip
    process.start()
    process.psql("create role ann login password 'x'; create role certified login")
    return process


def login(process: HookwireProcess, user: str = "ann", **options: str) -> psycopg.Connection:
    options = {"password": "x", "sslmode": "require", "host": "localhost"} | options
    return psycopg.connect(process.sql_dsn, user=user, autocommit=True, **options)  # type: ignore[arg-type]


def full(authority: Authority) -> dict[str, str]:
    return {"sslmode": "verify-full", "sslrootcert": str(authority.certificate)}


def test_clients_are_served_in_both_ways(server: HookwireProcess, authority: Authority) -> None:
    for negotiation in ("postgres", "direct"):
        with login(server, sslnegotiation=negotiation, **full(authority)) as connection:
            assert connection.pgconn.ssl_in_use
            assert connection.execute("select current_user").fetchone() == ("ann",)


def test_the_password_is_bound_to_the_certificate(
    server: HookwireProcess, authority: Authority
) -> None:
    with login(server, channel_binding="require", **full(authority)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_asyncpg_and_a_cancel_over_tls(server: HookwireProcess, authority: Authority) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))

    async def run() -> object:
        host, port = server.sql_address
        connection = await asyncpg.connect(
            host=host, port=port, user="ann", password="x", database="hookwire", ssl=context
        )
        try:
            with pytest.raises(asyncio.TimeoutError):
                await connection.fetch("select pg_sleep(600)", timeout=0.5)
            return await connection.fetchval("select count(*) from generate_series(1, 300000)")
        finally:
            await connection.close()

    assert asyncio.run(run()) == 300_000


def test_psycopg_cancels_over_tls(server: HookwireProcess, authority: Authority) -> None:
    with login(server, **full(authority)) as connection:
        cursor = connection.cursor()
        connection.pgconn.send_query(b"select pg_sleep(600)")
        connection.cancel_safe()
        while (result := connection.pgconn.get_result()) is not None:
            told = result.error_message
        assert b"canceling statement due to user request" in told
        assert cursor.execute("select 1").fetchone() == (1,)


def test_big_results_and_copy_go_through(server: HookwireProcess, authority: Authority) -> None:
    with login(server, **full(authority)) as connection:
        rows = connection.execute("select i, repeat('x', 100) from generate_series(1, 50000) i")
        assert sum(len(row[1]) for row in rows) == 5_000_000
        with connection.cursor().copy("copy (select * from range(200000)) to stdout") as copy:
            assert sum(bytes(piece).count(b"\n") for piece in copy) == 200_000


def test_a_client_certificate_names_the_role(
    server: HookwireProcess, authority: Authority, tmp_path: Path
) -> None:
    certificate, key = authority.issue("certified")
    keys = {"sslcert": str(certificate), "sslkey": str(key)}
    with login(server, "certified", **keys, **full(authority)) as connection:
        assert connection.execute("select current_user").fetchone() == ("certified",)
    with pytest.raises(psycopg.OperationalError, match="requires a valid client certificate"):
        login(server, "certified", **full(authority))
    other, other_key = Authority(tmp_path, "other").issue("certified", file="foreign")
    with pytest.raises(psycopg.OperationalError):
        login(server, "certified", sslcert=str(other), sslkey=str(other_key), **full(authority))


def test_what_is_no_certificate_of_the_authority_is_refused_by_clients(
    server: HookwireProcess, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        login(server, **full(stranger))


def raw(server: HookwireProcess) -> socket.socket:
    return socket.create_connection(server.sql_address, timeout=30)


def test_bytes_behind_the_request_end_the_connection(server: HookwireProcess) -> None:
    with raw(server) as plug:
        plug.sendall(SSL_REQUEST + b"Q\0\0\0\x0dselect 1\0")
        answer = plug.recv(1000)
        assert answer[:1] == b"E"
        assert b"received unencrypted data after SSL request" in answer
        assert plug.recv(1) == b""


@pytest.mark.parametrize("greeting", [SSL_REQUEST, b"", b"\x16\x03\x01\x02\x00"])
def test_rubbish_instead_of_a_handshake_ends_it(server: HookwireProcess, greeting: bytes) -> None:
    with raw(server) as plug:
        if greeting == SSL_REQUEST:
            plug.sendall(greeting)
            assert plug.recv(1) == b"S"
        plug.sendall((b"" if greeting == SSL_REQUEST else greeting) + b"\x16\xff\xff" + b"x" * 600)
        plug.shutdown(socket.SHUT_WR)
        while plug.recv(1000):
            pass
    assert server.psql("select 1") == "1"


def test_a_direct_handshake_must_name_the_protocol(server: HookwireProcess) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(raw(server)) as plug, pytest.raises((ssl.SSLError, OSError)):
        plug.sendall(pack("!ii", 8, 80877103))
        if plug.recv(1) == b"":
            raise ConnectionResetError


def test_sighup_takes_a_new_certificate_and_keeps_a_good_one(
    server: HookwireProcess, authority: Authority, tmp_path: Path
) -> None:
    with login(server, **full(authority)) as before:
        successor = Authority(tmp_path, "successor")
        successor.issue("localhost", file="server")
        server.hang_up("certificate read again")
        with login(server, **full(successor)) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert before.execute("select 1").fetchone() == (1,)
        (tmp_path / "server.crt").write_text("no certificate")
        server.hang_up("the certificate stays as it was")
        login(server, **full(successor)).close()


def test_files_that_do_not_do_are_told_at_start(
    make_hookwire: Make, authority: Authority, tmp_path: Path
) -> None:
    certificate, key = authority.issue("localhost")
    _, other = authority.issue("somebody")
    open_key = tmp_path / "open.key"
    open_key.write_bytes(key.read_bytes())
    open_key.chmod(0o644)
    for files, message in (
        ((certificate, open_key), "is readable by others"),
        ((certificate, other), "the key does not belong to the certificate"),
        ((certificate, tmp_path / "none"), "cannot be read"),
        ((tmp_path / "none", key), "No such file"),
    ):
        process = make_hookwire("--ssl-cert-file", str(files[0]), "--ssl-key-file", str(files[1]))
        with pytest.raises(HookwireExitedError, match=message):
            process.start()
