"""The catalog on disk: after every statement it is what the catalog in memory is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hookwire_catalog import types
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import DataCorrupted, SqlError
from hookwire_catalog.objects import WebhookSource
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import Column
from hookwire_engine.storage.catalog_store import (
    initialise,
    read_meta,
    read_objects,
    write_meta,
)
from hookwire_engine.storage.database import Database
from support.stores import change, persist_change


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database(None, prepare=initialise)
    yield made
    made.close()


def stored(cursor: duckdb.DuckDBPyConnection) -> Catalog:
    return Catalog.of(read_objects(cursor), next_id=int(read_meta(cursor, "next_id") or 0))


def check(cursor: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Rows, schemas, views and base tables in DuckDB against the catalog."""
    kept = stored(cursor)
    assert (kept.schemas, kept.objects) == (catalog.schemas, catalog.objects)
    assert kept.next_id == catalog.next_id
    sources = {o for o in catalog.objects.values() if isinstance(o, WebhookSource)}
    views = cursor.execute(
        "SELECT schema_name, view_name, sql FROM duckdb_views()"
        " WHERE database_name = 'hookwire' AND NOT internal"
    ).fetchall()
    assert {(s, n) for s, n, _ in views} == {(o.name.schema, o.name.name) for o in sources}
    for source in sources:
        (sql,) = (q for s, n, q in views if (s, n) == (source.name.schema, source.name.name))
        assert f"hookwire_internal.s{source.id};" in sql
    schemas = cursor.execute(
        "SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'hookwire'"
        " AND schema_name NOT IN ('main', 'hookwire_internal', 'information_schema', 'pg_catalog')"
    ).fetchall()
    assert {s for (s,) in schemas} == set(catalog.schemas)
    tables = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'hookwire_internal'"
    ).fetchall()
    assert {f"s{o.id}" for o in sources} <= {t for (t,) in tables}


ALL_FORMS = (
    "CREATE SOURCE every FROM WEBHOOK BODY FORMAT JSON ARRAY INCLUDE HEADERS (NOT 'a', 'b')"
    " INCLUDE HEADER 'x-one' AS one INCLUDE HEADER 'x-two' AS \"Two\" BYTES INCLUDE RECEIVED_AT"
    " INCLUDE REQUEST_ID AS rid INCLUDE REMOTE_ADDRESS INCLUDE METHOD INCLUDE PATH INCLUDE QUERY"
    " WITH (max_body_bytes = 5, external_id = 'mine-0123456789abcdef', response_status = 204)"
)
SCRIPT = (
    "CREATE SOURCE plain FROM WEBHOOK BODY FORMAT TEXT",
    ALL_FORMS,
    "CREATE SCHEMA \"Other Schema\"",
    "CREATE SOURCE \"Other Schema\".\"a\"\"b\" IN CLUSTER c FROM WEBHOOK BODY FORMAT BYTES",
    "COMMENT ON SOURCE plain IS 'it''s plain'",
    "COMMENT ON COLUMN every.one IS 'the first'",
    "ALTER SOURCE plain RENAME TO renamed",
    "ALTER SOURCE every SET SCHEMA \"Other Schema\"",
    "CREATE SCHEMA third",
    "CREATE SOURCE third.renamed FROM WEBHOOK BODY FORMAT JSON",
    "ALTER SCHEMA third SWAP WITH public",
    "ALTER SCHEMA \"Other Schema\" RENAME TO fourth",
    "DROP SOURCE third.renamed",
    "CREATE SOURCE third.renamed FROM WEBHOOK BODY FORMAT JSON",
    "DROP SCHEMA fourth CASCADE",
    "COMMENT ON SOURCE third.renamed IS NULL",
    "DROP SCHEMA public CASCADE",
)  # fmt: skip


def test_a_new_database(database: Database) -> None:
    cursor = database.cursor()
    assert read_objects(cursor) == [PUBLIC]
    check(cursor, Catalog.empty())
    initialise(cursor)  # a second start
    check(cursor, Catalog.empty())


def test_a_script_of_everything(database: Database) -> None:
    cursor = database.cursor()
    catalog = Catalog.empty()
    for sql in SCRIPT:
        made = change(catalog, sql)
        cursor.execute("BEGIN")
        persist_change(cursor, made)
        cursor.execute("COMMIT")
        catalog = made.catalog
        check(cursor, catalog)


def test_one_transaction_for_all_of_it_and_none_after_rollback(database: Database) -> None:
    cursor, other = database.cursor(), database.cursor()
    before = catalog = Catalog.empty()
    for end, seen in (("ROLLBACK", before), ("COMMIT", None)):
        catalog = before
        cursor.execute("BEGIN")
        for sql in SCRIPT:
            made = change(catalog, sql)
            persist_change(cursor, made)
            catalog = made.catalog
        check(cursor, catalog)
        check(other, before)
        cursor.execute(end)
        check(cursor, seen or catalog)


def test_restart(tmp_path: Path) -> None:
    catalog = Catalog.empty()
    for sql in SCRIPT:
        database = Database(tmp_path, prepare=initialise)
        cursor = database.cursor()
        check(cursor, catalog)
        made = change(catalog, sql)
        cursor.execute("BEGIN")
        persist_change(cursor, made)
        cursor.execute("COMMIT")
        catalog = made.catalog
        cursor.close()
        database.close()


def test_a_view_is_a_row(database: Database) -> None:
    cursor = database.cursor()
    catalog = change(Catalog.empty(), "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
    persist_change(cursor, catalog)
    columns = (Column("body", types.TEXT),)
    view = change(
        catalog.catalog,
        "CREATE VIEW v AS SELECT body FROM s",
        columns=columns,
        depends_on=frozenset([2]),
    )
    persist_change(cursor, view)
    check(cursor, view.catalog)
    renamed = change(view.catalog, "ALTER VIEW v RENAME TO w")
    persist_change(cursor, renamed)
    check(cursor, renamed.catalog)
    dropped = change(renamed.catalog, "DROP SOURCE s CASCADE")
    persist_change(cursor, dropped)
    check(cursor, dropped.catalog)


def test_a_schema_with_plain_tables_is_dropped_by_cascade_only(database: Database) -> None:
    cursor = database.cursor()
    made = change(Catalog.empty(), "CREATE SCHEMA lookups")
    persist_change(cursor, made)
    cursor.execute("CREATE TABLE hookwire.lookups.t (a int)")
    for sql in ("DROP SCHEMA lookups", "ALTER SCHEMA lookups RENAME TO other"):
        cursor.execute("BEGIN")
        with pytest.raises(duckdb.DependencyException):
            persist_change(cursor, change(made.catalog, sql))
        cursor.execute("ROLLBACK")
        check(cursor, made.catalog)
    gone = change(made.catalog, "DROP SCHEMA lookups CASCADE")
    persist_change(cursor, gone)
    check(cursor, gone.catalog)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    database = Database(tmp_path, prepare=initialise)
    cursor = database.cursor()
    write_meta(cursor, "format_version", "2")
    cursor.close()
    database.close()
    with pytest.raises(DataCorrupted) as refused:
        Database(tmp_path, prepare=initialise)
    assert refused.value.message == "data directory has format 2, this Hookwire reads up to 1"
    assert refused.value.hint is not None


NAMES = st.sampled_from(["a", "b", '"C d"'])
SCHEMA_NAMES = st.sampled_from(["public", "s1", "s2"])


class AnyStatements(RuleBasedStateMachine):
    """Statements in any order, some in transactions that are rolled back."""

    @initialize()
    def open(self) -> None:
        self.database = Database(None, prepare=initialise)
        self.cursor = self.database.cursor()
        self.catalog = Catalog.empty()

    @rule(
        sql=st.one_of(
            st.builds(
                "CREATE SOURCE {}.{} FROM WEBHOOK BODY FORMAT TEXT".format, SCHEMA_NAMES, NAMES
            ),
            st.builds("DROP SOURCE {}.{}".format, SCHEMA_NAMES, NAMES),
            st.builds("ALTER SOURCE {}.{} RENAME TO {}".format, SCHEMA_NAMES, NAMES, NAMES),
            st.builds("ALTER SOURCE {}.{} SET SCHEMA {}".format, SCHEMA_NAMES, NAMES, SCHEMA_NAMES),
            st.builds("CREATE SCHEMA {}".format, SCHEMA_NAMES),
            st.builds("DROP SCHEMA {} CASCADE".format, SCHEMA_NAMES),
            st.builds("ALTER SCHEMA {} RENAME TO {}".format, SCHEMA_NAMES, SCHEMA_NAMES),
            st.builds("ALTER SCHEMA {} SWAP WITH {}".format, SCHEMA_NAMES, SCHEMA_NAMES),
            st.builds("COMMENT ON SOURCE {}.{} IS 'c'".format, SCHEMA_NAMES, NAMES),
        ),
        end=st.sampled_from(["COMMIT", "COMMIT", "ROLLBACK"]),
    )
    def run(self, sql: str, end: str) -> None:
        try:
            made = change(self.catalog, sql)
        except SqlError:
            return
        self.cursor.execute("BEGIN")
        persist_change(self.cursor, made)
        self.cursor.execute(end)
        if end == "COMMIT":
            self.catalog = made.catalog

    @invariant()
    def disk_and_memory_agree(self) -> None:
        if hasattr(self, "catalog"):
            check(self.cursor, self.catalog)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()


TestAnyStatements = AnyStatements.TestCase
TestAnyStatements.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
