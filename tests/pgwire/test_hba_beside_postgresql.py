"""The same pg_hba.conf, PostgreSQL 15 and this door: who comes in, and what the others are told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from psycopg import sql

from hookwire_catalog.roles import LoginRole
from hookwire_catalog.scram import build_verifier
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.hba import parse
from hookwire_pgwire.server import SqlServer
from support.postgres import SUPERUSER, PostgresServer
from support.scripted_backend import ScriptedBackend

VERIFIER = build_verifier("pencil", b"0123456789abcdef")
ROLES = {
    "ann": LoginRole("ann", True, False, VERIFIER, memberships=frozenset({"staff"})),
    "bob": LoginRole("bob", True, False, VERIFIER),
    "bare": LoginRole("bare", True, False),
    "all": LoginRole("all", True, False, VERIFIER),
    "staff": LoginRole("staff", False, False),
}
ADMIN = f"local all {SUPERUSER} trust\n"

HERE = "127.0.0.1/32"
FILES = {
    "members": f"host all +staff {HERE} scram-sha-256",
    "list": 'host "hookwire",other ann,bob all md5 # comment',
    "order": (
        "host all bob 127.0.0.0/8 reject\n"
        "host all all 10.0.0.0/8 reject\n"
        "host all all 127.0.0.1 255.255.255.255 trust"
    ),
    "quoted all": f'host all "all" {HERE} trust',
    "quotes in words": f'host all "a"nn {HERE} trust\nhost all "b""ob" {HERE} trust',
    "spaces": f"host  hookwire, bob\tann,  bob {HERE} trust\nhost all all all reject",
    "continued": f"host all \\\nann {HERE} trust\n",
    "sameuser": f"host sameuser all {HERE} trust",
    "samerole": f"host samerole all {HERE} trust\nhost replication all {HERE} trust",
    "local": "local all all trust",
    "without tls": "hostnossl all all all scram-sha-256",
    "other net": "host all all 10.0.0.0/8 md5\nhost all all ::/0 scram-sha-256",
}


@pytest.fixture(scope="module")
def oracle() -> Iterator[PostgresServer]:
    with PostgresServer({"log_connections": "off"}) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE DATABASE hookwire")
            for name, role in ROLES.items():
                made = sql.SQL("CREATE ROLE {} {}").format(
                    sql.Identifier(name), sql.SQL("LOGIN" if role.login else "NOLOGIN")
                )
                connection.execute(made)
                if role.verifier:
                    words = sql.SQL("ALTER ROLE {} PASSWORD {}")
                    connection.execute(words.format(sql.Identifier(name), role.verifier))
            connection.execute("GRANT staff TO ann")
        yield server


MARKS = count(1)


def reload(server: PostgresServer, rules: str) -> None:
    """Returns when a rule of the new file has been answered with."""
    mark = f"mark{next(MARKS)}"
    marked = f"host all {mark} all reject\n"
    (server.data / "pg_hba.conf").write_text(ADMIN + marked + rules + "\n")
    local = f"host={server.folder} port={server.port} user={SUPERUSER} dbname=postgres"
    with psycopg.connect(local, autocommit=True) as connection:
        bad = connection.execute(
            "SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL"
        )
        assert bad.fetchall() == []
        connection.execute("SELECT pg_reload_conf()")
    for _ in range(2000):
        if login(server.port, mark, "").startswith("pg_hba.conf rejects"):
            return
    raise AssertionError("PostgreSQL did not read its rules again")


def login(port: int, user: str, password: str) -> str:
    try:
        with psycopg.connect(
            host="127.0.0.1", port=port, user=user, password=password, dbname="hookwire",
            passfile=os.devnull, sslmode="disable",
        ):  # fmt: skip
            return "in"
    except psycopg.OperationalError as error:
        return str(error).partition("FATAL:")[2].strip()


ATTEMPTS = [(user, word) for user in (*ROLES, "nobody") for word in ("pencil", "wrong")]


async def ours(rules: str) -> list[str]:
    config = SqlServerConfig(port=0, authenticator=parse(rules))
    server = SqlServer(config, CollectorRegistry())
    _, port = await server.start()
    server.serve(ScriptedBackend(roles=ROLES))
    try:
        return [await asyncio.to_thread(login, port, *attempt) for attempt in ATTEMPTS]
    finally:
        await server.drain(5)


@pytest.mark.parametrize("rules", FILES.values(), ids=FILES)
def test_the_same_file_lets_the_same_clients_in(oracle: PostgresServer, rules: str) -> None:
    reload(oracle, rules)
    theirs = [login(oracle.port, *attempt) for attempt in ATTEMPTS]
    found = asyncio.run(ours(ADMIN + rules))
    assert dict(zip(ATTEMPTS, found, strict=True)) == dict(zip(ATTEMPTS, theirs, strict=True))
