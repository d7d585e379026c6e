"""Tables that a text for DuckDB names where no grammar of ours has looked: nets under the rights.

DuckDB's own SQL is passed on token by token, the body of a function was translated for whoever
made it, and nextval() takes a name as text. Every table that stands there counts as read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwire_catalog.errors import InsufficientPrivilege
from hookwire_catalog.lexer import Kind
from hookwire_catalog.names import fold
from hookwire_catalog.split import Statement
from hookwire_engine.safety import lexemes as reading
from hookwire_engine.safety.lexemes import Form, Lexemes
from hookwire_engine.safety.places import table_places
from hookwire_engine.storage.tables import relation

if TYPE_CHECKING:
    from hookwire_engine.query.names import Names

_SEQUENCE_FUNCTIONS = {"nextval": "Uw", "currval": "Ur", "setval": "w"}


def check_passed(sql: str, names: Names) -> None:
    """Note every table at a place where DuckDB would look for one, and what functions read."""
    found = reading.of_duckdb(sql)
    _check_tables(found, names)
    called = {found.names[i] for i in range(len(found.names)) if found.name(i + 1) == "("}
    for macro in names.plain_macros:
        if macro.name.lower() in called:
            check_function(macro.schema, macro.name, names)


def _check_tables(found: Lexemes, names: Names) -> None:
    for at in table_places(found):
        parts = _name_at(found, at)
        if parts:
            _use(parts, names)


def check_function(schema: str, name: str, names: Names) -> None:
    """What a user's function reads, and the functions that it calls, by the caller's rights."""
    macros = {(m.schema, m.name): m.definition for m in names.plain_macros}
    todo, seen = [(schema, name)], {(schema, name)}
    for key in todo:  # grows while it is walked
        text = macros.get(key, "")
        found = reading.of_duckdb(text)
        _check_tables(found, names)
        called = {found.names[i] for i in range(len(found.names)) if found.name(i + 1) == "("}
        more = {other for other in macros if other[1].lower() in called} - seen
        seen |= more
        todo += more


def _name_at(found: Lexemes, at: int) -> tuple[str, ...]:
    """The dotted name that begins at `at`, in lower case; () for a call or no name at all."""
    parts: list[str] = []
    while at < len(found.names) and found.forms[at] in (Form.WORD, Form.QUOTED):
        parts.append(found.names[at])
        if found.name(at + 1) != ".":
            break
        at += 2
    return () if found.name(at + 1) == "(" else tuple(parts)


def _use(parts: tuple[str, ...], names: Names) -> None:
    """DuckDB finds names without regard to case, and more ways than our search path."""
    for schema, name in _known(names):
        if name.lower() != parts[-1]:
            continue
        if len(parts) > 1 and schema.lower() != parts[-2]:
            continue
        if relation(schema, name) not in names.targets:
            names.access.relation(names.rights, schema, name, "r")


def _known(names: Names) -> Iterator[tuple[str, str]]:
    for thing in names.catalog.objects.values():
        yield thing.name.schema, thing.name.name
    yield from names.plain_tables


def check_sequences(statement: Statement, names: Names) -> None:
    """nextval() and its like say in text which sequence they use."""
    tokens = statement.tokens
    for at, token in enumerate(tokens[:-2]):
        if token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT) or tokens[at + 1].text != "(":
            continue
        wants = _SEQUENCE_FUNCTIONS.get(token.value.lower())
        if wants is None:
            continue
        argument = tokens[at + 2]
        after = tokens[at + 3].text if at + 3 < len(tokens) else ""
        if argument.kind not in (Kind.STRING, Kind.DOLLAR_STRING) or after not in (")", ",", "::"):
            raise InsufficientPrivilege(
                f"permission denied for function {token.value}",
                hint="Give the name of the sequence as a literal.",
                position=token.start + 1,
            )
        names.sequence(_parts(argument.value), wants)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(
        part[1:-1] if part.startswith('"') else fold(part) for part in text.split(".")
    )
