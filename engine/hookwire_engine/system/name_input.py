"""Names as text: what the reg* types read (regproc.c and namespace.c).

A key is what a name is looked up by: its folded parts, the database left out, with SEPARATOR
between them. The `missing_` functions are called for a name that nothing has, and raise what
PostgreSQL raises; an OID in digits and `-` (none) are taken there too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from hookwire_catalog.names import fold, truncate
from hookwire_engine.functions.faults import Fault
from hookwire_engine.system.facts import type_facts

SEPARATOR = "\x1f"

_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^\s."][^\s.]*))\s*(\.|\Z)')


def name_parts(text: str) -> list[str] | None:
    """The folded parts of a possibly quoted and qualified name; None when it is not one."""
    parts: list[str] = []
    at, more = 0, True
    while more:
        found = _PART.match(text, at)
        if found is None:
            return None
        quoted, bare, dot = found.groups()
        parts.append(fold(bare) if quoted is None else truncate(quoted.replace('""', '"')))
        at, more = found.end(), dot == "."
    return parts


def name_key(text: str) -> str:
    """The key of a relation's or function's name; "" for what is no name."""
    parts = name_parts(text)
    return "" if parts is None or len(parts) > 3 else SEPARATOR.join(parts[-2:])


def key(schema: str | None, name: str) -> str:
    return name if schema is None else schema + SEPARATOR + name


# Types.

_BRACKETS = re.compile(r"(?:\s*\[\s*\d*\s*\])+\s*\Z")
_MODIFIER = re.compile(r"\s*\([^)]*\)")
_ALIASES = {
    "int": "integer", "decimal": "numeric", "dec": "numeric", "float": "double precision",
    "char": "character", "varbit": "bit varying", "timestamp": "timestamp without time zone",
    "time": "time without time zone",
}  # fmt: skip


@cache
def _displays() -> dict[str, str]:
    """How format_type() shows each of PostgreSQL's types, by its name in pg_type."""
    return {t.name: t.display for t in type_facts().values() if t.schema == "pg_catalog"}


def type_key(text: str) -> str:
    """The key of a type's name: as format_type() shows it; a modifier is left out."""
    bare = _BRACKETS.sub("", text)
    array = "[]" if bare != text else ""
    bare = _MODIFIER.sub("", bare).strip()
    if '"' not in bare and "." not in bare:
        words = " ".join(fold(bare).split())
        words = _ALIASES.get(words, words)
        return _displays().get(words, words) + array
    parts = name_parts(bare) or [""]
    if len(parts) == 1 or parts[-2] == "pg_catalog":
        return _displays().get(parts[-1], parts[-1]) + array
    return SEPARATOR.join(parts[-2:]) + array


_CALL = re.compile(r"([^(]*)\((.*)\)\s*", re.DOTALL)


def procedure_key(text: str) -> str:
    """The key of `name(type, ...)`; "" for what is none."""
    found = _CALL.fullmatch(text)
    if found is None:
        return ""
    types = [type_key(part) for part in found[2].split(",")] if found[2].strip() else []
    return f"{name_key(found[1])}({','.join(types)})"


# What to say of names that nothing has.


def _number(text: str) -> int | None:
    if text == "-":
        return 0
    return int(text) if text.isascii() and text.isdigit() else None


def _parts(text: str) -> list[str]:
    parts = name_parts(text)
    if parts is None:
        raise Fault("42602", "invalid name syntax")
    return parts


def check_schema(parts: Sequence[str], schemas: Sequence[str]) -> None:
    if len(parts) > 1 and parts[-2] not in schemas:
        raise Fault("3F000", f'schema "{parts[-2]}" does not exist')


def missing_relation(text: str, schemas: list[str]) -> int:
    number = _number(text)
    if number is not None:
        return number
    parts = _parts(text)
    if len(parts) > 3:
        raise Fault("42601", f"improper relation name (too many dotted names): {text}")
    check_schema(parts, schemas)
    raise Fault("42P01", f'relation "{".".join(parts)}" does not exist')


def too_many_parts(text: str) -> int | None:
    """NULL for to_regclass(), unless the name can be no relation's at all."""
    number = _number(text)
    if number is not None:
        return number
    if len(_parts(text)) > 3:
        raise Fault("42601", f"improper relation name (too many dotted names): {text}")
    return None


def missing_type(text: str, schemas: list[str]) -> int:
    number = _number(text)
    if number is not None:
        return number
    bare = _MODIFIER.sub("", _BRACKETS.sub("", text)).strip()
    parts = name_parts(bare) or [bare]
    check_schema(parts, schemas)
    raise Fault("42704", f'type "{".".join(parts)}" does not exist')


def missing_function(text: str, count: int) -> int:
    number = _number(text)
    if number is not None:
        return number
    if count > 1:
        raise Fault("42725", f'more than one function named "{text}"')
    raise Fault("42883", f'function "{text}" does not exist')


def _missing_named(sqlstate: str, kind: str, text: str) -> int:
    number = _number(text)
    if number is not None:
        return number
    raise Fault(sqlstate, f'{kind} "{_parts(text)[-1]}" does not exist')


def missing_schema(text: str) -> int:
    return _missing_named("3F000", "schema", text)


def missing_role(text: str) -> int:
    return _missing_named("42704", "role", text)


def missing_column(table: str, column: str, schemas: list[str], found: int) -> str | None:
    """NULL for a column that is there (`found` 2); else says whether it (1) or its table is not."""
    if found == 2:
        return None
    if found == 0:
        missing_relation(table, schemas)
    raise Fault("42703", f'column "{column}" of relation "{_parts(table)[-1]}" does not exist')
