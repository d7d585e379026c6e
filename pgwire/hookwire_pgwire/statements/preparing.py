"""PREPARE and EXECUTE, over the prepared statements of the connection (PostgreSQL's PREPARE).

The engine's SQL reads the types and evaluates the arguments: both become SELECTs of our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import ObjectNotInPrerequisiteState, SqlSyntaxError
from hookwire_catalog.lexer import Kind, Token
from hookwire_catalog.split import Statement
from hookwire_pgwire.backend import Portal, Prepared
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.namespace import Namespace, PreparedStatement
from hookwire_pgwire.parts import made, part, within
from hookwire_pgwire.statements.command import Columns, Command, command
from hookwire_pgwire.values import Rendering, decode_parameter
from hookwire_pgwire.values.rows import text_values

PREPARABLE = ("select", "with", "values", "table", "from", "insert", "update", "delete", "merge")


class Prepare(NamedTuple):
    name: str
    types: list[str]
    query: Statement
    text: str


class Execute(NamedTuple):
    name: str
    arguments: list[Statement]


def parse_prepare(statement: Statement) -> Prepare | None:
    """None for PREPARE TRANSACTION."""
    cursor = TokenCursor(statement)
    cursor.expect_word("prepare")
    if cursor.at_word("transaction") and _is_two_phase(statement):
        return None
    name = cursor.identifier()
    types = [p.text for p in _list(cursor, statement)] if cursor.accept_mark("(") else []
    cursor.expect_word("as")
    first = cursor.peek()
    if not cursor.at_word(*PREPARABLE) and (first is None or first.text != "("):
        cursor.fail()
    rest = []
    while cursor.peek() is not None:
        rest.append(cursor.next())
    return Prepare(name, types, part(statement, rest), statement.text)


def _is_two_phase(statement: Statement) -> bool:
    """A statement may be named transaction; after this word there is no name but a string."""
    rest = statement.tokens[2:]
    return len(rest) == 1 and rest[0].kind in (Kind.STRING, Kind.DOLLAR_STRING)


def parse_execute(statement: Statement) -> Execute:
    cursor = TokenCursor(statement)
    cursor.expect_word("execute")
    name = cursor.identifier()
    arguments = _list(cursor, statement) if cursor.accept_mark("(") else []
    cursor.end()
    return Execute(name, arguments)


def _list(cursor: TokenCursor, statement: Statement) -> list[Statement]:
    """What stands between the commas up to the parenthesis that closes; there must be some."""
    items: list[Statement] = []
    tokens: list[Token] = []
    depth = 0
    while True:
        token = cursor.peek()
        if token is None:
            cursor.fail()
        ends = depth == 0 and token.text in (",", ")")
        if ends and not tokens:
            cursor.fail()
        cursor.next()
        if ends:
            items.append(part(statement, tokens))
            tokens = []
            if token.text == ")":
                return items
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        tokens.append(token)


class PreparedStatements:
    def __init__(self, channel: Channel, names: Namespace) -> None:
        self._channel = channel
        self._names = names

    async def prepare(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_prepare(statement)
        return command(lambda: self._prepare(asked))

    async def _prepare(self, asked: Prepare | None) -> str:
        if asked is None:
            raise ObjectNotInPrerequisiteState(
                "prepared transactions are disabled",
                hint="Set max_prepared_transactions to a nonzero value.",
            )
        session = self._channel.session
        oids: Sequence[int] = ()
        if asked.types:
            nulls = ", ".join(f"CAST(NULL AS {name})" for name in asked.types)
            with within(None):
                typed = await session.prepare(made(f"SELECT {nulls}"))
            oids = [column.type.oid for column in typed.columns or ()]
        with within(asked.query):
            prepared = await session.prepare(asked.query, oids)
        self._names.add_statement(PreparedStatement(asked.name, asked.query, prepared, asked.text))
        return "PREPARE"

    async def execute(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_execute(statement)
        self._names.statement(asked.name)

        def describe() -> Columns:
            prepared = self._names.statement(asked.name).prepared
            return None if prepared is None else prepared.columns

        async def open_(parameters: Sequence[object | None]) -> Portal:
            prepared = self._names.statement(asked.name).prepared
            if prepared is None:
                raise SqlSyntaxError(f'prepared statement "{asked.name}" is empty')
            values = await self._values(asked, prepared)
            with within(None):
                return await self._channel.session.bind(prepared, values)

        return Command(open_, describe=describe)

    async def _values(self, asked: Execute, prepared: Prepared) -> list[object | None]:
        """The arguments, evaluated and read as the parameters' types."""
        types, arguments = prepared.parameter_types, asked.arguments
        if len(types) != len(arguments):
            raise SqlSyntaxError(
                f'wrong number of parameters for prepared statement "{asked.name}"',
                detail=f"Expected {len(types)} parameters but got {len(arguments)}.",
            )
        if not types:
            return []
        casts = (f"CAST({a.text} AS {t.display})" for a, t in zip(arguments, types, strict=True))
        session = self._channel.session
        with within(None):
            query = await session.prepare(made(f"SELECT {', '.join(casts)}"))
            portal = await session.bind(query, ())
            try:
                batch = await portal.next_batch(1)
            finally:
                await portal.close()
        assert batch is not None and query.columns is not None
        rendering = Rendering.of(session.setting)
        row = text_values(batch, query.columns, rendering)
        return [
            decode_parameter(type, 0, value, rendering)
            for type, value in zip(types, row, strict=True)
        ]
