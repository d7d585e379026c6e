"""What PostgreSQL's functions, operators and casts look like from outside: names and types.

The dialect resolves a call by its argument types with these tables, gives the result its type,
and writes `target`. How a target is made in DuckDB is the business of the other files here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SCHEMA = "memory.hw"
"""Where macros and types of ours live; a target of ours is written `memory.hw.name`."""

NUMERIC = "DECIMAL(38,16)"
"""What a numeric without precision and scale is in DuckDB: 22 digits before the point, 16 after.

A quotient and an average have it, since PostgreSQL gives them at least 16 significant digits.
"""


class Kind(Enum):
    SCALAR = "f"
    AGGREGATE = "a"
    WINDOW = "w"
    TABLE = "t"
    """A set-returning function, in FROM or in a select list."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One overload of a function.

    `arguments` and `returns` are PostgreSQL type names ("int4", "jsonb", "text[]" as "_text"), or
    the pseudo-types "any", "anyelement", "anyarray", "anynonarray" (same type wherever it stands).
    `defaults` counts how many arguments from the right may be left out; with `variadic` the last
    one may repeat. `target` is a DuckDB function's name, ours (`memory.hw.x`) or its own.
    `columns` are the output columns of a TABLE function that has several.

    TABLE: `target` is a scalar function that gives a LIST, of STRUCTs with the fields of `columns`
    when there are any; it is to be unnested, wherever the call stands. `from_target` is a DuckDB
    table function that streams the same rows, for a call in FROM that refers to no column.

    AGGREGATE and WINDOW: DISTINCT, ORDER BY, FILTER, WITHIN GROUP and OVER belong to the call of
    `target`, and of `also`, a second aggregate over the same arguments; `wrap` then goes around
    them ("CAST({0} AS BIGINT)", "memory.hw.numeric_div({0}, {1})"). `call` is written instead of
    the arguments ("{1}, {0}"; `{0}`, `{1}` are the arguments; for WITHIN GROUP the ORDER BY
    expression comes last, and no ORDER BY is written; `{!jsonb0}` is argument 0 as a JSON text, by
    `json_item`, `{!json0}` the same in the spelling of the json functions, `{!text0}` its text).

    `raw` gives the same jsonb as `target`, perhaps not in normal form: for arguments of functions,
    which read a jsonb by its meaning. `literal` is a faster target, for calls whose arguments
    after the first are all literals. `items` says what an argument of type "any" or "anyelement"
    becomes first: "text" (`rendering.text_item`), "jsonb" or "json" (`build.json_item`, and
    `json_record` for a row), "jsonb_object" or "json_object" (text and jsonb or json in turn);
    VARIADIC "any" arguments then make one list of VARCHAR. `parameters` are the names for
    `name => value`. With `caller` the id of the session goes before the arguments.
    """

    name: str
    arguments: tuple[str, ...]
    returns: str
    target: str
    kind: Kind = Kind.SCALAR
    defaults: int = 0
    variadic: bool = False
    strict: bool = True
    volatile: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    raw: str | None = None
    literal: str | None = None
    from_target: str | None = None
    items: str | None = None
    also: str | None = None
    call: str | None = None
    wrap: str | None = None
    within_group: bool = False
    parameters: tuple[str, ...] = ()
    caller: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """One overload of an operator; `left` is None for a prefix operator.

    `target` is a function to call, or None where DuckDB's operator of the same symbol does the
    same for these types. `raw` is as in `Signature`. With `swap` the target takes the right
    operand first. `wrap` goes around the call or DuckDB's operator ("CAST({0} AS INTEGER)").
    """

    symbol: str
    left: str | None
    right: str
    returns: str
    target: str | None = None
    raw: str | None = None
    swap: bool = False
    wrap: str | None = None
