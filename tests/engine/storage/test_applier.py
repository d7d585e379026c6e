"""From the journal into DuckDB: every row, once, whatever goes wrong on the way."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import BodyFormat, RequestAttribute, WebhookSource
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.frame import Entry
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.journal import Journal, MemoryJournal
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.storage import applier as applier_module
from hookwire_engine.storage.applier import PATIENCE, Applier, read_progress
from hookwire_engine.storage.batch import Total, collect
from hookwire_engine.storage.catalog_store import initialise
from hookwire_engine.storage.database import Database
from hookwire_engine.storage.tables import base_table, create_base_table
from support.faulty_disk import FaultyDisk, LazyDisk, nth
from support.webhooks import expected_rows, requests, sources

WAIT_S = 20
SOURCES = {
    i: WebhookSource(i, ObjectName("hookwire", "public", f"s{i}"), BodyFormat.JSON_ARRAY, f"e{i}")
    for i in (2, 3, 4)
}
Fault = Callable[[int, str], tuple[bool, Exception] | None]
"""Given number and text of a statement: whether it is run all the same, and what it raises."""


class FaultyCursor:
    """A cursor of the applier's, with faults."""

    def __init__(self, real: duckdb.DuckDBPyConnection, database: FaultyDatabase) -> None:
        self._real = real
        self._database = database

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        fault = self._database.fault(self._database.count, sql)
        self._database.count += 1
        if fault is None:
            return self._real.execute(sql)
        runs, error = fault
        if runs:
            self._real.execute(sql)
        raise error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class FaultyDatabase(Database):
    """Gives the applier cursors that fail when `fault` says so."""

    fault: Fault = staticmethod(lambda number, sql: None)
    count = 0

    def cursor(self) -> Any:
        return FaultyCursor(super().cursor(), self)


class Rig:
    """An applier on a journal, and what it has told."""

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        source_of: Callable[[int], WebhookSource | None] = SOURCES.get,
        disk: FaultyDisk | None = None,
    ) -> None:
        self.news = threading.Condition()
        self.durable = 0
        self.reached: list[int] = []
        self.failures: list[str] = []
        self.database = FaultyDatabase(data_dir, prepare=initialise, disk=disk)
        self.reader = self.database.session_cursor()
        for source in SOURCES.values():
            sql = create_base_table(source).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
            self.reader.execute(sql)
        applied, totals = read_progress(self.reader)
        self.journal: Journal | MemoryJournal
        if data_dir is None:
            self.journal = MemoryJournal(queue_bytes=1 << 30, on_durable=self._on_durable)
        else:
            self.journal = Journal.open(
                data_dir / "journal",
                applied_position=applied,
                on_durable=self._on_durable,
                segment_bytes=16_384,
                disk=LazyDisk(),
            )
        self.applier = Applier(
            self.database,
            self.journal,
            applied_position=applied,
            totals=totals,
            source_of=source_of,
            on_applied=lambda position: self._tell(self.reached, position),
            on_failed=lambda reason: self._tell(self.failures, reason),
            retry_s=(0,),
        )
        self.database.count = 0

    def _on_durable(self, tickets: Sequence[Ticket], *_: object) -> None:
        with self.news:
            self.durable += len(tickets)
            self.news.notify_all()

    def _tell(self, told: list[Any], news: object) -> None:
        with self.news:
            told.append(news)
            self.news.notify_all()

    def wait(self, until: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(until, WAIT_S)

    def send(self, count: int, *, start: int = 0) -> None:
        """Requests number `start` to `start + count`, each two rows of a source in turn."""
        before = self.durable
        for n in range(start, start + count):
            source = SOURCES[2 + n % 3]
            packed = Intake(source).pack(WebhookRequest((), b"[%d, %d]" % (n, -n), n))
            self.journal.append(Ticket(source.id, packed.count, packed.payload, n))
        self.wait(lambda: self.durable == before + count)

    def apply_all(self) -> None:
        while self.applier.applied_position < self.journal.durable_position:
            self.applier.apply_pending()

    def found(self) -> dict[int, list[str]]:
        """The bodies of each source in the order of the journal."""
        return {
            i: [
                str(body)
                for (body,) in self.reader.execute(
                    f"SELECT c0 FROM {base_table(i)} ORDER BY _position, rowid"
                ).fetchall()
            ]
            for i in SOURCES
        }

    def close(self) -> None:
        self.journal.close()
        self.applier.stop()
        self.reader.close()
        self.database.close()


def bodies(count: int) -> dict[int, list[str]]:
    return {i: [str(v) for n in range(i - 2, count, 3) for v in (n, -n)] for i in SOURCES}


@pytest.fixture
def rigs() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*args: Any, **options: Any) -> Rig:
        made.append(Rig(*args, **options))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


def test_a_batch_is_one_transaction(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.send(30)
    seen: list[str] = []
    rig.database.fault = lambda number, sql: seen.append(sql.split()[0])
    rig.applier.apply_pending()
    assert seen == ["BEGIN", "INSERT", "INSERT", "INSERT", "INSERT", "COMMIT"]
    assert rig.found() == bodies(30)
    assert rig.reached == [30]
    assert rig.applier.rows == 60
    assert rig.applier.totals[2] == Total(20, rig.applier.totals[2].bytes, 27)
    assert read_progress(rig.reader) == (30, rig.applier.totals)


def test_a_batch_has_bounds(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.send(10)
    for expected in (3, 6, 9, 10):
        rig.applier.apply_pending(max_rows=5)
        assert rig.applier.applied_position == expected
    rig.applier.apply_pending()
    assert rig.reached == [3, 6, 9, 10]


def test_headers_count_once_a_row() -> None:
    """Else a few requests of many rows would make a table too large for memory."""
    source = WebhookSource(
        2, ObjectName("hookwire", "public", "s"), BodyFormat.JSON, "e", include_headers=()
    )
    request = WebhookRequest((("x", "y" * 1000),), b"1 " * 1000, 5)
    packed = Intake(source).pack(request)
    entries = [Entry(n, 2, packed.count, 5, packed.payload) for n in range(1, 9)]
    batch = collect(
        iter(entries), lambda _: source, after=0, max_rows=10**9, max_bytes=3_000_000
    )
    assert (batch.reached, batch.rows) == (3, 3000)


@pytest.mark.parametrize("runs", [False, True], ids=["not run", "run all the same"])
@pytest.mark.parametrize("error", [duckdb.IOException, MemoryError, ValueError])
def test_any_statement_may_fail_and_no_row_is_lost_or_doubled(
    rigs: Callable[..., Rig], runs: bool, error: type[Exception]
) -> None:
    for number in range(6):
        rig = rigs()
        rig.database.fault = lambda at, sql, n=number: (  # type: ignore[misc]
            (runs, error("injected")) if at == n else None
        )
        rig.applier.start()
        rig.send(30)
        rig.applier.demand()
        rig.wait(lambda rig=rig: rig.reached[-1:] == [30])  # type: ignore[misc]
        rig.send(30, start=30)
        rig.applier.demand()
        rig.wait(lambda rig=rig: rig.reached[-1:] == [60])  # type: ignore[misc]
        assert rig.database.count > 6
        assert rig.found() == bodies(60)
        assert sum(total.rows for total in rig.applier.totals.values()) == 120
        assert rig.applier.rows == 120
        assert rig.applier.failure is None
        assert rig.failures == []


def test_a_crash_at_any_statement_and_replay(rigs: Callable[..., Rig], tmp_path: Path) -> None:
    """The files as they are at that moment, taken up by the next start."""
    for number in range(7):
        data_dir, crashed = tmp_path / f"{number}", tmp_path / f"crashed {number}"
        data_dir.mkdir()
        rig = rigs(data_dir)
        rig.send(30)
        rig.apply_all()
        rig.send(30, start=30)
        rig.database.count = 0

        def crash(at: int, sql: str, number: int = number) -> tuple[bool, Exception] | None:
            return (False, KeyboardInterrupt()) if at == number else None  # type: ignore[return-value]

        rig.database.fault = crash
        try:
            rig.applier.apply_pending()
        except KeyboardInterrupt:
            assert number < 6
        shutil.copytree(data_dir, crashed)
        again = rigs(crashed)
        assert again.applier.applied_position == (30 if number < 6 else 60)
        again.apply_all()
        assert again.found() == bodies(60)
        rig.database.fault = lambda at, sql: None


def test_readers_are_told_when_it_does_not_work_and_it_is_tried_on(
    rigs: Callable[..., Rig], caplog: pytest.LogCaptureFixture
) -> None:
    rig = rigs()
    broken = True
    rig.database.fault = lambda at, sql: (
        (False, duckdb.IOException("no space left")) if broken and sql == "COMMIT" else None
    )
    rig.applier.start()
    rig.send(3)
    rig.applier.demand()
    rig.wait(lambda: len(rig.failures) >= 2)
    assert rig.failures[0] == "rows cannot be stored now (IOException); the log says why"
    assert "no space left" in caplog.text
    assert rig.applier.failure == rig.failures[0]
    assert "they stay in the journal" in caplog.text
    assert caplog.text.count("moving rows") >= PATIENCE
    broken = False
    rig.wait(lambda: rig.reached[-1:] == [3])
    assert rig.found() == bodies(3)


def test_a_batch_too_large_for_memory_is_tried_in_pieces(
    rigs: Callable[..., Rig],
) -> None:
    rig = rigs()
    sizes: list[int] = []

    def too_large(at: int, sql: str) -> tuple[bool, Exception] | None:
        if not sql.startswith("INSERT INTO hookwire.hookwire_internal.applied"):
            return None
        sizes.append(int(sql.split("(")[1].split(",")[0]) - rig.applier.applied_position)
        return (False, duckdb.OutOfMemoryException("injected")) if sizes[-1] > 300 else None

    rig.database.fault = too_large
    rig.send(2000)
    rig.applier.start()
    rig.applier.demand()
    rig.wait(lambda: rig.reached[-1:] == [2000])
    assert sizes[0] == 2000
    assert rig.found() == bodies(2000)


def test_stopping_gives_up_on_what_does_not_work(rigs: Callable[..., Rig]) -> None:
    """The rows stay in the journal; the next start has them."""
    rig = rigs()
    rig.database.fault = lambda at, sql: (False, duckdb.IOException("injected"))
    rig.applier.start()
    rig.send(3)
    rig.journal.close()
    rig.applier.stop()
    assert rig.applier.applied_position == 0
    assert [e.position for e in rig.journal.entries_after(0)] == [1, 2, 3]


def test_stopping_applies_what_is_durable(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.applier.start()
    rig.send(300)
    rig.journal.close()
    rig.applier.stop()
    assert rig.found() == bodies(300)


def test_rows_are_applied_without_anybody_asking(rigs: Callable[..., Rig]) -> None:
    rig = rigs()
    rig.applier.start()
    rig.send(3)
    rig.applier.notify()
    rig.wait(lambda: rig.reached[-1:] == [3])


def test_a_dropped_source_is_passed_over(rigs: Callable[..., Rig]) -> None:
    live = dict(SOURCES)
    rig = rigs(source_of=live.get)
    rig.send(30)
    del live[3]
    rig.apply_all()
    assert rig.found() == bodies(30) | {3: []}
    assert rig.reached == [30]
    assert 3 not in rig.applier.totals
    live.clear()
    rig.send(3)
    rig.apply_all()
    assert read_progress(rig.reader)[0] == 33


def test_a_source_dropped_while_its_batch_is_built(rigs: Callable[..., Rig]) -> None:
    """Its table may be gone by then: it is asked for again with the lock held."""
    rig: Rig
    answers = iter([SOURCES[2], SOURCES[3], SOURCES[4]])

    def source_of(i: int) -> WebhookSource | None:
        found = next(answers, None)
        if found is not None:
            assert found.id == i
            return found
        assert rig.applier.lock.locked()
        return None if i == 3 else SOURCES[i]

    rig = rigs(source_of=source_of)
    rig.reader.execute(f"DROP TABLE {base_table(3)}")
    rig.send(30)
    rig.applier.apply_pending()
    rig.reader.execute(create_base_table(SOURCES[3]))
    assert rig.found() == bodies(30) | {3: []}


def test_many_sources_take_turns(rigs: Callable[..., Rig]) -> None:
    """More than may be registered at once."""
    count = applier_module.MAX_FEEDS + 10
    rig = rigs(source_of=lambda i: WebhookSource(
        i, ObjectName("hookwire", "public", f"s{i}"), BodyFormat.TEXT, f"e{i}"
    ))  # fmt: skip
    for i in range(10, 10 + count):
        source = WebhookSource(i, ObjectName("hookwire", "public", "s"), BodyFormat.TEXT, "e")
        rig.reader.execute(create_base_table(source))
    for turn in (1, 2):
        for i in range(10, 10 + count):
            rig.journal.append(Ticket(i, 1, bytes(4) + b"row of %d" % i, 5))
            rig.wait(lambda n=turn * count - count + i - 9: rig.durable == n)  # type: ignore[misc]
            rig.applier.apply_pending()
    for i in (10, 10 + count - 1):
        assert rig.reader.execute(f"SELECT c0 FROM {base_table(i)}").fetchall() == [
            (f"row of {i}",)
        ] * 2  # fmt: skip


def test_the_journal_is_kept_when_the_log_cannot_be_secured(
    rigs: Callable[..., Rig], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rig = rigs(tmp_path, disk=FaultyDisk(fault=nth(0)))
    for start in range(0, 900, 300):
        rig.send(300, start=start)
        rig.apply_all()
    assert rig.reached == [300, 600, 900]
    assert len(list(rig.journal.entries_after(0))) == 900
    assert caplog.text.count("fsync of the data directory failed") == 1


def shown(source: WebhookSource) -> str:
    """The columns of a base table as values that compare with what was sent."""
    columns = []
    for number, column in enumerate(source.columns):
        name = f"c{number}"
        if column.type.name == "timestamptz":
            name = f"epoch_us({name})"
        elif column.type.name == "jsonb":
            name = f"{name}::VARCHAR"
        columns.append(name)
    return ", ".join(columns)


def sent(source: WebhookSource, rows: list[list[object]]) -> list[tuple[object, ...]]:
    ids = {
        number + 1 + (source.include_headers is not None) + len(source.mapped_headers)
        for number, a in enumerate(source.attributes)
        if a.attribute is RequestAttribute.REQUEST_ID
    }
    return [
        tuple(
            uuid.UUID(bytes=value)
            if number in ids and isinstance(value, bytes)
            else dict(value)
            if isinstance(value, list)
            else value
            for number, value in enumerate(row)
        )
        for row in rows
    ]


@settings(max_examples=60, deadline=None)
@given(source=sources(), batch=st.lists(requests(), min_size=1, max_size=6))
def test_whatever_intake_takes_duckdb_takes_and_gives_back(
    source: WebhookSource, batch: list[WebhookRequest]
) -> None:
    rig = Rig(source_of=lambda i: source)
    try:
        rig.reader.execute(create_base_table(source))
        rows: list[list[object]] = []
        count = 0
        for request in batch:
            packed = Intake(source).pack(request)
            if packed.count:
                count += 1
                rig.journal.append(Ticket(1, packed.count, packed.payload, 5))
            rows += expected_rows(source, request)
        rig.wait(lambda: rig.durable == count)
        rig.apply_all()
        found = rig.reader.execute(
            f"SELECT {shown(source)} FROM {base_table(1)} ORDER BY _position, rowid"
        ).fetchall()
        assert found == sent(source, rows)
    finally:
        rig.close()


NASTY = [
    b'"' + b"\\ud83d\\ude00" * 3 + b'"',
    b"[" * 2000 + b"]" * 2000,
    b"[" * 2001 + b"1" + b"]" * 2001,
    b'{"a":' * 1500 + b"1" + b"}" * 1500,
    b"9" * 20_000,
    b"1e999999999",
    b"-0.0000000000000000000000000000000000000000000000000001",
    b'{"a":1,"a":2,"A":3,"":4}',
    '"\ufeff\u2028\U0010ffff"'.encode(),
    b'"' + b"x" * 3_000_000 + b'"',
    b'{"' + b"k" * 100_000 + b'":null}',
    b" \n {} \r\n\t",
]


def test_json_that_parsers_choke_on_is_only_text(rigs: Callable[..., Rig]) -> None:
    source = WebhookSource(
        9, ObjectName("hookwire", "public", "s"), BodyFormat.JSON, "e", include_headers=()
    )
    rig = rigs(source_of=lambda i: source)
    rig.reader.execute(create_base_table(source))
    for body in NASTY:
        packed = Intake(source).pack(WebhookRequest((("", ""), ("a", "x" * 70_000)), body, 5))
        assert packed.count == 1
        rig.journal.append(Ticket(9, packed.count, packed.payload, 5))
    rig.wait(lambda: rig.durable == len(NASTY))
    rig.apply_all()
    found = rig.reader.execute(
        f"SELECT c0::VARCHAR FROM {base_table(9)} ORDER BY _position"
    ).fetchall()
    assert [text.encode() for (text,) in found] == NASTY
