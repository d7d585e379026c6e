"""int2vector and oidvector in both formats, beside PostgreSQL's bytes."""

from __future__ import annotations

import psycopg
import pyarrow as pa
import pytest

from hookwire_catalog.types import INT2VECTOR, OIDVECTOR, PgType, ResultColumn
from hookwire_pgwire.values import encode_rows
from hookwire_pgwire.values.registry import codec_of
from hookwire_pgwire.values.rendering import Rendering
from support.postgres import PostgresServer

CASES = [
    (INT2VECTOR, pa.int16(), [1, -2, 32767]),
    (INT2VECTOR, pa.int16(), []),
    (OIDVECTOR, pa.int64(), [0, 4294967295]),
    (OIDVECTOR, pa.int64(), []),
]


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize(("type_", "element", "items"), CASES)
def test_bytes(
    postgres: PostgresServer, type_: PgType, element: pa.DataType, items: list[int], binary: bool
) -> None:
    text = " ".join(map(str, items))
    with psycopg.connect(postgres.dsn) as connection:
        cursor = connection.execute(f"SELECT '{text}'::{type_.name}", binary=binary)
        assert cursor.pgresult is not None
        expected = cursor.pgresult.get_value(0, 0)
    assert expected is not None
    batch = pa.RecordBatch.from_arrays([pa.array([items, None], pa.list_(element))], ["v"])
    message = bytes(encode_rows(batch, (ResultColumn("v", type_),), (int(binary),), Rendering()))
    first = b"D" + (10 + len(expected)).to_bytes(4, "big") + b"\0\1"
    assert message.startswith(first + len(expected).to_bytes(4, "big") + expected + b"D")
    codec = codec_of(type_)
    assert codec.unpack is not None
    back = codec.unpack(expected) if binary else codec.parse(expected.decode(), Rendering())
    assert back == items
