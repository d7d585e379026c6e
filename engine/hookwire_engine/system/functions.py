"""PostgreSQL's functions over its catalogs (9.26.3 and around), as macros of DuckDB.

A macro reads the helper relations of helpers.py, or relations that anyone can read; READS says
which, by target, so that they are registered before a statement that calls it. `CASTS` are the
conversions of the reg* types. Everybody who can connect acts for the owner of everything, so that
every has_*_privilege() of an existing object is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hookwire_engine.functions.declare import Udf
from hookwire_engine.functions.library import strict
from hookwire_engine.functions.signatures import SCHEMA, Signature
from hookwire_engine.system import arrow
from hookwire_engine.system.chapters import CHAPTERS
from hookwire_engine.system.registry import RELATIONS, view_name
from hookwire_engine.system.values import SystemName

if TYPE_CHECKING:
    import duckdb

SIGNATURES: tuple[Signature, ...] = tuple(s for c in CHAPTERS for s in c.functions)

_REG = ("regclass", "regtype", "regproc", "regprocedure", "regnamespace", "regrole")

CASTS: Mapping[str, tuple[str, str]] = {
    name: (f"{SCHEMA}.{name}_in", f"{SCHEMA}.{name}_out") for name in _REG
}
"""By reg* type: text to OID (raises as PostgreSQL does), OID to text."""

_RELATION = re.compile(r'temp\.main\."([^".]+)\.([^"]+)"')
_MACRO = re.compile(r"memory\.hw\.(\w+)")


def _reads() -> Mapping[str, frozenset[SystemName]]:
    """What each macro reads, through the macros it calls too."""
    found: dict[str, frozenset[SystemName]] = {}
    for chapter in CHAPTERS:
        for macro in chapter.macros:
            read: set[SystemName] = set()
            for _, body in macro.bodies:
                read |= {(m[1], m[2]) for m in _RELATION.finditer(body)}
                for called in _MACRO.findall(body):
                    read |= found.get(f"{SCHEMA}.{called}", frozenset())
            name = f"{SCHEMA}.{macro.name}"
            found[name] = found.get(name, frozenset()) | read
    return {name: read for name, read in found.items() if read}


READS: Mapping[str, frozenset[SystemName]] = _reads()
"""By target: the system relations that must be registered before a call. Others read none."""


def reads(targets: Iterable[str]) -> frozenset[SystemName]:
    """What all of `targets` read together."""
    return frozenset().union(*(READS.get(target, frozenset()) for target in targets))


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros, once for a database; `connection` must live as long as that.

    DuckDB binds a macro's body when it is created and again at each call; empty relations stand
    in for the first, on a cursor of their own.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for chapter in CHAPTERS:
        for udf in chapter.udfs:
            _create(connection, udf)
    with connection.cursor() as cursor:
        for name in sorted(frozenset().union(*READS.values())):
            cursor.register(view_name(name), arrow.table(RELATIONS[name].columns, 0))
        for chapter in CHAPTERS:
            for macro in chapter.macros:
                cursor.execute(macro.sql)


def _create(connection: duckdb.DuckDBPyConnection, udf: Udf) -> None:
    # A function dies with the connection that made it, and DuckDB does not look before it calls.
    arguments: Any = None if udf.arguments is None else list(udf.arguments)
    options: Any = {"type": "native", "null_handling": "special"}
    function = strict(udf.function, udf.arguments)
    connection.create_function(udf.name, function, arguments, udf.returns, **options)
