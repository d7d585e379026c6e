"""Files of SQL and what it answers, in the form of sqllogictest.

A file is records with blank lines between them, run one after another in one session:

    # what it shows
    statement ok
    create table t (a int primary key, b text)

    statement error 23505
    insert into t values (1, 'x'), (1, 'y')

    skipif hookwire
    query IT rowsort
    select a, b from t
    ----
    1	x
    2	NULL

A row is a line with tabs between its values; the empty text is `(empty)`. The types are `I` for
whole numbers, `R` for other numbers and `T` for the rest. `rowsort` sorts the rows as text, and
`valuesort` the values, one to a line; a label follows it, and queries of one label answer alike.
`skipif` and `onlyif` name `postgresql` or `hookwire`.

`PYTHONPATH=tests python -m support.logic record DSN FILE...` writes what PostgreSQL answers into
files, in place of what they had.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from psycopg import pq

POSTGRESQL, HOOKWIRE = "postgresql", "hookwire"
_WHOLE, _OTHER = frozenset({20, 21, 23}), frozenset({700, 701, 1700})
_SORTS = ("nosort", "rowsort", "valuesort")
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


class LogicError(Exception):
    """A record that is not well formed."""


@dataclass(frozen=True, slots=True)
class Record:
    """`line` is where it begins, from 1; `notes` are the lines before `head`."""

    line: int
    notes: tuple[str, ...]
    head: str
    sql: str = ""
    results: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        return self.head.split()

    @property
    def is_query(self) -> bool:
        return self.words[0] == "query"

    @property
    def label(self) -> str | None:
        return self.words[3] if self.is_query and len(self.words) == 4 else None

    def runs_on(self, server: str) -> bool:
        told = [note.split() for note in self.notes if not note.startswith("#")]
        return all((name == server) == (verb == "onlyif") for verb, name in told)

    @property
    def text(self) -> str:
        results = ["----", *self.results] if self.is_query else []
        return "\n".join([*self.notes, self.head, self.sql, *results])

    def answered(self, answer: pq.abc.PGresult) -> Record:
        """This record as it would be if `answer` were what it expects."""
        if state := answer.error_field(pq.DiagnosticField.SQLSTATE):
            return replace(self, head=f"statement error {state.decode()}", results=())
        if not self.is_query:
            return replace(self, head="statement ok")
        sort = self.words[2] if len(self.words) > 2 else _SORTS[0]
        head = " ".join(["query", _types(answer), *self.words[2:]])
        return replace(self, head=head, results=_results(answer, sort))


def _types(answer: pq.abc.PGresult) -> str:
    oids = map(answer.ftype, range(answer.nfields))
    return "".join("I" if o in _WHOLE else "R" if o in _OTHER else "T" for o in oids) or "-"


def _results(answer: pq.abc.PGresult, sort: str) -> tuple[str, ...]:
    rows = [
        [_value(answer.get_value(row, column)) for column in range(answer.nfields)]
        for row in range(answer.ntuples)
    ]
    if sort == "valuesort":
        return tuple(sorted(value for row in rows for value in row))
    lines = ["\t".join(row) for row in rows]
    return tuple(sorted(lines) if sort == "rowsort" else lines)


def _value(raw: bytes | None) -> str:
    return "NULL" if raw is None else raw.decode().translate(_ESCAPES) or "(empty)"


def records(text: str) -> Iterator[Record]:
    """The records of a file; comments that stand alone are records without SQL."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield _record(number - len(block), block)
            block = []


def _record(line: int, block: Sequence[str]) -> Record:
    at = 0
    while at < len(block) and block[at].split()[0] in ("#", "skipif", "onlyif"):
        at += 1
    if at == len(block):
        return Record(line, (), "#", "\n".join(block))
    end = block.index("----") if "----" in block else len(block)
    sql = "\n".join(block[at + 1 : end])
    record = Record(line, tuple(block[:at]), block[at], sql, tuple(block[end + 1 :]))
    _check(record, end < len(block))
    return record


def _check(record: Record, has_results: bool) -> None:
    words = record.words
    if words[0] == "query":
        good = 2 <= len(words) <= 4 and has_results and (*words, _SORTS[0])[2] in _SORTS
    else:
        good = words == ["statement", "ok"] or (
            words[:2] == ["statement", "error"] and len(words) == 3
        )
    if not good or not record.sql:
        raise LogicError(f"line {record.line}: {record.head}")


class LogicSession:
    """A session on a server, in a schema of its own."""

    def __init__(self, server: str, dsn: str, schema: str, *, extended: bool = False) -> None:
        self.server = server
        self.connection = pq.PGconn.connect(dsn.encode())
        assert self.connection.status == pq.ConnStatus.OK, self.connection.error_message
        self._execute: Callable[[bytes], pq.abc.PGresult] = self.connection.exec_
        place = (f"create schema {schema}", f"set search_path = {schema}")
        for sql in (*place, "set timezone = 'UTC'"):
            result = self.connection.exec_(sql.encode())
            assert result.status == pq.ExecStatus.COMMAND_OK, result.error_message
        if extended:
            self._execute = self._extended

    def _extended(self, sql: bytes) -> pq.abc.PGresult:
        return self.connection.exec_params(sql, None)

    def close(self) -> None:
        self.connection.finish()

    def answers(self, text: str) -> Iterator[tuple[Record, Record]]:
        """Each record that runs here beside what this server makes of it."""
        for record in records(text):
            if record.head != "#" and record.runs_on(self.server):
                yield record, record.answered(self._execute(record.sql.encode()))


def record_file(path: Path, dsn: str) -> None:
    """Write what PostgreSQL answers into a file."""
    text = path.read_text()
    session = LogicSession(POSTGRESQL, dsn, path.stem)
    found = {old.line: new for old, new in session.answers(text)}
    session.connection.exec_(f"rollback; drop schema {path.stem} cascade".encode())
    session.close()
    whole = [found.get(record.line, record) for record in records(text)]
    blocks = [record.sql if record.head == "#" else record.text for record in whole]
    path.write_text("\n\n".join(blocks) + "\n")


def main(arguments: Sequence[str]) -> None:
    verb, dsn, *paths = arguments
    assert verb == "record"
    for path in map(Path, paths):
        record_file(path, dsn)


if __name__ == "__main__":
    main(sys.argv[1:])
