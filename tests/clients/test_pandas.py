"""pandas through SQLAlchemy, and readers that make Arrow of a result: ADBC and ConnectorX."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

pandas: Any = pytest.importorskip("pandas")
sqlalchemy: Any = pytest.importorskip("sqlalchemy")

SERIES = "SELECT i AS n, i::text AS t, i::float8 / 2 AS f FROM generate_series(1, 250) AS g(i)"


@pytest.fixture
def engine(hookwire: HookwireProcess) -> Iterator[Any]:
    url = hookwire.sql_dsn.replace("postgresql://", "postgresql+psycopg://")
    engine = sqlalchemy.create_engine(url)
    yield engine
    engine.dispose()


@client_feature("pandas", "`to_sql`, `read_sql_table`")
@pytest.mark.parametrize("method", [None, "multi"])
def test_frames_there_and_back(engine: Any, method: str | None) -> None:
    days = ["2024-01-01", "2024-01-02", "2024-01-03"]
    frame = pandas.DataFrame(
        {
            "a": [1, 2, 3],
            "b": ["x", None, "z"],
            "c": pandas.to_datetime(days, utc=True),
            "d": [1.5, 2.5, float("nan")],
            "e": [True, False, True],
        }
    )
    frame.to_sql("frame", engine, if_exists="replace", index=False, method=method)
    frame.to_sql("frame", engine, if_exists="append", index=False, method=method)
    found = pandas.read_sql_table("frame", engine)
    assert found.dtypes.astype(str).to_dict()["c"].startswith("datetime64")
    expected = pandas.concat([frame, frame], ignore_index=True)
    assert found.astype(object).fillna("-").values.tolist() == (
        expected.astype(object).fillna("-").values.tolist()
    )


@client_feature("pandas", "`read_sql`, in chunks, with parameters")
def test_read_sql(engine: Any) -> None:
    assert [len(c) for c in pandas.read_sql(SERIES, engine, chunksize=100)] == [100, 100, 50]
    query = sqlalchemy.text("SELECT CAST(:x AS int) + 1 AS y")
    assert pandas.read_sql(query, engine, params={"x": 4}).values.tolist() == [[5]]


@client_feature("pandas", "`read_sql`, in chunks, with parameters")
def test_read_a_source(hookwire: HookwireProcess, engine: Any) -> None:
    hookwire.psql("CREATE SOURCE framed FROM WEBHOOK BODY FORMAT JSON INCLUDE RECEIVED_AT")
    for number in range(3):
        hookwire.post(webhook_path("framed"), f'{{"n": {number}}}')
    frame = pandas.read_sql("SELECT body, received_at FROM framed ORDER BY received_at", engine)
    assert [body["n"] for body in frame["body"]] == [0, 1, 2]
    assert str(frame.dtypes["received_at"]).startswith("datetime64")


@client_feature("ADBC", "results as Arrow, parameters")
def test_adbc_reads_arrow(hookwire: HookwireProcess) -> None:
    adbc: Any = pytest.importorskip("adbc_driver_postgresql.dbapi")
    with adbc.connect(hookwire.sql_dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT i, i::int8 AS b, i / 2.0::float8 AS f, i::text AS t, i % 2 = 0 AS e,"
            " DATE '2024-01-01' + i AS d, ARRAY[i, NULL] AS l, '\\x00'::bytea AS x,"
            " TIMESTAMPTZ '2024-01-01 00:00:00+00' AS z FROM generate_series(1, 3000) AS g(i)"
        )
        table = cursor.fetch_arrow_table()
        assert (table.num_rows, table["i"].type, table["l"].type.value_type) == (
            *(3000, pa.int32()),
            pa.int32(),
        )
        assert table.slice(1, 1).to_pylist() == [
            {
                **{"i": 2, "b": 2, "f": 1.0, "t": "2", "e": True, "x": b"\0", "l": [2, None]},
                "d": datetime.date(2024, 1, 3),
                "z": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
            }
        ]
        cursor.execute("SELECT $1 + 1", (4,))
        assert cursor.fetchall() == [(5,)]


@client_feature("ADBC", "`adbc_ingest`, schemas of tables")
def test_adbc_writes_a_table(hookwire: HookwireProcess) -> None:
    adbc: Any = pytest.importorskip("adbc_driver_postgresql.dbapi")
    moments = pa.array([1, 2], pa.timestamp("us", "UTC"))
    table = pa.table({"a": [1, 2], "b": ["x", None], "at": moments})
    with adbc.connect(hookwire.sql_dsn) as connection, connection.cursor() as cursor:
        assert cursor.adbc_ingest("ingested", table, mode="create") == 2
        connection.commit()
        schema = connection.adbc_get_table_schema("ingested", db_schema_filter="public")
        assert [field.name for field in schema] == ["a", "b", "at"]
        cursor.execute("SELECT a, b FROM ingested ORDER BY a")
        assert cursor.fetchall() == [(1, "x"), (2, None)]
        found = connection.adbc_get_objects(depth="tables", table_name_filter="ingested")
        [catalog] = found.read_all().to_pylist()
        assert catalog["catalog_name"] == "hookwire"


@client_feature("ConnectorX", "`read_sql` to Arrow, in parts")
@pytest.mark.parametrize("protocol", ["binary", "csv", "cursor"])
def test_connectorx(hookwire: HookwireProcess, protocol: str) -> None:
    connectorx: Any = pytest.importorskip("connectorx")
    options = {"return_type": "arrow", "protocol": protocol}
    for more in ({}, {"partition_on": "n", "partition_num": 3}):
        table = connectorx.read_sql(hookwire.sql_dsn, SERIES, **options, **more)
        assert sorted(table["n"].to_pylist()) == list(range(1, 251))
        rows = {row["n"]: row for row in table.to_pylist()}
        assert rows[7] == {"n": 7, "t": "7", "f": 3.5}
