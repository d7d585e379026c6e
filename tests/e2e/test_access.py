"""Who may use the SQL port, with real clients."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from struct import pack

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireExitedError, HookwireProcess
from support.postgres import PostgresServer, find_program
from support.programs import need
from support.wire import startup

Make = Callable[..., HookwireProcess]
PASSWORD = "pä ss'\\wörd"


def started(make: Make, *arguments: str, password: str = PASSWORD) -> HookwireProcess:
    process = make(*arguments)
    process.environment = {**process.environment, "HOOKWIRE_PASSWORD": password}
    return process.start()


def login(process: HookwireProcess, user: str, password: str | None) -> psycopg.Connection:
    dsn = process.sql_dsn.replace("0.0.0.0", "127.0.0.1")
    return psycopg.connect(dsn, user=user, password=password, autocommit=True)


def refusal(process: HookwireProcess, user: str, password: str | None) -> str:
    with pytest.raises(psycopg.OperationalError) as caught:
        login(process, user, password)
    return str(caught.value).strip().rpartition("FATAL:  ")[2]


def test_a_password_given_at_start_is_asked_for_on_every_address(make_hookwire: Make) -> None:
    process = started(make_hookwire, "--host", "0.0.0.0")
    with login(process, "hookwire", PASSWORD) as connection:
        connection.execute("create role ann login password 'other'")
        connection.execute("create role team")
    wrong = 'password authentication failed for user "{}"'
    assert refusal(process, "hookwire", "wrong") == wrong.format("hookwire")
    assert refusal(process, "nobody", PASSWORD) == wrong.format("nobody")
    assert refusal(process, "team", "other") == wrong.format("team")
    with login(process, "ann", "other") as connection:
        assert connection.execute("select current_user").fetchone() == ("ann",)

    async def by_asyncpg() -> object:
        connection = await asyncpg.connect(process.sql_dsn, password=PASSWORD)
        try:
            return await connection.fetchval("select session_user")
        finally:
            await connection.close()

    assert asyncio.run(by_asyncpg()) == "hookwire"
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    command = ["psql", "-XAt", process.sql_dsn, "-c", "select current_user"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout == "hookwire\n"
    assert PASSWORD not in process.log()


def test_the_password_of_the_last_start_counts_and_is_kept_as_a_verifier(
    make_hookwire: Make,
) -> None:
    process = started(make_hookwire)
    process.terminate()
    process.environment = {**process.environment, "HOOKWIRE_PASSWORD": "new"}
    process.start()
    refusal(process, "hookwire", PASSWORD)
    login(process, "hookwire", "new").close()
    process.terminate()
    stored = [path.read_bytes() for path in Path(process.data_dir).rglob("*") if path.is_file()]
    assert not any(PASSWORD.encode() in data for data in stored)
    assert any(b"SCRAM-SHA-256$4096:" in data for data in stored)


def test_limits_of_a_role_hold(make_hookwire: Make) -> None:
    process = started(make_hookwire)
    with login(process, "hookwire", PASSWORD) as admin:
        admin.execute("create role one login password 'x' connection limit 1")
        admin.execute("create role old login password 'x' valid until '2001-01-01'")
        admin.execute("create role mute password 'x'")
        with login(process, "one", "x"):
            assert refusal(process, "one", "x") == 'too many connections for role "one"'
        login(process, "one", "x").close()
        assert refusal(process, "old", "x") == 'password authentication failed for user "old"'
        assert refusal(process, "mute", "x") == 'role "mute" is not permitted to log in'


def sent(process: HookwireProcess, user: str) -> socket.socket:
    """A connection of a client that has sent a wrong password in clear text, and waits."""
    plug = socket.create_connection(process.sql_address, timeout=30)
    plug.sendall(startup({"user": user, "database": "hookwire"}))
    assert plug.recv(100) == b"R\0\0\0\x08\0\0\0\x03"
    plug.sendall(b"p\0\0\0\x0awrong\0")
    return plug


def test_a_failed_login_is_answered_late_and_nobody_else(
    make_hookwire: Make, tmp_path: Path
) -> None:
    rules = tmp_path / "hba.conf"
    rules.write_text(
        "host all guesser 127.0.0.1/32 password\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )
    process = started(make_hookwire, "--hba-file", str(rules), "--auth-delay", "5")
    with sent(process, "guesser") as guesser:
        with login(process, "hookwire", PASSWORD) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        guesser.setblocking(False)
        with pytest.raises(BlockingIOError):
            guesser.recv(1)
        guesser.settimeout(30)
        assert b"password authentication failed" in guesser.recv(1000)


def salt(process: HookwireProcess, user: str) -> bytes:
    """What SCRAM tells everybody about a role's password."""
    first = b"n,,n=,r=abc"
    with socket.create_connection(process.sql_address, timeout=30) as plug:
        plug.sendall(startup({"user": user, "database": "hookwire"}))
        assert b"SCRAM-SHA-256\0" in plug.recv(1000)
        answer = b"SCRAM-SHA-256\0" + pack("!i", len(first)) + first
        plug.sendall(b"p" + pack("!i", len(answer) + 4) + answer)
        return plug.recv(1000).split(b",")[1]


def test_names_without_a_password_have_the_same_salt_after_a_restart(make_hookwire: Make) -> None:
    process = started(make_hookwire, "--auth-delay", "0")
    names = ("hookwire", "nobody", "ghost")
    before = [salt(process, name) for name in names]
    assert len(set(before)) == 3
    process.terminate()
    kept = Path(process.data_dir, "mock_authentication")
    assert (stat.S_IMODE(kept.stat().st_mode), kept.stat().st_size) == (0o600, 32)
    process.start()
    assert [salt(process, name) for name in names] == before
    process.terminate()
    kept.write_bytes(b"cut")
    process.start()
    after = [salt(process, name) for name in names]
    assert (after[0], len(kept.read_bytes())) == (before[0], 32)
    assert after[1:] != before[1:]


def test_the_last_sessions_are_kept_for_superusers(make_hookwire: Make) -> None:
    process = started(
        make_hookwire, "--max-connections", "3", "--superuser-reserved-connections", "2"
    )
    with login(process, "hookwire", PASSWORD) as admin:
        admin.execute("create role ann login password 'x'")
        assert refusal(process, "ann", "x") == (
            "remaining connection slots are reserved for roles with the SUPERUSER attribute"
        )
        login(process, "hookwire", PASSWORD).close()


def test_who_takes_too_long_to_log_in_is_cut_off(make_hookwire: Make) -> None:
    process = started(make_hookwire, "--authentication-timeout", "1")
    with socket.create_connection(process.sql_address, timeout=30) as plug:
        plug.sendall(startup({"user": "hookwire", "database": "hookwire"}))
        assert plug.recv(1000)
        assert plug.recv(1) == b""


def test_rules_decide_and_are_read_again_on_sighup(make_hookwire: Make, tmp_path: Path) -> None:
    rules = tmp_path / "hba.conf"
    rules.write_text("host all hookwire 127.0.0.1/32 trust\n")
    process = make_hookwire("--hba-file", str(rules))
    process.start()
    with login(process, "hookwire", None) as admin:
        admin.execute("create role ann login password 'x'")
        told = refusal(process, "ann", "x")
        assert told == (
            'no pg_hba.conf entry for host "127.0.0.1", user "ann", database "hookwire",'
            " no encryption"
        )
        rules.write_text("host all all all scram-sha-256\n")
        process.hang_up("rules read again")
        login(process, "ann", "x").close()
        rules.write_text("host all all all trust\n")
        process.hang_up("the rules stay as they were")
        login(process, "ann", "x").close()
        assert admin.execute("select 1").fetchone() == (1,)


SHOWN = """# a comment
local   all  all  trust
host    all  hookwire,postgres  127.0.0.1/32  trust
host    "hookwire", other  +team,ann  10.0.0.0 255.0.0.0  scram-sha-256
hostssl all  all  2001:db8::/32  scram-sha-256  clientcert=verify-ca
hostssl sameuser \\
  all  all  cert
host    all  all  all  reject
"""
FILE_RULES = (
    "SELECT line_number, type, database, user_name, address, netmask, auth_method, options"
    " FROM pg_hba_file_rules ORDER BY line_number"
)


def test_pg_hba_file_rules_shows_the_rules_in_force(make_hookwire: Make, tmp_path: Path) -> None:
    rules = tmp_path / "hba.conf"
    rules.write_text(SHOWN)
    process = make_hookwire("--hba-file", str(rules))
    process.start()
    need("initdb", find_program)
    with PostgresServer() as server:
        (server.data / "pg_hba.conf").write_text(SHOWN)
        with psycopg.connect(server.dsn) as oracle:
            theirs = oracle.execute(FILE_RULES).fetchall()
    with login(process, "hookwire", None) as connection:
        assert connection.execute(FILE_RULES).fetchall() == theirs
        assert process.log().count("hostssl matches nobody without --ssl-cert-file") == 2
        numbered = "SELECT rule_number, file_name FROM pg_hba_file_rules LIMIT 1"
        assert connection.execute(numbered).fetchone() == (1, str(rules))
        rules.write_text("host all all all scram-sha-256\n")
        process.hang_up("rules read again")
        assert len(connection.execute(FILE_RULES).fetchall()) == 1
        connection.execute("CREATE ROLE ann")
        connection.execute("SET SESSION AUTHORIZATION ann")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(FILE_RULES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--host", "0.0.0.0"), "set HOOKWIRE_PASSWORD or --password-file"),
        (("--host", "::"), "set HOOKWIRE_PASSWORD or --password-file"),
        (("--hba-file", "/does/not/exist"), "cannot be read"),
        (("--password-file", "/does/not/exist"), "cannot be read"),
    ],
)
def test_a_start_that_would_let_anybody_in_is_refused(
    make_hookwire: Make, arguments: tuple[str, ...], message: str
) -> None:
    process = make_hookwire(*arguments)
    with pytest.raises(HookwireExitedError, match=message):
        process.start()


def test_hookwire_sql_and_the_environment(make_hookwire: Make) -> None:
    process = started(make_hookwire)
    environment = {**process.environment, "PGPASSWORD": PASSWORD}
    program = [sys.executable, "-m", "hookwire"]
    command = [*program, "sql", "--url", process.sql_dsn, "select 7 as x"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "7" in shown.stdout, shown.stderr
    environment["PGPASSWORD"] = "wrong"
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode != 0
    assert "password authentication failed" in shown.stderr
