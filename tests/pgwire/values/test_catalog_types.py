"""int2vector, oidvector, xid and "char", which the catalogs have, beside PostgreSQL's bytes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import InvalidTextRepresentation, SqlError
from hookwire_catalog.types import PgType
from hookwire_pgwire.values import Rendering
from hookwire_pgwire.values.registry import codec_of
from support.golden import FORMATS, Golden, encoded

VALUES: list[tuple[PgType, str, list[Any], pa.DataType]] = [
    (types.INT2VECTOR, "int2vector", ["", "1", "1 -2 32767", None], pa.list_(pa.int16())),
    (types.OIDVECTOR, "oidvector", ["", "0", "1 2 4294967295", None], pa.list_(pa.int64())),
    (types.XID, "xid", ["0", "7", "4294967295", None], pa.int64()),
    (types.CHAR, '"char"', ["", "a", "r", None], pa.string()),
]


def _read(type_: PgType, literal: str | None) -> Any:
    return None if literal is None else codec_of(type_).parse(literal, Rendering())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("type_", "name", "literals", "arrow"), VALUES)
def test_values_have_the_bytes_of_postgres(
    golden: Golden, type_: PgType, name: str, literals: list[Any], arrow: pa.DataType, form: int
) -> None:
    array = pa.array([_read(type_, literal) for literal in literals], arrow)
    assert encoded(array, type_, form) == golden.shown(name, literals, form)


@pytest.mark.parametrize(("type_", "name", "literals", "arrow"), VALUES)
def test_binary_is_read_as_it_is_written(
    golden: Golden, type_: PgType, name: str, literals: list[Any], arrow: pa.DataType
) -> None:
    unpack = codec_of(type_).unpack
    assert unpack is not None
    sent = golden.shown(name, literals[:-1], 1)
    assert [unpack(value or b"") for value in sent] == [_read(type_, v) for v in literals[:-1]]


@pytest.mark.parametrize("text", ["x", "1,2", "32768", "1 +", "1 ²"])
def test_what_is_no_vector_is_refused(text: str) -> None:
    with pytest.raises(InvalidTextRepresentation, match="invalid input syntax for type smallint"):
        _read(types.INT2VECTOR, text)


@pytest.mark.parametrize("data", [b"", b"ab"])
def test_a_char_is_one_byte(data: bytes) -> None:
    unpack = codec_of(types.CHAR).unpack
    assert unpack is not None
    with pytest.raises(SqlError):
        unpack(data)
