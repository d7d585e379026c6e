"""Catalog.apply of CREATE and COMMENT ON."""

from __future__ import annotations

import itertools

import pytest

from hookwire_catalog import types
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import Column
from support.catalog_session import SOURCE, A, CatalogSession, said, told

# CREATE SOURCE


def test_create_source() -> None:
    session = CatalogSession()
    change = session.run(
        "CREATE SOURCE s IN CLUSTER c FROM WEBHOOK BODY FORMAT JSON INCLUDE METHOD"
    )
    source = session.source("public", "s")
    assert change.added == (source,)
    assert source.id == PUBLIC.id + 1
    assert (source.cluster, source.external_id, source.external_id_given) == (
        "c", "id00000000000000", False,
    )  # fmt: skip
    assert [(c.name, c.type.name, c.nullable) for c in source.columns] == [
        ("body", "jsonb", False), ("method", "text", False),
    ]  # fmt: skip
    assert session.catalog.webhook("hookwire", "public", "s") is source
    assert session.catalog.webhook_by_external_id("id00000000000000") is source
    assert session.catalog.version == 1


def test_columns_come_in_the_contract_s_order() -> None:
    session = CatalogSession(
        "CREATE SOURCE s FROM WEBHOOK BODY FORMAT BYTES INCLUDE QUERY AS q"
        " INCLUDE HEADER 'x' AS x BYTES INCLUDE REMOTE_ADDRESS INCLUDE HEADER 'y' AS y"
        " INCLUDE HEADERS INCLUDE RECEIVED_AT INCLUDE REQUEST_ID"
    )
    columns = session.source("public", "s").columns
    assert [(c.name, c.type.name, c.nullable) for c in columns] == [
        ("body", "bytea", False), ("headers", "hstore", False), ("x", "bytea", True),
        ("y", "text", True), ("q", "text", True), ("remote_address", "text", True),
        ("received_at", "timestamptz", False), ("request_id", "uuid", False),
    ]  # fmt: skip


def test_a_source_goes_to_the_first_schema_of_the_search_path_that_exists() -> None:
    session = CatalogSession("CREATE SCHEMA a", search_path=("nowhere", "a", "public"))
    session.run(SOURCE.format("s"), SOURCE.format("public.t"), SOURCE.format("hookwire.a.u"))
    assert session.names == {"a.s", "public.t", "a.u"}
    nowhere = CatalogSession(search_path=("nowhere",))
    assert said(nowhere.refused(SOURCE.format("s"))) == (
        "3F000", "no schema has been selected to create in",
    )  # fmt: skip


def test_if_not_exists() -> None:
    session = CatalogSession(SOURCE.format("s"))
    change = session.run("CREATE SOURCE IF NOT EXISTS s FROM WEBHOOK BODY FORMAT JSON")
    assert told(change) == [("42P07", 'relation "s" already exists, skipping', None)]
    assert (change.added, change.catalog.version) == ((), 1)


@pytest.mark.parametrize(
    ("name", "sqlstate", "message", "position"),
    [
        ("s", "42P07", 'relation "s" already exists', 15),
        ("v", "42P07", 'relation "v" already exists', 15),
        ("nowhere.s", "3F000", 'schema "nowhere" does not exist', 15),
        ("other.public.s", "0A000",
         'cross-database references are not implemented: "other.public.s"', None),
        ("pg_catalog.s", "42501", "permission denied for schema pg_catalog", 15),
        ("mz_internal.s", "42501", "permission denied for schema mz_internal", 15),
        ("hookwire.hookwire_internal.s", "42501",
         "permission denied for schema hookwire_internal", 15),
        ("\"S\"", "0A000",
         'relation "S" would differ from "s" only in the case of its letters', 15),
    ],
)  # fmt: skip
def test_names_that_cannot_be_made(
    name: str, sqlstate: str, message: str, position: int | None
) -> None:
    session = CatalogSession(SOURCE.format("s"), "CREATE VIEW v AS SELECT 1 AS a")
    error = session.refused(SOURCE.format(name))
    assert (*said(error), error.position) == (sqlstate, message, position)


def test_external_ids() -> None:
    given = SOURCE + " WITH (external_id = 'given-0123456789')"
    session = CatalogSession(given.format("s"))
    assert session.source("public", "s").external_id_given
    error = session.refused(given.format("t"))
    assert said(error) == ("42710", 'external id "given-0123456789" already exists')
    assert error.detail == "It belongs to source public.s."
    session.run("DROP SOURCE s", given.format("t"))
    found = session.catalog.webhook_by_external_id("given-0123456789")
    assert found is session.source("public", "t")


def test_a_made_up_external_id_is_made_up_again_where_it_is_taken() -> None:
    session = CatalogSession(SOURCE.format("s"))
    session.ids = iter(["id00000000000000", "id00000000000000", "other"])
    session.run(SOURCE.format("t"))
    assert session.source("public", "t").external_id == "other"
    session.ids = itertools.repeat("other")
    assert session.refused(SOURCE.format("u")).sqlstate == "XX000"


def test_an_id_is_never_used_twice() -> None:
    session = CatalogSession(SOURCE.format("s"))
    first = session.source("public", "s").id
    session.run("DROP SOURCE s", SOURCE.format("s"))
    assert session.source("public", "s").id == first + 1


# Schemas


def test_create_schema() -> None:
    session = CatalogSession()
    change = session.run("CREATE SCHEMA a")
    assert change.added == (session.catalog.schema("a"),)
    change = session.run("CREATE SCHEMA IF NOT EXISTS a")
    assert told(change) == [("42P06", 'schema "a" already exists, skipping', None)]
    assert change.added == ()


@pytest.mark.parametrize(
    ("name", "sqlstate", "message"),
    [
        ("public", "42P06", 'schema "public" already exists'),
        ("pg_mine", "42939", 'unacceptable schema name "pg_mine"'),
        ("hookwire", "42939", 'unacceptable schema name "hookwire"'),
        ('"MAIN"', "42939", 'unacceptable schema name "MAIN"'),
        ('"Public"', "0A000",
         'schema "Public" would differ from "public" only in the case of its letters'),
    ],
)  # fmt: skip
def test_schema_names_that_cannot_be_made(name: str, sqlstate: str, message: str) -> None:
    error = CatalogSession().refused(f"CREATE SCHEMA {name}")
    assert (*said(error), error.position) == (sqlstate, message, 15)
    renamed = CatalogSession("CREATE SCHEMA a").refused(f"ALTER SCHEMA a RENAME TO {name}")
    assert said(renamed) == (sqlstate, message)


# Views


def test_create_view() -> None:
    session = CatalogSession("CREATE SCHEMA a", SOURCE.format("a.s"), SOURCE.format("t"))
    session.search_path = ("a", "public")
    session.run(
        "CREATE VIEW v (x) AS SELECT s.a, t.a AS b FROM s, t", columns=(*A, Column("b", types.INT4))
    )
    view = session.view("a", "v")
    assert view.query == "SELECT s.a, t.a AS b FROM a.s, public.t"
    assert [(c.name, c.type) for c in view.columns] == [("x", types.TEXT), ("b", types.INT4)]
    assert view.depends_on == {session.source("a", "s").id, session.source("public", "t").id}


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("CREATE VIEW v (a, b) AS SELECT 1 AS a", "42601",
         "CREATE VIEW specifies more column names than columns"),
        ("CREATE VIEW s AS SELECT 1 AS a", "42P07", 'relation "s" already exists'),
        ("CREATE OR REPLACE VIEW s AS SELECT 1 AS a", "42809", '"s" is not a view'),
        ("CREATE VIEW pg_catalog.v AS SELECT 1 AS a", "42501",
         "permission denied for schema pg_catalog"),
        ("CREATE VIEW v AS SELECT a FROM other.public.s", "0A000",
         'cross-database references are not implemented: "other.public.s"'),
    ],
)  # fmt: skip
def test_views_that_cannot_be_made(sql: str, sqlstate: str, message: str) -> None:
    assert said(CatalogSession(SOURCE.format("s")).refused(sql)) == (sqlstate, message)


def test_two_columns_of_one_name() -> None:
    error = CatalogSession().refused("CREATE VIEW v AS SELECT 1 AS a, 2 AS a", columns=(*A, *A))
    assert said(error) == ("42701", 'column "a" specified more than once')


def test_or_replace() -> None:
    session = CatalogSession(
        SOURCE.format("s"), "CREATE VIEW v AS SELECT 1 AS a", "COMMENT ON VIEW v IS 'kept'"
    )
    old = session.view("public", "v")
    change = session.run(
        "CREATE OR REPLACE VIEW v AS SELECT a, 1 AS b FROM s", columns=(*A, Column("b", types.INT4))
    )
    new = session.view("public", "v")
    assert change.replaced == ((old, new),)
    assert (new.id, new.comment, len(new.columns)) == (old.id, "kept", 2)
    session.run("CREATE OR REPLACE VIEW w AS SELECT 1 AS a")
    assert session.names == {"public.s", "public.v", "public.w"}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((), "cannot drop columns from view"),
        ((Column("b", types.TEXT),), 'cannot change name of view column "a" to "b"'),
        ((Column("a", types.INT4),),
         'cannot change data type of view column "a" from text to integer'),
    ],
)  # fmt: skip
def test_or_replace_keeps_the_columns(columns: tuple[Column, ...], message: str) -> None:
    session = CatalogSession("CREATE VIEW v AS SELECT 1 AS a")
    error = session.refused("CREATE OR REPLACE VIEW v AS SELECT 2", columns=columns)
    assert said(error) == ("42P16", message)


@pytest.mark.parametrize("reader", ["v", "w", "x"])
def test_a_view_cannot_come_to_read_itself(reader: str) -> None:
    session = CatalogSession(
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE VIEW w AS SELECT a FROM v",
        "CREATE VIEW x AS SELECT a FROM w",
    )
    error = session.refused(f"CREATE OR REPLACE VIEW v AS SELECT a FROM {reader}")
    assert said(error) == ("42P16", 'infinite recursion detected in rules for relation "v"')


# COMMENT ON


def test_comments() -> None:
    session = CatalogSession(
        SOURCE.format("s"), "CREATE VIEW v AS SELECT a FROM s", "CREATE SCHEMA a"
    )
    session.run(
        "COMMENT ON SOURCE s IS 'one'",
        "COMMENT ON VIEW public.v IS 'two'",
        "COMMENT ON SCHEMA a IS 'three'",
        "COMMENT ON COLUMN s.body IS 'four'",
        "COMMENT ON COLUMN hookwire.public.v.a IS 'five'",
    )
    source, view = session.source("public", "s"), session.view("public", "v")
    assert (source.comment, view.comment, session.catalog.schema("a").comment) == (
        "one", "two", "three",
    )  # fmt: skip
    assert source.columns[0].comment == "four"
    assert view.column_comments == (("a", "five"),)
    change = session.run("COMMENT ON TABLE s IS NULL")
    assert change.replaced == ((source, session.source("public", "s")),)
    session.run("COMMENT ON COLUMN s.body IS ''")
    assert session.source("public", "s").column_comments == ()
    assert session.source("public", "s").comment is None


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("COMMENT ON VIEW s IS 'x'", "42809", '"s" is not a view'),
        ("COMMENT ON SOURCE v IS 'x'", "42809", '"v" is not a source'),
        ("COMMENT ON TABLE v IS 'x'", "42809", '"v" is not a table'),
        ("COMMENT ON SOURCE n IS 'x'", "42P01", 'relation "n" does not exist'),
        ("COMMENT ON SOURCE n.s IS 'x'", "42P01", 'relation "n.s" does not exist'),
        ("COMMENT ON SCHEMA n IS 'x'", "3F000", 'schema "n" does not exist'),
        ("COMMENT ON COLUMN s.n IS 'x'", "42703", 'column "n" of relation "s" does not exist'),
        ("COMMENT ON COLUMN n.a IS 'x'", "42P01", 'relation "n" does not exist'),
    ],
)  # fmt: skip
def test_comments_on_what_is_not_there(sql: str, sqlstate: str, message: str) -> None:
    session = CatalogSession(SOURCE.format("s"), "CREATE VIEW v AS SELECT 1 AS a")
    error = session.refused(sql)
    assert said(error) == (sqlstate, message)
    assert error.position == (
        None
        if sqlstate == "42809"
        else len(sql.split("ON ")[0]) + sql[sql.index("ON ") :].index(" ", 3) + 2
    )


def test_a_view_keeps_the_schema_of_a_plain_table_too() -> None:
    session = CatalogSession(
        SOURCE.format("s"), "CREATE VIEW v AS SELECT a FROM s JOIN table1 USING (a)"
    )
    assert session.view("public", "v").query == (
        "SELECT a FROM public.s JOIN plain.table1 USING (a)"
    )
