"""COPY as a statement: what is copied, which way, how (PostgreSQL's COPY, "Synopsis")."""

from __future__ import annotations

from dataclasses import dataclass

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import FeatureNotSupported, SqlSyntaxError
from hookwire_catalog.lexer import Token
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.split import Statement
from hookwire_pgwire.copy.options import CopyOptions, parse_options
from hookwire_pgwire.parts import made, part


@dataclass(frozen=True, slots=True)
class CopyStatement:
    """`query` gives the rows of a COPY TO; `table` and `columns` are what a COPY FROM fills.

    `written` says whether the text of `query` stands in the statement, so that a position in it
    means something to the client.
    """

    incoming: bool
    options: CopyOptions
    query: Statement
    written: bool
    table: str
    columns: tuple[str, ...]


def parse_copy(statement: Statement) -> CopyStatement | None:
    """None for any other statement, and for a COPY with a file, which is not the door's."""
    if not statement.tokens or not statement.tokens[0].is_word("copy"):
        return None
    cursor = TokenCursor(statement)
    cursor.expect_word("copy")
    binary = cursor.words_follow("binary") and _names_a_table(cursor.peek(1))
    if binary:
        cursor.expect_word("binary")
    query, written, table, columns = _what(cursor, statement)
    incoming = cursor.expect_word("to", *(() if written else ("from",))) == "from"
    if cursor.at_word("program") or cursor.accept_string() is not None:
        return None
    cursor.expect_word("stdin", "stdout")
    options = parse_options(cursor)
    if cursor.at_word("where"):
        if not incoming:
            raise SqlSyntaxError(
                "WHERE clause not allowed with COPY TO",
                hint="Try the COPY (SELECT ... WHERE ...) TO variant.",
                position=cursor.position,
            )
        raise FeatureNotSupported("COPY FROM with WHERE is not supported", position=cursor.position)
    cursor.end()
    if binary:
        options = CopyOptions(format="binary")
    return CopyStatement(incoming, options, query, written, table, columns)


def _names_a_table(token: Token | None) -> bool:
    """In `COPY BINARY t TO ...` the word is an option, in `COPY binary TO ...` the table."""
    return token is not None and not token.is_word("to", "from") and token.text not in ("(", ".")


def _what(
    cursor: TokenCursor, statement: Statement
) -> tuple[Statement, bool, str, tuple[str, ...]]:
    if cursor.accept_mark("("):
        inner = _parenthesis(cursor)
        return part(statement, inner), True, "", ()
    name = cursor.qualified_name()
    columns: tuple[str, ...] = ()
    if cursor.accept_mark("("):
        columns = cursor.separated(cursor.identifier)
        cursor.expect_mark(")")
    table = ".".join(map(quote_identifier, name.parts))
    listed = ", ".join(map(quote_identifier, columns)) or "*"
    return made(f"SELECT {listed} FROM {table}"), False, table, columns


def _parenthesis(cursor: TokenCursor) -> list[Token]:
    """The tokens up to the parenthesis that closes the one before."""
    depth, inner = 1, []
    while True:
        token = cursor.next()
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            break
        inner.append(token)
    if not inner:
        cursor.fail()
    return inner
