"""A statement for DuckDB, checked, translated and bound, but not run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

import duckdb

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    DuplicateTable,
    FeatureNotSupported,
    NumericValueOutOfRange,
    SqlError,
    TooManyColumns,
    WrongObjectType,
)
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.objects import CatalogObject, View
from hookwire_catalog.snapshot import kind_of
from hookwire_catalog.split import Statement
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_catalog.viewtext import references
from hookwire_engine import duck
from hookwire_engine.dialect import translate
from hookwire_engine.dialect.types import REG_TYPES, duckdb_type
from hookwire_engine.dialect.values import OutputColumn, SystemName, Translation
from hookwire_engine.duck.streams import of_stream
from hookwire_engine.query.cursor import EXPLAINED, counts_sequences
from hookwire_engine.query.names import Names
from hookwire_engine.query.nets import check_passed, check_sequences
from hookwire_engine.query.quick import Habit, is_constant
from hookwire_engine.query.tags import BOUND, DDL, WRITES, tag_stem
from hookwire_engine.safety import rules as safety
from hookwire_engine.safety.kinds import StatementKind

MAX_COLUMNS = 1664
"""PostgreSQL's MaxTupleAttributeNumber."""

_MAY_WAIT = "memory.hw.pg_advisory_"

Describe = Callable[[Translation], tuple[Sequence[str], Sequence[Any]]]
"""Names and DuckDB types of the columns of a query, which is bound and does not run."""


class Explain(Protocol):
    def __call__(self, error: duckdb.Error) -> SqlError: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns` is None for a statement without rows. `objects` are the ids of the sources and
    views that it names, `sources` those of all sources whose rows it reads. A `volatile` plan
    holds values of its session and is good for one execution. `before` and `after` run around
    `sql`, in one transaction with it, and `on_commit` at that one's end; `notices` are for the
    client. One that `waits` may wait for another session while it runs. One that `writes`
    changes something, in WITH or by itself. One that is `repeatable` may be run again unnoticed;
    a `constant` one reads and calls nothing. `habit` is learnt from its results. `given` are the
    parameters that `sql` names. One that is `passed` on is in DuckDB's own SQL."""

    kind: StatementKind
    sql: str
    parameters: tuple[PgType, ...]
    columns: tuple[ResultColumn, ...] | None
    sources: frozenset[int]
    system: frozenset[SystemName]
    objects: frozenset[int]
    positions: tuple[tuple[int, int], ...]
    tag: str
    counted: bool
    volatile: bool = False
    writes_to: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    on_commit: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    temporary: bool = False
    waits: bool = False
    writes: bool = False
    repeatable: bool = False
    constant: bool = False
    habit: Habit = field(default_factory=Habit, compare=False, repr=False)
    given: tuple[int | tuple[int, ...], ...] = ()
    passed: bool = False

    def chosen(self, parameters: Sequence[object | None]) -> Sequence[object | None]:
        """What DuckDB is given for them (Translation.given)."""
        return [
            _exact(parameters[n - 1])
            if isinstance(n, int)
            else [_exact(parameters[i - 1]) for i in n]
            for n in self.given
        ]

    def command_tag(self, rows: int) -> str:
        return f"{self.tag} {rows}" if self.counted else self.tag

    def error(self, error: duckdb.Error) -> SqlError:
        """What DuckDB raised, as the client is told it; the position is in the statement."""
        return duck.to_sql_error(
            error, sql=self.sql, positions=self.positions, relation=self.writes_to
        )


def make(
    statement: Statement,
    oids: Sequence[int],
    names: Names,
    describe: Describe,
    *,
    of_view: bool = False,
) -> Plan:
    """Raises SqlError, also for what the role may not do; the query `of_view` is judged when the
    view is read. Worker."""
    kind = safety.check(statement)
    target = safety.target(statement)
    _check_target(target, statement, kind, names)
    made = translate(statement, names, oids)
    if not names.rights.superuser:
        check_sequences(statement, names)
        if made.passed:
            check_passed(made.sql, names)
    if not of_view:
        names.access.check()
        if kind is not StatementKind.EXPLAIN or "analyze" in statement.words(2):
            names.check_populated()
    safety.check_sql(made.sql, passed_on=made.passed)
    sql, columns = made.sql, None
    if made.passed and _changing(statement):
        raise FeatureNotSupported(
            "WITH that changes rows is not supported in a query in DuckDB's SQL",
            hint="Write the query in PostgreSQL's SQL.",
        )
    # To be bound in DuckDB's Python API, what changes rows would be run.
    if kind in BOUND and not made.changes:
        try:
            found, duckdb_types = describe(made)
        except duckdb.Error as error:
            moved = tuple((at + len(EXPLAINED), to) for at, to in made.positions)
            raise duck.to_sql_error(error, sql=EXPLAINED + made.sql, positions=moved) from error
        sql, columns = _projected(made, found, duckdb_types)
    elif kind is StatementKind.EXPLAIN and made.columns is None:
        columns = (ResultColumn("QUERY PLAN", types.TEXT),)
    elif made.columns is not None:
        columns = tuple(ResultColumn(c.name, _known(c), c.typmod, *c.origin) for c in made.columns)
    if columns is not None and len(columns) > MAX_COLUMNS:
        raise TooManyColumns(f"target lists can have at most {MAX_COLUMNS} entries")
    tag, counted = tag_stem(kind, statement)
    waits, volatile = _MAY_WAIT in sql, names.asked_session
    repeatable = (
        kind is StatementKind.SELECT
        and not (made.changes or waits or volatile or made.before or made.after)
        and not counts_sequences(sql)
    )
    return Plan(
        kind=kind,
        sql=sql,
        parameters=made.parameters,
        columns=columns,
        sources=made.sources,
        system=made.system,
        objects=frozenset(names.objects),
        positions=made.positions,
        tag=tag,
        counted=counted,
        volatile=volatile,
        writes_to=None if target is None else target[-1],
        before=made.before,
        after=made.after,
        on_commit=made.on_commit,
        notices=made.notices,
        temporary=kind in DDL and _makes_temporary(statement),
        waits=waits,
        writes=kind in WRITES or made.changes,
        repeatable=repeatable,
        constant=repeatable and not made.system and is_constant(sql),
        given=made.given,
        passed=bool(made.passed),
    )


def _makes_temporary(statement: Statement) -> bool:
    """CREATE [LOCAL | GLOBAL] TEMP[ORARY] ..."""
    return any(token.is_word("temp", "temporary") for token in statement.tokens[1:3])


def guarded(explain: Explain, call: Callable[..., Any], *arguments: Any) -> Any:
    """`call(*arguments)`; what DuckDB raises, itself or through Arrow's stream, is explained."""
    try:
        return call(*arguments)
    except duckdb.Error as error:
        raise explain(error) from error
    except OSError as error:
        raise explain(of_stream(error)) from error
    except MemoryError as error:
        raise explain(duckdb.OutOfMemoryException("")) from error


def bare_error(error: duckdb.Error) -> SqlError:
    """For what DuckDB raises where no statement of the user's is to blame."""
    return duck.to_sql_error(error)


_SCALE = 16
"""Digits after the point of a numeric without a modifier (signatures.NUMERIC)."""


def _exact(value: object | None) -> object | None:
    """A numeric parameter is refused rather than rounded."""
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, Decimal) and _lost(value):
        raise NumericValueOutOfRange(
            f"a numeric parameter with more than {_SCALE} digits after the point is not supported",
            hint="Write the number in the statement, or pass it as text or double precision.",
        )
    return value


def _lost(value: Decimal) -> bool:
    _, digits, exponent = value.as_tuple()
    beyond = -exponent - _SCALE if isinstance(exponent, int) else 0
    return beyond > 0 and any(digits[-beyond:])


# Columns.


def _known(column: OutputColumn) -> PgType:
    if column.type is None:
        raise FeatureNotSupported(
            f'column "{column.name}" has a type that only DuckDB knows',
            hint="Cast it to a type of PostgreSQL's.",
        )
    return column.type


def _changing(statement: Statement) -> bool:
    """Whether a statement in parentheses changes rows."""
    return any(
        before.text == "(" and token.is_word("insert", "update", "delete", "merge")
        for before, token in pairwise(statement.tokens)
    )


def _projected(
    made: Translation, found: Sequence[str], duckdb_types: Sequence[Any]
) -> tuple[str, tuple[ResultColumn, ...]]:
    """The result columns, and the SQL whose values have the form that the SQL door takes.

    Where the dialect knows a column's PostgreSQL type, that is it; a value whose DuckDB type is
    not that type's own is cast. Else the type follows from DuckDB's.
    """
    if made.columns == ():
        return made.sql, ()  # SELECT without a list: rows of nothing
    told: Sequence[OutputColumn | None] = made.columns or [None] * len(found)
    if len(told) != len(found):
        told = [None] * len(found)
    columns: list[ResultColumn] = []
    parts: list[str] = []
    changed = False
    for number, described in enumerate(zip(found, duckdb_types, told, strict=True)):
        column, wrap = _column(*described)
        columns.append(column)
        reference = f"c{number}"
        parts.append(wrap(reference) if wrap else reference)
        changed = changed or wrap is not None
    if not changed:
        return made.sql, tuple(columns)
    names = ", ".join(f"c{number}" for number in range(len(found)))
    return f"SELECT {', '.join(parts)} FROM ({made.sql}) AS q({names})", tuple(columns)


def _column(
    name: str, actual: Any, known: OutputColumn | None
) -> tuple[ResultColumn, Callable[[str], str] | None]:
    natural, typmod = duck.pg_type(actual)
    wrap = duck.wire_expression(actual)
    if known is None:
        return ResultColumn(name, natural, typmod), wrap
    if known.type is None:
        return ResultColumn(known.name, natural, typmod, *known.origin), wrap
    column = ResultColumn(known.name, known.type, known.typmod, *known.origin)
    if (known.type.element or known.type).name in REG_TYPES and natural.name.endswith("text"):
        return column, wrap  # already the name that it prints as
    target = duckdb_type(known.type)
    if known.type.oid == natural.oid or target == str(actual):
        return column, wrap
    return column, lambda sql: f"CAST({sql} AS {target})"


# What a statement writes to.


def _check_target(
    parts: Sequence[str] | None, statement: Statement, kind: StatementKind, names: Names
) -> None:
    """A source is changed by POSTs only, and no plain table takes the name of an object of ours."""
    if parts is None:
        return
    thing = _ours(parts, names)
    if thing is None:
        if kind is StatementKind.DROP:
            _check_no_readers(parts, names)
        return
    name = thing.name.name
    if kind is StatementKind.CREATE_TABLE:
        raise DuplicateTable(f'relation "{name}" already exists')
    changes = kind not in DDL
    if changes and kind_of(thing) == "source":
        raise WrongObjectType(
            f'cannot change webhook source "{name}"', hint="POST to its URL to add rows."
        )
    if changes:
        raise WrongObjectType(f'cannot change {kind_of(thing)} "{name}"')
    use = f"Use {statement.tokens[0].text.upper()} {kind_of(thing).upper()}"
    hint = f"{use} to remove a {kind_of(thing)}." if kind is StatementKind.DROP else f"{use}."
    raise WrongObjectType(f'"{name}" is not a table', hint=hint)


def _check_no_readers(parts: Sequence[str], names: Names) -> None:
    """A plain table that a view reads stays: the view would be left without it."""
    table = names.table(parts)
    if table is None:
        return
    wanted = table.schema, table.name
    for view in names.catalog.objects.values():
        if isinstance(view, View) and wanted in {found[-2:] for found in references(view.query)}:
            raise DependentObjectsStillExist(
                f"cannot drop table {quote_identifier(table.name)}"
                " because other objects depend on it",
                detail=f"{kind_of(view)} {view.name} depends on table {table}",
                hint=f"Drop the {kind_of(view)} first.",
            )


def _ours(parts: Sequence[str], names: Names) -> CatalogObject | None:
    if len(parts) > 1:
        return names.catalog.lookup(parts, ())
    return names.catalog.lookup(parts, names.search_path)
