"""The functions over the catalogs, as DuckDB runs them, against PostgreSQL's."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import psycopg
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.objects import Role
from hookwire_engine.functions.signatures import Kind
from hookwire_engine.system import functions, registry
from hookwire_engine.system.values import View

Run = Callable[..., list[tuple[object, ...]]]

TYPMODS = [None, -1, 0, 3, 5, 104, (12 << 16 | 2) + 4, (5 << 16) + 4]
# PostgreSQL refuses what cannot be an interval's typmod.
BUILTIN = "oid < 10000 AND typtype IN ('b', 'p', 'r') AND typname NOT IN ('interval', '_interval')"


def test_format_type_of_every_builtin_type(run: Run, oracle: psycopg.Connection) -> None:
    expected = oracle.execute(
        "SELECT oid::int8, m, format_type(oid, m) FROM pg_type, unnest(%s::int4[]) AS m WHERE"
        f" {BUILTIN} AND typelem NOT IN (SELECT oid FROM pg_type WHERE typtype = 'c')",
        (TYPMODS,),
    ).fetchall()
    found = run(
        'SELECT oid, m, memory.hw.format_type(oid, m) FROM temp.main."pg_catalog.pg_type",'
        f" unnest(CAST(? AS INTEGER[])) AS u(m) WHERE {BUILTIN}",
        TYPMODS,
    )
    assert len(expected) > 1000
    assert set(found) == set(expected)


@pytest.mark.parametrize("typmod", [-1, 0x7FFFFFFF & ~0xFFFF | 3, 0x7FFFFFFF])
def test_format_type_of_intervals(run: Run, oracle: psycopg.Connection, typmod: int) -> None:
    expected = oracle.execute("SELECT format_type(1186, %s)", (typmod,)).fetchall()
    assert run("SELECT memory.hw.format_type(1186, ?)", typmod) == expected


# What PostgreSQL is asked, and what DuckDB is: {f} stands for memory.hw.
SAME = [
    ("'customers'::regclass::text", "{f}regclass_out({f}regclass_in('customers'))"),
    ("'PUBLIC.Customers'::regclass::text", "{f}regclass_out({f}regclass_in('PUBLIC.Customers'))"),
    ('\'"Odd idx"\'::regclass::text', "{f}regclass_out({f}regclass_in('\"Odd idx\"'))"),
    (
        "'analytics.page_views'::regclass::text",
        "{f}regclass_out({f}regclass_in('analytics.page_views'))",
    ),
    ("'pg_class'::regclass::oid::int8", "{f}regclass_in('pg_class')"),
    ("'pg_catalog.pg_type'::regclass::text", "{f}regclass_out({f}regclass_in('pg_type'))"),
    ("'-'::regclass::text", "{f}regclass_out({f}regclass_in('-'))"),
    ("'99999999'::regclass::text", "{f}regclass_out({f}regclass_in('99999999'))"),
    ("to_regclass('nope')", "{f}to_regclass('nope')"),
    ("to_regclass('nope.nope')", "{f}to_regclass('nope.nope')"),
    *(
        (
            f"'{spelling}'::regtype::oid::int8",
            "{f}regtype_in('" + spelling + "')",
        )
        for spelling in (
            "int", "integer", "int4", "bigint", "int8", "smallint", "real", "float", "bool",
            "double precision", "decimal", "numeric(10,2)", "varchar(3)", "character varying",
            "char", "char(3)", "bpchar", '"char"', "text", "TEXT", "pg_catalog.text", "date",
            "timestamp", "timestamptz", "timestamp with time zone", "time(3)", "interval",
            "bit varying", "varbit", "uuid", "json", "jsonb", "bytea", "oid", "name", "regclass",
            "int[]", "text[]", "integer[][]", "int4[3]", "_int4", "numeric(4,1)[]", "25", "inet",
            "timestamp(3) with time zone", "time with time zone", "record", "void", "anyelement",
        )
    ),
    ("'mood'::regtype::text", "{f}regtype_out({f}regtype_in('mood'))"),
    ("'mood[]'::regtype::text", "{f}regtype_out({f}regtype_in('mood[]'))"),
    ("'customers'::regtype::text", "{f}regtype_out({f}regtype_in('customers'))"),
    ("1009::oid::regtype::text", "{f}regtype_out(1009)"),
    ("2249::oid::regtype::text", "{f}regtype_out(2249)"),
    ("to_regtype('nope')", "{f}to_regtype('nope')"),
    ("'array_in'::regproc::oid::int8", "{f}regproc_in('array_in')"),
    ("'pg_catalog.array_in'::regproc::text", "{f}regproc_out({f}regproc_in('array_in'))"),
    ("to_regproc('nope')", "{f}to_regproc('nope')"),
    (
        "'array_in(cstring, oid, int)'::regprocedure::text",
        "{f}regprocedure_out({f}regprocedure_in('array_in(cstring, oid, int)'))",
    ),
    ("to_regprocedure('array_in(int)')", "{f}to_regprocedure('array_in(int)')"),
    ("'public'::regnamespace::text", "{f}regnamespace_out({f}regnamespace_in('public'))"),
    ("to_regnamespace('nope')", "{f}to_regnamespace('nope')"),
    ("to_regrole('nope')", "{f}to_regrole('nope')"),
    ("pg_get_userbyid(99)", "{f}pg_get_userbyid(99)"),
    ("pg_table_is_visible('customers'::regclass)",
     "{f}pg_table_is_visible({f}regclass_in('customers'))"),
    ("pg_table_is_visible('analytics.page_views'::regclass)",
     "{f}pg_table_is_visible({f}regclass_in('analytics.page_views'))"),
    ("pg_table_is_visible('pg_class'::regclass)",
     "{f}pg_table_is_visible({f}regclass_in('pg_class'))"),
    ("pg_table_is_visible(99999999)", "{f}pg_table_is_visible(99999999)"),
    ("pg_type_is_visible('mood'::regtype)", "{f}pg_type_is_visible({f}regtype_in('mood'))"),
    ("pg_get_indexdef('orders_customer_idx'::regclass)",
     "{f}pg_get_indexdef({f}regclass_in('orders_customer_idx'))"),
    ('pg_get_indexdef(\'"Odd idx"\'::regclass)',
     "{f}pg_get_indexdef({f}regclass_in('\"Odd idx\"'))"),
    ('pg_get_indexdef(\'"Odd idx"\'::regclass, 2, true)',
     "{f}pg_get_indexdef_column({f}regclass_in('\"Odd idx\"'), 2, true)"),
    ('pg_get_indexdef(\'"Odd idx"\'::regclass, 3, true)',
     "{f}pg_get_indexdef_column({f}regclass_in('\"Odd idx\"'), 3, true)"),
    ("pg_get_indexdef('pair_pkey'::regclass)",
     "{f}pg_get_indexdef({f}regclass_in('pair_pkey'))"),
    ("pg_get_indexdef(0)", "{f}pg_get_indexdef(0)"),
    ("obj_description('customers'::regclass, 'pg_class')",
     "{f}obj_description({f}regclass_in('customers'), 'pg_class')"),
    ("obj_description('orders'::regclass, 'pg_class')",
     "{f}obj_description({f}regclass_in('orders'), 'pg_class')"),
    ("col_description('customers'::regclass, 3)",
     "{f}col_description({f}regclass_in('customers'), 3)"),
    ("pg_describe_object('pg_class'::regclass, 'customers'::regclass, 0)",
     "{f}pg_describe_object(1259, {f}regclass_in('customers'), 0)"),
    ("pg_describe_object('pg_class'::regclass, 'customers'::regclass, 2)",
     "{f}pg_describe_object(1259, {f}regclass_in('customers'), 2)"),
    ("pg_get_serial_sequence('customers', 'id')", "{f}pg_get_serial_sequence('customers', 'id')"),
    ("pg_relation_is_updatable('customers'::regclass, true)",
     "{f}pg_relation_is_updatable({f}regclass_in('customers'), true)"),
    ("pg_relation_is_updatable(0, true)", "{f}pg_relation_is_updatable(0, true)"),
    ("has_table_privilege('customers', 'select, insert')",
     "{f}has_table_privilege__text('customers', 'select, insert')"),
    ("has_table_privilege(99999999::oid, 'select')",
     "{f}has_table_privilege__oid(99999999, 'select')"),
    ("has_schema_privilege('analytics', 'usage')",
     "{f}has_schema_privilege__text('analytics', 'usage')"),
    ("has_table_privilege('customers', 'select with grant option')",
     "{f}has_table_privilege__text('customers', 'select with grant option')"),
    ("pg_encoding_to_char(6)", "{f}pg_encoding_to_char(6)"),
    ("pg_encoding_to_char(99)", "{f}pg_encoding_to_char(99)"),
    ("pg_char_to_encoding('Utf-8')", "{f}pg_char_to_encoding('Utf-8')"),
    ("pg_char_to_encoding('nope')", "{f}pg_char_to_encoding('nope')"),
    ("current_setting('Standard_Conforming' || '_strings')",
     "{f}current_setting('Standard_Conforming' || '_strings')"),
    ("current_setting('nope' || 'x', true)", "{f}current_setting('nope' || 'x', true)"),
    ("pg_my_temp_schema()::int8", "{f}pg_my_temp_schema()"),
    ("(SELECT array_agg(word ORDER BY word) FROM pg_get_keywords())",
     "list_transform({f}pg_get_keywords(), lambda k: k.word)"),
]  # fmt: skip


@pytest.mark.parametrize(("theirs", "ours"), SAME, ids=[theirs for theirs, _ in SAME])
def test_same_answer(run: Run, oracle: psycopg.Connection, theirs: str, ours: str) -> None:
    expected = oracle.execute(f"SELECT {theirs}").fetchall()
    assert run(f"SELECT {ours.replace('{f}', 'memory.hw.')}") == expected


ERRORS = [
    ("'nope'::regclass", "{f}regclass_in('nope')"),
    ("'analytics.nope'::regclass", "{f}regclass_in('analytics.nope')"),
    ("'nope.x'::regclass", "{f}regclass_in('nope.x')"),
    ("''::regclass", "{f}regclass_in('')"),
    ("'\"a'::regclass", "{f}regclass_in('\"a')"),
    ("'a.b.c.d'::regclass", "{f}regclass_in('a.b.c.d')"),
    ("to_regclass('a.b.c.d')", "{f}to_regclass('a.b.c.d')"),
    ("'nope'::regtype", "{f}regtype_in('nope')"),
    ("'nope(3)'::regtype", "{f}regtype_in('nope(3)')"),
    ("'nope.x'::regtype", "{f}regtype_in('nope.x')"),
    ("'nope'::regproc", "{f}regproc_in('nope')"),
    ("'nope(int)'::regprocedure", "{f}regprocedure_in('nope(int)')"),
    ("'nope'::regnamespace", "{f}regnamespace_in('nope')"),
    ("'nope'::regrole", "{f}regrole_in('nope')"),
    ("has_table_privilege('nope', 'select')", "{f}has_table_privilege__text('nope', 'select')"),
    ("has_table_privilege('orders', 'nope')", "{f}has_table_privilege__text('orders', 'nope')"),
    ("has_schema_privilege('nope', 'usage')", "{f}has_schema_privilege__text('nope', 'usage')"),
    ("pg_get_serial_sequence('nope', 'a')", "{f}pg_get_serial_sequence('nope', 'a')"),
    ("pg_get_serial_sequence('orders', 'a')", "{f}pg_get_serial_sequence('orders', 'a')"),
    ("current_setting('nope' || 'x')", "{f}current_setting('nope' || 'x')"),
    ("pg_database_size('nope')", "{f}pg_database_size_named('nope')"),
]


@pytest.mark.parametrize(("theirs", "ours"), ERRORS, ids=[theirs for theirs, _ in ERRORS])
def test_same_error(run: Run, oracle: psycopg.Connection, theirs: str, ours: str) -> None:
    with pytest.raises(psycopg.Error) as expected:
        oracle.execute(f"SELECT {theirs}")
    with pytest.raises(SqlError) as found:
        run(f"SELECT {ours.replace('{f}', 'memory.hw.')}")
    assert found.value.sqlstate == expected.value.sqlstate
    assert found.value.message == expected.value.diag.message_primary


def test_constraint_definitions(run: Run, oracle: psycopg.Connection) -> None:
    expected = oracle.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'c'"
        " AND connamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    assert (
        run(
            "SELECT conname, memory.hw.pg_get_constraintdef(oid) FROM"
            " temp.main.\"pg_catalog.pg_constraint\" WHERE contype <> 'c' ORDER BY 1"
        )
        == expected
    )


def test_defaults(run: Run, oracle: psycopg.Connection) -> None:
    query = (
        "SELECT c.relname, d.adnum, {get} FROM {pg}pg_attrdef{q} d JOIN {pg}pg_class{q} c"
        " ON c.oid = d.adrelid ORDER BY 1, 2"
    )
    expected = oracle.execute(
        query.format(get="pg_get_expr(adbin, adrelid)", pg="pg_catalog.", q="")
    ).fetchall()
    assert (
        run(
            query.format(
                get="memory.hw.pg_get_expr(adbin, adrelid)", pg='temp.main."pg_catalog.', q='"'
            )
        )
        == expected
    )


# DuckDB's macros are not hygienic: columns of the caller that are named like ours.


def test_a_callers_columns_are_not_captured(run: Run) -> None:
    clash = "SELECT 20 AS oid, 20 AS \"name\", 'x' AS text, 3 AS typname, 2200 AS relname"
    found = run(
        f"SELECT memory.hw.format_type(oid, -1), memory.hw.regnamespace_out(t.relname),"
        f" memory.hw.pg_get_userbyid(10 + typname - 3) FROM ({clash}) AS t"
    )
    assert found == [("bigint", "public", "hookwire")]


def test_each_row_gets_its_own_answer(run: Run) -> None:
    found = run(
        'SELECT relname, memory.hw.pg_table_is_visible(oid) FROM temp.main."pg_catalog.pg_class"'
        " WHERE relname IN ('orders', 'page_views') ORDER BY 1"
    )
    assert found == [("orders", True), ("page_views", False)]


def test_functions_work_where_expressions_may_stand(run: Run) -> None:
    assert run(
        "SELECT memory.hw.format_type(atttypid, atttypmod), count(*) FROM"
        " temp.main.\"pg_catalog.pg_attribute\" WHERE attrelid = memory.hw.regclass_in('orders')"
        " GROUP BY 1 HAVING count(*) > 1 ORDER BY memory.hw.format_type(min(atttypid), -1)"
    ) == [("bigint", 2)]


# Registering.


def test_each_cursor_reads_what_it_registered(root: duckdb.DuckDBPyConnection, view: View) -> None:
    read = functions.READS["memory.hw.pg_get_userbyid"]
    answers = []
    for user in ("ann", "bob"):
        with root.cursor() as cursor:
            mine = View(view.catalog.changed(added=[Role(view.catalog.next_id, user)]))
            for name, table in registry.tables(read, mine, registry.Cache()).items():
                cursor.register(name, table)
            sql = f'SELECT "$key" FROM {registry.target(("hw", "role"))} WHERE "$oid" > 16384'
            answers.append(cursor.execute(sql).fetchall())
    assert answers == [[("ann",)], [("bob",)]]


def test_what_a_rollback_took_can_be_registered_again(
    cursor: duckdb.DuckDBPyConnection, view: View
) -> None:
    read = functions.READS["memory.hw.pg_get_userbyid"]
    tables = registry.tables(read, view, registry.Cache())
    sql = "SELECT memory.hw.pg_get_userbyid(10)"
    for _ in range(2):
        cursor.execute("BEGIN")
        for name, table in tables.items():
            cursor.register(name, table)
        assert cursor.execute(sql).fetchall() == [("hookwire",)]
        cursor.execute("ROLLBACK")
        with pytest.raises(duckdb.CatalogException):
            cursor.execute(sql)


def test_reads_are_enough_for_each_function(root: duckdb.DuckDBPyConnection, view: View) -> None:
    """DuckDB binds every part of a macro: with only what READS names, each one must bind."""
    for signature in functions.SIGNATURES:
        with root.cursor() as cursor:
            read = functions.READS.get(signature.target, frozenset())
            for name, table in registry.tables(read, view, registry.Cache()).items():
                cursor.register(name, table)
            arguments = ", ".join(NULLS.get(name, "NULL") for name in signature.arguments)
            cursor.execute(f"SELECT {signature.target}({arguments})").fetchall()


NULLS = {
    "text": "CAST(NULL AS VARCHAR)", "name": "CAST(NULL AS VARCHAR)", "oid": "CAST(NULL AS BIGINT)",
    "regclass": "CAST(NULL AS BIGINT)", "int4": "CAST(NULL AS INTEGER)", "bool": "true",
    "int2": "CAST(NULL AS SMALLINT)", "anyarray": "CAST(NULL AS INTEGER[])",
    "int2vector": "CAST(NULL AS SMALLINT[])", "oidvector": "CAST(NULL AS BIGINT[])",
    "_text": "CAST(NULL AS VARCHAR[])",
}  # fmt: skip


def test_strict_functions_give_null_for_null(run: Run) -> None:
    for signature in functions.SIGNATURES:
        if not signature.arguments or signature.kind is Kind.TABLE:
            continue
        arguments = ", ".join(NULLS.get(name, "NULL") for name in signature.arguments)
        assert run(f"SELECT {signature.target}({arguments})") == [(None,)], signature
