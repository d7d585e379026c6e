"""Verifiers: the RFC's vector, PostgreSQL's own, SASLprep's examples, and what is no verifier."""

from __future__ import annotations

from base64 import b64decode

import psycopg
import pytest
from psycopg import sql

from hookwire_catalog.scram import Verifier, build_verifier, parse_verifier, prepared, saslprep
from support.postgres import PostgresServer

SALT = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
PENCIL = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)
"""The password "pencil" with the salt of RFC 7677, chapter 3."""


def test_the_verifier_of_the_rfcs_example() -> None:
    assert build_verifier("pencil", SALT) == PENCIL


def test_a_verifier_is_read_as_it_is_written() -> None:
    found = parse_verifier(PENCIL)
    assert found is not None
    assert (str(found), found.iterations, found.salt) == (PENCIL, 4096, SALT)
    assert found.matches("pencil")
    assert not found.matches("pencil ")


def test_keys_are_not_shown() -> None:
    assert repr(parse_verifier(PENCIL)) == repr(Verifier(4096, SALT, b"x" * 32, b"y" * 32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pencil",
        "md5" + "0" * 32,
        PENCIL.replace("256", "1"),
        PENCIL.replace("4096", "0"),
        PENCIL.replace("4096", "4294967296"),
        PENCIL.replace("4096", "-1"),
        PENCIL.replace("4096", "\u0664"),
        PENCIL.replace("W22Z", "W2Z"),
        PENCIL.replace("W22Z", "W*2Z"),
        PENCIL.replace("W22Z", "W22\xe9"),
        PENCIL.replace("WG5d", ""),
        PENCIL.replace("wfPL", ""),
        PENCIL + " ",
        PENCIL + "\n",
        PENCIL[:-4],
    ],
)
def test_anything_else_is_no_verifier(text: str) -> None:
    assert parse_verifier(text) is None


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("\u0007", None),
        ("\u0627\u0031", None),
        ("a\u00a0b", "a b"),
        ("\u00ad", None),
        ("\u0221", None),
        ("\u0627\u0031\u0628", "\u0627\u0031\u0628"),
        ("\u0627a\u0628", None),
    ],
)
def test_saslprep(text: str, prepared: str | None) -> None:
    """The first seven are the examples of RFC 4013, chapter 3."""
    assert saslprep(text) == prepared


def test_what_saslprep_refuses_is_taken_as_it_is() -> None:
    assert prepared("\u0007") == b"\x07"
    assert prepared("\u0627\u0031") == "\u0627\u0031".encode()
    assert prepared("\udcff") == b"\xff"


@pytest.mark.parametrize(
    "password",
    ["pencil", " a ", "$:,=", "\u2168\u00ad", "a\u00a0b", "\u0627\u0031", "\u0221", "caf\u00e9",
     "\u2126\U0001f600", "\x07", "x" * 500],
)  # fmt: skip
def test_the_same_verifier_as_postgresqls(postgres: PostgresServer, password: str) -> None:
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute("SET password_encryption = 'scram-sha-256'")
        connection.execute("DROP ROLE IF EXISTS scram_test")
        connection.execute(
            sql.SQL("CREATE ROLE scram_test PASSWORD {}").format(sql.Literal(password))
        )
        row = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'scram_test'"
        ).fetchone()
        connection.execute("DROP ROLE scram_test")
    assert row is not None
    theirs = parse_verifier(row[0])
    assert theirs is not None
    assert build_verifier(password, theirs.salt, theirs.iterations) == row[0]
