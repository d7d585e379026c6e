"""What was sent comes back: JSON byte for byte, text and bytes exactly, to every client."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path

DOCUMENTS = {
    "thirty digits": '{"n": 123456789012345678901234567890}',
    "negative thirty digits": '{"n": -123456789012345678901234567890}',
    "trailing zero": '{"price": 1.10}',
    "long fraction": '{"pi": 3.14159265358979323846264338327950288419716939937510}',
    "exponents": "[1e400, 1E-400, 1e+2, -0, -0.0, 0.0e0]",
    "duplicate keys": '{"a": 1, "a": 2, "a": {"b": 1, "b": 2}}',
    "key order": '{"zulu": 1, "alpha": 2, "mike": {"z": 1, "a": 2}, "Alpha": 3, "": 4}',
    "white space": '{ "a" :\t1 ,\n "b" : [ 1 ,2,  3 ] }',
    "escapes as written": r'{"a": "\u00e9\u4e2d\/\b\f\n\r\t\\\"", "\u0061": "\u001f"}',
    "surrogate pair as escapes": r'{"smile": "\ud83d\ude00"}',
    "raw odd unicode": '{"a": "é中😀\u200b\u2028\u2029\ufeff\U0010fffd\u0301e", "ключ": "я"}',
    "case of escapes": r'["\u00E9", "\u00e9", "\uD83D\uDE00"]',
    "delete and c1 controls": '["\x7f\x80\x9f"]',
    "deep nesting": "[" * 200 + "1" + "]" * 200,
    "deep objects": '{"a":' * 150 + "null" + "}" * 150,
    "sql in a string": """{"q": "'; DROP TABLE x; -- $1 {0} %s \\\\"}""",
    "string": '"just a string"',
    "null": "null",
    "false": "false",
    "number": "1.50",
    "empty object": "{}",
    "empty array": "[]",
    "spaces in empties": "{ }",
    "long string": json.dumps("x" * 12_000),
}


@pytest.fixture(scope="module")
def documents(hookwire: HookwireProcess) -> HookwireProcess:
    hookwire.psql(
        "CREATE SOURCE documents FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADER 'x-id' AS id"
    )
    for name, document in DOCUMENTS.items():
        reply = hookwire.post(webhook_path("documents"), document, [("X-Id", name)])
        assert reply.status == 200, (name, reply)
    return hookwire


@pytest.mark.parametrize("column", ["body::text", "body"])
def test_psql_gets_json_byte_for_byte(documents: HookwireProcess, column: str) -> None:
    script = f"SELECT {column} FROM documents WHERE id = :'id'"
    for name, document in DOCUMENTS.items():
        assert documents.psql(script, "-v", f"id={name}") == document


@pytest.mark.parametrize("binary", [False, True])
def test_psycopg_gets_json_byte_for_byte(documents: HookwireProcess, binary: bool) -> None:
    with psycopg.connect(documents.sql_dsn, autocommit=True) as connection:
        cursor = connection.cursor(binary=binary)
        rows = cursor.execute("SELECT id, body::text FROM documents").fetchall()
        assert {str(name): str(text) for name, text in rows} == DOCUMENTS
        raw = cursor.execute("SELECT id, body FROM documents")
        assert raw.pgresult is not None
        for row in range(raw.pgresult.ntuples):
            name, value = raw.pgresult.get_value(row, 0), raw.pgresult.get_value(row, 1)
            assert name is not None and value is not None
            # A jsonb value in the binary format is a version byte, 1, and the text.
            text = value.removeprefix(b"\x01") if binary else value
            assert text.decode() == DOCUMENTS[name.decode()]


def test_asyncpg_gets_json_byte_for_byte(documents: HookwireProcess) -> None:
    async def run() -> tuple[dict[str, str], dict[str, str]]:
        connection = await asyncpg.connect(documents.sql_dsn)
        try:
            as_text = await connection.fetch("SELECT id, body::text AS body FROM documents")
            as_jsonb = await connection.fetch("SELECT id, body FROM documents")
        finally:
            await connection.close()
        return {r["id"]: r["body"] for r in as_text}, {r["id"]: r["body"] for r in as_jsonb}

    assert asyncio.run(run()) == (DOCUMENTS, DOCUMENTS)


@pytest.mark.parametrize(
    "body",
    [
        b"{bad",
        b'{"a": 1} {"a": ',
        b"[1, 2",
        b"{'a': 1}",
        b"NaN",
        b"[1,]",
        b'"\xff"',
        b"\xef\xbb\xbf",
        b'{"nul": "\\u0000"}',
        b'"lone \\ud800"',
        b"01",
        b'"raw\ttab"',
        b'"raw\x00nul"',
        b"tru",
    ],
)
def test_what_is_not_json_is_400_and_no_row(hookwire: HookwireProcess, body: bytes) -> None:
    hookwire.psql("CREATE SOURCE IF NOT EXISTS strict FROM WEBHOOK BODY FORMAT JSON")
    reply = hookwire.post(webhook_path("strict"), body)
    assert reply.status == 400, reply
    assert reply.headers["content-type"].startswith("text/plain")
    assert hookwire.psql("SELECT count(*) FROM strict") == "0"


def test_json_nested_beyond_reason_is_stored_or_refused(hookwire: HookwireProcess) -> None:
    """Either answer is right; a crash, a 500 or a row that cannot be read back is not."""
    hookwire.psql("CREATE SOURCE deep FROM WEBHOOK BODY FORMAT JSON")
    document = "[" * 8000 + "]" * 8000
    reply = hookwire.post(webhook_path("deep"), document)
    assert reply.status in (200, 400), reply
    stored = hookwire.psql("SELECT body::text FROM deep").splitlines()
    assert stored == [document] * (reply.status == 200)


def test_text_and_bytes_come_back_exactly(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SOURCE exact_text FROM WEBHOOK BODY FORMAT TEXT;"
        "CREATE SOURCE exact_bytes FROM WEBHOOK BODY FORMAT BYTES"
    )
    texts = ["", " ", "\n", "a\r\nb\tc\\d'e\"f", "naïve 中文 😀", "\ufeffbom", "x" * 16384]
    blobs = [b"", bytes(range(256)), b"\x00", b"\xff\xfe", b"\\x41", b"\x00" * 16384]
    for text in texts:
        assert hookwire.post(webhook_path("exact_text"), text).status == 200
    for blob in blobs:
        assert hookwire.post(webhook_path("exact_bytes"), blob).status == 200
    for binary in (False, True):
        with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
            cursor = connection.cursor(binary=binary)
            cursor.execute("SELECT body FROM exact_text")
            assert [row[0] for row in cursor.fetchall()] == texts
            cursor.execute("SELECT body FROM exact_bytes")
            assert [bytes(row[0]) for row in cursor.fetchall()] == blobs
