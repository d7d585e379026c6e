"""bytea, varbit, uuid, inet and the types of text, beside PostgreSQL's bytes."""

from __future__ import annotations

import random
import uuid

import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.types import PgType
from hookwire_pgwire.values import Rendering
from support.golden import BINARY_FORMAT, FORMATS, TEXT_FORMAT, Golden, differences, encoded

RANDOM = random.Random(20)


def _octets() -> list[bytes | None]:
    some = [RANDOM.randbytes(RANDOM.randrange(40)) for _ in range(200)]
    return [b"", None, bytes(range(256)), b"\\", b"'", b" ~\x7f\x1f", b"\0", *some, bytes(10_000)]


def _literals(values: list[bytes | None]) -> list[str | None]:
    return [None if v is None else "\\x" + v.hex() for v in values]


@pytest.mark.parametrize("output", ["hex", "escape"])
@pytest.mark.parametrize("form", FORMATS)
def test_bytea(golden: Golden, form: int, output: str) -> None:
    values = _octets()
    shown = golden.shown("bytea", _literals(values), form, {"bytea_output": output})
    rendering = Rendering(bytea_output=output)
    assert not differences(encoded(pa.array(values), types.BYTEA, form, rendering), shown)
    for kind in (pa.large_binary(), pa.binary_view()):
        assert encoded(pa.array(values, kind), types.BYTEA, form, rendering) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_bytea_of_one_width(golden: Golden, form: int) -> None:
    values = [RANDOM.randbytes(3) for _ in range(100)]
    shown = golden.shown("bytea", _literals([*values]), form)
    assert encoded(pa.array(values, pa.binary(3)), types.BYTEA, form) == shown


def _duck_bits(text: str | None) -> bytes | None:
    """DuckDB's BIT: padding count, then the bits behind that many 1s."""
    if text is None:
        return None
    padding = -len(text) % 8
    bits = "1" * padding + text
    return bytes((padding, *(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))))


@pytest.mark.parametrize("form", FORMATS)
def test_varbit(golden: Golden, form: int) -> None:
    texts = [f"{RANDOM.getrandbits(n):0{n}b}" for n in range(1, 140)]
    values = ["0", "1", "00000000", "1" * 64, *texts, None]
    shown = golden.shown("varbit", values, form)
    assert encoded(pa.array(map(_duck_bits, values), pa.binary()), types.VARBIT, form) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_uuid(golden: Golden, form: int) -> None:
    made = [str(uuid.UUID(int=RANDOM.getrandbits(128))) for _ in range(100)]
    values = [*made, None, str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))]
    shown = golden.shown("uuid", values, form)
    assert encoded(pa.array(values), types.UUID, form) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_inet(golden: Golden, form: int) -> None:
    values = [
        "127.0.0.1",
        "10.0.0.0/8",
        "10.1.2.3/24",
        "0.0.0.0/0",
        "::1",
        "fe80::1/64",
        "::",
        None,
    ]
    values += ["2001:db8::ff00:42:8329", "::ffff:1.2.3.4", "255.255.255.255/31"]
    shown = golden.shown("inet", values, form)
    texts = golden.shown("inet", values, TEXT_FORMAT)
    array = pa.array([None if v is None else v.decode() for v in texts])
    assert encoded(array, types.INET, form) == shown


TEXTS = ["", "a", "it's", "naïve 中文 😀", 'back\\slash "quotes"', "tab\tnew\nline", None,
         "x" * 127,
         "y" * 128, "z" * 129, "w" * 5000, "\x01", " pad "]  # fmt: skip
TEXT_TYPES = [types.TEXT, types.VARCHAR, types.BPCHAR, types.NAME, types.UNKNOWN]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("values", [TEXTS, TEXTS[:8]], ids=["long", "short"])
def test_text_in_every_arrow_form(golden: Golden, values: list[str | None], form: int) -> None:
    shown = golden.shown("text", values, form)
    plain = pa.array(values, pa.string())
    for type_ in TEXT_TYPES:
        for kind in (pa.string(), pa.large_string(), pa.string_view()):
            assert encoded(plain.cast(kind), type_, form) == shown
        assert encoded(plain.dictionary_encode(), type_, form) == shown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("type_", [types.JSON, types.JSONB], ids=lambda t: t.name)
def test_json_that_is_text_stays_as_it_is(golden: Golden, type_: PgType, form: int) -> None:
    values = ["{}", '{"a": [1, 2, null], "b": "ü"}', "[]", "null", '"x"', "1.10", None]
    if type_ is types.JSON:
        values += [' {"b" : 1, "b" : 2}', '{"long": "' + "x" * 200 + '"}']
    shown = golden.shown(type_.name, values, form)
    assert encoded(pa.array(values), type_, form) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_a_column_of_nulls_may_be_of_any_arrow_type(form: int) -> None:
    for type_ in (types.INT4, types.TEXT, types.TIMESTAMPTZ, types.HSTORE, types.JSONB):
        for kind in (pa.null(), pa.int32(), pa.string()):
            assert encoded(pa.array([None] * 3, kind), type_, form) == [None] * 3


def test_registered_names_have_a_text_form_only() -> None:
    assert encoded(pa.array(["pg_class"]), types.REGCLASS, TEXT_FORMAT) == [b"pg_class"]
    with pytest.raises(Exception, match="no binary output function available for type regclass"):
        encoded(pa.array(["pg_class"]), types.REGCLASS, BINARY_FORMAT)
