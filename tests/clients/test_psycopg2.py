"""psycopg2: what it has beyond psycopg 3's ways, from named cursors to execute_values."""

from __future__ import annotations

import datetime
import io
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

psycopg2 = pytest.importorskip("psycopg2")
extras: Any = pytest.importorskip("psycopg2.extras")


@pytest.fixture
def connection(hookwire: HookwireProcess) -> Iterator[Any]:
    connection = psycopg2.connect(hookwire.sql_dsn)
    yield connection
    connection.close()


@client_feature("psycopg2", "named cursors, `WITH HOLD`")
def test_named_cursors(connection: Any) -> None:
    with connection.cursor("numbers", cursor_factory=extras.RealDictCursor) as cursor:
        cursor.itersize = 7
        cursor.execute("SELECT i FROM generate_series(1, %s) AS g(i)", (50,))
        assert cursor.fetchone() == {"i": 1}
        assert [row["i"] for row in cursor] == list(range(2, 51))
    held = connection.cursor("held", withhold=True)
    held.execute("SELECT i FROM generate_series(1, 5) AS g(i)")
    connection.commit()
    assert held.fetchall() == [(i,) for i in range(1, 6)]


@client_feature("psycopg2", "`copy_expert`, `copy_from`, `copy_to`")
def test_copy(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE copied (a int, b text)")
    cursor.copy_expert("COPY copied FROM STDIN (FORMAT csv, HEADER)", io.StringIO("a,b\n1,x\n2,\n"))
    assert cursor.rowcount == 2
    cursor.copy_from(io.StringIO("3\t\\N\n"), "copied", columns=("a", "b"))
    out = io.StringIO()
    cursor.copy_expert("COPY (SELECT * FROM copied ORDER BY a) TO STDOUT WITH CSV HEADER", out)
    assert out.getvalue() == "a,b\n1,x\n2,\n3,\n"
    plain = io.StringIO()
    cursor.copy_to(plain, "copied", null="-", columns=("a", "b"))
    assert sorted(plain.getvalue().splitlines()) == ["1\tx", "2\t-", "3\t-"]


@client_feature("psycopg2", "`execute_values`, `execute_batch`")
def test_execute_values_and_batches(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE valued (a int, b text)")
    rows = [(i, str(i)) for i in range(250)]
    sql = "INSERT INTO valued (a, b) VALUES %s RETURNING a"
    returned = extras.execute_values(cursor, sql, rows, fetch=True)
    assert sorted(returned) == [(i,) for i in range(250)]
    extras.execute_batch(
        cursor, "UPDATE valued SET b = %s WHERE a = %s", [("x", i) for i in range(120)]
    )
    cursor.execute("SELECT count(*) FROM valued WHERE b = %s AND a IN %s", ("x", (1, 119, 120)))
    assert cursor.fetchone() == (2,)


@client_feature("psycopg2", "`register_hstore`")
def test_headers_are_a_dictionary(hookwire: HookwireProcess, connection: Any) -> None:
    hookwire.psql(
        "CREATE SOURCE with_headers FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS ('x-a')"
    )
    hookwire.post(webhook_path("with_headers"), '{"n": [1, 2.50]}', [("X-A", "1")])
    extras.register_hstore(connection)
    cursor = connection.cursor()
    cursor.execute("SELECT headers, body FROM with_headers WHERE headers = %s", ({"x-a": "1"},))
    assert cursor.fetchone() == ({"x-a": "1"}, {"n": [1, 2.5]})


@client_feature("psycopg2", "types and adapters")
def test_values_there_and_back(connection: Any) -> None:
    extras.register_uuid()
    values = [
        *(1, 2**40, 1.5, "it's", None, True, datetime.date(2024, 1, 2), datetime.time(1, 2, 3)),
        datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        *(datetime.timedelta(1, 5), uuid.UUID(int=5), [1, 2], ["a", None]),
    ]
    cursor = connection.cursor()
    cursor.execute("SELECT " + ", ".join(["%s"] * len(values)), values)
    row = cursor.fetchone()
    assert [float(v) if isinstance(v, Decimal) else v for v in row] == values
    cursor = connection.cursor(cursor_factory=extras.NamedTupleCursor)
    cursor.execute("SELECT %s AS raw, %s AS doc", (b"\0\xff", extras.Json({"a": [1]})))
    row = cursor.fetchone()
    assert (bytes(row.raw), cursor.description[1].name) == (b"\0\xff", "doc")


@client_feature("psycopg2", "notices, `LISTEN`")
def test_notices_and_notifications(hookwire: HookwireProcess, connection: Any) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE SOURCE noticed2 FROM WEBHOOK BODY FORMAT TEXT")
    url = f"{hookwire.http_url}{webhook_path('noticed2')}"
    assert connection.notices == [f"NOTICE:  URL to POST data is '{url}'\n"]
    cursor.execute("LISTEN heard")
    cursor.execute("NOTIFY heard, 'hello'")
    connection.poll()
    assert [(n.channel, n.payload) for n in connection.notifies] == [("heard", "hello")]


@client_feature("psycopg2", "transactions, isolation levels, errors")
def test_transactions(connection: Any) -> None:
    connection.set_session(isolation_level="SERIALIZABLE", readonly=True)
    cursor = connection.cursor()
    cursor.execute("SHOW transaction_isolation")
    assert cursor.fetchone() == ("serializable",)
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute("CREATE TABLE refused (id int)")
    connection.rollback()
    connection.reset()
    connection.set_session(isolation_level="DEFAULT", readonly=False)
    with pytest.raises(psycopg2.errors.UndefinedColumn) as raised:
        cursor.execute("SELECT nope")
    diagnosis = raised.value.diag
    assert (raised.value.pgcode, diagnosis.statement_position) == ("42703", "8")
    connection.rollback()
    with connection, connection.cursor() as inner:
        inner.execute("CREATE TABLE kept2 (id int)")
    assert hasattr(connection, "info") and connection.info.dbname == "hookwire"
    cursor.execute("SELECT count(*) FROM kept2")
    assert cursor.fetchone() == (0,)


@client_feature("psycopg2", "two-phase commit is refused")
def test_two_phase_commit_is_refused_as_by_postgres(connection: Any) -> None:
    connection.tpc_begin(connection.xid(1, "a", "b"))
    connection.cursor().execute("SELECT 1")
    with pytest.raises(psycopg2.errors.ObjectNotInPrerequisiteState) as raised:
        connection.tpc_prepare()
    assert "prepared transactions are disabled" in str(raised.value)
