"""DECLARE, FETCH, MOVE and CLOSE, over the portals of the connection."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.errors import (
    DuplicateCursor,
    InvalidCursorName,
    NoActiveSqlTransaction,
    SqlSyntaxError,
)
from hookwire_catalog.split import Statement
from hookwire_pgwire.backend import Portal, Prepared, RowBatch
from hookwire_pgwire.channel import Channel, Stopwatch
from hookwire_pgwire.namespace import Namespace, OpenPortal, PreparedStatement
from hookwire_pgwire.parts import within
from hookwire_pgwire.rows import run_to_end
from hookwire_pgwire.statements.command import Columns, Command, CommandPortal, command
from hookwire_pgwire.statements.cursor_syntax import (
    Declare,
    Fetch,
    parse_close,
    parse_declare,
    parse_fetch,
)

SKIPPED_ROWS = 4096
"""How many rows are passed over at a time."""


class Cursors:
    def __init__(self, channel: Channel, names: Namespace) -> None:
        self._channel = channel
        self._names = names

    async def declare(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_declare(statement)
        with within(asked.query):
            query = await self._channel.session.prepare(asked.query, oids)
        if query.columns is None:
            raise SqlSyntaxError("cursors are declared for queries only")

        async def open_(parameters: Sequence[object | None]) -> Portal:
            return CommandPortal(lambda: self._declare(asked, query, parameters))

        return Command(open_, tuple(query.parameter_types))

    async def _declare(
        self, asked: Declare, query: Prepared, parameters: Sequence[object | None]
    ) -> str:
        channel, names = self._channel, self._names
        if not (asked.hold or channel.in_block):
            raise NoActiveSqlTransaction("DECLARE CURSOR can only be used in transaction blocks")
        if names.has_portal(asked.name):
            raise DuplicateCursor(f'cursor "{asked.name}" already exists')
        with within(asked.query):
            portal = await channel.session.bind(query, parameters)
        assert portal.columns is not None
        form = 1 if asked.binary else 0
        names.add_portal(
            OpenPortal(
                asked.name,
                PreparedStatement("", asked.query, query),
                portal,
                (form,) * len(portal.columns),
                Stopwatch(channel.metrics, asked.query),
                hold=asked.hold,
                savepoint=channel.session.savepoint,
            )
        )
        return "DECLARE CURSOR"

    async def fetch(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_fetch(statement)

        def describe() -> Columns:
            if asked.moves or not self._names.has_portal(asked.name):
                return None
            found = self._names.portal(asked.name).portal
            return None if found is None else found.columns

        async def open_(parameters: Sequence[object | None]) -> Portal:
            if self._names.has_portal(asked.name):
                asked.way.skipped(self._names.portal(asked.name).position)
            return FetchPortal(asked, self._names, describe())

        return Command(open_, describe=describe)

    async def commit(self, statement: Statement, oids: Sequence[int]) -> Command | None:
        """COMMIT, if there are cursors WITH HOLD; their queries may fail it."""
        if not self._names.has_held:
            return None
        prepared = await self._channel.session.prepare(statement)
        return command(lambda: self._commit(prepared))

    async def _commit(self, prepared: Prepared) -> str:
        try:
            await self._names.keep_held()
        except Exception:
            self._channel.session.fail()
            await self._end(prepared)
            raise
        return await self._end(prepared)

    async def _end(self, prepared: Prepared) -> str:
        portal = await self._channel.session.bind(prepared, ())
        try:
            await run_to_end(portal)
            return portal.command_tag
        finally:
            await portal.close()

    async def close(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_close(statement)
        return command(lambda: self._close(asked.name))

    async def _close(self, name: str | None) -> str:
        if name is None:
            await self._names.drop_all_portals()
            return "CLOSE CURSOR ALL"
        cursor_named(self._names, name)
        await self._names.drop_portal(name)
        return "CLOSE CURSOR"


def cursor_named(names: Namespace, name: str) -> OpenPortal:
    if not names.has_portal(name):
        raise InvalidCursorName(f'cursor "{name}" does not exist')
    return names.portal(name)


class FetchPortal:
    """Some rows of another portal, which stays where it is; MOVE counts them only."""

    def __init__(self, asked: Fetch, names: Namespace, columns: Columns) -> None:
        self.columns = columns
        self._asked = asked
        self._names = names
        self._given = 0
        self._begun = False

    @property
    def command_tag(self) -> str:
        return f"{'MOVE' if self._asked.moves else 'FETCH'} {self._given}"

    @property
    def form(self) -> int:
        """The format of a simple query's rows: the cursor may have been declared BINARY."""
        if not self._names.has_portal(self._asked.name):
            return 0
        return max(self._names.portal(self._asked.name).formats, default=0)

    async def next_batch(self, max_rows: int) -> RowBatch | None:
        cursor = cursor_named(self._names, self._asked.name)
        if not self._begun:
            self._begun = True
            await self._skip(cursor)
        if self._asked.moves:
            self._given = await _pass_over(cursor, self._asked.way.count)
            return None
        count = self._asked.way.count
        left = max_rows if count is None else count - self._given
        if left <= 0:
            return None
        batch = await _next(cursor, min(left, max_rows))
        if batch is not None:
            self._given += batch.num_rows
        return batch

    async def _skip(self, cursor: OpenPortal) -> None:
        await _pass_over(cursor, self._asked.way.skipped(cursor.position))

    async def close(self) -> None:
        pass


async def _next(cursor: OpenPortal, rows: int) -> RowBatch | None:
    if cursor.portal is None:
        return None
    with within(None):
        batch = await cursor.portal.next_batch(rows)
    if batch is not None:
        cursor.position += batch.num_rows
    return batch


async def _pass_over(cursor: OpenPortal, count: int | None) -> int:
    passed = 0
    while count is None or passed < count:
        left = SKIPPED_ROWS if count is None else min(count - passed, SKIPPED_ROWS)
        batch = await _next(cursor, left)
        if batch is None:
            break
        passed += batch.num_rows
    return passed
