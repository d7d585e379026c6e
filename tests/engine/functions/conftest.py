"""The same calls on PostgreSQL 15 and through the library in DuckDB.

A call is written once, in PostgreSQL's typed-constant syntax: `lpad(text 'a', int4 '3')` or
`jsonb '{}' || jsonb '{}'`. PostgreSQL runs it as it stands; for DuckDB it is resolved by the
registry and its target is called with the same constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb
import psycopg
import pytest
from psycopg.types.string import TextLoader

from hookwire_catalog.types import BY_NAME
from hookwire_engine.functions import registry
from hookwire_engine.functions.faults import read_fault
from hookwire_engine.functions.jsonb.build import json_item
from hookwire_engine.functions.library import install
from hookwire_engine.functions.rendering import text_item
from hookwire_engine.functions.resolution import POLYMORPHIC, result_type
from hookwire_engine.functions.signatures import NUMERIC, Kind, Operator, Signature
from support.postgres import PostgresServer

DUCKDB_TYPES = {
    "text": "VARCHAR", "varchar": "VARCHAR", "bpchar": "VARCHAR", "name": "VARCHAR",
    "jsonb": "JSON", "json": "JSON", "jsonpath": "VARCHAR", "int2": "SMALLINT", "int4": "INTEGER",
    "int8": "BIGINT", "oid": "BIGINT", "float4": "FLOAT", "float8": "DOUBLE", "bool": "BOOLEAN",
    "bytea": "BLOB", "numeric": NUMERIC, "interval": "INTERVAL", "date": "DATE",
    "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ", "time": "TIME", "uuid": "UUID",
    "hstore": "MAP(VARCHAR, VARCHAR)", "inet": "VARCHAR", "regclass": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Constant:
    """A typed constant; `text` None is NULL."""

    type: str
    text: str | None

    @property
    def postgres(self) -> str:
        if self.text is None:
            return f"CAST(NULL AS {self.type})"
        return f"{self.type} E{_quoted(self.text)}"

    @property
    def duckdb(self) -> str:
        if self.text is None:
            return f"CAST(NULL AS {duckdb_type(self.type)})"
        return duckdb_literal(self.type, self.text)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _plain(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def duckdb_type(name: str) -> str:
    return duckdb_type(name[1:]) + "[]" if name.startswith("_") else DUCKDB_TYPES[name]


def duckdb_literal(name: str, text: str) -> str:
    """A DuckDB expression for PostgreSQL's text of a value."""
    if name.startswith("_"):
        items = ", ".join(Constant(name[1:], item).duckdb for item in array_items(text))
        return f"CAST([{items}] AS {duckdb_type(name)})"
    if name == "bytea":
        return f"unhex({_plain(text.removeprefix(chr(92) + 'x'))})"
    if name == "hstore":
        return f"memory.hw.hstore_in({_plain(text)})"
    if name == "numeric":
        whole, _, decimals = text.lstrip("+-").partition(".")
        width = max(len(whole.lstrip("0")) + len(decimals), 1)
        return f"CAST({_plain(text)} AS DECIMAL({max(width, len(decimals))},{len(decimals)}))"
    if name == "interval":
        written = text.replace("mons", "months").replace("mon ", "month ")
        return f"CAST({_plain(written)} AS INTERVAL)"
    if text.endswith(" BC"):
        text = text[:-3].replace(" ", " (BC) ", 1) if " " in text[:-3] else text[:-3] + " (BC)"
    if name == "jsonb":
        return f"memory.hw.jsonb_normal(CAST({_plain(text)} AS JSON))"
    return f"CAST({_plain(text)} AS {duckdb_type(name)})"


_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}]+))\s*(?:,|$)')


def array_items(text: str) -> list[str | None]:
    """The elements of a one-dimensional array literal."""
    found: list[str | None] = []
    for match in _ITEM.finditer(text[1:-1]):
        if match[1] is not None:
            found.append(re.sub(r"\\(.)", r"\1", match[1]))
        else:
            found.append(None if match[2] == "NULL" else match[2])
    return found


@dataclass(frozen=True)
class Answer:
    """Rows as texts, or an SQLSTATE."""

    rows: tuple[str | None, ...] = ()
    type: str = ""
    error: str = ""


class Oracle:
    def __init__(
        self, postgres: psycopg.Connection[tuple[Any, ...]], duck: duckdb.DuckDBPyConnection
    ) -> None:
        self.postgres = postgres
        self.duck = duck

    def ask_postgres(self, expression: str, *, rows: bool = False) -> Answer:
        """The expression's value as text; with `rows`, of a set-returning call."""
        asked = "SELECT x::text, (SELECT typname FROM pg_type WHERE oid = pg_typeof(x)) FROM"
        sql = f"{asked} (SELECT {expression} AS x) AS one"
        if rows:
            sql = f"{asked} {expression} AS r(x)"
        try:
            found = self.postgres.execute(sql).fetchall()
        except psycopg.Error as error:
            return Answer(error=error.sqlstate or "")
        kind = found[0][1] if found and found[0][1] in BY_NAME else ""
        return Answer(tuple(row[0] for row in found), kind)

    def ask_duckdb(self, expression: str, pg_type: str, *, rows: bool = False) -> Answer:
        if rows:
            expression = f"unnest({expression})"
        shown = text_item(pg_type, cast=True).replace("{0}", "_x")
        sql = f"SELECT CAST({shown} AS VARCHAR) FROM (SELECT {expression} AS _x)"
        try:
            found = self.duck.execute(sql).fetchall()
        except duckdb.Error as error:
            return Answer(error=sqlstate_of(error))
        return Answer(tuple(row[0] for row in found), pg_type)

    def call(self, name: str, arguments: Sequence[Constant]) -> tuple[Answer, Answer]:
        """A function call on both sides."""
        types = [argument.type for argument in arguments]
        signature = registry.resolve_function(name, types)
        assert signature is not None, f"{name}({', '.join(types)}) is not resolved"
        rows = signature.kind is Kind.TABLE
        written = f"{name}({', '.join(a.postgres for a in arguments)})"
        call = self.duckdb_call(signature, arguments)
        if signature.columns:
            return self._records(signature, written, call)
        theirs = self.ask_postgres(written, rows=rows)
        ours = self.ask_duckdb(call, self.type_of(signature, types), rows=rows)
        return ours, theirs

    def _records(self, signature: Signature, written: str, call: str) -> tuple[Answer, Answer]:
        """Both answers of a function with several columns, each row as one text."""
        names = [f"coalesce(x.{name}::text, '(null)')" for name, _ in signature.columns]
        joined = " || '|' || ".join(names)
        theirs = self.ask_postgres(f"(SELECT {joined} FROM {written} AS x)", rows=True)
        shown = " || '|' || ".join(
            f"coalesce({text_item(kind).replace('{0}', f'_e.{name}')}, '(null)')"
            for name, kind in signature.columns
        )
        ours = f"list_transform({call}, lambda _e: {shown})"
        return self.ask_duckdb(ours, "text", rows=True), theirs

    def type_of(self, signature: Signature, types: Sequence[str]) -> str:
        parameters = signature.arguments[: len(types)]
        if signature.returns in ("anyelement", "anyarray", "anycompatiblearray", "anycompatible"):
            return result_type(signature.returns, parameters, types)
        return signature.returns

    def duckdb_call(self, signature: Signature, arguments: Sequence[Constant]) -> str:
        fixed = len(signature.arguments) - (1 if signature.variadic else 0)
        written = []
        types = [argument.type for argument in arguments]
        candidate = registry.function_candidates(signature.name, types)[0]
        for position, (argument, wanted) in enumerate(zip(arguments, candidate.types, strict=True)):
            declared = signature.arguments[min(position, len(signature.arguments) - 1)]
            items = signature.items if declared in POLYMORPHIC else None
            if items and items.endswith("_object"):
                items = "text" if position % 2 == 0 else items.removesuffix("_object")
            written.append(self._converted(argument, wanted, items))
        if signature.variadic and (candidate.expanded or signature.arguments[-1] == "any"):
            rest = ", ".join(written[fixed:])
            written = [*written[:fixed], f"CAST([{rest}] AS VARCHAR[])"]
        return f"{signature.target}({', '.join(written)})"

    def _converted(self, argument: Constant, wanted: str, items: str | None) -> str:
        if items is not None:
            template = {
                "text": text_item(argument.type),
                "jsonb": json_item(argument.type),
                "json": json_item(argument.type, compact=True),
            }[items]
            return template.replace("{0}", f"({argument.duckdb})")
        if wanted in ("any", argument.type):
            return argument.duckdb
        if wanted == "numeric" and argument.type != "numeric":
            return f"CAST({argument.duckdb} AS DECIMAL(38,0))"
        return f"CAST({argument.duckdb} AS {duckdb_type(wanted)})"

    def operate(self, symbol: str, left: Constant | None, right: Constant) -> tuple[Answer, Answer]:
        """An operator on both sides."""
        operator = registry.resolve_operator(symbol, left.type if left else None, right.type)
        assert operator is not None, f"{left} {symbol} {right} is not resolved"
        written = f"{left.postgres if left else ''} {symbol} {right.postgres}"
        theirs = self.ask_postgres(written)
        returns = operator.returns
        if returns.startswith("any"):
            given = [side.type for side in (left, right) if side is not None]
            declared = [t for t in (operator.left, operator.right) if t is not None]
            returns = result_type(returns, declared, given)
        ours = self.ask_duckdb(self.duckdb_operation(operator, left, right), returns)
        return ours, theirs

    def duckdb_operation(self, operator: Operator, left: Constant | None, right: Constant) -> str:
        given = [side for side in (left, right) if side is not None]
        candidate = registry.operator_candidates(
            operator.symbol, left.type if left else None, right.type
        )[0]
        written = [
            self._converted(side, wanted, None)
            for side, wanted in zip(given, candidate.types, strict=True)
        ]
        if operator.swap:
            written.reverse()
        if operator.target is not None:
            made = f"{operator.target}({', '.join(written)})"
        else:
            made = f"({f' {operator.symbol} '.join(['', *written][-2:])})"
        return (operator.wrap or "{0}").replace("{0}", made)


_STATES = (
    ("Division by zero", "22012"),
    ("Overflow", "22003"),
    ("logarithm", "2201E"),
    ("square root", "2201F"),
    ("Out of Range", "22003"),
    ("out of range", "22003"),
    ("Conversion Error", "22P02"),
)


def sqlstate_of(error: duckdb.Error) -> str:
    """The SQLSTATE of an error of ours; of DuckDB's own, what their kind is."""
    fault = read_fault(str(error))
    if fault is not None:
        return fault.sqlstate
    for words, state in _STATES:
        if words in str(error):
            return state
    return f"XX000: {error}"


def same(ours: Answer, theirs: Answer) -> bool:
    """Equal answers: numeric to PostgreSQL's decimals, floats but for the last place."""
    if ours.error or theirs.error:
        return ours.error == theirs.error
    return len(ours.rows) == len(theirs.rows) and all(
        map(lambda a, b: _same_value(a, b, theirs.type), ours.rows, theirs.rows)
    )


def _same_value(ours: str | None, theirs: str | None, pg_type: str) -> bool:
    if ours is None or theirs is None or ours == theirs:
        return ours == theirs
    try:
        if pg_type == "numeric":
            step = max(Decimal(theirs).as_tuple().exponent, -16)
            return abs(Decimal(ours) - Decimal(theirs)) <= Decimal(1).scaleb(int(step))
        if pg_type in ("float4", "float8"):
            a, b = float(ours), float(theirs)
            return abs(a - b) <= 4e-15 * max(abs(a), abs(b))
    except (InvalidOperation, ValueError):
        return False
    return False


def constant(written: str) -> Constant:
    """`type text`, as `int4 5`; the text may be empty, and `type NULL!` is NULL."""
    name, _, text = written.partition(" ")
    return Constant(name, None if text == "NULL!" else text)


Check = Callable[..., Answer]


@pytest.fixture(scope="session")
def check(oracle: Oracle) -> Check:
    """check("lpad", "text a", "int4 3"): both sides give the same, value, type and SQLSTATE.

    An operator is written between its operands: check("jsonb [1]", "||", "jsonb 2").
    """

    def run(*written: str) -> Answer:
        if " " in written[0]:
            left, symbol, right = constant(written[0]), written[1], constant(written[2])
            ours, theirs = oracle.operate(symbol, left, right)
        else:
            ours, theirs = oracle.call(written[0], [constant(w) for w in written[1:]])
        assert same(ours, theirs), f"{written}: {ours} is not PostgreSQL's {theirs}"
        if ours.rows and theirs.type:
            assert ours.type == theirs.type, f"{written}: type {ours.type}, not {theirs.type}"
        return theirs

    return run


@pytest.fixture(scope="session")
def check_line(check: Check) -> Callable[[str], Answer]:
    """`check` of a line with `|` between its parts; `¦` is a bar inside one.

    The first part is a function's name, or empty for an operator, which then stands third.
    """

    def run(line: str) -> Answer:
        name, *values = (part.replace("¦", "|") for part in line.split("|"))
        if name:
            return check(name, *(value if " " in value else value + " " for value in values))
        return check(*values)

    return run


@pytest.fixture(scope="session")
def agree() -> Callable[[Answer, Answer], bool]:
    """Whether two answers are the same."""
    return same


@pytest.fixture(scope="session")
def duck(oracle: Oracle) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the library, in UTC."""
    return oracle.duck


@pytest.fixture(scope="session")
def pg(oracle: Oracle) -> psycopg.Connection[tuple[Any, ...]]:
    """A PostgreSQL 15 connection with hstore and pgcrypto, in UTC."""
    return oracle.postgres


@pytest.fixture(scope="session")
def oracle(postgres: PostgresServer) -> Iterator[Oracle]:
    connection = psycopg.connect(postgres.dsn, autocommit=True)
    connection.execute("CREATE EXTENSION IF NOT EXISTS hstore")
    connection.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET statement_timeout = '5s'")
    connection.adapters.register_loader("text", TextLoader)
    duck = duckdb.connect(":memory:")
    install(duck)
    for setting in (
        "SET integer_division = true",
        "SET TimeZone = 'UTC'",
        "SET GLOBAL ieee_floating_point_ops = false",
    ):
        duck.execute(setting)
    yield Oracle(connection, duck)
    connection.close()
    duck.close()
