"""The whole library: its chapters, and putting it into a DuckDB database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import duckdb
from duckdb.func import FunctionNullHandling

from hookwire_engine.functions.chapters import CHAPTERS
from hookwire_engine.functions.declare import Macro, Udf
from hookwire_engine.functions.signatures import SCHEMA

UNSUPPORTED: Mapping[str, str] = {
    name: hint for chapter in CHAPTERS for name, hint in chapter.unsupported.items()
}
"""Functions that PostgreSQL has and we have not: what to write instead."""

_MARKER = f"{SCHEMA}.library_version"


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the schema `memory.hw` with every macro and function; a second call does nothing."""
    if _installed(connection):
        return
    connection.begin()
    try:
        # One transaction: a commit for each function would cost five times as much.
        for udf in udfs():
            _create(connection, udf)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        for macro in macros():
            connection.execute(macro.sql)
        connection.execute(f"CREATE OR REPLACE MACRO {_MARKER}() AS 1")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _installed(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_functions()"
        " WHERE database_name = 'memory' AND schema_name = 'hw'"
        " AND function_name = 'library_version'"
    ).fetchall()
    return bool(found[0][0])


def macros() -> Iterator[Macro]:
    """Every macro once, in an order in which each comes after those it uses."""
    return _once(macro for chapter in CHAPTERS for macro in chapter.macros)


def udfs() -> Iterator[Udf]:
    """Every Python function once."""
    return _once(udf for chapter in CHAPTERS for udf in chapter.udfs)


_Named = TypeVar("_Named", Macro, Udf)


def _once(entries: Iterable[_Named]) -> Iterator[_Named]:
    seen: dict[str, _Named] = {}
    for entry in entries:
        if seen.setdefault(entry.name, entry) is entry:
            yield entry
        elif seen[entry.name] != entry:
            raise ValueError(f"{entry.name} is declared twice, differently")


def _create(connection: duckdb.DuckDBPyConnection, udf: Udf) -> None:
    arguments: Any = None if udf.arguments is None else list(udf.arguments)
    connection.create_function(
        udf.name,
        _null_handling(udf),
        arguments,
        udf.returns,
        null_handling=FunctionNullHandling.SPECIAL,
        side_effects=udf.volatile,
    )


def _null_handling(udf: Udf) -> Callable[..., Any]:
    function = udf.function
    if not udf.nulls:
        return strict(function, udf.arguments)
    # DuckDB counts the parameters of what it is given.
    return (lambda *given: function(*given)) if udf.arguments is None else function


def strict(function: Callable[..., Any], arguments: tuple[str, ...] | None) -> Callable[..., Any]:
    """`function`, with NULL for any NULL argument; it may itself give NULL.

    DuckDB's own handling of NULL arguments refuses a NULL result.
    """
    count = -1 if arguments is None else len(arguments)
    if count == 0:
        return function
    if count == 1:
        return lambda a: None if a is None else function(a)
    if count == 2:
        return lambda a, b: None if a is None or b is None else function(a, b)
    if count == 3:
        return lambda a, b, c: None if None in (a, b, c) else function(a, b, c)
    if count == 4:
        return lambda a, b, c, d: None if None in (a, b, c, d) else function(a, b, c, d)
    if count == 5:
        return lambda a, b, c, d, e: None if None in (a, b, c, d, e) else function(a, b, c, d, e)
    return lambda *given: None if None in given else function(*given)
