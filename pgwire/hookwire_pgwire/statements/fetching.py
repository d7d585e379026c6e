"""DECLARE, FETCH, MOVE and CLOSE, over the portals of the connection."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.errors import (
    DuplicateCursor,
    InvalidCursorName,
    NoActiveSqlTransaction,
    ObjectNotInPrerequisiteState,
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
    EVERYTHING,
    Again,
    Declare,
    Fetch,
    Move,
    Seek,
    parse_close,
    parse_declare,
    parse_fetch,
)
from hookwire_pgwire.statements.scrolling import ScrollRows

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
        form = 1 if asked.binary else 0
        if asked.scroll:
            portal = ScrollRows(asked.name, portal)
        names.add_portal(
            OpenPortal(
                asked.name,
                PreparedStatement("", asked.query, query),
                portal,
                (form,) * len(portal.columns or ()),
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
                check_way(self._names.portal(asked.name), asked)
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
        self._last: Move | None = None

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
        if self._last is None:
            self._last = await self._begin(cursor)
        if self._asked.moves:
            await self._pass_over(cursor)
            return None
        return await self._next(cursor, max_rows)

    async def _begin(self, cursor: OpenPortal) -> Move:
        """Take all steps but the last, and make that a Move."""
        *before, last = self._asked.way.steps
        for step in before:
            if isinstance(step, Seek):
                await seek(cursor, step.position)
            elif isinstance(step, Move):
                await move(cursor, step)
        if isinstance(last, Seek):
            await seek(cursor, last.position)
            return Move(0)
        if isinstance(last, Again):
            if not cursor.on_row:
                return Move(0)
            await move(cursor, Move(1, back=True))
            return Move(1)
        return last

    async def _next(self, cursor: OpenPortal, max_rows: int) -> RowBatch | None:
        assert self._last is not None
        count = self._last.count
        left = max_rows if count is None else min(count - self._given, max_rows)
        if left <= 0:
            return None
        batch = await _step(cursor, left, self._last.back)
        if batch is not None:
            self._given += batch.num_rows
        return batch

    async def _pass_over(self, cursor: OpenPortal) -> None:
        while await self._next(cursor, SKIPPED_ROWS) is not None:
            pass

    async def close(self) -> None:
        pass


def check_way(cursor: OpenPortal, asked: Fetch) -> None:
    """Raises ObjectNotInPrerequisiteState (55000) if a cursor without SCROLL would go back."""
    if cursor.scroll is not None:
        return
    passed = cursor.position + cursor.ended
    for step in asked.way.steps:
        back = isinstance(step, Move) and step.back and step.count != 0
        if back and asked.moves and step == Move(EVERYTHING, back=True):
            back = passed > 0
        again = isinstance(step, Again) and cursor.on_row
        if back or again or (isinstance(step, Seek) and step.position < passed):
            raise ObjectNotInPrerequisiteState(
                "cursor can only scan forward",
                hint="Declare it with SCROLL option to enable backward scan.",
            )


async def seek(cursor: OpenPortal, position: int) -> None:
    """Stand on the row of this number, or behind the last."""
    if cursor.scroll is not None and position <= cursor.position:
        cursor.scroll.seek(position)
        cursor.position, cursor.ended = position, False
        return
    await move(cursor, Move(position - cursor.position))


async def move(cursor: OpenPortal, step: Move) -> None:
    passed = 0
    while step.count is None or passed < step.count:
        left = SKIPPED_ROWS if step.count is None else min(step.count - passed, SKIPPED_ROWS)
        batch = await _step(cursor, left, step.back)
        if batch is None:
            break
        passed += batch.num_rows


async def _step(cursor: OpenPortal, rows: int, back: bool) -> RowBatch | None:
    """The next rows of one batch; None puts the cursor behind the last row or before the first."""
    if cursor.portal is None:
        return None
    scroll = cursor.scroll
    with within(None):
        if scroll is not None:
            batch = await (scroll.prior_batch if back else scroll.next_batch)(rows)
            cursor.position, cursor.ended = scroll.position, scroll.ended
            cursor.finished = False
            return batch
        if back:
            return None  # from before the first row: see `check_way`
        batch = None if cursor.ended else await cursor.portal.next_batch(rows)
    if batch is None:
        cursor.ended = True
    else:
        cursor.position += batch.num_rows
    return batch
