"""The prepared statements and portals of one connection, by name (PostgreSQL 55.2.3).

The unnamed ones are entries under "". A statement lives until it is closed, deallocated or, if
unnamed, replaced; a portal lives at most as long as the transaction it was bound in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import time_ns

from hookwire_catalog.errors import (
    DuplicateCursor,
    DuplicatePreparedStatement,
    InvalidCursorName,
    InvalidSqlStatementName,
    SqlError,
)
from hookwire_catalog.lexer import Token
from hookwire_catalog.split import Statement
from hookwire_engine.system.values import CursorState, PreparedState
from hookwire_pgwire.backend import Portal, Prepared
from hookwire_pgwire.channel import Stopwatch
from hookwire_pgwire.statements.held import hold
from hookwire_pgwire.statements.scrolling import ScrollRows


def now_us() -> int:
    return time_ns() // 1000


@dataclass(slots=True)
class PreparedStatement:
    """`statement` and `prepared` are None for an empty query; `from_sql` is PREPARE's text."""

    name: str
    statement: Statement | None
    prepared: Prepared | None
    from_sql: str | None = None
    created_us: int = field(default_factory=now_us)

    @property
    def state(self) -> PreparedState:
        """For pg_prepared_statements."""
        prepared = self.prepared
        columns = None if prepared is None else prepared.columns
        return PreparedState(
            self.name,
            self.from_sql or ("" if self.statement is None else self.statement.text),
            self.created_us,
            () if prepared is None else prepared.parameter_types,
            None if columns is None else tuple(column.type for column in columns),
            self.from_sql is not None,
        )

    @property
    def start(self) -> int:
        """Where the statement begins in the text the client sent."""
        return 0 if self.statement is None else self.statement.start


@dataclass(slots=True)
class OpenPortal:
    """A bound statement: `started` by its first Execute, `finished` when no rows are left.

    `position` is how many rows it has given. With `hold` it outlives its transaction.
    `ended` is behind its last row, as far as FETCH knows, and `kept` without its transaction.
    `savepoint` is the innermost one when it was made.
    """

    name: str
    source: PreparedStatement
    portal: Portal | None
    formats: Sequence[int]
    watch: Stopwatch
    started: bool = False
    finished: bool = False
    hold: bool = False
    position: int = 0
    savepoint: int = 0
    ended: bool = False
    kept: bool = False
    created_us: int = field(default_factory=now_us)

    @property
    def state(self) -> CursorState:
        """For pg_cursors."""
        statement = self.source.statement
        text = "" if statement is None else statement.text
        binary = any(self.formats)
        scrolls = self.scroll is not None
        return CursorState(self.name, text, self.created_us, self.hold, binary, scrolls)

    @property
    def scroll(self) -> ScrollRows | None:
        """What goes back, if the cursor does."""
        return self.portal if isinstance(self.portal, ScrollRows) else None

    @property
    def on_row(self) -> bool:
        return self.position > 0 and not self.ended


class Namespace:
    def __init__(self) -> None:
        self._statements: dict[str, PreparedStatement] = {}
        self._portals: dict[str, OpenPortal] = {}

    # Statements.

    def statement(self, name: str) -> PreparedStatement:
        found = self._statements.get(name)
        if found is None:
            raise _no_statement(name)
        return found

    def add_statement(self, statement: PreparedStatement) -> None:
        name = statement.name
        if name and name in self._statements:
            raise DuplicatePreparedStatement(f'prepared statement "{name}" already exists')
        self._statements[name] = statement

    def drop_statement(self, name: str) -> None:
        """Close says nothing about a name that is not there."""
        self._statements.pop(name, None)

    def prepared(self) -> list[PreparedState]:
        """Those with names. Any thread."""
        return [statement.state for statement in tuple(self._statements.values()) if statement.name]

    # Portals.

    def cursors(self) -> list[CursorState]:
        """Those with names. Any thread."""
        return [portal.state for portal in tuple(self._portals.values()) if portal.name]

    def portal(self, name: str) -> OpenPortal:
        found = self._portals.get(name)
        if found is None:
            raise InvalidCursorName(f'portal "{name}" does not exist')
        return found

    def has_portal(self, name: str) -> bool:
        return name in self._portals

    def check_new_portal(self, name: str) -> None:
        if name and name in self._portals:
            raise DuplicateCursor(f'cursor "{name}" already exists')

    def add_portal(self, portal: OpenPortal) -> None:
        self._portals[portal.name] = portal

    async def drop_portal(self, name: str) -> None:
        found = self._portals.pop(name, None)
        if found is None or found.portal is None:
            return
        if found.started:
            found.watch.done()
        # What is being thrown away has nothing to tell any more.
        with contextlib.suppress(SqlError):
            await found.portal.close()

    async def drop_portals(self, savepoint: int = 0) -> None:
        """The transaction has ended or failed, or has gone back to a savepoint: those made since.

        What was kept from a transaction before it stays.
        """
        for name, portal in tuple(self._portals.items()):
            if portal.savepoint >= savepoint and not portal.kept:
                await self.drop_portal(name)

    async def drop_all_portals(self) -> None:
        for name in tuple(self._portals):
            await self.drop_portal(name)

    @property
    def has_held(self) -> bool:
        """Whether there is something for `keep_held` to do."""
        return any(map(_must_be_kept, self._portals.values()))

    async def keep_held(self) -> None:
        """The transaction is about to be committed: take the rows of WITH HOLD cursors out of it.

        Raises SqlError, also of their queries.
        """
        for portal in self._portals.values():
            if _must_be_kept(portal):
                assert portal.portal is not None
                if portal.scroll is not None:
                    await portal.scroll.read_all()
                else:
                    portal.portal = await hold(portal.name, portal.portal)
                portal.kept = True

    # Statements of SQL that reach for what is here.

    def check(self, statement: Statement) -> None:
        """Refuse to DEALLOCATE what does not exist, before the statement runs."""
        name = _deallocated(statement.tokens)
        if name is not None and name not in self._statements:
            raise _no_statement(name)

    async def apply(self, statement: Statement, tag: str) -> None:
        """DEALLOCATE and DISCARD ALL reach protocol-level objects too."""
        if tag == "DISCARD ALL":
            await self.drop_all_portals()
            self._statements.clear()
        elif tag == "DEALLOCATE ALL":
            self._statements.clear()
        elif tag == "DEALLOCATE":
            self.drop_statement(_deallocated(statement.tokens) or "")


def _must_be_kept(portal: OpenPortal) -> bool:
    return portal.hold and not portal.kept and portal.portal is not None


def _deallocated(tokens: Sequence[Token]) -> str | None:
    """The name in `DEALLOCATE [PREPARE] name`; None for ALL and for any other statement."""
    if not tokens or not tokens[0].is_word("deallocate"):
        return None
    rest = tokens[1:]
    if len(rest) > 1 and rest[0].is_word("prepare"):
        rest = rest[1:]
    return None if not rest or rest[0].is_word("all") else rest[0].value


def _no_statement(name: str) -> InvalidSqlStatementName:
    if not name:
        return InvalidSqlStatementName("unnamed prepared statement does not exist")
    return InvalidSqlStatementName(f'prepared statement "{name}" does not exist')
