"""How a chapter of the library is written down: one entry for each overload.

    chapter = Chapter("9.4", "String functions and operators")
    chapter.function("ascii(text) int4", sql="ascii(_1)")
    chapter.function("initcap(text) text", python=initcap)
    chapter.operator("^@(text, text) bool", target="starts_with")

An entry says what PostgreSQL shows (name, argument types, result type; `= ` after a type marks an
argument that may be left out, `variadic ` the last one) and one of: `target`, a DuckDB function
that does the same; `sql`, an expression over `_1`, `_2`, ...; `python`, a function that DuckDB
calls. The last two become a macro `memory.hw.<as_ or name>`; that name is in stored views, so it
is never changed. Arguments are cast to their declared types before they get there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hookwire_engine.functions.signatures import NUMERIC, SCHEMA, Kind, Operator, Signature

UDF_PREFIX = "hw_"
"""Python functions live in DuckDB's system schema, whatever their name says."""


@dataclass(frozen=True, slots=True)
class Macro:
    """`bodies` by parameter lists: DuckDB picks one by the number of arguments."""

    name: str
    bodies: tuple[tuple[str, str], ...]

    @property
    def sql(self) -> str:
        """The statement that makes it."""
        alternatives = ", ".join(f"({parameters}) AS {body}" for parameters, body in self.bodies)
        return f"CREATE OR REPLACE MACRO {SCHEMA}.{self.name}{alternatives}"


@dataclass(frozen=True, slots=True)
class Udf:
    """A Python function for DuckDB; types are DuckDB's. With `nulls` it is given NULLs, too."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...] | None
    returns: str
    nulls: bool = False
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    name: str
    arguments: tuple[str, ...]
    defaults: int
    variadic: bool
    returns: str


_SHOWN = re.compile(r"(?P<name>[^\s(]+)\((?P<arguments>[^)]*)\) (?P<returns>\S+)")


def _read(shown: str) -> _Shown:
    match = _SHOWN.fullmatch(shown)
    if match is None:
        raise ValueError(f"not a signature: {shown!r}")
    arguments = [a.strip() for a in match["arguments"].split(",") if a.strip()]
    variadic = bool(arguments) and arguments[-1].startswith("variadic ")
    defaults = sum(a.endswith("=") for a in arguments)
    names = tuple(a.removeprefix("variadic ").removesuffix("=") for a in arguments)
    return _Shown(match["name"], names, defaults, variadic, match["returns"])


_DUCKDB_TYPES = {
    "text": "VARCHAR", "varchar": "VARCHAR", "bpchar": "VARCHAR", "name": "VARCHAR",
    "jsonb": "VARCHAR", "json": "VARCHAR", "jsonpath": "VARCHAR", "int2": "SMALLINT",
    "int4": "INTEGER", "int8": "BIGINT", "oid": "BIGINT", "float4": "FLOAT", "float8": "DOUBLE",
    "bool": "BOOLEAN", "bytea": "BLOB", "numeric": "VARCHAR", "interval": "VARCHAR",
    "date": "VARCHAR", "timestamp": "VARCHAR", "timestamptz": "VARCHAR", "uuid": "VARCHAR",
    "hstore": "MAP(VARCHAR, VARCHAR)", "_text": "VARCHAR[]", "_int4": "INTEGER[]", "_jsonb":
    "VARCHAR[]", "inet": "VARCHAR", "time": "VARCHAR", "_float8": "DOUBLE[]",
}  # fmt: skip
"""What a Python function sees of a value; types without a Python value of their own as text."""

_RESULT_CASTS = {
    "numeric": NUMERIC, "interval": "INTERVAL", "date": "DATE", "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ", "uuid": "UUID", "time": "TIME", "jsonb": "JSON", "json": "JSON",
    "_jsonb": "JSON[]",
}  # fmt: skip


def _udf_argument(position: int, pg_type: str) -> str:
    cast = pg_type in ("numeric", "interval", "date", "timestamp", "timestamptz", "uuid", "time")
    return f"CAST(_{position} AS VARCHAR)" if cast else f"_{position}"


@dataclass(slots=True)
class Chapter:
    """A section of PostgreSQL's manual and what of it is here.

    `notes` are the known differences, one sentence each, for the reference page; `unsupported`
    maps a name to what to write instead.
    """

    section: str
    title: str
    notes: tuple[str, ...] = ()
    unsupported: dict[str, str] = field(default_factory=dict)
    functions: list[Signature] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    macros: list[Macro] = field(default_factory=list)
    udfs: list[Udf] = field(default_factory=list)

    def function(
        self,
        shown: str,
        *,
        target: str | None = None,
        sql: str | Sequence[str] | None = None,
        python: Callable[..., Any] | None = None,
        as_: str | None = None,
        kind: Kind = Kind.SCALAR,
        strict: bool = True,
        volatile: bool = False,
        result: str | None = None,
        **more: Any,
    ) -> None:
        """Declare one overload. `sql` may be a sequence: bodies for falling argument counts.

        `result` is the DuckDB type that a `python` function's result is cast to.
        """
        read = _read(shown)
        name = as_ or read.name
        if python is not None:
            cast = result or _RESULT_CASTS.get(read.returns)
            sql = self._python(name, read, python, strict, volatile, cast)
        if sql is not None:
            self._macro_for(name, read, sql)
            target = f"{SCHEMA}.{name}"
        elif target is None:
            target = f"{SCHEMA}.{name}"
        self.functions.append(
            Signature(
                read.name,
                read.arguments,
                read.returns,
                target,
                kind=kind,
                defaults=read.defaults,
                variadic=read.variadic,
                strict=strict,
                volatile=volatile,
                **more,
            )
        )

    def operator(
        self, shown: str, *, target: str | None = None, sql: str | None = None, **more: Any
    ) -> None:
        """Declare operator overloads: `symbol(left, right) result`, or `symbol(right) result`.

        `sql` makes a macro named `target`.
        """
        read = _read(shown)
        left, right = (
            (None, *read.arguments)[-2:] if read.arguments[1:] else (None, read.arguments[0])
        )
        if sql is not None:
            assert target is not None
            self.macro(target, _parameters(len(read.arguments)), sql)
        if target is not None and sql is not None:
            target = f"{SCHEMA}.{target}"
        assert right is not None
        self.operators.append(Operator(read.name, left, right, read.returns, target, **more))

    def macro(self, name: str, parameters: str, sql: str) -> None:
        """A macro for other entries to use."""
        self.macros.append(Macro(name, ((parameters, sql),)))

    def udf(
        self,
        name: str,
        function: Callable[..., Any],
        arguments: Sequence[str] | None,
        returns: str,
        **more: bool,
    ) -> None:
        """A Python function for macros to use, as `hw_<name>`; types are DuckDB's."""
        taken = None if arguments is None else tuple(arguments)
        self.udfs.append(Udf(UDF_PREFIX + name, function, taken, returns, **more))

    def _python(
        self,
        name: str,
        read: _Shown,
        function: Callable[..., Any],
        strict: bool,
        volatile: bool,
        cast: str | None,
    ) -> tuple[str, ...]:
        returns = _DUCKDB_TYPES[read.returns]
        types = [_DUCKDB_TYPES[a] for a in read.arguments]
        variable = bool(read.defaults)
        self.udf(
            name,
            function,
            None if variable else types,
            returns,
            nulls=not strict,
            volatile=volatile,
        )
        bodies = []
        for count in range(len(types), len(types) - read.defaults - 1, -1):
            call = ", ".join(
                _udf_argument(i + 1, pg_type) for i, pg_type in enumerate(read.arguments[:count])
            )
            body = f"{UDF_PREFIX}{name}({call})"
            bodies.append(body if cast is None else f"CAST({body} AS {cast})")
        return tuple(bodies)

    def _macro_for(self, name: str, read: _Shown, sql: str | Sequence[str]) -> None:
        bodies = (sql,) if isinstance(sql, str) else sql
        count = len(read.arguments)
        self.macros.append(
            Macro(name, tuple((_parameters(count - i), body) for i, body in enumerate(bodies)))
        )


def _parameters(count: int) -> str:
    return ", ".join(f"_{i + 1}" for i in range(count))
