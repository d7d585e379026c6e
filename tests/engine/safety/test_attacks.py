"""Every way out that we know of, in many disguises.

An attack is judged as a statement from the wire, and as a text that DuckDB gets untouched. Both
must refuse it, whatever it is wrapped in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.safety.rules import check, check_sql

FILE = "'/etc/passwd'"
TABLE_CALLS = [
    f"read_text({FILE})", f"read_blob({FILE})", f"read_csv({FILE})", f"read_csv_auto({FILE})",
    f"read_json({FILE})", f"read_ndjson_objects({FILE})", f"read_parquet({FILE})",
    f"parquet_scan({FILE})", f"parquet_metadata({FILE})", f"read_duckdb({FILE})", f"glob({FILE})",
    f"sniff_csv({FILE})", f"read_single_csv_file({FILE})", "duckdb_secrets()", "duckdb_settings()",
    "duckdb_functions()", "duckdb_variables()", "duckdb_logs()", "pragma_database_list()",
    "pragma_table_info('t')", "query('select 1')", "query_table('t')", "checkpoint()",
    "force_checkpoint()", "enable_logging()", "enable_profiling()", "which_secret('a', 'b')",
    "json_execute_serialized_sql('{}')", "python_map_function()", "arrow_scan(1, 2, 3)",
    "pandas_scan(1)", "seq_scan('t')", "register_external_resource('a')", "test_all_types()",
    "add_grammar_extension('a')", "truncate_duckdb_logs()", "histogram('hookwire_internal.o', a)",
    "histogram_values('hookwire.hookwire_internal.objects', value)",
]  # fmt: skip
SCALAR_CALLS = [
    "getenv('HOME')", "write_log('x')", "getvariable('x')", "json_serialize_plan('select 1')",
    "json_deserialize_sql('{}')", "json_contains('[]', '1')", "json_transform('[]', '\"JSON\"')",
    "from_json('[]', '\"JSON\"')", "cast_to_type('[]', null::int)", "stats(1)",
]  # fmt: skip
RELATIONS = [
    "hookwire_internal.objects", "hookwire.hookwire_internal.objects", "duckdb_tables",
    "sqlite_master", "pragma_database_list", "duckdb_logs", "memory.main.t", "system.main.x",
    "temp.main.x", "memory.t", f"{FILE}", "'x.csv'", "(show tables)", "(show all tables)",
]  # fmt: skip
STATEMENTS = """
copy t to 'x.csv'
copy (select 1) to 'x' (format parquet)
copy t from '/etc/passwd'
copy from database hookwire to memory
attach 'x.duckdb' as x
attach if not exists ':memory:' as x (read_only)
detach memory
use memory
export database 'x'
import database 'x'
install httpfs
force install httpfs from community
load httpfs
update extensions (httpfs)
checkpoint
force checkpoint hookwire
vacuum
analyze t
pragma database_list
pragma enable_external_access=true
call pragma_version()
call force_checkpoint()
set lock_configuration = false
set global enable_external_access = true
set variable x = 1
reset threads
set search_path = 'memory.main'
prepare p as select 1
execute p
deallocate p
begin
begin read only
commit
rollback
abort
start transaction
create secret s (type http, bearer_token 'x')
create or replace persistent secret s (type http)
drop secret s
create trigger x after insert on t for each row execute select 1
show tables
show databases
kill 1
"""

Disguise = Callable[[str], str]


def _spaced(call: str) -> str:
    return call.replace("(", " /* ( ' */ \n(", 1)


def _quoted(call: str) -> str:
    name, rest = call.split("(", 1)
    return f'"{name}"({rest}'


def _shouted(call: str) -> str:
    name, rest = call.split("(", 1)
    return f"{name.upper()}--\n({rest}"


def _qualified(call: str) -> str:
    return f'system."main" . {call}'


CALL_DISGUISES: list[Disguise] = [str, _spaced, _quoted, _shouted, _qualified]
FROM_WRAPPERS = [
    "select * from {}",
    "SELECT\t1 FROM(t)JOIN {} ON true",
    "select * from t, {}",
    "select * from t left join lateral {} on true",
    "select * from t a join t b on a.a = b.a, {} c",
    "from {} select 1",
    "select (select count(*) from {})",
    "select array(from {})",
    "select 1 in (select 1 from {})",
    "with x as (select * from {}) select 1",
    "with x as (insert into t select * from {} returning *) select * from x",
    "with recursive x as (select 1 union all select 1 from {}) table x",
    "insert into t select * from {}",
    "update t set a = 1 from {}",
    "delete from t using {}",
    "merge into t using {} x on true when matched then delete",
    "create table u as select * from {}",
    "create temp view v as select * from {}",
    "create macro m() as table select * from {}",
    "create function f() as (select count(*) from {})",
    "explain select * from {}",
    "explain analyze select * from {}",
    "explain (format json) select * from {}",
    "((select 1 from {}))",
    "select 1 union all (select 1 from {})",
    "pivot {} on a",
    "from t pivot (sum(a) for b in (select 1 from {}))",
    "unpivot {} on a into name n value v",
    "summarize {}",
    "describe select * from {}",
    "select $$from$$, 'x' from {} -- '",
    "select E'\\'', * from {}",
    "/* /* nested */ ' */ select * from {}",
    "values ((select 1 from {}))",
    "select 1 order by (select 1 from {})",
    "select * from t where exists (from {})",
    "select list_transform([1], lambda x: (select 1 from {}))",
    "create index i on t ((select 1 from {}))",
]
SELECT_WRAPPERS = [
    "select {}",
    "select * from t where {} is null",
    "select list_transform([1], lambda x: {})",
    "select case when true then {} end",
    "insert into t values ({})",
    "update t set b = {}",
    "create table u (a int default {})",
    "create table u (a text check ({} is null))",
    "create macro m(a) as {}",
    "select count(*) filter (where {} is null) over (order by {})",
    "explain select {}",
    "values ({})",
    "select 1 limit {}",
    "select sum(a) from t group by {} having {} is null",
]


def attacks() -> Iterator[str]:
    for statement in STATEMENTS.strip().splitlines():
        yield from (statement, statement.upper(), f"/* x */ -- y\n({statement}")
    for wrapper in FROM_WRAPPERS:
        yield from (wrapper.replace("{}", relation) for relation in RELATIONS)
        for call in TABLE_CALLS:
            yield from (wrapper.replace("{}", hide(call)) for hide in CALL_DISGUISES)
    for wrapper in SELECT_WRAPPERS:
        for call in SCALAR_CALLS:
            yield from (wrapper.replace("{}", hide(call)) for hide in CALL_DISGUISES)


def refused(sql: str, judge: Callable[[str], object]) -> str | None:
    try:
        judge(sql)
    except SqlError as error:
        return error.sqlstate
    return None


def as_statement(sql: str) -> None:
    check(split_statements(sql)[0])


def as_passed_on(sql: str) -> None:
    check_sql(sql, passed_on=True)


def test_no_attack_is_let_through() -> None:
    for sql in attacks():
        assert refused(sql, as_statement) == "42501", sql
        assert refused(sql, as_passed_on) in ("42501", "42601"), sql


def test_explain_runs_nothing_that_may_not_run() -> None:
    for statement in STATEMENTS.strip().splitlines():
        for sql in (f"explain {statement}", f"EXPLAIN (ANALYZE, FORMAT json) {statement}"):
            assert refused(sql, as_statement) in ("42501", "42601"), sql
            assert refused(sql, as_passed_on) in ("42501", "42601"), sql


def test_what_the_dialect_writes_may_not_call_them_either() -> None:
    for call in (*TABLE_CALLS, *SCALAR_CALLS):
        if not call.startswith("pragma_database_list"):
            assert refused(f"select * from t, {call}", check_sql) == "42501", call


@pytest.mark.parametrize(
    "sql",
    [
        # What DuckDB takes for a space and PostgreSQL for a letter, and the other way round.
        "select * from read_text\u00a0('x')",
        "select * from read_text\u2003('x')",
        "select * from read_text\u200b('x')",
        "select * from read_text\ufeff('x')",
        "select * from\u00a0read_text('x')",
        "\u00a0call pragma_version()",
        # Quotes that only DuckDB knows.
        "select * from `read_text`('x')",
        "select * from `hookwire_internal`.objects",
        # Escapes that only PostgreSQL knows.
        "select * from U&\"read\\005ftext\"('x')",
        "select * from U&\"\\0068ookwire_internal\".objects",
        "select U&'a', * from read_text('x')",
        # Several statements where one is expected.
        "select 1;\u00a0select 2",
    ],
)
def test_texts_that_the_two_lexers_read_differently(sql: str) -> None:
    assert refused(sql, as_statement) or refused(sql, as_passed_on), sql
    if "U&" not in sql:
        assert refused(sql, as_passed_on), sql


@pytest.mark.parametrize(
    "sql",
    [
        "select (repeat('[', 300000) || repeat(']', 300000))::json::variant",
        "select cast(a as variant) from t",
        "select try_cast(a as variant[]) from t",
        'select a::"VARIANT" from t',
        "create table u (v variant)",
        "create table u (a int, v variant not null)",
        "alter table t add column v variant",
        "alter table t alter column v type variant",
        "create table u (v struct(a variant))",
        "create type v as variant",
    ],
)
def test_casts_that_end_the_process_are_refused(sql: str) -> None:
    assert refused(sql, as_statement) == "0A000"
    assert refused(sql, as_passed_on) == "0A000"


def test_variant_is_a_name_like_any_other() -> None:
    for sql in (
        "select variant, t.variant, 'a' as variant, a variant from variant variant",
        "create table variant (a int, variant int)",
        "insert into variant (variant) values (1)",
        "alter table t drop column variant",
        "create table u as select 1 as variant",
    ):
        assert refused(sql, as_statement) is None, sql


@pytest.mark.parametrize(
    ("sql", "state"),
    [
        ("select " + "(" * 501 + "1" + ")" * 501, "54001"),
        ("select " + "[" * 20_000 + "]" * 20_000, "54001"),
        ("select " + "not " * 20_000 + "true", "54001"),
        ("select " + "(" * 400 + "1" + ")" * 400, None),
        ("select " + "(1) + " * 600 + "1", None),
        ("select 1 in (" + "1, " * 20_000 + "1)", None),
    ],
)
def test_depth_is_bounded(sql: str, state: str | None) -> None:
    assert refused(sql, as_passed_on) == state
    if "not" not in sql:
        assert refused(sql, as_statement) == state


def test_length_is_bounded() -> None:
    assert refused("select '" + "x" * 2**24 + "'", as_passed_on) == "54000"


def test_only_one_statement_reaches_duckdb() -> None:
    assert refused("select 1; select 2", check_sql) == "42501"
    assert refused("select 1; drop table t", as_passed_on) == "42501"
    assert refused("", check_sql) == "42501"


def test_a_kind_that_no_list_has_is_refused() -> None:
    for sql in ("set x = 1", "load x", "call f()", "checkpoint", "attach 'x'", "vacuum"):
        assert refused(sql, check_sql) == "42501", sql


def test_every_table_function_of_this_duckdb_is_judged() -> None:
    allowed = {
        "generate_series", "range", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
        "summary", "pg_timezone_names", "icu_calendar_names",
    }  # fmt: skip
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions()"
            " WHERE function_type IN ('table', 'table_macro')"
        ).fetchall()
    assert len(rows) > 80
    for (name,) in rows:
        outcome = refused(f"select * from {name}(1)", as_statement)
        assert outcome == (None if name in allowed else "42501"), name


def test_functions_of_values_may_share_a_denied_name() -> None:
    assert refused("select histogram(a) from t", as_passed_on) is None
    assert refused("select a, histogram(a) from t, histogram('t', a)", as_passed_on) == "42501"


def test_functions_that_the_dialect_has_its_own_of() -> None:
    for name in ("current_setting", "current_query", "pg_get_viewdef"):
        sql = f"select {name}('temp_directory')"
        assert refused(sql, as_statement) is None
        assert refused(sql, check_sql) == "42501"
        assert refused(sql, as_passed_on) == "42501"
        assert refused(sql.replace(name, f"memory.hw.{name}"), check_sql) is None


def test_names_of_ours_are_not_for_users() -> None:
    for sql in ("select hw_x('a')", "select * from t, hw_x(1)", "table hookwire_internal.s5"):
        assert refused(sql, as_statement) == "42501", sql
    assert refused("select memory.hw.x(1) from hookwire.hookwire_internal.s5", check_sql) is None


def test_a_definition_may_not_hide_what_the_dialect_writes() -> None:
    for sql in (
        "create macro lower(a) as a",
        "create or replace temp function main.to_json(a) as a",
        'create macro "Sum"(a) as a',
        "create type json as int",
        "create type public.decimal as enum ('a')",
    ):
        assert refused(sql, as_statement) == "42710", sql
    assert refused("create macro my_lower(a) as lower(a)", as_statement) is None
