"""What a transaction has written, so that ROLLBACK TO can make it again without the rest.

DuckDB has no savepoints, and an error of execution ends its transaction. ROLLBACK TO then rolls
DuckDB's transaction back, begins another and writes again what stood before the savepoint. That
gives what PostgreSQL gives at READ COMMITTED, because each write is one of these:

    rows        what an INSERT put in, as it was returned: no default, sequence or query runs again
    statement   an UPDATE or DELETE of one table, or DDL, in which nothing can come out otherwise;
                it has to count the same rows, and nobody else may have committed to the table
    change      a change of the catalog, whose objects were made once

Of any other write only the reason is kept for which it cannot be made again (0A000).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hookwire_engine.query.cursor import Inserted, SessionCursor
from hookwire_engine.query.plan import Plan
from hookwire_engine.query.tags import DDL
from hookwire_engine.safety.kinds import StatementKind

MAX_BYTES = 64 * 1024 * 1024
"""How much is kept of one transaction's rows and parameters."""

MAX_WRITES = 100_000

TOO_MUCH = "the transaction has written too much before it"
EVERY_TABLE = "*"

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_QUERIES = re.compile(r"\b(?:select|from|using|with|limit|values)\b", re.IGNORECASE)
VOLATILE = re.compile(
    r"\b\w*(?:random|uuid|nextval|currval|setval|setseed|clock|timeofday|advisory|notify|backend"
    r"|set_config|getvariable|now|today|get_current|current_|txid|sleep|error|write_log"
    r"|transaction_timestamp|stats|vector_type)\w*\s*\(",
    re.IGNORECASE,
)
"""Calls that may give another value, or do something, when they are made again."""

_UNKNOWN = re.compile(r"\bdefault\b|''\s*\(|\bhookwire\.[\w.]*\(", re.IGNORECASE)
"""What may be volatile behind its name, in SQL without what stands in quotes."""

_NAME = r'(?:"(?:[^"]|"")*"|\w+)'
_INTO = re.compile(rf"\bINSERT INTO ({_NAME}(?:\.{_NAME})*)")
_UPSERTS = re.compile(r"\bDO\s+UPDATE\b|\bOR\s+(?:REPLACE|IGNORE)\b", re.IGNORECASE)
_ARROW_SAFE = re.compile(
    r"(?:BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|U\w+INT|UINTEGER|FLOAT|DOUBLE|VARCHAR|BLOB|DATE"
    r"|TIME|TIMESTAMP|TIMESTAMP_\w+|TIMESTAMP WITH TIME ZONE|INTERVAL|UUID|JSON|DECIMAL\(\d+,\d+\)"
    r"|ENUM\(.*\)|MAP\(VARCHAR, VARCHAR\))(?:\[\])*"
)
"""DuckDB's types whose values come back from Arrow as they went."""

Again = Callable[[SessionCursor], int]


@dataclass(frozen=True, slots=True)
class Write:
    """`again` writes it once more and counts the rows. `table` is one that nobody else may have
    changed; `reason` says why it cannot be made again."""

    again: Again | None = None
    count: int | None = None
    table: str | None = None
    reason: str = ""


@dataclass(slots=True)
class WriteLog:
    """The writes of one transaction. `torn` says that a write has failed half-way; `sequences` are
    the last values of all, once the transaction has made one."""

    writes: list[Write] = field(default_factory=list)
    torn: bool = False
    makes_sequences: bool = False
    sequences: Mapping[str, int | None] = field(default_factory=dict)
    _bytes: int = 0

    @property
    def full(self) -> bool:
        return self._bytes > MAX_BYTES or len(self.writes) >= MAX_WRITES

    def add(self, write: Write, size: int = 0) -> None:
        self._bytes += size
        if self.full:
            write = Write(reason=TOO_MUCH)
        self.writes.append(write)

    def cannot(self, count: int) -> str | None:
        """Why the first `count` writes cannot be made again."""
        return next((write.reason for write in self.writes[:count] if write.reason), None)

    def tables(self, count: int) -> set[str]:
        return {write.table for write in self.writes[:count] if write.table is not None}

    def replay(self, cursor: SessionCursor, count: int) -> bool:
        """Worker: make the first `count` again. False if one came out otherwise."""
        for write in self.writes[:count]:
            assert write.again is not None
            found = write.again(cursor)
            if write.count is not None and found != write.count:
                return False
        return True

    def cut(self, count: int) -> None:
        del self.writes[count:]
        self.torn = False


# What a plan is, for the log.


def _bare(sql: str) -> str:
    """`sql` without what stands in quotes."""
    return _QUOTED.sub("''", sql)


def captures(made: Plan) -> bool:
    """Whether the rows of this INSERT can be returned as they are put in."""
    if made.kind is not StatementKind.INSERT or made.passed or made.before or made.after:
        return False
    bare = _bare(made.sql)
    return _INTO.search(made.sql) is not None and not _UPSERTS.search(bare)


def target(made: Plan) -> str:
    """The table of an INSERT that `captures`, in SQL."""
    found = _INTO.search(made.sql)
    assert found is not None
    return found[1]


def inserted(target: str, put: Inserted) -> tuple[Write, int]:
    """The rows that an INSERT put into `target`, and how many bytes they take."""
    if put.lost:
        return Write(reason=TOO_MUCH), MAX_BYTES
    rows = put.rows
    odd = next((str(type) for type in put.types if not _ARROW_SAFE.fullmatch(str(type))), None)
    if odd is not None:
        return Write(reason=f"values of DuckDB's type {odd} cannot be written again"), 0
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in rows.schema.names)
    sql = f"INSERT INTO {target} ({names}) SELECT * FROM temp.main.replayed"

    def again(cursor: SessionCursor) -> int:
        cursor.register({"replayed": rows})
        return cursor.run(sql)

    return Write(again, rows.num_rows), rows.nbytes


def statement(
    made: Plan,
    parameters: Sequence[object | None],
    configured: tuple[str, Sequence[str]],
    count: int | None,
) -> tuple[Write, int]:
    """A statement that can run again, or the reason why not."""
    table = table_of(made)
    reason = _unsure(made)
    if reason:
        return Write(reason=reason), 0

    def again(cursor: SessionCursor) -> int:
        cursor.configure(*configured)
        for sql in made.before:
            cursor.run(sql)
        found = cursor.run(made.sql, parameters)
        for sql in made.after:
            cursor.run(sql)
        return found

    counted = None if made.kind in DDL or made.kind is StatementKind.TRUNCATE else count
    return Write(again, counted, None if made.kind in DDL else table), _size(parameters)


def _unsure(made: Plan) -> str:
    """Why a statement may not come out as it did, or nothing."""
    name = made.kind.value.upper()
    if made.passed or made.system:
        return f"{name} in DuckDB's SQL is not made again"
    everything = " ".join(_bare(sql) for sql in (*made.before, made.sql, *made.after))
    if VOLATILE.search(everything) and made.kind not in DDL:
        return f"{name} calls a volatile function"
    kind = made.kind
    if kind is StatementKind.TRUNCATE:
        return ""
    if kind in (StatementKind.UPDATE, StatementKind.DELETE):
        rest = re.sub(r"^\s*DELETE\s+FROM\b", "", everything, flags=re.IGNORECASE)
        if _UNKNOWN.search(rest):
            return f"{name} uses a default or a function of the user's"
        return f"{name} reads more than its table" if _QUERIES.search(rest) else ""
    if kind in DDL:
        queries = _QUERIES.search(everything) or " as " in everything.lower()
        if kind is StatementKind.CREATE_TABLE and queries:
            return f"{name} AS is not made again"
        if kind is StatementKind.ALTER and VOLATILE.search(everything):
            return f"{name} calls a volatile function"
        return ""
    return f"{name} that updates rows in conflict is not made again"


def makes_sequence(made: Plan) -> bool:
    return any("CREATE SEQUENCE" in sql for sql in (*made.before, made.sql))


def table_of(made: Plan) -> str:
    """The table that a plan writes to: its last name, in lower case; EVERY_TABLE if not known."""
    if made.writes_to is None or made.passed or made.kind in DDL:
        return EVERY_TABLE
    return made.writes_to.lower()


def _size(values: Iterable[object | None]) -> int:
    """About how many bytes parameters take."""
    size = 64
    for value in values:
        if isinstance(value, str | bytes):
            size += len(value)
        elif isinstance(value, list):
            size += _size(value)
        size += 32
    return size


# Who else has written.


@dataclass(frozen=True, slots=True)
class Moment:
    clock: int
    committing: frozenset[str]


class Writers:
    """Which tables commits have changed, and when. For the loop.

    A commit is told before it begins and after it has ended: one that a snapshot may or may not
    see counts as a change.
    """

    def __init__(self) -> None:
        self._clock = 0
        self._changed: dict[str, int] = {}
        self._committing: Counter[str] = Counter()

    def moment(self) -> Moment:
        return Moment(self._clock, frozenset(self._committing))

    def begin(self, tables: Iterable[str]) -> None:
        for table in tables:
            self._committing[table] += 1

    def end(self, tables: Iterable[str]) -> None:
        self._clock += 1
        for table in tables:
            self._committing[table] -= 1
            self._committing += Counter()  # keeps what is above 0
            self._changed[table] = self._clock

    def unchanged_since(self, moment: Moment, tables: Iterable[str]) -> bool:
        touched: Mapping[str, int] = self._changed
        return not any(
            name in moment.committing
            or name in self._committing
            or touched.get(name, 0) > moment.clock
            for table in (*tables,)
            for name in (table, EVERY_TABLE)
        )
