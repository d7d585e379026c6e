"""Catalog.apply of DROP, RENAME TO, SET SCHEMA and SWAP WITH."""

from __future__ import annotations

import pytest

from support.catalog_session import SOURCE, CatalogSession, Suspicious, said, told

# DROP


@pytest.fixture
def dependents() -> CatalogSession:
    return CatalogSession(
        "CREATE SCHEMA a",
        SOURCE.format("s"),
        SOURCE.format("a.t"),
        "CREATE VIEW v AS SELECT a FROM s",
        "CREATE VIEW a.w AS SELECT a FROM v",
    )


def test_drop(dependents: CatalogSession) -> None:
    gone = dependents.find("a", "t")
    change = dependents.run("DROP SOURCE a.t")
    assert (change.removed, change.notices) == ((gone,), ())
    assert dependents.names == {"public.s", "public.v", "a.w"}
    assert dependents.catalog.webhook("hookwire", "a", "t") is None


def test_restrict_names_the_views(dependents: CatalogSession) -> None:
    error = dependents.refused("DROP SOURCE s RESTRICT")
    assert said(error) == ("2BP01", "cannot drop source s because other objects depend on it")
    assert error.detail == "view v depends on source s\nview a.w depends on view v"
    assert error.hint == "Use DROP ... CASCADE to drop the dependent objects too."
    error = dependents.refused("DROP SOURCE s, a.t")
    assert error.message == "cannot drop desired object(s) because other objects depend on them"


def test_cascade_says_what_goes_too(dependents: CatalogSession) -> None:
    change = dependents.run("DROP SOURCE s, a.t CASCADE")
    assert told(change) == [
        ("00000", "drop cascades to 2 other objects",
         "drop cascades to view v\ndrop cascades to view a.w"),
    ]  # fmt: skip
    assert [str(getattr(gone, "name", "")) for gone in change.removed] == [
        "public.s", "a.t", "public.v", "a.w",
    ]  # fmt: skip
    assert change.cascade
    assert dependents.names == set()


def test_cascade_over_one_view(dependents: CatalogSession) -> None:
    change = dependents.run("DROP VIEW v CASCADE")
    assert told(change) == [("00000", "drop cascades to view a.w", None)]


def test_what_is_dropped_together_needs_no_cascade(dependents: CatalogSession) -> None:
    change = dependents.run("DROP VIEW v, a.w, v")
    assert len(change.removed) == 2
    assert not change.cascade


@pytest.mark.parametrize(
    ("sql", "notice"),
    [
        ("DROP SOURCE IF EXISTS n", 'source "n" does not exist, skipping'),
        ("DROP VIEW IF EXISTS a.n", 'view "n" does not exist, skipping'),
        ("DROP VIEW IF EXISTS n.n", 'schema "n" does not exist, skipping'),
        ("DROP SCHEMA IF EXISTS n", 'schema "n" does not exist, skipping'),
    ],
)
def test_drop_if_exists(dependents: CatalogSession, sql: str, notice: str) -> None:
    before = dependents.catalog
    change = dependents.run(sql)
    assert told(change) == [("00000", notice, None)]
    assert change.catalog is before


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message", "hint"),
    [
        ("DROP SOURCE n", "42P01", 'source "n" does not exist', None),
        ("DROP VIEW a.n", "42P01", 'view "n" does not exist', None),
        ("DROP VIEW n.n", "3F000", 'schema "n" does not exist', None),
        ("DROP SCHEMA n", "3F000", 'schema "n" does not exist', None),
        ("DROP VIEW s", "42809", '"s" is not a view', "Use DROP SOURCE to remove a source."),
        ("DROP SOURCE v", "42809", '"v" is not a source', "Use DROP VIEW to remove a view."),
        ("DROP VIEW pg_catalog.pg_class", "42501", "permission denied for schema pg_catalog", None),
        ("DROP SCHEMA mz_internal CASCADE", "42501", "permission denied for schema mz_internal",
         None),
        ("DROP SOURCE IF EXISTS other.public.s", "0A000",
         'cross-database references are not implemented: "other.public.s"', None),
    ],
)  # fmt: skip
def test_drops_that_are_refused(
    dependents: CatalogSession, sql: str, sqlstate: str, message: str, hint: str | None
) -> None:
    error = dependents.refused(sql)
    assert (*said(error), error.hint) == (sqlstate, message, hint)


def test_drop_schema(dependents: CatalogSession) -> None:
    error = dependents.refused("DROP SCHEMA a")
    assert said(error) == ("2BP01", "cannot drop schema a because other objects depend on it")
    assert error.detail == "source a.t depends on schema a\nview a.w depends on schema a"
    change = dependents.run("DROP SCHEMA IF EXISTS a, n CASCADE")
    assert [message for _, message, _ in told(change)] == [
        'schema "n" does not exist, skipping', "drop cascades to 2 other objects",
    ]  # fmt: skip
    assert dependents.names == {"public.s", "public.v"}
    assert set(dependents.catalog.schemas) == {"public"}


def test_drop_schema_takes_views_elsewhere(dependents: CatalogSession) -> None:
    dependents.run("CREATE VIEW z AS SELECT a FROM a.t")
    error = dependents.refused("DROP SCHEMA a")
    assert error.detail is not None
    assert error.detail.endswith("view z depends on source a.t")
    dependents.run("DROP SCHEMA a CASCADE")
    assert dependents.names == {"public.s", "public.v"}


def test_an_empty_schema_needs_no_cascade() -> None:
    session = CatalogSession("CREATE SCHEMA a", "CREATE SCHEMA b")
    assert session.run("DROP SCHEMA a, b").notices == ()
    assert set(session.catalog.schemas) == {"public"}


# RENAME TO, SET SCHEMA, SWAP WITH


def test_rename_a_source_and_its_views_follow(dependents: CatalogSession) -> None:
    before = dependents.source("public", "s")
    change = dependents.run('ALTER SOURCE s RENAME TO "New s"')
    after = dependents.source("public", "New s")
    assert (after.id, after.external_id) == (before.id, before.external_id)
    assert dependents.view("public", "v").query == 'SELECT a FROM public."New s" AS s'
    assert dependents.view("a", "w").query == "SELECT a FROM public.v"
    assert [old.id for old, _ in change.replaced] == [old.id for _, old in change.replaced]
    assert len(change.replaced) == 2
    assert dependents.catalog.webhook("hookwire", "public", "s") is None
    assert dependents.catalog.webhook("hookwire", "public", "New s") is after


def test_rename_a_view_and_its_readers_follow(dependents: CatalogSession) -> None:
    dependents.run("ALTER VIEW v RENAME TO u")
    assert dependents.view("a", "w").query == "SELECT a FROM public.u AS v"
    assert dependents.view("public", "u").query == "SELECT a FROM public.s"


def test_names_may_be_exchanged_through_a_third(dependents: CatalogSession) -> None:
    dependents.run(
        SOURCE.format("t"),
        "ALTER SOURCE s RENAME TO x",
        "ALTER SOURCE t RENAME TO s",
        "ALTER SOURCE x RENAME TO t",
    )
    assert dependents.view("public", "v").query == "SELECT a FROM public.t AS s"


def test_set_schema(dependents: CatalogSession) -> None:
    dependents.run("ALTER SOURCE s SET SCHEMA a", "ALTER VIEW a.w SET SCHEMA public")
    assert dependents.names == {"a.s", "a.t", "public.v", "public.w"}
    assert dependents.view("public", "v").query == "SELECT a FROM a.s"
    before = dependents.catalog
    assert dependents.run("ALTER VIEW v SET SCHEMA public").catalog is before


def test_rename_a_schema(dependents: CatalogSession) -> None:
    change = dependents.run("ALTER SCHEMA public RENAME TO p", "ALTER SCHEMA a RENAME TO b")
    assert dependents.names == {"p.s", "b.t", "p.v", "b.w"}
    assert dependents.view("p", "v").query == "SELECT a FROM p.s"
    assert dependents.view("b", "w").query == "SELECT a FROM p.v"
    assert change.replaced[0][1] == dependents.catalog.schema("b")


def test_a_schema_may_change_the_case_of_its_letters() -> None:
    session = CatalogSession("CREATE SCHEMA a", 'ALTER SCHEMA a RENAME TO "A"')
    assert set(session.catalog.schemas) == {"public", "A"}


def test_a_source_may_change_the_case_of_its_letters() -> None:
    session = CatalogSession(SOURCE.format("s"), 'ALTER SOURCE s RENAME TO "S"')
    assert session.names == {'public."S"'}


def test_swap() -> None:
    session = CatalogSession(
        "CREATE SCHEMA blue",
        "CREATE SCHEMA green",
        SOURCE.format("blue.s"),
        SOURCE.format("green.s"),
        "CREATE VIEW blue.v AS SELECT a FROM blue.s",
        "CREATE VIEW pair AS SELECT blue.s.a FROM blue.s UNION SELECT a FROM green.s",
    )
    blue, green = session.source("blue", "s"), session.source("green", "s")
    session.run("ALTER SCHEMA blue SWAP WITH green")
    assert session.source("green", "s").id == blue.id
    assert session.source("blue", "s").id == green.id
    assert session.catalog.webhook("hookwire", "green", "s") is session.source("green", "s")
    assert session.view("green", "v").query == "SELECT a FROM green.s"
    followed = "SELECT green.s.a FROM green.s UNION SELECT a FROM blue.s"
    assert session.view("public", "pair").query == followed


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("ALTER SOURCE n RENAME TO x", "42P01", 'relation "n" does not exist'),
        ("ALTER SOURCE v RENAME TO x", "42809", '"v" is not a source'),
        ("ALTER VIEW s SET SCHEMA a", "42809", '"s" is not a view'),
        ("ALTER SOURCE s RENAME TO s", "42P07", 'relation "s" already exists'),
        ("ALTER SOURCE s RENAME TO v", "42P07", 'relation "v" already exists'),
        ('ALTER SOURCE s RENAME TO "V"', "0A000",
         'relation "V" would differ from "v" only in the case of its letters'),
        ("ALTER SOURCE s SET SCHEMA n", "3F000", 'schema "n" does not exist'),
        ("ALTER SOURCE s SET SCHEMA mz_internal", "42501",
         "permission denied for schema mz_internal"),
        ("ALTER VIEW a.w SET SCHEMA public", "42P07", 'relation "w" already exists'),
        ("ALTER SCHEMA n RENAME TO x", "3F000", 'schema "n" does not exist'),
        ("ALTER SCHEMA a RENAME TO public", "42P06", 'schema "public" already exists'),
        ("ALTER SCHEMA pg_catalog RENAME TO x", "42501", "permission denied for schema pg_catalog"),
        ("ALTER SCHEMA a SWAP WITH a", "42P06", 'schema "a" already exists'),
        ("ALTER SCHEMA a SWAP WITH n", "3F000", 'schema "n" does not exist'),
        ("ALTER SCHEMA a SWAP WITH information_schema", "42501",
         "permission denied for schema information_schema"),
    ],
)  # fmt: skip
def test_renames_that_are_refused(
    dependents: CatalogSession, sql: str, sqlstate: str, message: str
) -> None:
    dependents.run(SOURCE.format("w"))
    assert said(dependents.refused(sql)) == (sqlstate, message)


@pytest.mark.parametrize(
    ("sql", "notice"),
    [
        ("ALTER SOURCE IF EXISTS n RENAME TO x", 'relation "n" does not exist, skipping'),
        ("ALTER VIEW IF EXISTS a.n SET SCHEMA x", 'relation "a.n" does not exist, skipping'),
    ],
)
def test_alter_if_exists(dependents: CatalogSession, sql: str, notice: str) -> None:
    assert told(dependents.run(sql)) == [("00000", notice, None)]


@pytest.mark.parametrize(
    "statement", ["ALTER SOURCE s RENAME TO x", "ALTER SCHEMA public RENAME TO x"]
)
def test_what_the_text_does_not_show_is_not_renamed(statement: str) -> None:
    session = Suspicious(SOURCE.format("s"), SOURCE.format("t"))
    session.run("CREATE VIEW v AS SELECT a FROM s")
    error = session.refused(statement)
    assert error.sqlstate == "0A000"
    assert error.message.startswith("cannot rename source public.s because view public.v depends")
    assert error.hint == "Drop the view, rename, and create the view again."


def test_tables_that_the_catalog_does_not_hold_are_left_alone() -> None:
    session = CatalogSession(SOURCE.format("s"), "CREATE VIEW v AS SELECT s.a FROM plain, s")
    session.run("ALTER SOURCE s RENAME TO x")
    assert session.view("public", "v").query == "SELECT s.a FROM plain, public.x AS s"


def test_a_rename_that_would_make_a_query_ambiguous_is_refused() -> None:
    session = CatalogSession(
        "CREATE SCHEMA a",
        SOURCE.format("s"),
        SOURCE.format("a.s"),
        "CREATE VIEW v AS SELECT public.s.a FROM public.s, a.s",
    )
    assert session.refused("ALTER SOURCE s RENAME TO x").sqlstate == "0A000"
    session.run("ALTER SCHEMA a RENAME TO b")
    assert session.view("public", "v").query == "SELECT public.s.a FROM public.s, b.s"
