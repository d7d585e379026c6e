"""Rows cut to size, parked in memory or in a file, and given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from hookwire_engine.query import result
from hookwire_engine.query.result import Result


class Reader:
    """Batches as DuckDB's reader gives them; it tells what has been read and whether it is open."""

    def __init__(self, sizes: list[int], width: int = 1, fails_at: int | None = None) -> None:
        self.schema = pa.schema([("i", pa.int64()), ("s", pa.string())])
        self.read = 0
        self.closed = False
        self._sizes = sizes
        self._width = width
        self._fails_at = fails_at

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        at = 0
        for number, size in enumerate(self._sizes):
            if number == self._fails_at:
                raise OSError("Conversion Error: in the middle")
            self.read += 1
            values = list(range(at, at + size))
            at += size
            yield pa.record_batch(
                [pa.array(values, pa.int64()), pa.array(["x" * self._width] * size)],
                schema=self.schema,
            )

    def close(self) -> None:
        self.closed = True


def _drain(rows: Result, size: int) -> list[list[int]]:
    taken = []
    while (batch := rows.take(size)) is not None:
        taken.append(batch.column(0).to_pylist())
    return taken


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_batches_have_the_size_asked_for(size: int) -> None:
    taken = _drain(Result(Reader([3, 0, 4, 1, 5]), None), size)
    assert [number for batch in taken for number in batch] == list(range(13))
    assert all(len(batch) == size for batch in taken[:-1])


def test_no_more_is_read_than_asked_for() -> None:
    reader = Reader([4, 4, 4])
    rows = Result(reader, None)
    assert rows.take(2) is not None
    assert reader.read == 1


def test_nothing_at_all() -> None:
    rows = Result(Reader([]), None)
    assert rows.take(5) is None
    assert rows.take(5) is None


def test_parked_rows_go_on_where_they_were() -> None:
    reader = Reader([4, 4, 4])
    rows = Result(reader, None)
    first = rows.take(3)
    assert first is not None and first.num_rows == 3
    rows.park()
    assert reader.closed
    assert _drain(rows, 5) == [[3, 4, 5, 6, 7], [8, 9, 10, 11]]


def test_much_is_parked_in_a_file(tmp_path: Path) -> None:
    rows_in_a_batch, width = 100, 10_000
    batches = 2 + result.PARKED_BYTES // (rows_in_a_batch * width)
    rows = Result(Reader([rows_in_a_batch] * batches, width), tmp_path)
    rows.take(1)
    rows.park()
    assert pa.total_allocated_bytes() < 2 * result.PARKED_BYTES
    numbers = [number for batch in _drain(rows, 999) for number in batch]
    assert numbers == list(range(1, rows_in_a_batch * batches))
    rows.close()
    assert list(tmp_path.iterdir()) == []


def test_a_result_given_up_reads_no_more() -> None:
    reader = Reader([4, 4, 4])
    rows = Result(reader, None)
    rows.take(2)
    rows.close()
    assert reader.closed and reader.read == 1
    assert rows.take(1) is None


def test_a_failure_in_the_middle_comes_through() -> None:
    rows = Result(Reader([4, 4], fails_at=1), None)
    assert rows.take(4) is not None
    with pytest.raises(OSError, match="in the middle"):
        rows.take(4)


def test_of_a_table() -> None:
    rows = Result.of(pa.table({"a": [1, 2, 3]}))
    assert _drain(rows, 2) == [[1, 2], [3]]
