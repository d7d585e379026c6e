"""Every statement but CREATE SOURCE: text to value. Where PostgreSQL has it too, PostgreSQL says
what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import (
    Begin,
    CommentOn,
    Commit,
    CreateSchema,
    CreateView,
    Deallocate,
    Discard,
    DropRelations,
    DropSchema,
    Maintain,
    OurStatement,
    QualifiedName,
    ReleaseSavepoint,
    RenameRelation,
    RenameSchema,
    ResetSetting,
    Rollback,
    RollbackToSavepoint,
    Savepoint,
    SetRelationSchema,
    SetSetting,
    SetTransaction,
    Show,
    ShowColumns,
    ShowCreate,
    ShowSetting,
    SwapSchemas,
    command_tag,
)


def parse(sql: str) -> OurStatement | None:
    (statement,) = split_statements(sql)
    return parse_statement(statement)


def refused(sql: str) -> SqlError:
    with pytest.raises(SqlError) as raised:
        for statement in split_statements(sql):
            parse_statement(statement)
    return raised.value


def name(*parts: str) -> QualifiedName:
    return QualifiedName(parts)


SERIALIZABLE = ("transaction_isolation", "serializable")
READ_ONLY = ("transaction_read_only", "on")

PARSED: list[tuple[str, OurStatement, str]] = [
    # Relations.
    ("DROP SOURCE s", DropRelations("source", (name("s"),)), "DROP SOURCE"),
    ("drop source if exists a, B.c, hookwire.d.e cascade",
     DropRelations("source", (name("a"), name("b", "c"), name("hookwire", "d", "e")),
                   if_exists=True, cascade=True), "DROP SOURCE"),
    ("DROP VIEW v RESTRICT", DropRelations("view", (name("v"),)), "DROP VIEW"),
    ("ALTER SOURCE a.s RENAME TO t", RenameRelation("source", name("a", "s"), "t"),
     "ALTER SOURCE"),
    ('ALTER VIEW IF EXISTS v RENAME TO "V 2"',
     RenameRelation("view", name("v"), "V 2", if_exists=True), "ALTER VIEW"),
    ("ALTER SOURCE s SET SCHEMA a", SetRelationSchema("source", name("s"), "a"), "ALTER SOURCE"),
    ("ALTER VIEW IF EXISTS v SET SCHEMA a",
     SetRelationSchema("view", name("v"), "a", if_exists=True), "ALTER VIEW"),
    ("CREATE VIEW v AS SELECT 1", CreateView(name("v"), "SELECT 1", 17), "CREATE VIEW"),
    ("CREATE OR REPLACE VIEW a.v (x, \"Y\") AS (table t) -- end",
     CreateView(name("a", "v"), "(table t)", 39, ("x", "Y"), or_replace=True), "CREATE VIEW"),
    ("CREATE VIEW v AS WITH x AS (SELECT 1) SELECT ';' FROM x",
     CreateView(name("v"), "WITH x AS (SELECT 1) SELECT ';' FROM x", 17), "CREATE VIEW"),
    ("CREATE VIEW v AS VALUES (1)", CreateView(name("v"), "VALUES (1)", 17), "CREATE VIEW"),
    ("CREATE VIEW v AS FROM t", CreateView(name("v"), "FROM t", 17), "CREATE VIEW"),
    ("COMMENT ON SOURCE s IS 'it''s'", CommentOn("source", name("s"), None, "it's"), "COMMENT"),
    ("COMMENT ON VIEW a.v IS NULL", CommentOn("view", name("a", "v"), None, None), "COMMENT"),
    ("COMMENT ON TABLE t IS ''", CommentOn("table", name("t"), None, None), "COMMENT"),
    ("COMMENT ON SCHEMA a IS $$x$$", CommentOn("schema", name("a"), None, "x"), "COMMENT"),
    ("COMMENT ON COLUMN hookwire.a.s.c IS E'\\n'",
     CommentOn("column", name("hookwire", "a", "s"), "c", "\n"), "COMMENT"),
    ("COMMENT ON COLUMN s.c IS 'x'", CommentOn("column", name("s"), "c", "x"), "COMMENT"),
    # Schemas.
    ("CREATE SCHEMA a", CreateSchema(name("a")), "CREATE SCHEMA"),
    ("CREATE SCHEMA IF NOT EXISTS \"A b\"", CreateSchema(name("A b"), if_not_exists=True),
     "CREATE SCHEMA"),
    ("DROP SCHEMA IF EXISTS a, b CASCADE",
     DropSchema((name("a"), name("b")), if_exists=True, cascade=True), "DROP SCHEMA"),
    ("ALTER SCHEMA a RENAME TO b", RenameSchema(name("a"), "b"), "ALTER SCHEMA"),
    ("ALTER SCHEMA a SWAP WITH b", SwapSchemas(name("a"), name("b")), "ALTER SCHEMA"),
    # SHOW.
    ("SHOW SOURCES", Show("sources"), "SHOW"),
    ("show views from a", Show("views", "a"), "SHOW"),
    ("SHOW TABLES IN a", Show("tables", "a"), "SHOW"),
    ("SHOW OBJECTS", Show("objects"), "SHOW"),
    ("SHOW SCHEMAS", Show("schemas"), "SHOW"),
    ("SHOW SCHEMAS FROM hookwire", Show("schemas"), "SHOW"),
    ("SHOW DATABASES", Show("databases"), "SHOW"),
    ("SHOW COLUMNS FROM a.s", ShowColumns(name("a", "s")), "SHOW"),
    ("SHOW COLUMNS IN s", ShowColumns(name("s")), "SHOW"),
    ("SHOW CREATE SOURCE s", ShowCreate("source", name("s")), "SHOW"),
    ("SHOW CREATE VIEW a.v", ShowCreate("view", name("a", "v")), "SHOW"),
    ("SHOW CREATE TABLE t", ShowCreate("table", name("t")), "SHOW"),
    ("SHOW search_path", ShowSetting("search_path"), "SHOW"),
    ('SHOW "DateStyle"', ShowSetting("DateStyle"), "SHOW"),
    ("SHOW my.own.x", ShowSetting("my.own.x"), "SHOW"),
    ("SHOW TIME ZONE", ShowSetting("TimeZone"), "SHOW"),
    ("SHOW TRANSACTION ISOLATION LEVEL", ShowSetting("transaction_isolation"), "SHOW"),
    ("SHOW SESSION AUTHORIZATION", ShowSetting("session_authorization"), "SHOW"),
    ("SHOW ALL", ShowSetting("all"), "SHOW"),
    # SET and RESET.
    ("SET a = b", SetSetting("a", "b"), "SET"),
    ("SET SESSION a TO 'B c'", SetSetting("a", "B c"), "SET"),
    ("SET LOCAL a TO DEFAULT", SetSetting("a", None, local=True), "SET"),
    ("SET my.x = -1.5", SetSetting("my.x", "-1.5"), "SET"),
    ("SET a = +7", SetSetting("a", "7"), "SET"),
    ("SET a = on", SetSetting("a", "on"), "SET"),
    ("SET a = TRUE", SetSetting("a", "true"), "SET"),
    ("SET search_path = a, 'B, c', \"$user\"",
     SetSetting("search_path", 'a, "B, c", "$user"'), "SET"),
    ("SET search_path = ''", SetSetting("search_path", '""'), "SET"),
    ("SET DateStyle = iso, dmy", SetSetting("datestyle", "iso, dmy"), "SET"),
    ("SET role = x", SetSetting("role", "x"), "SET"),
    ("SET session = x", SetSetting("session", "x"), "SET"),
    ("SET TIME ZONE 'Europe/Berlin'", SetSetting("TimeZone", "Europe/Berlin"), "SET"),
    ("SET LOCAL TIME ZONE UTC", SetSetting("TimeZone", "utc", local=True), "SET"),
    ("SET TIME ZONE -3", SetSetting("TimeZone", "-3"), "SET"),
    ("SET TIME ZONE LOCAL", SetSetting("TimeZone", None), "SET"),
    ("SET TIME ZONE DEFAULT", SetSetting("TimeZone", None), "SET"),
    ("SET NAMES 'UTF8'", SetSetting("client_encoding", "UTF8"), "SET"),
    ("SET NAMES", SetSetting("client_encoding", None), "SET"),
    ("SET NAMES DEFAULT", SetSetting("client_encoding", None), "SET"),
    ("SET SCHEMA 'A b'", SetSetting("search_path", '"A b"'), "SET"),
    ("SET ROLE NONE", SetSetting("role", None), "SET"),
    ("SET SESSION AUTHORIZATION DEFAULT", SetSetting("session_authorization", None), "SET"),
    ("SET SESSION AUTHORIZATION ann", SetSetting("session_authorization", "ann"), "SET"),
    ("SET LOCAL ROLE 'Ann'", SetSetting("role", "Ann", local=True), "SET"),
    ("SHOW ROLES", Show("roles"), "SHOW"),
    ("SET TRANSACTION READ ONLY", SetTransaction((READ_ONLY,)), "SET"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
     SetTransaction((("default_transaction_isolation", "serializable"),), session=True), "SET"),
    ("SET transaction = x", SetSetting("transaction", "x"), "SET"),
    ("RESET a.b", ResetSetting("a.b"), "RESET"),
    ("RESET ALL", ResetSetting("all"), "RESET"),
    ("RESET TIME ZONE", ResetSetting("TimeZone"), "RESET"),
    ("RESET TRANSACTION ISOLATION LEVEL", ResetSetting("transaction_isolation"), "RESET"),
    ("RESET SESSION AUTHORIZATION", ResetSetting("session_authorization"), "RESET"),
    # Transactions.
    ("BEGIN", Begin(), "BEGIN"),
    ("BEGIN WORK", Begin(), "BEGIN"),
    ("BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, NOT DEFERRABLE",
     Begin((SERIALIZABLE, READ_ONLY, ("transaction_deferrable", "off"))), "BEGIN"),
    ("BEGIN READ WRITE DEFERRABLE",
     Begin((("transaction_read_only", "off"), ("transaction_deferrable", "on"))), "BEGIN"),
    ("START TRANSACTION ISOLATION LEVEL REPEATABLE READ",
     Begin((("transaction_isolation", "repeatable read"),), start=True), "START TRANSACTION"),
    ("START TRANSACTION ISOLATION LEVEL READ UNCOMMITTED READ ONLY",
     Begin((("transaction_isolation", "read uncommitted"), READ_ONLY), start=True),
     "START TRANSACTION"),
    ("COMMIT", Commit(), "COMMIT"),
    ("END TRANSACTION AND NO CHAIN", Commit(), "COMMIT"),
    ("ROLLBACK WORK", Rollback(), "ROLLBACK"),
    ("ABORT AND NO CHAIN", Rollback(), "ROLLBACK"),
    ("ROLLBACK TO a", RollbackToSavepoint("a"), "ROLLBACK"),
    ("ROLLBACK TRANSACTION TO SAVEPOINT a", RollbackToSavepoint("a"), "ROLLBACK"),
    ("ROLLBACK TO savepoint", RollbackToSavepoint("savepoint"), "ROLLBACK"),
    ("SAVEPOINT \"A\"", Savepoint("A"), "SAVEPOINT"),
    ("RELEASE a", ReleaseSavepoint("a"), "RELEASE"),
    ("RELEASE SAVEPOINT a", ReleaseSavepoint("a"), "RELEASE"),
    # The rest of a session.
    ("DISCARD ALL", Discard("all"), "DISCARD ALL"),
    ("DISCARD TEMPORARY", Discard("temp"), "DISCARD TEMP"),
    ("DISCARD PLANS", Discard("plans"), "DISCARD PLANS"),
    ("VACUUM (FULL, ANALYZE) s", Maintain("vacuum"), "VACUUM"),
    ("ANALYSE s (a, b)", Maintain("analyze"), "ANALYZE"),
    ("DEALLOCATE a", Deallocate("a"), "DEALLOCATE"),
    ("DEALLOCATE PREPARE a", Deallocate("a"), "DEALLOCATE"),
    ("DEALLOCATE prepare", Deallocate("prepare"), "DEALLOCATE"),
    ("DEALLOCATE PREPARE ALL", Deallocate(None), "DEALLOCATE ALL"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "value", "tag"), PARSED, ids=[sql for sql, _, _ in PARSED])
def test_parsed(sql: str, value: OurStatement, tag: str) -> None:
    parsed = parse(sql)
    assert parsed == value
    assert command_tag(value) == tag


OURS_ALONE = ("SOURCE", "SWAP", "SHOW VIEWS", "SHOW TABLES", "SHOW OBJECTS", "SHOW SCHEMAS",
              "SHOW DATABASES", "SHOW COLUMNS", "SHOW CREATE", "FROM T")  # fmt: skip


@pytest.mark.parametrize(
    "sql", [s for s, _, _ in PARSED if not any(w in s.upper() for w in OURS_ALONE)]
)
def test_postgresql_parses_it_too(
    sql: str, refusal: Callable[[str], tuple[object, ...] | None]
) -> None:
    said = refusal(f"BEGIN; {sql}")
    assert said is None or said[0] != "42601", said


# Statements that PostgreSQL's grammar has as well, written wrongly.
WRONG = [
    "DROP VIEW", "DROP VIEW a b", "DROP VIEW a,", "DROP VIEW 'a'", "DROP VIEW a CASCADE RESTRICT",
    "DROP VIEW IF NOT EXISTS a", "DROP VIEW a.", "DROP VIEW a..b", "DROP VIEW IF EXISTS",
    "DROP SCHEMA", "DROP SCHEMA a, , b", "DROP SCHEMA a CASCADE x",
    "ALTER VIEW", "ALTER VIEW a", "ALTER VIEW a RENAME", "ALTER VIEW a RENAME TO",
    "ALTER VIEW a RENAME TO b.c", "ALTER VIEW a RENAME TO 'b'", "ALTER VIEW a SET SCHEMA",
    "ALTER SCHEMA a RENAME b", "ALTER SCHEMA a RENAME TO", "ALTER SCHEMA a.b RENAME TO c",
    "CREATE SCHEMA IF NOT EXISTS", "CREATE SCHEMA a b", "CREATE SCHEMA select",
    "CREATE VIEW", "CREATE VIEW v", "CREATE VIEW v AS", "CREATE VIEW v () AS SELECT 1",
    "CREATE VIEW v (a,) AS SELECT 1", "CREATE VIEW v (1) AS SELECT 1", "CREATE VIEW v SELECT 1",
    "CREATE VIEW IF NOT EXISTS v AS SELECT 1", "CREATE VIEW v AS INTO", "CREATE VIEW v AS 1",
    "CREATE VIEW v (a b) AS SELECT 1",
    "COMMENT", "COMMENT ON", "COMMENT ON VIEW", "COMMENT ON VIEW v", "COMMENT ON VIEW v IS",
    "COMMENT ON VIEW v IS x", "COMMENT ON VIEW v IS 1", "COMMENT ON VIEW v IS 'a' b",
    "COMMENT ON COLUMN v.a 'x'", "COMMENT ON SCHEMA a.b IS 'x'", "COMMENT ON nothing x IS 'y'",
    "SET", "SET a", "SET a =", "SET a = ,", "SET a = 1,", "SET a = (1)", "SET a = 1 2",
    "SET a = select", "SET a b", "SET a = -x",
    "SET TIME", "SET TIME ZONE", "SET TIME ZONE '+1' x", "SET NAMES utf8",
    "SET SCHEMA a", "SET SCHEMA", "SET TRANSACTION", "SET TRANSACTION READ", "SET LOCAL",
    "SET SESSION CHARACTERISTICS TRANSACTION READ ONLY", "SET statement_timeout = 5s",
    "RESET", "RESET a b", "RESET 'a'", "SHOW", "SHOW 'a'", "SHOW a b",
    "BEGIN x", "BEGIN ISOLATION LEVEL", "BEGIN ISOLATION LEVEL SNAPSHOT", "BEGIN READ",
    "BEGIN READ ONLY,", "BEGIN NOT", "BEGIN ISOLATION SERIALIZABLE", "START", "START TRANSACTION x",
    "COMMIT x", "COMMIT AND", "END AND NO", "ROLLBACK TO", "ROLLBACK x", "ABORT TO a", "SAVEPOINT",
    "SAVEPOINT 'a'", "SAVEPOINT a b", "RELEASE", "RELEASE SAVEPOINT a b",
    "DISCARD", "DISCARD NOTHING", "DISCARD ALL x", "DEALLOCATE", "DEALLOCATE a b", "DEALLOCATE 'a'",
]  # fmt: skip


@pytest.mark.parametrize("sql", WRONG)
def test_refused_where_postgresql_refuses(
    sql: str, refusal: Callable[[str], tuple[object, ...] | None]
) -> None:
    said = refusal(sql)
    assert said is not None and said[0] == "42601", said
    error = refused(sql)
    assert (error.sqlstate, error.message, error.position, None, None) == said


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "CREATE VIEW a.b.c.d AS SELECT 1",
            "improper qualified name (too many dotted names): a.b.c.d",
        ),
        ("COMMENT ON COLUMN a IS 'x'", "column name must be qualified"),
        ("SET a = 1, 2", "SET a takes only one argument"),
    ],
)
def test_refused_in_the_same_words(
    sql: str, message: str, refusal: Callable[[str], tuple[object, ...] | None]
) -> None:
    said, error = refusal(sql), refused(sql)
    assert said is not None
    assert error.message == message == said[1]
    assert error.sqlstate in (said[0], "22023")


UNSUPPORTED = [
    ("CREATE TEMPORARY SECRET s", "TEMPORARY", "temporary secrets are not supported"),
    ("CREATE DATABASE d", "DATABASE", "only one database is supported"),
    ("CREATE CLUSTER c", "CLUSTER", "clusters are not supported"),
    ("SHOW CLUSTERS", "CLUSTERS", "clusters are not supported"),
    ("SHOW INDEXES", "INDEXES", "indexes are not supported"),
    ("CREATE MATERIALIZED VIEW v WITH (fillfactor = 70) AS SELECT 1", "WITH",
     "storage options of materialized views are not supported"),
    ("ALTER MATERIALIZED VIEW v RENAME COLUMN a TO b", "COLUMN", "columns cannot be renamed"),
    ("CREATE RECURSIVE VIEW v (a) AS SELECT 1", "RECURSIVE", "recursive views are not supported"),
    ("CREATE TEMP VIEW v AS SELECT 1", "TEMP", "temporary views are not supported"),
    ("CREATE VIEW v WITH (security_barrier) AS SELECT 1", "WITH", "view options are not supported"),
    ("ALTER VIEW v ALTER COLUMN a SET DEFAULT 1", "ALTER COLUMN",
     "only RENAME TO, SET SCHEMA and OWNER TO of a view are supported"),
    ("ALTER VIEW v SET (security_barrier)", "SET",
     "only RENAME TO, SET SCHEMA and OWNER TO of a view are supported"),
    ("ALTER VIEW v RENAME COLUMN a TO b", "COLUMN", "columns cannot be renamed"),
    ("ALTER VIEW v RENAME a TO b", "a TO", "columns cannot be renamed"),
    ("ALTER SOURCE s SET BODY FORMAT TEXT", "SET", "the body format of a source cannot be changed"),
    ("CREATE SCHEMA a CREATE VIEW v AS SELECT 1", "CREATE VIEW",
     "CREATE SCHEMA with schema elements is not supported"),
    ("COMMENT ON DATABASE d IS 'x'", "DATABASE",
     "comments are supported on sources, views, tables, columns, schemas, secrets and roles"),
    ("SHOW SOURCES LIKE 'a%'", "LIKE", "filters of SHOW are not supported"),
    ("SHOW SOURCES FROM a WHERE name = 'b'", "WHERE", "filters of SHOW are not supported"),
    ("SHOW SOURCES IN CLUSTER c", "IN", "filters of SHOW are not supported"),
    ("SHOW COLUMNS FROM s LIKE 'a'", "LIKE", "filters of SHOW are not supported"),
    ("SHOW SCHEMAS LIKE 'a'", "LIKE", "filters of SHOW are not supported"),
    ("SET CONSTRAINTS ALL DEFERRED", "ALL", "SET CONSTRAINTS is not supported"),
    ("SET TIME ZONE INTERVAL '1' HOUR", "INTERVAL", "SET TIME ZONE INTERVAL is not supported"),
    ("SET TRANSACTION SNAPSHOT 'x'", "SNAPSHOT", "SET TRANSACTION SNAPSHOT is not supported"),
    ("COMMIT AND CHAIN", "AND", "AND CHAIN is not supported"),
    ("ROLLBACK AND CHAIN", "AND", "AND CHAIN is not supported"),
    ("COMMIT PREPARED 'x'", "PREPARED", "two-phase commit is not supported"),
    ("ROLLBACK PREPARED 'x'", "PREPARED", "two-phase commit is not supported"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "piece", "message"), UNSUPPORTED)
def test_not_supported(sql: str, piece: str, message: str) -> None:
    error = refused(sql)
    assert (error.sqlstate, error.message) == ("0A000", message)
    assert error.position == sql.rindex(piece) + 1


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("SET GLOBAL memory_limit = '1GB'", "42501",
         'permission denied to set parameter "memory_limit"'),
        ("SET GLOBAL", "42501", 'permission denied to set parameter "global"'),
        ("SHOW SCHEMAS FROM other", "3D000", 'database "other" does not exist'),
        ("SHOW DATABASES FROM x", "42601", 'syntax error at or near "FROM"'),
        ("SHOW COLUMNS s", "42601", 'syntax error at or near "s"'),
        ("SHOW CREATE SCHEMA s", "42601", 'syntax error at or near "SCHEMA"'),
        ("ALTER SCHEMA a SWAP b", "42601", 'syntax error at or near "b"'),
        ("ALTER SOURCE s", "42601", "syntax error at end of input"),
        ("DROP SOURCE s, ", "42601", "syntax error at end of input"),
    ],
)  # fmt: skip
def test_other_refusals(sql: str, sqlstate: str, message: str) -> None:
    error = refused(sql)
    assert (error.sqlstate, error.message) == (sqlstate, message)


def test_a_name_knows_its_place() -> None:
    parsed = parse("DROP SOURCE a,\n b.c")
    assert isinstance(parsed, DropRelations)
    assert [n.position for n in parsed.names] == [13, 17]
    assert str(parsed.names[1]) == "b.c"
