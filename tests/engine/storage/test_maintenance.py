"""Checkpoints, sums and orphaned tables: done in time, put off when somebody is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from hookwire_engine.storage.applier import read_progress
from hookwire_engine.storage.maintenance import Maintenance
from support.stores import StoreHarness

APPLIED = "hookwire.hookwire_internal.applied"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., StoreHarness]]:
    made: list[StoreHarness] = []

    def make_store(**options: object) -> StoreHarness:
        made.append(StoreHarness(tmp_path, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make_store
    for store in made:
        store.close()


def maintenance(store: StoreHarness, **options: int) -> Maintenance:
    """Another one on the same store, run by hand."""
    local = store.store
    return Maintenance(
        local.database,
        local.applier,
        lambda i: i < store.catalog.next_id and store.source_of(i) is None,
        **options,
    )


def tables(store: StoreHarness) -> set[str]:
    rows = store.rows(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'hookwire_internal'"
        " AND table_name SIMILAR TO 's[0-9]+'"
    )
    return {name for (name,) in rows}


def apply(store: StoreHarness) -> None:
    store.store.applier.apply_pending()


def test_sums_take_the_place_of_single_steps(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    store.ddl("CREATE SOURCE b FROM WEBHOOK BODY FORMAT JSON ARRAY")
    for n in range(6):
        store.post("ab"[n % 2], b"[1,2,3]")
        apply(store)
    before = read_progress(store.cursor)
    assert store.rows(f"SELECT count(*) FROM {APPLIED}") == [(12,)]
    maintenance(store).run_once()
    assert store.rows(f"SELECT count(*) FROM {APPLIED}") == [(3,)]
    assert read_progress(store.cursor) == before
    assert before[0] == 6
    assert {i: t.rows for i, t in before[1].items()} == {
        store.source("a").id: 3,
        store.source("b").id: 9,
    }
    assert before[1] == store.store.totals
    store.post("a", b"x")
    apply(store)
    assert read_progress(store.cursor)[0] == 7


def test_nothing_new_is_not_summed_up(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    worker = maintenance(store)
    worker.run_once()
    size = store.store.database.log_bytes()
    worker.run_once()
    assert store.store.database.log_bytes() == size


def test_orphans_are_dropped_and_only_they(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    worker = maintenance(store)
    for name in ("a", "b"):
        store.ddl(f"CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT TEXT")
        store.post(name, b"x")
    apply(store)
    kept = f"s{store.source('b').id}"
    store.ddl("DROP SOURCE a")
    assert len(tables(store)) == 2
    # A table whose CREATE has not been committed, and so not published.
    other = store.store.session_cursor()
    other.execute("BEGIN")
    other.execute(f"CREATE TABLE hookwire.hookwire_internal.s{store.catalog.next_id} (a int)")
    worker.run_once()
    assert tables(store) == {kept}
    other.execute("COMMIT")
    worker.dropped()
    worker.run_once()
    assert tables(store) == {kept, f"s{store.catalog.next_id}"}
    assert set(read_progress(store.cursor)[1]) == {store.source("b").id}
    assert read_progress(store.cursor)[0] == 2
    other.execute(f"DROP TABLE hookwire.hookwire_internal.s{store.catalog.next_id}")
    other.close()


def test_an_orphan_that_is_in_use_is_dropped_later(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    worker = maintenance(store)
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    source_id = store.source("a").id
    other = store.store.session_cursor()
    other.execute("BEGIN")
    other.execute(f"ALTER TABLE hookwire.hookwire_internal.s{source_id} ADD COLUMN c int")
    store.ddl("DROP SOURCE a")
    worker.run_once()
    assert tables(store) == {f"s{source_id}"}
    other.execute("ROLLBACK")
    other.close()
    worker.run_once()
    assert tables(store) == set()


def test_a_reader_keeps_what_is_dropped_under_it(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    store.post("a", b"x")
    apply(store)
    reader = store.store.session_cursor()
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM public.a").fetchall() == [(1,)]
    store.ddl("DROP SOURCE a")
    maintenance(store).run_once()
    assert reader.execute("SELECT body FROM public.a").fetchall() == [("x",)]
    reader.execute("COMMIT")
    with pytest.raises(duckdb.CatalogException):
        reader.execute("SELECT body FROM public.a")
    reader.close()


def test_a_log_that_has_grown_is_checkpointed(make: Callable[..., StoreHarness]) -> None:
    store = make(start=False)
    database = store.store.database
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    worker = maintenance(store, checkpoint_log_bytes=100_000)
    store.post("a", b"x" * 10_000)
    apply(store)
    worker.run_once()
    assert 10_000 < database.log_bytes() < 100_000
    for n in range(12):
        store.post("a", b"%d" % n * 10_000)
    apply(store)
    worker.run_once()
    assert database.log_bytes() == 0
    assert store.rows("SELECT count(*) FROM public.a") == [(13,)]


def test_a_checkpoint_in_somebody_s_way_is_put_off(
    make: Callable[..., StoreHarness], caplog: pytest.LogCaptureFixture
) -> None:
    """A session's open DDL transaction (research: DuckDB wants no other writer then)."""
    store = make(start=False)
    database = store.store.database
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    worker = maintenance(store, checkpoint_log_bytes=100_000)
    other = store.store.session_cursor()
    other.execute("CREATE TABLE public.t AS SELECT 1 AS a")
    other.execute("BEGIN")
    other.execute("UPDATE public.t SET a = 2")
    for _ in range(3):
        store.post("a", b"x" * 60_000)
        apply(store)
    for _ in range(3):
        worker.run_once()
    assert caplog.text.count("maintenance put off") == 1
    assert database.log_bytes() > 180_000
    other.execute("COMMIT")
    other.close()
    store.post("a", b"x" * 60_000)
    apply(store)
    worker.run_once()
    assert database.log_bytes() == 0


def test_a_clean_stop_leaves_no_log(make: Callable[..., StoreHarness], tmp_path: Path) -> None:
    store = make()
    store.ddl("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT")
    store.post("a", b"x")
    store.close()
    assert {p.name for p in tmp_path.iterdir()} == {"hookwire.duckdb", "journal", "tmp"}
