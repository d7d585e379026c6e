"""DuckDB's values on their way to a client: the type that is told, and not a digit lost."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import BY_NAME, PgType
from hookwire_engine.duck import pg_type, to_sql_error, wire_expression
from support.golden import BINARY_FORMAT, TEXT_FORMAT, Golden, encoded
from support.postgres import PostgresServer

UUID = "0b9d3ed2-28ad-4d6c-a3e2-1d6f4f1e0a11"
SAME_AS_POSTGRES = [
    # expression in DuckDB, type, what PostgreSQL calls the value
    ("true", "bool", "t"),
    ("(-128)::tinyint", "int2", "-128"),
    ("255::utinyint", "int2", "255"),
    ("(-32768)::smallint", "int2", "-32768"),
    ("65535::usmallint", "int4", "65535"),
    ("2147483647", "int4", "2147483647"),
    ("4294967295::uinteger", "int8", "4294967295"),
    ("(-9223372036854775808)::bigint", "int8", "-9223372036854775808"),
    ("18446744073709551615::ubigint", "numeric", "18446744073709551615"),
    (f"{2**127 - 1}::hugeint", "numeric", str(2**127 - 1)),
    (f"('-{2**127}')::hugeint", "numeric", str(-(2**127))),
    (f"'{2**128 - 1}'::uhugeint", "numeric", str(2**128 - 1)),
    (f"'{7**200}'::bignum", "numeric", str(7**200)),
    (f"'-{7**200}'::bignum", "numeric", str(-(7**200))),
    ("1.50::decimal(10, 2)", "numeric", "1.50"),
    ("(-0.001)::decimal(38, 38)", "numeric", "-0." + "001".ljust(38, "0")),
    ("0.1::float", "float4", "0.1"),
    ("'nan'::double", "float8", "NaN"),
    ("'é'", "text", "é"),
    ("'b'::enum('a', 'b')", "text", "b"),
    ("null", "text", None),
    ("'\\x00\\xFF'::blob", "bytea", "\\x00ff"),
    ("'1010101010101'::bit", "varbit", "1010101010101"),
    ("'11111111'::bit", "varbit", "11111111"),
    (f"'{UUID}'::uuid", "uuid", UUID),
    ("date '2020-02-29'", "date", "2020-02-29"),
    ("'-infinity'::date", "date", "-infinity"),
    ("time '23:59:59.999999'", "time", "23:59:59.999999"),
    ("'01:02:03.1234567'::time_ns", "time", "01:02:03.123457"),
    ("'01:02:03.5+05:30'::timetz", "timetz", "01:02:03.5+05:30"),
    ("'01:02:03-08'::timetz", "timetz", "01:02:03-08"),
    ("timestamp '1999-12-31 23:59:59.5'", "timestamp", "1999-12-31 23:59:59.5"),
    ("'2020-01-01 00:00:01'::timestamp_s", "timestamp", "2020-01-01 00:00:01"),
    ("'2020-01-01 00:00:01.25'::timestamp_ms", "timestamp", "2020-01-01 00:00:01.25"),
    ("'2020-01-01 00:00:00.000000600'::timestamp_ns", "timestamp", "2020-01-01 00:00:00.000001"),
    ("'infinity'::timestamp_ns", "timestamp", "infinity"),
    ("'2020-06-01 12:00:00+02'::timestamptz", "timestamptz", "2020-06-01 10:00:00+00"),
    ("'2020-06-01 12:00:00+02'::timestamptz_ns", "timestamptz", "2020-06-01 10:00:00+00"),
    ("interval '14 months -3 days 04:05:06.7'", "interval", "1 year 2 mons -3 days +04:05:06.7"),
    ("interval '2562046 hours'", "interval", "2562046:00:00"),
    ("[1, null, 3]", "_int4", "{1,NULL,3}"),
    ("[[1, 2], [3, 4]]", "_int4", "{{1,2},{3,4}}"),
    ("[1, 2]::integer[2]", "_int4", "{1,2}"),
    ("[]", "_text", "{}"),
    ("['a,b', '', 'NULL']", "_text", '{"a,b","","NULL"}'),
    ("['x'::enum('x')]", "_text", "{x}"),
    (f"['{2**128 - 1}'::uhugeint, null]", "_numeric", f"{{{2**128 - 1},NULL}}"),
    (f"[[{7**60}::bignum]]", "_numeric", f"{{{{{7**60}}}}}"),
    ("['01:02:03+02'::timetz]", "_timetz", "{01:02:03+02}"),
    ("[interval '1 day', null]", "_interval", '{"1 day",NULL}'),
    ("['101'::bit]", "_varbit", "{101}"),
    ("['2020-01-01'::timestamp_s]", "_timestamp", '{"2020-01-01 00:00:00"}'),
]
DOCUMENTS = [
    ("{'a': 1, 'b': [1.50], 'c': null}", '{"a":1,"b":[1.50],"c":null}'),
    ("row(1, 'a')", '[1,"a"]'),
    ("map {1: 2}", '{"1":2}'),
    ("map {'a': 1}", '{"a":1}'),
    ("[{'a': 1}, null]", '[{"a":1},null]'),
    ("[[{'a': 1}]]", '[[{"a":1}]]'),
    ('\'{"a":  1.0}\'::json', '{"a":  1.0}'),
    ("{'a': '[1]'::json}", '{"a":[1]}'),
    ("{'a': '101'::bit}", '{"a":"101"}'),
    ("{'a': '01:02:03+02'::timetz}", '{"a":"01:02:03+02"}'),
    (f"{{'a': '{2**128 - 1}'::uhugeint}}", f'{{"a":{2**128 - 1}}}'),
    (f"{{'a': {{'b': ['{7**60}'::bignum]}}}}", f'{{"a":{{"b":[{7**60}]}}}}'),
    ("{'a': interval '1 day'}", '{"a":"1 day"}'),
    ("{'a': '\\xFF'::blob}", '{"a":"\\\\xff"}'),
    ("42::variant", "42"),
    ("{'a': [1, 2]}::variant", '{"a":[1,2]}'),
    ("{'a': 'NaN, Infinity'}::variant", '{"a":"NaN, Infinity"}'),
    ("""{'a': 'x"y\\'}::variant""", '{"a":"x\\"y\\\\"}'),
    ("null::variant", None),
    ("{'a': 1::variant}", '{"a":1}'),
    ("union_value(n := 1)", '{"n":1}'),
    ("1::union(a integer, b varchar)", '{"a":1}'),
]
ARRAYS_OF_DOCUMENTS = [
    ("['1'::json, null]", "_jsonb", "{1,NULL}"),
    ("[1::variant, null]", "_jsonb", "{1,NULL}"),
    ("[[1::variant]]", "_jsonb", "{{1}}"),
    ("[map {'a': 'b'}]", "_hstore", '{"\\"a\\"=>\\"b\\""}'),
    ("map {'a': 'b', 'c': null}", "hstore", '"a"=>"b", "c"=>NULL'),
    ("map {'a': null}", "hstore", '"a"=>NULL'),
    ("'POINT (1 2)'::geometry", "text", "POINT (1 2)"),
    ("['POINT (1 2)'::geometry]", "_text", '{"POINT (1 2)"}'),
]


@pytest.fixture(scope="module")
def golden(postgres: PostgresServer) -> Iterator[Golden]:
    golden = Golden(postgres.dsn)
    yield golden
    golden.close()


def shown(
    cursor: duckdb.DuckDBPyConnection, expression: str, form: int
) -> tuple[PgType, bytes | None]:
    """The type that a client is told and the value that it gets."""
    inner = f"SELECT {expression} AS c"
    column = cursor.sql(inner).types[0]
    wrapper = wire_expression(column)
    selected = "c" if wrapper is None else wrapper("c")
    table = cursor.sql(f"SELECT {selected} AS c FROM ({inner})").to_arrow_table()
    told = pg_type(column)[0]
    return told, encoded(table.column(0).combine_chunks(), told, form)[0]


@pytest.mark.parametrize(("expression", "name", "value"), SAME_AS_POSTGRES)
def test_values_that_postgresql_has(
    cursor: duckdb.DuckDBPyConnection, golden: Golden, expression: str, name: str, value: str | None
) -> None:
    for form in (TEXT_FORMAT, BINARY_FORMAT):
        told, sent = shown(cursor, expression, form)
        assert told is BY_NAME[name]
        spelled = name[1:] + "[]" if name[0] == "_" else name
        assert [sent] == golden.shown(spelled, [value], form)


@pytest.mark.parametrize(("expression", "text"), DOCUMENTS)
def test_documents(cursor: duckdb.DuckDBPyConnection, expression: str, text: str | None) -> None:
    assert shown(cursor, expression, TEXT_FORMAT) == (
        BY_NAME["jsonb"],
        None if text is None else text.encode(),
    )


@pytest.mark.parametrize(("expression", "name", "text"), ARRAYS_OF_DOCUMENTS)
def test_arrays_of_documents_and_maps(
    cursor: duckdb.DuckDBPyConnection, expression: str, name: str, text: str
) -> None:
    assert shown(cursor, expression, TEXT_FORMAT) == (BY_NAME[name], text.encode())


@pytest.mark.parametrize(
    ("expression", "state", "message"),
    [
        ("interval '2562047 hours'", "22008", "interval out of range"),
        ("to_microseconds(-9223372036854775807)", "22008", "interval out of range"),
        ("[[interval '3000000 hours']]", "22008", "interval out of range"),
        ("'nan'::double::variant", "22P02", "invalid input syntax for type json"),
        ("{'a': '-inf'::double, 'b': '1'::json}", "22P02", "invalid input syntax for type json"),
        ("[1e400::variant]", "22P02", "invalid input syntax for type json"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(
    cursor: duckdb.DuckDBPyConnection, expression: str, state: str, message: str
) -> None:
    with pytest.raises(duckdb.Error) as caught:
        shown(cursor, expression, TEXT_FORMAT)
    error = to_sql_error(caught.value)
    assert (error.sqlstate, error.message) == (state, message)


@pytest.mark.parametrize(
    ("spelled", "typmod"),
    [("numeric(10,2)", 655366), ("numeric(38,0)", 2490372), ("numeric(1,1)", 65541)],
)
def test_numeric_has_its_precision_and_scale(
    cursor: duckdb.DuckDBPyConnection, golden: Golden, spelled: str, typmod: int
) -> None:
    column = cursor.sql(f"SELECT NULL::{spelled}").types[0]
    assert pg_type(column) == (BY_NAME["numeric"], typmod)
    query = "SELECT format_type('numeric'::regtype, %s)"
    assert golden.connection.execute(query, (typmod,)).fetchone() == (spelled,)


def test_every_type_of_this_duckdb_has_one_of_postgresql(cursor: duckdb.DuckDBPyConnection) -> None:
    description = cursor.execute("SELECT * FROM test_all_types() LIMIT 0").description
    assert len(description) > 50
    for name, column, *_ in description:
        assert pg_type(column)[0].oid in {known.oid for known in BY_NAME.values()}, name


def test_every_value_of_this_duckdb_reaches_the_wire() -> None:
    """DuckDB's own examples of its types: the least, the greatest and NULL of each."""
    with duckdb.connect() as connection:
        description = connection.execute("SELECT * FROM test_all_types() LIMIT 0").description
        connection.fetchall()
        for name, column, *_ in description:
            wrap = wire_expression(column)
            selected = f'"{name}"' if wrap is None else wrap(f'"{name}"')
            query = f"SELECT {selected} AS c FROM test_all_types()"
            try:
                table = connection.sql(query).to_arrow_table()
            except duckdb.Error as fault:
                assert to_sql_error(fault).sqlstate in ("22008", "22P02"), name
                continue
            told = pg_type(column)[0]
            try:
                values = encoded(table.column(0).combine_chunks(), told, TEXT_FORMAT)
            except SqlError as fault:  # a list of lists of unlike lengths is no array
                assert fault.sqlstate == "2202E"
                assert str(column).count("[") > 1, name
                continue
            assert len(values) == 3, name


def test_plain_columns_are_left_alone(cursor: duckdb.DuckDBPyConnection) -> None:
    relation = cursor.sql("SELECT 1, 'a', [1], {'a': 1}, 1::uhugeint, now()")
    plain = [wire_expression(column) is None for column in relation.types]
    assert plain == [True, True, True, True, False, True]
