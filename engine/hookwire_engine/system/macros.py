"""Pieces of SQL for the macros here."""

from __future__ import annotations

NULL_TEXT = "CAST(NULL AS VARCHAR)"


def relation(name: str) -> str:
    """A helper relation in a FROM."""
    return f'temp.main."hw.{name}"'


def lookup(value: str, of: str, where: str) -> str:
    """The one `value` in a helper relation, or NULL; a plain word is a column's name without $."""
    value = f'"${value}"' if value.isidentifier() else value
    return f"(SELECT {value} FROM {relation(of)} WHERE {where})"


def by_oid(value: str, of: str, oid: str = "_1") -> str:
    return lookup(value, of, f'"$oid" = {oid}')


def strictly(value: str) -> str:
    """`value`, or NULL when the first argument is."""
    return f"CASE WHEN _1 IS NOT NULL THEN {value} END"


def keyed(value: str, of: str, function: str, more: str = "") -> str:
    """The one `value` in a helper relation whose `$key` is `function` of the first argument.

    The key is a row of its own: inside of WHERE, DuckDB would compute it for each pair of rows as
    soon as the argument is itself a subquery.
    """
    value = f'"${value}"' if value.isidentifier() else value
    return (
        f'(SELECT {value} FROM (SELECT {function}(_1) AS "$given"), {relation(of)}'
        f' WHERE "$key" = "$given"{more})'
    )
