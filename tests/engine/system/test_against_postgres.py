"""The same tables in PostgreSQL 15 and here: the catalogs must say the same of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from hookwire_engine.system.facts import declared

Run = Callable[..., list[tuple[object, ...]]]

USER_SCHEMAS = "('public', 'analytics')"


def here(sql: str) -> str:
    """A statement over PostgreSQL's relations as DuckDB is told it."""
    for schema, name in sorted(declared(), key=lambda n: -len(n[1])):
        sql = sql.replace(f"{{{schema}.{name}}}", f'temp.main."{schema}.{name}"')
    return sql


def there(sql: str) -> str:
    for schema, name in declared():
        sql = sql.replace(f"{{{schema}.{name}}}", f"{schema}.{name}")
    return sql


def plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value == "system_relations" or value == "postgres":
        return "hookwire"
    return value


def same(run: Run, oracle: psycopg.Connection, sql: str) -> None:
    expected = [plain(row) for row in oracle.execute(there(sql)).fetchall()]
    assert expected
    assert [plain(row) for row in run(here(sql))] == expected


# PostgreSQL 16 added these, or gave them another type.
NEW_IN_16 = {
    "pg_auth_members": {"oid", "inherit_option", "set_option"},
    "pg_database": {"daticurules"},
    "pg_collation": {"collicurules"},
    "pg_prepared_statements": {"result_types"},
    "pg_subscription": {"subpasswordrequired", "subrunasowner", "suborigin", "substream"},
    "pg_stat_subscription": {"leader_pid"},
    "pg_replication_slots": {"conflicting"},
    "pg_hba_file_rules": {"rule_number", "file_name"},
    "pg_ident_file_mappings": {"map_number", "file_name"},
}
NEW_STATISTICS = {"last_seq_scan", "last_idx_scan", "n_tup_newpage_upd"}


def test_system_relations_have_postgres_columns(oracle: psycopg.Connection) -> None:
    rows = oracle.execute(
        "SELECT n.nspname, c.relname, a.attname, t.typname, a.attnotnull FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid"
        " JOIN pg_type t ON t.oid = atttypid WHERE attnum > 0 AND relkind IN ('r', 'v')"
        " AND nspname IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    expected: dict[tuple[str, str], set[tuple[str, str, bool]]] = {}
    for schema, relation, column, type_, required in rows:
        expected.setdefault((schema, relation), set()).add((column, type_, required))
    assert len(expected) > 200
    for name, columns in expected.items():
        new = NEW_IN_16.get(name[1], set()) | NEW_STATISTICS
        found = declared()[name]
        shown = {
            (c.name, t, not c.nullable)
            for c, t in zip(found.columns, found.type_names, strict=True)
            if c.name not in new
        }
        assert shown == {c for c in columns if c[0] not in new}, name


def test_builtin_types_are_postgres_types(run: Run, oracle: psycopg.Connection) -> None:
    columns = [
        c.name
        for c in declared()["pg_catalog", "pg_type"].columns
        if c.name not in ("typowner", "typacl", "typdefaultbin", "typnamespace")
    ]
    functions = {"typsubscript", "typinput", "typoutput", "typreceive", "typsend", "typmodin",
                 "typmodout", "typanalyze"}  # fmt: skip
    theirs = ", ".join(f"{c}::oid::int8" if c in functions else c for c in columns)
    ours = ", ".join(columns)
    where = "typtype <> 'c' AND typcategory <> 'C' AND oid < 13000 AND typname !~ '^_?pg_'"
    tail = f"FROM {{pg_catalog.pg_type}} WHERE {where} ORDER BY oid"
    expected = oracle.execute(
        there(f"SELECT {theirs} {tail}").replace("ORDER", "AND typrelid = 0 AND (typelem = 0 OR"
        " typelem NOT IN (SELECT oid FROM pg_type WHERE typtype = 'c')) ORDER")
    ).fetchall()  # fmt: skip
    found = run(here(f"SELECT {ours} {tail}").replace("!~ '^_?pg_'", "NOT SIMILAR TO '_?pg_.*'"))
    assert len(expected) > 150
    assert [list(row) for row in found] == [list(row) for row in expected]


ATTRIBUTES = """
SELECT n.nspname, c.relname, a.attname, a.attnum, t.typname, a.atttypmod, a.attlen, a.attbyval,
  a.attalign, a.attstorage, a.attnotnull, a.atthasdef, a.attndims, a.attcollation, a.attidentity,
  a.attgenerated, a.attislocal, a.attisdropped
FROM {pg_catalog.pg_attribute} a JOIN {pg_catalog.pg_class} c ON c.oid = a.attrelid
  JOIN {pg_catalog.pg_namespace} n ON n.oid = c.relnamespace
  JOIN {pg_catalog.pg_type} t ON t.oid = a.atttypid
WHERE n.nspname IN ('public', 'analytics') AND a.attnum > 0 ORDER BY 1, 2, a.attnum
"""
CLASSES = """
SELECT n.nspname, c.relname, c.relkind, c.relnatts, c.relchecks, c.relhasindex, c.relpersistence,
  c.relreplident, c.relispartition, t.typname, am.amname
FROM {pg_catalog.pg_class} c JOIN {pg_catalog.pg_namespace} n ON n.oid = c.relnamespace
  LEFT JOIN {pg_catalog.pg_type} t ON t.oid = c.reltype
  LEFT JOIN {pg_catalog.pg_am} am ON am.oid = c.relam
WHERE n.nspname IN ('public', 'analytics') ORDER BY 1, 2
"""
INDEXES = """
SELECT c.relname, t.relname, i.indnatts, i.indnkeyatts, i.indisunique, i.indisprimary, i.indisvalid,
  i.indkey[{first}], i.indimmediate, i.indnullsnotdistinct
FROM {pg_catalog.pg_index} i JOIN {pg_catalog.pg_class} c ON c.oid = i.indexrelid
  JOIN {pg_catalog.pg_class} t ON t.oid = i.indrelid
  JOIN {pg_catalog.pg_namespace} n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' ORDER BY 1
"""
CONSTRAINTS = """
SELECT k.conname, k.contype, n.nspname, c.relname, i.relname, t.relname, k.conkey, k.confkey,
  k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable, k.convalidated, k.connoinherit
FROM {pg_catalog.pg_constraint} k JOIN {pg_catalog.pg_namespace} n ON n.oid = k.connamespace
  JOIN {pg_catalog.pg_class} c ON c.oid = k.conrelid
  LEFT JOIN {pg_catalog.pg_class} i ON i.oid = k.conindid
  LEFT JOIN {pg_catalog.pg_class} t ON t.oid = k.confrelid
WHERE n.nspname IN ('public', 'analytics') ORDER BY 1
"""
ENUMS = """
SELECT t.typname, t.typtype, t.typcategory, t.typlen, t.typbyval, e.enumsortorder, e.enumlabel,
  a.typname, a.typelem = t.oid
FROM {pg_catalog.pg_enum} e JOIN {pg_catalog.pg_type} t ON t.oid = e.enumtypid
  JOIN {pg_catalog.pg_type} a ON a.oid = t.typarray ORDER BY e.enumsortorder
"""
COMPOSITES = """
SELECT c.relname, t.typname, t.typtype, t.typcategory, a.typname, a.typelem = t.oid
FROM {pg_catalog.pg_type} t JOIN {pg_catalog.pg_class} c ON c.oid = t.typrelid
  JOIN {pg_catalog.pg_namespace} n ON n.oid = c.relnamespace
  JOIN {pg_catalog.pg_type} a ON a.oid = t.typarray
WHERE n.nspname IN ('public', 'analytics') ORDER BY 1
"""
SEQUENCES = """
SELECT c.relname, s.seqtypid, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle
FROM {pg_catalog.pg_sequence} s JOIN {pg_catalog.pg_class} c ON c.oid = s.seqrelid
"""
DESCRIPTIONS = """
SELECT c.relname, d.objsubid, d.description FROM {pg_catalog.pg_description} d
JOIN {pg_catalog.pg_class} c ON c.oid = d.objoid WHERE d.classoid = 1259 AND c.oid >= 16384
ORDER BY 1, 2
"""
DEFAULTS = """
SELECT c.relname, d.adnum FROM {pg_catalog.pg_attrdef} d
JOIN {pg_catalog.pg_class} c ON c.oid = d.adrelid ORDER BY 1, 2
"""
DEPENDENCIES = """
SELECT k.conname, d.refobjsubid, t.relname, d.deptype FROM {pg_catalog.pg_depend} d
JOIN {pg_catalog.pg_constraint} k ON k.oid = d.objid
JOIN {pg_catalog.pg_class} t ON t.oid = d.refobjid
WHERE d.classid = 2606 AND d.refclassid = 1259 AND d.deptype = 'a' ORDER BY 1, 2
"""


@pytest.mark.parametrize(
    "sql",
    [ATTRIBUTES, CLASSES, CONSTRAINTS, ENUMS, COMPOSITES, SEQUENCES, DESCRIPTIONS, DEFAULTS,
     DEPENDENCIES],
    ids=["attributes", "classes", "constraints", "enums", "composites", "sequences",
         "descriptions", "defaults", "dependencies"],
)  # fmt: skip
def test_pg_catalog_of_plain_tables(run: Run, oracle: psycopg.Connection, sql: str) -> None:
    same(run, oracle, sql)


def test_index_keys_count_from_one_in_duckdb(run: Run, oracle: psycopg.Connection) -> None:
    expected = oracle.execute(there(INDEXES.replace("{first}", "0"))).fetchall()
    assert run(here(INDEXES.replace("{first}", "1"))) == expected


def _all(name: str, where: str, order: str, *, without: str = "") -> str:
    left_out = set(without.split())
    columns = [
        c.name for c in declared()["information_schema", name].columns if c.name not in left_out
    ]
    return (
        f"SELECT {', '.join(columns)} FROM {{information_schema.{name}}} WHERE {where}"
        f" ORDER BY {order}"
    )


INFORMATION_SCHEMA = {
    "tables": _all("tables", f"table_schema IN {USER_SCHEMAS}", "table_schema, table_name"),
    "columns": _all(
        "columns", f"table_schema IN {USER_SCHEMAS}", "table_schema, table_name, ordinal_position"
    ),
    "system columns": _all(
        "columns",
        "table_schema = 'information_schema' AND table_name = 'tables'",
        "ordinal_position",
    ),
    "key_column_usage": _all(
        "key_column_usage", "table_schema = 'public'", "constraint_name, ordinal_position"
    ),
    "table_constraints": _all(
        "table_constraints",
        "table_schema = 'public' AND constraint_name NOT LIKE '%not_null'",
        "constraint_name",
    ),
    "referential_constraints": _all("referential_constraints", "true", "constraint_name"),
    "constraint_column_usage": _all(
        "constraint_column_usage", "table_schema = 'public'", "constraint_name, column_name"
    ),
    "constraint_table_usage": _all(
        "constraint_table_usage", "table_schema = 'public'", "constraint_name"
    ),
    "element_types": _all(
        "element_types",
        f"object_schema IN {USER_SCHEMAS} AND object_type = 'TABLE'",
        "object_name, collection_type_identifier",
    ),
    "sequences": _all("sequences", "true", "sequence_name"),
    "schemata": _all(
        "schemata",
        "schema_name IN ('public', 'information_schema', 'pg_catalog', 'pg_toast', 'analytics')",
        "schema_name",
        without="schema_owner",
    ),
    "table_privileges": _all(
        "table_privileges", f"table_schema IN {USER_SCHEMAS}", "table_name, privilege_type"
    ),
    "column_privileges": _all(
        "column_privileges", "table_name = 'orders'", "column_name, privilege_type"
    ),
    "character_sets": _all("character_sets", "true", "1"),
    "catalog name": _all("information_schema_catalog_name", "true", "1"),
}


@pytest.mark.parametrize("sql", INFORMATION_SCHEMA.values(), ids=INFORMATION_SCHEMA.keys())
def test_information_schema_of_plain_tables(run: Run, oracle: psycopg.Connection, sql: str) -> None:
    same(run, oracle, sql)
