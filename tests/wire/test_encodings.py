"""Clients with another client_encoding than UTF8, beside PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from hookwire_catalog.charsets import CODECS
from support.both import both_dsn
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer
from support.wire import WireClient, query

__all__ = ["both_dsn"]

Connection = psycopg.Connection[Any]


@pytest.fixture(params=["postgres", "hookwire"])
def dsn(request: pytest.FixtureRequest, both_dsn: str, hookwire: HookwireProcess) -> str:
    return both_dsn if request.param == "postgres" else hookwire.sql_dsn


def connect(dsn: str, encoding: str) -> Connection:
    return psycopg.connect(dsn, autocommit=True, client_encoding=encoding)


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize(("encoding", "text"), [("latin1", "Grüße, ÿ"), ("win1252", "1 € … „x“"),
                                               ("koi8-r", "привет")])  # fmt: skip
def test_text_goes_there_and_back(dsn: str, encoding: str, text: str, binary: bool) -> None:
    with connect(dsn, encoding) as connection:
        cursor = connection.cursor(binary=binary)
        found = cursor.execute(f'SELECT %s::text AS "{text}", octet_length(%s)', (text, text))
        assert found.description is not None
        assert found.description[0].name == text
        assert found.fetchall() == [(text, len(text.encode()))]
        found = cursor.execute("SELECT %s::jsonb ->> 'a', %b::text", (f'{{"a": "{text}"}}', text))
        assert found.fetchall() == [(text, text)]
        rows = cursor.execute("SELECT n || %s FROM generate_series(1, 999) g (n)", (text,))
        assert rows.fetchall() == [(f"{n}{text}",) for n in range(1, 1000)]
        shown = connection.execute("SHOW client_encoding")
        assert shown.fetchall() == connection.execute("SELECT pg_client_encoding()").fetchall()
        shown = connection.execute("SELECT pg_client_encoding()")
        assert shown.fetchall() == [(connection.info.parameter_status("client_encoding"),)]


def test_errors_notices_and_notifications_are_told_in_it(dsn: str) -> None:
    with connect(dsn, "latin1") as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn, match="größe"):
            connection.execute('SELECT "größe"')
        connection.execute('LISTEN "größe"')
        connection.execute("NOTIFY \"größe\", 'ä'")
        heard = [(n.channel, n.payload) for n in connection.notifies(timeout=5, stop_after=1)]
        assert heard == [("größe", "ä")]


def test_what_has_no_equivalent_is_an_error(dsn: str) -> None:
    with connect(dsn, "latin1") as connection:
        with pytest.raises(psycopg.errors.UntranslatableCharacter) as caught:
            connection.execute("SELECT chr(8364)")
        assert caught.value.diag.message_primary == (
            'character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in'
            ' encoding "LATIN1"'
        )


def test_bytes_that_are_no_character_are_an_error(
    hookwire: HookwireProcess, postgres: PostgresServer
) -> None:
    found = []
    message = query("SELECT 1").replace(b"1\0", b"'\x81'\0")
    message = message[:1] + len(message[1:]).to_bytes(4, "big") + message[5:]
    for address, user in (
        (hookwire.sql_address, "hookwire"), ((postgres.host, postgres.port), "postgres")
    ):  # fmt: skip
        with WireClient(address) as client:
            client.login(user, user, client_encoding="WIN1252")
            found.append(client.ask(message))
            found[-1] += client.ask(query("SET client_encoding = sql_ascii"))
            found[-1] += client.ask(message)
    assert found[0] == found[1]
    assert [line for line in found[0] if "Error" in line] == [
        'ErrorResponse "ERROR" "22P05"', 'ErrorResponse "ERROR" "22021"'
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "csv"])
@pytest.mark.parametrize("option", [False, True], ids=["of the client", "of the COPY"])
def test_copy(dsn: str, form: str, option: bool) -> None:
    encoding = "utf8" if option else "win1252"
    options = f"(FORMAT {form}, ENCODING 'WIN1252')" if option else f"(FORMAT {form})"
    text = "10 € für „ä“"
    with connect(dsn, encoding) as connection:
        connection.execute("CREATE TEMP TABLE coded (a int, t text)")
        separator = "," if form == "csv" else "\t"
        data = "".join(f"{n}{separator}{text}\n" for n in range(500)).encode("cp1252")
        with connection.cursor().copy(f"COPY coded FROM STDIN {options}".encode()) as copy:
            for start in range(0, len(data), 1000):
                copy.write(data[start : start + 1000])
        assert connection.execute("SELECT DISTINCT t FROM coded").fetchall() == [(text,)]
        with connection.cursor().copy(
            f"COPY (SELECT * FROM coded ORDER BY a) TO STDOUT {options}".encode()
        ) as copy:
            assert b"".join(bytes(piece) for piece in copy) == data
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            connection.execute("COPY coded TO STDOUT (ENCODING 'nonsense')")


def test_every_byte_of_every_encoding_means_the_same(
    hookwire: HookwireProcess, both_dsn: str
) -> None:
    """`convert_from` of PostgreSQL, for each byte alone, beside what a client of ours sends."""
    different = []
    with psycopg.connect(both_dsn, autocommit=True) as oracle:
        for name, codec in CODECS.items():
            for byte in range(128, 256):
                try:
                    sql = "SELECT convert_from(%b::bytea, %s)"
                    row = oracle.execute(sql, (bytes([byte]), name)).fetchone()
                    expected = None if row is None else row[0]
                except psycopg.errors.UntranslatableCharacter:
                    expected = None
                try:
                    found = bytes([byte]).decode(codec)
                except UnicodeDecodeError:
                    found = None
                if found != expected:
                    different.append((name, hex(byte), found, expected))
    assert different == []
