"""Which statements are the door's own; everything else is the session's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from hookwire_catalog.errors import InFailedSqlTransaction, SqlError, SqlSyntaxError
from hookwire_catalog.split import Statement
from hookwire_pgwire.backend import Portal, Prepared
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.copy.statement import parse_copy
from hookwire_pgwire.namespace import Namespace
from hookwire_pgwire.parts import within
from hookwire_pgwire.statements.command import Command
from hookwire_pgwire.statements.copying import Copying
from hookwire_pgwire.statements.cursor_syntax import parse_close, parse_declare, parse_fetch
from hookwire_pgwire.statements.fetching import Cursors
from hookwire_pgwire.statements.notifying import Channels, parse_listening
from hookwire_pgwire.statements.preparing import (
    PreparedStatements,
    parse_execute,
    parse_prepare,
)

Maker: TypeAlias = Callable[[Statement, Sequence[int]], Awaitable[Command | None]]


ENDS = ("commit", "end")


PARSERS: dict[str, Callable[[Statement], object]] = {
    "declare": parse_declare,
    "fetch": parse_fetch,
    "move": parse_fetch,
    "close": parse_close,
    "prepare": parse_prepare,
    "execute": parse_execute,
    "copy": parse_copy,
    "listen": parse_listening,
    "unlisten": parse_listening,
    "notify": parse_listening,
}


class Door:
    """`prepare` and `bind` of a session, with the door's own statements in between."""

    def __init__(self, channel: Channel, names: Namespace) -> None:
        self._channel = channel
        cursors = Cursors(channel, names)
        statements = PreparedStatements(channel, names)
        channels = Channels(channel)
        self._makers: dict[str, Maker] = {
            "commit": cursors.commit,
            "end": cursors.commit,
            "declare": cursors.declare,
            "fetch": cursors.fetch,
            "move": cursors.fetch,
            "close": cursors.close,
            "prepare": statements.prepare,
            "execute": statements.execute,
            "copy": Copying(channel).copy,
            "listen": channels.listening,
            "unlisten": channels.listening,
            "notify": channels.listening,
        }

    async def check_syntax(self, statements: Sequence[Statement]) -> None:
        """Raises SqlSyntaxError for a statement that is none; its position is in the whole text."""
        others: list[Statement] = []
        for statement in statements:
            parse = PARSERS.get(statement.tokens[0].text.lower())
            if parse is None:
                others.append(statement)
                continue
            try:
                with within(statement):
                    parse(statement)
            except SqlSyntaxError:
                raise
            except SqlError:
                continue  # told when it is the statement's turn
        await self._channel.session.check_syntax(others)

    async def prepare(self, statement: Statement, oids: Sequence[int] = ()) -> Prepared:
        word = statement.tokens[0].text.lower()
        if word in self._makers:
            failed = self._channel.session.transaction_status == "E"
            if failed and word not in ENDS:
                raise InFailedSqlTransaction(
                    "current transaction is aborted, "
                    "commands ignored until end of transaction block"
                )
            command = await self._makers[word](statement, oids)
            if command is not None:
                return command
        return await self._channel.session.prepare(statement, oids)

    async def bind(self, prepared: Any, parameters: Sequence[object | None]) -> Portal:
        if isinstance(prepared, Command):
            return await prepared.open(parameters)
        return await self._channel.session.bind(prepared, parameters)
