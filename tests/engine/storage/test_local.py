"""The local store as the engine drives it: restarts, drops, names that come back, faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from hookwire_catalog.errors import DataCorrupted, UndefinedObject
from hookwire_catalog.snapshot import PUBLIC
from hookwire_engine.append.appender import CollectionAppender
from hookwire_engine.append.rowcodec import PackedRows
from hookwire_engine.append.segment import DATA_START
from hookwire_engine.store import Store
from support.stores import StoreHarness


def test_a_new_store(tmp_path: Path) -> None:
    for data_dir in (tmp_path / "data", None):
        if data_dir:
            data_dir.mkdir()
        with StoreHarness(data_dir) as harness:
            store: Store = harness.store
            assert store.load() == ([PUBLIC], 2)
            assert (store.failure, store.totals, store.unapplied) == (None, {}, 0)
            assert harness.replayed == 0
            harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS")
            harness.post("s", b'{"a": 1.10}', ("x", "y"))
            harness.read_barrier()
            assert harness.rows("SELECT * FROM public.s") == [('{"a": 1.10}', {"x": "y"})]
            assert store.unapplied == 0
            total = store.totals[harness.source("s").id]
            assert (total.rows, total.last_received_us) == (1, 1_700_000_000_000_000)


def test_what_is_journaled_is_counted_until_it_is_applied(tmp_path: Path) -> None:
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON ARRAY")
        harness.post("s", b"[1,2,3]")
        harness.post("s", b"[4]")
        assert harness.store.unapplied == 4
        harness.store.applier.apply_pending()
        assert harness.store.unapplied == 0


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    total = None
    for start in range(0, 30, 10):
        with StoreHarness(tmp_path) as harness:
            if start == 0:
                harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
            assert harness.store.totals.get(harness.source("s").id) == total
            for n in range(start, start + 10):
                harness.post("s", b"%d" % n)
        total = harness.store.totals[harness.source("s").id]
    with StoreHarness(tmp_path) as harness:
        assert harness.replayed == 0
        assert harness.rows("SELECT body FROM public.s ORDER BY body::int") == [
            (str(n),) for n in range(30)
        ]


def test_a_killed_store_is_replayed(tmp_path: Path) -> None:
    """Its files, copied while it has them open: durable rows that nothing has applied."""
    killed = tmp_path / "killed"
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        for n in range(5):
            harness.post("s", b"%d" % n)
        harness.store.applier.apply_pending()
        for n in range(5, 9):
            harness.post("s", b"%d" % n)
        shutil.copytree(tmp_path, killed)
    with StoreHarness(killed) as again:
        assert again.replayed == 4
        assert again.store.unapplied == 0
        again.post("s", b"9")
        again.read_barrier()
        assert again.rows("SELECT body FROM public.s ORDER BY 1") == [(str(n),) for n in range(10)]
        assert again.store.totals[again.source("s").id].rows == 10


def test_a_source_dropped_while_its_rows_wait(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.ddl("CREATE SOURCE other FROM WEBHOOK BODY FORMAT TEXT")
        for name in ("s", "other", "s"):
            harness.post(name, name.encode())
        harness.ddl("DROP SOURCE s")
        shutil.copytree(tmp_path, killed)
        harness.store.start()
        harness.read_barrier()
        assert harness.rows("SELECT body FROM public.other") == [("other",)]
    with StoreHarness(killed) as again:
        assert again.replayed == 3
        assert again.rows("SELECT body FROM public.other") == [("other",)]


def test_rows_never_land_under_a_name_that_came_back(tmp_path: Path) -> None:
    """DROP and CREATE of one name, in one transaction and in two, with rows on their way."""
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.post("s", b"first")
        harness.ddl("DROP SOURCE s", "CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON")
        harness.post("s", b'"second"')
        harness.ddl("DROP SOURCE s")
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.post("s", b"third")
        harness.store.start()
        harness.read_barrier()
        assert harness.rows("SELECT body FROM public.s") == [("third",)]


def test_rows_follow_their_source_through_renames_and_swaps(tmp_path: Path) -> None:
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl(
            "CREATE SCHEMA blue",
            "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT",
            "CREATE SOURCE blue.s FROM WEBHOOK BODY FORMAT TEXT",
        )
        harness.post("s", b"public at first")
        harness.post("blue.s", b"blue at first")
        harness.ddl("ALTER SCHEMA blue SWAP WITH public")
        harness.post("s", b"public now")
        harness.ddl("ALTER SOURCE s RENAME TO t")
        harness.store.start()
        harness.read_barrier()
        assert harness.rows("SELECT body FROM public.t ORDER BY 1") == [
            ("blue at first",),
            ("public now",),
        ]
        assert harness.rows("SELECT body FROM blue.s") == [("public at first",)]


def test_an_open_transaction_of_a_session_is_not_in_the_applier_s_way(tmp_path: Path) -> None:
    """DDL that touches the very source, a snapshot, an uncommitted insert: rows go on."""
    with StoreHarness(tmp_path) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.ddl("CREATE SOURCE t FROM WEBHOOK BODY FORMAT TEXT")
        dropping = harness.store.session_cursor()
        dropping.execute("BEGIN")
        dropping.execute("DROP VIEW hookwire.public.s")
        dropping.execute("CREATE TABLE hookwire.public.lookup AS SELECT 1 AS a")
        reading = harness.store.session_cursor()
        reading.execute("BEGIN")
        assert reading.execute("SELECT count(*) FROM public.s").fetchall() == [(0,)]
        for n in range(20):
            harness.post("st"[n % 2], b"x")
            harness.read_barrier()
        assert reading.execute("SELECT count(*) FROM public.s").fetchall() == [(0,)]
        assert harness.rows("SELECT count(*) FROM public.s") == [(10,)]
        assert harness.failures == []
        dropping.execute("ROLLBACK")
        dropping.close()
        reading.close()


def test_a_batch_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    with StoreHarness(tmp_path) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON")
        for n in range(1, 30):
            harness.send("s", b"1 " * 7)
            (count,) = harness.rows("SELECT count(*) FROM public.s")[0]
            assert count % 7 == 0
            assert count <= 7 * n


def test_a_damaged_journal_stops_the_start_and_leaves_the_database_free(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.post("s", b"first")
        harness.post("s", b"second")
        shutil.copytree(tmp_path, killed)
    (segment,) = (killed / "journal").glob("*.journal")
    content = segment.read_bytes()
    segment.write_bytes(content.replace(b"first", b"thirst"[:5], 1))
    for _ in range(2):
        with pytest.raises(DataCorrupted, match=f"{segment} is corrupt at byte {DATA_START}: "):
            StoreHarness(killed)
    segment.write_bytes(content)
    with StoreHarness(killed) as again:
        assert again.replayed == 2


def test_a_database_behind_its_journal_is_refused(tmp_path: Path) -> None:
    """An old copy of the database file: the rows in between are nowhere."""
    old = tmp_path / "old"
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with StoreHarness(data_dir) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
    old.mkdir()
    shutil.copy(data_dir / "hookwire.duckdb", old)
    for _ in range(3):
        with StoreHarness(data_dir) as harness:
            for _ in range(4):
                harness.post("s", b"x" * 6_000_000)
                harness.read_barrier()
    shutil.copytree(data_dir / "journal", old / "journal")
    with pytest.raises(DataCorrupted, match="lacks positions 1 to "):
        StoreHarness(old)


def test_a_store_that_cannot_take_its_journal_says_so(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        harness.post("s", b"x")
        shutil.copytree(tmp_path, killed)
        source = harness.source("s")

    def lose_table(root: duckdb.DuckDBPyConnection) -> None:
        root.execute(f"DROP TABLE hookwire.hookwire_internal.s{source.id}")

    with pytest.raises(OSError, match="journaled rows cannot be stored"):
        StoreHarness(killed, prepare=lose_table)


def test_an_appender_of_the_store_ends_with_its_source(tmp_path: Path) -> None:
    with StoreHarness(tmp_path) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        appender = CollectionAppender(harness.source("s").id, harness.store)
        appender.append(PackedRows(1, bytes(4) + b"text"), 5)
        appender.close()
        with pytest.raises(UndefinedObject):
            appender.append(PackedRows(1, bytes(4) + b"text"), 5)
        harness.wait(lambda: len(harness.outcomes) == 1)
        harness.read_barrier()
        assert harness.rows("SELECT body FROM public.s") == [("text",)]


def test_closing_applies_what_waits(tmp_path: Path) -> None:
    with StoreHarness(tmp_path) as harness:
        harness.ddl("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        for n in range(2000):
            harness.send("s", b"%d" % n)
    assert len(harness.outcomes) == 2000
    with StoreHarness(tmp_path) as again:
        assert again.replayed == 0
        assert again.rows("SELECT count(DISTINCT body) FROM public.s") == [(2000,)]
