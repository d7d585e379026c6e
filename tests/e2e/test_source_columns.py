"""Every column a source can have, as psql, psycopg (text and binary) and asyncpg read it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
import pytest
from psycopg.types import TypeInfo
from psycopg.types.hstore import register_hstore

from support.hookwire_process import HookwireProcess, webhook_path

CREATE = """
CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT {form}
    INCLUDE HEADERS ('x-kind', 'x-odd', 'x-empty')
    INCLUDE HEADER 'X-Kind' AS kind INCLUDE HEADER 'x-odd' AS odd BYTES
    INCLUDE HEADER 'x-never' AS never
    INCLUDE RECEIVED_AT INCLUDE REQUEST_ID INCLUDE REMOTE_ADDRESS INCLUDE METHOD INCLUDE PATH
    INCLUDE QUERY AS asked
"""
BODIES: dict[str, tuple[bytes, Any]] = {
    "TEXT": ("naïve 'text'\n".encode(), "naïve 'text'\n"),
    "BYTES": (b"\x00\xffbytes\\", b"\x00\xffbytes\\"),
    "JSON": (b'{"b": 1.10, "a": [null]}', {"b": 1.1, "a": [None]}),
}
HEADERS = {"x-kind": 'a "b", c=>d', "x-odd": "ünï 😀", "x-empty": ""}
COLUMNS = [
    *("body", "headers", "kind", "odd", "never"),
    *("received_at", "request_id", "remote_address", "method", "path", "asked"),
]


@pytest.fixture(scope="module", params=BODIES)
def filled(hookwire: HookwireProcess, request: pytest.FixtureRequest) -> str:
    """The name of a source of each body format, with one row in it."""
    form: str = request.param
    name = f"columns_{form.lower()}"
    hookwire.psql(CREATE.format(name=name, form=form))
    headers = list(HEADERS.items())
    reply = hookwire.request("PUT", webhook_path(name) + "?a=1&b=%C3%BC", BODIES[form][0], headers)
    assert reply.status == 200
    return name


def _hold(name: str, row: dict[str, Any]) -> None:
    """Hold a row, as a client made it of the wire, against what was sent."""
    form = name.removeprefix("columns_").upper()
    assert list(row) == COLUMNS
    body = row["body"]
    if form == "JSON" and isinstance(body, str):
        body = json.loads(body)
    assert (bytes(body) if form == "BYTES" else body) == BODIES[form][1]
    assert row["headers"] == HEADERS
    assert (row["kind"], bytes(row["odd"]), row["never"]) == (
        HEADERS["x-kind"],
        HEADERS["x-odd"].encode(),
        None,
    )
    assert abs(datetime.now(UTC) - row["received_at"]) < timedelta(minutes=5)
    assert isinstance(row["request_id"], UUID) and row["request_id"].int
    assert str(row["remote_address"]) in ("127.0.0.1", "127.0.0.1/32")
    assert (row["method"], row["path"]) == ("PUT", webhook_path(name))
    assert row["asked"] == "a=1&b=%C3%BC"


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_psycopg(hookwire: HookwireProcess, filled: str, binary: bool) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        hstore = TypeInfo.fetch(connection, "hstore")
        assert hstore is not None, "the hstore type is not in the catalog"
        register_hstore(hstore, connection)
        cursor = connection.cursor(binary=binary, row_factory=psycopg.rows.dict_row)
        (row,) = cursor.execute(f"SELECT * FROM {filled}").fetchall()
        _hold(filled, row)


def test_asyncpg(hookwire: HookwireProcess, filled: str) -> None:
    async def run() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            await connection.set_builtin_type_codec("hstore", codec_name="pg_contrib.hstore")
            rows: list[asyncpg.Record] = await connection.fetch(f"SELECT * FROM {filled}")
            return rows
        finally:
            await connection.close()

    (row,) = asyncio.run(run())
    _hold(filled, dict(row))


def test_psql(hookwire: HookwireProcess, filled: str) -> None:
    script = f"SELECT headers, kind, odd, never, method, path, asked FROM {filled}"
    headers = r'''"x-odd"=>"ünï 😀", "x-kind"=>"a \"b\", c=>d", "x-empty"=>""'''
    kind, odd = HEADERS["x-kind"], "\\x" + HEADERS["x-odd"].encode().hex()
    expected = [headers, kind, odd, "NULL", "PUT", webhook_path(filled), "a=1&b=%C3%BC"]
    shown = hookwire.psql(script, "-F", "\x1f", "-P", "null=NULL").split("\x1f")
    assert sorted(shown[0].split(", ")) == sorted(expected[0].split(", "))
    assert shown[1:] == expected[1:]


def test_psql_reads_bytes_as_bytea(hookwire: HookwireProcess, filled: str) -> None:
    form = filled.removeprefix("columns_").upper()
    sent, _ = BODIES[form]
    shown = hookwire.psql(f"SELECT body FROM {filled}")
    assert shown == ("\\x" + sent.hex() if form == "BYTES" else sent.decode())


def test_headers_are_a_map_to_ask(hookwire: HookwireProcess, filled: str) -> None:
    answers = hookwire.psql(
        "SELECT headers['x-kind'] = kind, headers->'x-kind' = kind, headers ? 'x-empty',"
        f" headers ? 'nothing', headers->'nothing' IS NULL FROM {filled}"
    )
    assert answers == "t|t|t|f|t"
