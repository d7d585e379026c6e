"""No value of a secret is anywhere but in the memory of the server: not on disk, not in the log,
not in an answer, a metric or a relation."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path

TEXT = "plantedtextvalue-4711"
FROM_BASE64 = b"plantedbase64value-4712"
FROM_BYTEA = b"plantedbyteavalue-4713"
ROTATED = "plantedrotated-4714"
REFUSED = "plantedinrefused-4715"
ARRAYS = "pg_catalog.pg_prepared_statements"
"""Its columns of type regtype[] cannot be read yet."""
NEEDLES = (TEXT.encode(), FROM_BASE64, FROM_BYTEA, ROTATED.encode(), REFUSED.encode())

SCRIPT = (
    f"CREATE SECRET a AS '{TEXT}'",
    f"CREATE SECRET b AS decode('{base64.b64encode(FROM_BASE64).decode()}', 'base64')",
    f"CREATE SECRET c AS '\\x{FROM_BYTEA.hex()}'::bytea",
    f"ALTER SECRET a ADD '{ROTATED}'",
    "CREATE SOURCE g FROM WEBHOOK BODY FORMAT TEXT INCLUDE HEADERS VALIDATE GITHUB (SECRET a)",
    "CREATE SOURCE u FROM WEBHOOK BODY FORMAT TEXT"
    " VALIDATE USING (headers['x'] = hmac('sha256', SECRET a, body))",
    "CREATE SOURCE k FROM WEBHOOK BODY FORMAT TEXT CHECK (WITH (HEADERS, SECRET b, SECRET c BYTES)"
    " headers['x'] = b AND length(c)::text::int / (length(b) - length(b)) = 1)",
    "CREATE SOURCE n FROM WEBHOOK BODY FORMAT TEXT CHECK (SECRET a::int = length(body))",
    "COMMENT ON SECRET a IS 'nothing in it'",
    "ALTER SECRET b RENAME TO bb",
)
FAILING = (
    f"CREATE SECRET a AS '{REFUSED}'",
    f"CREATE SECRET x AS {REFUSED.replace('-', '')}",
    f"CREATE SECRET x AS '{REFUSED}",
    f"CREATE SECRET x AS '{REFUSED}'::int",
    f"CREATE SECRET x AS decode('{REFUSED}!', 'base64')",
    f"CREATE SECRET x AS upper('{REFUSED}')",
    f"CREATE SECRET x '{REFUSED}'",
    f"CREATE SECRET nowhere.x AS '{REFUSED}'",
    f"ALTER SECRET a ADD '{REFUSED}'",
    f"ALTER SECRET no AS '{REFUSED}'",
    f"EXPLAIN CREATE SECRET x AS '{REFUSED}'",
    f"PREPARE p AS CREATE SECRET x AS '{REFUSED}'",
    "SELECT SECRET a",
    "EXPLAIN SELECT SECRET a FROM g",
    "DROP SECRET a",
    "CREATE SOURCE z FROM WEBHOOK BODY FORMAT TEXT CHECK (SECRET a)",
    "CREATE SOURCE z FROM WEBHOOK BODY FORMAT TEXT VALIDATE GITHUB (SECRET a, nope => '1')",
)


def forms(value: bytes) -> Iterator[bytes]:
    """A value as it stands, in hex, and in base64 wherever it begins in a longer text."""
    yield value
    yield value.replace(b"-", b"")
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for ahead in range(3):
        whole = base64.b64encode(bytes(ahead) + value)
        yield whole[4 if ahead else 0 : -4]


FORMS = [form for needle in NEEDLES for form in forms(needle)]


def found_in(data: bytes | str) -> list[bytes]:
    text = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    return [form for form in FORMS if form in text]


def test_the_search_finds_what_is_there() -> None:
    for text in (b"x" + FROM_BYTEA, base64.b64encode(b"ab" + TEXT.encode() + b"c"),
                 b"\\x" + ROTATED.encode().hex().encode()):  # fmt: skip
        assert found_in(text)


@pytest.fixture
def told(make_hookwire: Callable[..., HookwireProcess]) -> Iterator[tuple[HookwireProcess, str]]:
    """A server on which secrets were used in every way, and all that it said to its clients."""
    server = make_hookwire("--log-level", "debug").start()
    said: list[str] = []
    with psycopg.connect(server.sql_dsn, autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: said.append(str(notice.message_primary)))
        for sql in SCRIPT:
            connection.execute(sql)
        for number, sql in enumerate(FAILING):
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(sql, prepare=bool(number % 2))
            diag = refused.value.diag
            said += [str(getattr(diag, name)) for name in dir(diag) if not name.startswith("_")]
        said += _relations(connection)
        for sql in ("SHOW SECRETS", "SHOW CREATE SOURCE g", "SHOW CREATE SOURCE k", "SHOW ALL"):
            said.append(str(connection.execute(sql).fetchall()))
    for source in "gukn":
        for header in (("X", "1"), ("X-Hub-Signature-256", "sha256=00"), ("Origin", "o")):
            reply = server.request("POST", webhook_path(source), b"body", (header,))
            assert reply.status == 401
            said.append(f"{reply.headers} {reply.text}")
    with psycopg.connect(server.sql_dsn, autocommit=True) as connection:
        said += _relations(connection)
    said.append(server.request("GET", "/metrics").text)
    yield server, "\n".join(said)


def _relations(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """All rows of all system relations."""
    names = connection.execute(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname <> 'public'"
    ).fetchall()
    assert len(names) > 100
    said: list[str] = []
    for (name,) in names:
        columns = "name, statement" if name == ARRAYS else "*"
        rows = connection.execute(f"SELECT {columns} FROM {name}".encode()).fetchall()
        said.append(f"{name} {rows!r}")
    return said


def test_nothing_is_told_logged_or_stored(told: tuple[HookwireProcess, str]) -> None:
    server, said = told
    assert found_in(said) == []
    assert "CREATE SECRET ..." in server.log()
    assert found_in(server.log()) == []
    _search(Path(server.data_dir))
    server.terminate()
    _search(Path(server.data_dir))
    assert found_in(server.log()) == []


def _search(data_dir: Path) -> None:
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert any(path.name == "hookwire.duckdb" for path in files)
    for path in files:
        assert found_in(path.read_bytes()) == [], path
