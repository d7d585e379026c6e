"""What a statement is and what it writes."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.safety.rules import StatementKind, check, target, targets

SELECTS = """
select 1
SELECT a FROM t
values (1), (2)
table t
from t
from t select a
(select 1)
((select 1) union (select 2))
(from t) union all (from t)
with x as (select 1) select * from x
with recursive x(n) as (select 1 union all select n + 1 from x where n < 9) table x
with x as materialized (select 1), "update" as not materialized (select 2) (select * from x)
with update as (select 1) select * from update
with x as (insert into t values (1) returning *) select * from x
with x as (select 1) from x
pivot t on a using sum(b)
with p as (select 1 as a) pivot p on a using count(*)
/* comment */ select -- another
  $$;$$
"""
OTHERS = [
    ("insert into t values (1)", StatementKind.INSERT, "t"),
    ("insert or replace into t values (1)", StatementKind.INSERT, "t"),
    ('INSERT INTO "My Schema"."T" VALUES (1)', StatementKind.INSERT, "My Schema.T"),
    ("insert into Public.T (a) select 1", StatementKind.INSERT, "public.t"),
    ("insert into hookwire.public.t default values", StatementKind.INSERT, "hookwire.public.t"),
    ("with x as (select 1) insert into t select * from x", StatementKind.INSERT, "t"),
    ("update t set a = 1", StatementKind.UPDATE, "t"),
    ("update only t set a = 1", StatementKind.UPDATE, "t"),
    ("update name set a = 1", StatementKind.UPDATE, "name"),
    ("delete from t where a = 1", StatementKind.DELETE, "t"),
    ("delete from only s.t using u", StatementKind.DELETE, "s.t"),
    ("merge into t using u on true when matched then delete", StatementKind.MERGE, "t"),
    ("truncate t", StatementKind.TRUNCATE, "t"),
    ("truncate table only t, s.u cascade", StatementKind.TRUNCATE, "t, s.u"),
    ("create table t (a int)", StatementKind.CREATE_TABLE, "t"),
    ("create temporary table if not exists t as select 1", StatementKind.CREATE_TABLE, "t"),
    ("create or replace view v as select 1", StatementKind.CREATE_VIEW, "v"),
    ("create unique index concurrently i on only t (a)", StatementKind.CREATE_INDEX, "t"),
    ("create index on s.t (a)", StatementKind.CREATE_INDEX, "s.t"),
    ("create sequence s", StatementKind.CREATE_SEQUENCE, ""),
    ("create type mood as enum ('sad')", StatementKind.CREATE_TYPE, ""),
    ("create schema s", StatementKind.CREATE_SCHEMA, ""),
    ("create macro plus(a, b) as a + b", StatementKind.CREATE_FUNCTION, ""),
    ("create or replace temp function f() as table select 1", StatementKind.CREATE_FUNCTION, ""),
    ("alter table if exists only t add column b int", StatementKind.ALTER, "t"),
    ("alter view v rename to w", StatementKind.ALTER, "v"),
    ("alter sequence s owned by t", StatementKind.ALTER, ""),
    ("drop table if exists t, s.u", StatementKind.DROP, "t, s.u"),
    ("drop index i", StatementKind.DROP, ""),
    ("comment on table t is 'x'", StatementKind.COMMENT, ""),
    ("describe t", StatementKind.DESCRIBE, ""),
    ("summarize select 1", StatementKind.DESCRIBE, ""),
    ("explain select 1", StatementKind.EXPLAIN, ""),
    ("explain analyze verbose insert into t values (1)", StatementKind.EXPLAIN, "t"),
    ("explain (analyze, costs off) update t set a = 1", StatementKind.EXPLAIN, "t"),
    ("explain (select 1)", StatementKind.EXPLAIN, ""),
    (
        'with a as (delete from x returning *), b(q) as (update "Y" set a = 1 returning 1)'
        " insert into z.z select * from a, b",
        StatementKind.INSERT,
        "x, Y, z.z",
    ),
]


def kind_of(sql: str) -> StatementKind:
    return check(split_statements(sql)[0])


@pytest.mark.parametrize("sql", SELECTS.strip().replace("\n  ", " ").splitlines())
def test_what_only_reads(sql: str) -> None:
    assert kind_of(sql) is StatementKind.SELECT


@pytest.mark.parametrize(("sql", "kind", "written"), OTHERS)
def test_what_writes_and_where(sql: str, kind: StatementKind, written: str) -> None:
    statement = split_statements(sql)[0]
    assert check(statement) is kind
    assert ", ".join(".".join(name) for name in targets(statement)) == written
    assert target(statement) == next(iter(targets(statement)), None)


@pytest.mark.parametrize(
    ("sql", "state", "message"),
    [
        ("foo bar", "42601", 'syntax error at or near "foo"'),
        ("explain", "42601", 'syntax error at or near "explain"'),
        ("explain explain select 1", "42601", 'syntax error at or near "explain"'),
        ("with x as (select 1)", "42601", 'syntax error at or near ")"'),
        ("()", "42601", 'syntax error at or near ")"'),
        ("copy t to 'x.csv'", "42501", "permission denied to COPY to or from a file"),
        ("explain copy t to 'x.csv'", "42501", "permission denied to COPY to or from a file"),
        ("create secret s (type http)", "42501", "permission denied to create secret"),
        ("create trigger a after insert on t", "42501", "permission denied to create trigger"),
        ("alter database d rename to e", "42501", "permission denied to alter database"),
        ("update extensions", "42501", "permission denied to update"),
        ("pragma version", "42501", "permission denied to pragma"),
    ],
)
def test_what_may_not_run(sql: str, state: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        kind_of(sql)
    assert (caught.value.sqlstate, caught.value.message) == (state, message)
